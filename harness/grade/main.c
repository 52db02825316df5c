/*
 * unpark-grade: from a folder of submissions to a gradebook.
 *
 * `make grade` builds what it needs and calls it. Exit status: 0 when
 * everybody has a mark, 1 when our side failed for somebody (start it again),
 * 2 for a wrong call or when nothing could be done, 130 when it was stopped.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "grade/alike/alike.h"
#include "grade/out/look.h"
#include "grade/book/store.h"
#include "grade/check/isolate.h"
#include "grade/check/run.h"
#include "grade/grade.h"
#include "grade/intake/intake.h"
#include "grade/out/export.h"
#include "grade/rubric/rubric.h"
#include "grade/spread/executor.h"
#include "grade/spread/keep.h"
#include "grade/spread/merge.h"
#include "grade/spread/shard.h"

static void die(const char *what, int err)
{
	fprintf(stderr, "grade: %s: %s\n", what, strerror(-err));
	exit(2);
}

static void choose_seed(char *seed, size_t len)
{
	uint32_t random;

	if (grade_opt.seed) {
		snprintf(seed, len, "%s", grade_opt.seed);
	} else if (!store_seed(seed)) {
		if (shard_is_set())
			grade_stop("--shard: give a --seed, the same for all "
				   "parts");
		if (getrandom(&random, sizeof(random), 0) != sizeof(random))
			die("no random seed", -errno);
		snprintf(seed, len, "%u", random);
	}
}

static void take_in(struct submission *list, unsigned int n)
{
	unsigned int i;
	int err = work_begin();

	if (err)
		die(work_folder(), err);
	for (i = 0; i < n; i++) {
		err = intake_submission(&list[i]);
		if (!err && !list[i].is_refused)
			err = units_complete(&list[i]);
		if (!err)
			continue;
		list[i].is_broken = true;
		snprintf(list[i].reason, sizeof(list[i].reason),
			 "it could not be read: %s", strerror(-err));
	}
}

/* What there is to grade, and with what; ends the grader when it cannot be. */
static unsigned int get_ready(struct submission **list)
{
	static char files[512];
	int n, err;

	snprintf(files, sizeof(files), "%s/grade/files", grade_opt.build);
	grade_opt.files = files;
	if (!isolate_choose(grade_opt.cage))
		exit(2);
	err = kit_load();
	if (err == -EINVAL)
		exit(2);
	if (err)
		die(files, err);
	if (rubric_open(grade_opt.rubric))
		exit(2);
	/* Before the submissions are found: it names their folders. */
	if (mkdir(grade_opt.out, 0755) && errno != EEXIST)
		die(grade_opt.out, -errno);
	n = submissions_find(list);
	if (n == -EEXIST)
		exit(2);
	if (n < 0)
		die(grade_opt.submissions, n);
	if (!n && !shard_is_set()) {
		fprintf(stderr, "grade: no submission %s%sin %s\n",
			grade_opt.only ? grade_opt.only : "",
			grade_opt.only ? " " : "", grade_opt.submissions);
		rmdir(grade_opt.out);
		exit(2);
	}
	return (unsigned int)n;
}

/* Number of marks that our side failed to find; -EINTR when stopped. */
static int mark_all(struct submission *list, unsigned int n, const char *seed)
{
	int failed, err;

	take_in(list, n);
	failed = run_all(list, n, seed);
	if (failed < 0)
		return failed;
	err = rubric_all(list, n, seed);
	return err < 0 ? err : failed + err;
}

static void write_all(struct submission *list, unsigned int n, const char *seed)
{
	int err, look;

	keep_all(list, n);
	/* Of a part it would say little: merging compares all. */
	err = shard_is_set() ? 0 : alike_all();
	if (!err)
		err = export_all(list, n, seed);
	if (!err && grade_opt.adapter)
		err = adapter_print(grade_opt.adapter, &list[0], seed);
	look = err ? err : look_export();
	err = look < 0 ? look : regrade_export();
	if (err)
		die(grade_opt.out, err);
	store_close();
	if (look)
		printf("for a person to look at, %d: %s/to-look-at.csv\n", look,
		       grade_opt.out);
	printf("%u submission%s, seed %s: %s/gradebook.csv\n", n,
	       n == 1 ? "" : "s", seed, grade_opt.out);
}

int main(int argc, char **argv)
{
	char path[1024], seed[24];
	struct submission *list;
	unsigned int n;
	int failed;

	if (argc > 1 && !strcmp(argv[1], "merge"))
		return merge_main(argc - 1, argv + 1);
	options_parse(argc, argv);
	if (grade_opt.executor)
		return executor_run();
	n = get_ready(&list);
	grade_lock();
	snprintf(path, sizeof(path), "%s/gradebook.sqlite", grade_opt.out);
	store_open(path);
	choose_seed(seed, sizeof(seed));
	grade_opt.isolation = isolate_name();
	store_run(grade_opt.hash, seed, grade_opt.isolation);
	shard_note();
	failed = mark_all(list, n, seed);
	if (failed == -EINTR) {
		fputs("grade: stopped; the same command goes on from here\n",
		      stderr);
		return 130;
	}
	if (failed < 0)
		die("checks", failed);
	write_all(list, n, seed);
	return failed ? 1 : 0;
}

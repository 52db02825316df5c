/*
 * unpark-grade: from a folder of submissions to a gradebook.
 *
 * `make grade` builds what it needs and calls it. Exit status: 0 when
 * everybody has a mark, 1 when our side failed for somebody (start it again),
 * 2 for a wrong call or when nothing could be done, 130 when it was stopped.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <getopt.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "grade/grade.h"
#include "grade/intake/intake.h"
#include "grade/check/isolate.h"
#include "grade/check/run.h"
#include "grade/book/look.h"
#include "grade/book/regrade.h"
#include "grade/book/store.h"
#include "grade/alike/alike.h"
#include "grade/spread/keep.h"
#include "grade/spread/merge.h"
#include "grade/spread/shard.h"
#include "grade/rubric/rubric.h"

struct grade_options grade_opt = {
	.build = "build",
	.make = "make",
	.cage = "auto",
	.hash = "unknown",
	.rubric = "capstone/RUBRIC",
};

static const char usage[] =
	"usage: unpark-grade --submissions DIR --out DIR [options]\n"
	"Grades every folder, .tar.gz and .zip in DIR, as `make submission` "
	"packs them,\n"
	"into OUT/gradebook.sqlite, OUT/gradebook.csv and OUT/STUDENT.json.\n"
	"Start it in the kit's folder; `make grade` does, and builds what it "
	"needs.\n\n"
	"  --submissions DIR  a folder, .tar.gz or .zip a student\n"
	"  --out DIR          the results; a second run goes on where it was\n"
	"  --units LIST       day4,capstone: only these (default: all)\n"
	"  --shard I/N        only the I-th of N parts; merge them: "
	"unpark-grade merge --help\n"
	"  --seed N           of the tests (default: the last run's, else "
	"random)\n"
	"  --rubric FILE      of the capstone (default: "
	"capstone/RUBRIC)\n"
	"  --jobs N           checks at a time (default: the cores)\n"
	"  --limit SECONDS    a check may take (default: by its tests)\n"
	"  --cage MODE        auto, bwrap (or nothing), limits (default: "
	"auto)\n"
	"  --build DIR        the kit's build folder (default: build)\n"
	"  --kit-hash TEXT    of the kit, kept with every mark\n"
	"  --make PROGRAM     runs a check (default: make)\n";

static unsigned int number(const char *s)
{
	char *end;
	unsigned long n = strtoul(s, &end, 10);

	if (!*s || *end || n < 1 || n > 100000) {
		fprintf(stderr, "grade: \"%s\": choose a number from 1\n", s);
		exit(2);
	}
	return (unsigned int)n;
}

static void stop(const char *words)
{
	fprintf(stderr, "grade: %s\n", words);
	exit(2);
}

static void parse(int argc, char **argv)
{
	static const struct option longs[] = {
		{ "submissions", 1, NULL, 's' }, { "out", 1, NULL, 'o' },
		{ "units", 1, NULL, 'u' },	 { "shard", 1, NULL, 'p' },
		{ "seed", 1, NULL, 'S' },	 { "jobs", 1, NULL, 'j' },
		{ "limit", 1, NULL, 'l' },	 { "build", 1, NULL, 'b' },
		{ "cage", 1, NULL, 'c' },	 { "rubric", 1, NULL, 'r' },
		{ "kit-hash", 1, NULL, 'k' },	 { "make", 1, NULL, 'm' },
		{ "help", 0, NULL, 'h' },	 { NULL, 0, NULL, 0 },
	};
	const struct {
		int key;
		const char **to;
	} strings[] = {
		{ 's', &grade_opt.submissions }, { 'o', &grade_opt.out },
		{ 'u', &grade_opt.units },	 { 'S', &grade_opt.seed },
		{ 'b', &grade_opt.build },	 { 'k', &grade_opt.hash },
		{ 'm', &grade_opt.make },	 { 'c', &grade_opt.cage },
		{ 'r', &grade_opt.rubric },
	};
	unsigned int i;
	int c;

	while ((c = getopt_long(argc, argv, "", longs, NULL)) != -1) {
		for (i = 0; i < ARRAY_SIZE(strings); i++)
			if (strings[i].key == c)
				*strings[i].to = optarg;
		if (c == 'j')
			grade_opt.jobs = number(optarg);
		else if (c == 'l')
			grade_opt.limit = number(optarg);
		else if (c == 'p' && !shard_parse(optarg))
			stop("--shard: say I/N, as 2/5");
		else if (c == 'h')
			exit(fputs(usage, stdout) < 0);
		else if (c == '?')
			exit(2);
	}
	if (optind != argc || !grade_opt.submissions || !grade_opt.out) {
		fputs("grade: say --submissions DIR and --out DIR; --help "
		      "lists the rest\n",
		      stderr);
		exit(2);
	}
	if (!grade_opt.jobs)
		grade_opt.jobs = (unsigned int)sysconf(_SC_NPROCESSORS_ONLN);
}

static void die(const char *what, int err)
{
	fprintf(stderr, "grade: %s: %s\n", what, strerror(-err));
	exit(2);
}

/* One grader a build folder; a dead one's keepers hold it until they end. */
void grade_lock(void)
{
	const struct timespec tenth = { 0, 100000000 };
	char path[512];
	int fd, tries;

	snprintf(path, sizeof(path), "%s/grade/lock", grade_opt.build);
	fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0644);
	if (fd < 0)
		die(path, -errno);
	for (tries = 0; flock(fd, LOCK_EX | LOCK_NB); tries++) {
		if (tries == 100) {
			fprintf(stderr,
				"grade: another grader is at work in "
				"%s\n",
				grade_opt.build);
			exit(2);
		}
		nanosleep(&tenth, NULL);
	}
}

static void choose_seed(char *seed, size_t len)
{
	uint32_t random;

	if (grade_opt.seed) {
		if (strlen(grade_opt.seed) > 18 || !*grade_opt.seed ||
		    strspn(grade_opt.seed, "0123456789") !=
			    strlen(grade_opt.seed)) {
			fputs("grade: --seed: choose a number, of at most 18 "
			      "digits\n",
			      stderr);
			exit(2);
		}
		snprintf(seed, len, "%s", grade_opt.seed);
	} else if (!store_seed(seed)) {
		if (shard_is_set())
			stop("--shard: give a --seed, the same for all parts");
		if (getrandom(&random, sizeof(random), 0) != sizeof(random))
			die("no random seed", -errno);
		snprintf(seed, len, "%u", random);
	}
}

static void take_in(struct submission *list, unsigned int n)
{
	char work[512];
	unsigned int i;
	int err;

	snprintf(work, sizeof(work), "%s/grade/work", grade_opt.build);
	tree_remove(work);
	if (mkdir(work, 0755))
		die(work, -errno);
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

int main(int argc, char **argv)
{
	char path[1024], seed[24], files[512];
	struct submission *list;
	int n, err, failed, look;

	if (argc > 1 && !strcmp(argv[1], "merge"))
		return merge_main(argc - 1, argv + 1);
	parse(argc, argv);
	snprintf(files, sizeof(files), "%s/grade/files", grade_opt.build);
	grade_opt.files = files;
	if (!isolate_choose(grade_opt.cage))
		return 2;
	err = kit_load();
	if (err == -EINVAL)
		return 2;
	if (err)
		die(files, err);
	if (rubric_open(grade_opt.rubric))
		return 2;
	n = submissions_find(&list);
	if (n == -EEXIST)
		return 2;
	if (n < 0)
		die(grade_opt.submissions, n);
	if (!n && !shard_is_set()) {
		fprintf(stderr, "grade: no submission in %s\n",
			grade_opt.submissions);
		return 2;
	}
	if (mkdir(grade_opt.out, 0755) && errno != EEXIST)
		die(grade_opt.out, -errno);
	grade_lock();
	snprintf(path, sizeof(path), "%s/gradebook.sqlite", grade_opt.out);
	store_open(path);
	choose_seed(seed, sizeof(seed));
	grade_opt.isolation = isolate_name();
	store_run(grade_opt.hash, seed, grade_opt.isolation);
	shard_note();
	take_in(list, (unsigned int)n);
	failed = run_all(list, (unsigned int)n, seed);
	if (failed >= 0) {
		err = rubric_all(list, (unsigned int)n, seed);
		failed = err < 0 ? err : failed + err;
	}
	if (failed == -EINTR) {
		fputs("grade: stopped; the same command goes on from here\n",
		      stderr);
		return 130;
	}
	if (failed < 0)
		die("checks", failed);
	keep_all(list, (unsigned int)n);
	err = alike_all();
	if (err)
		die(grade_opt.out, err);
	err = export_all(list, (unsigned int)n, seed);
	if (err)
		die(grade_opt.out, err);
	look = look_export();
	err = look < 0 ? look : regrade_export();
	if (err)
		die(grade_opt.out, err);
	store_close();
	if (look)
		printf("for a person to look at, %d: %s/to-look-at.csv\n", look,
		       grade_opt.out);
	printf("%d submissions, seed %s: %s/gradebook.csv\n", n, seed,
	       grade_opt.out);
	return failed ? 1 : 0;
}

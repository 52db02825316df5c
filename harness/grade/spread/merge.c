/*
 * Merging: look at all parts first, and change nothing when they do not
 * belong together; then copy them one by one, and write what a run writes.
 */
#define _GNU_SOURCE
#include "grade/out/look.h"
#include "grade/out/export.h"
#include "grade/spread/merge.h"

#include <errno.h>
#include <getopt.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "grade/alike/alike.h"
#include "grade/spread/keep.h"
#include "grade/spread/shard.h"

#define MAX_PARTS 10000

static const char usage[] =
	"usage: unpark-grade merge --out OUT [--build DIR] PART...\n"
	"Merges gradebooks of parts (--shard 1/3, 2/3, ...) into OUT, and "
	"writes the\ntables and pages of all. PART is the --out of a run.\n";

/* What all parts must have in common; of the first one. */
static char kit[128], seed[24], isolation[128];
static const char *first;
static bool has_part[MAX_PARTS + 1];
static unsigned int nr_parts; /* as the parts say, 0: they are none */

static bool attach(const char *dir)
{
	char path[1024];

	snprintf(path, sizeof(path), "%s/gradebook.sqlite", dir);
	if (access(path, R_OK))
		return false;
	book_do("ATTACH ? AS part", "s", path);
	book_do("CREATE TABLE IF NOT EXISTS part.parts(run INTEGER PRIMARY KEY,"
		" part INTEGER, parts INTEGER)",
		"");
	return true;
}

/* The first part says it, the others say the same. */
static void agree(char *all, size_t len, sqlite3_stmt *st, int column,
		  const char *what, const char *dir)
{
	const char *s = (const char *)sqlite3_column_text(st, column);

	if (!s)
		s = "";
	if (!first)
		snprintf(all, len, "%s", s);
	if (strcmp(all, s)) {
		fprintf(stderr,
			"grade: another %s: \"%s\" in %s, \"%s\" in %s; "
			"grade all parts alike, then merge\n",
			what, all, first, s, dir);
		exit(2);
	}
}

/* False when there is nothing whole to merge. */
static bool look_at(const char *dir)
{
	sqlite3_stmt *st;
	bool is_whole = false;
	unsigned int part;

	if (!attach(dir)) {
		fprintf(stderr, "grade: no gradebook in %s\n", dir);
		return false;
	}
	st = store_query("SELECT kit, seed, isolation, finished IS NOT NULL,"
			 " part, parts FROM part.runs r LEFT JOIN part.parts p"
			 " ON p.run = r.run ORDER BY r.run DESC LIMIT 1",
			 "");
	if (store_next(st)) {
		agree(kit, sizeof(kit), st, 0, "kit", dir);
		agree(seed, sizeof(seed), st, 1, "seed", dir);
		agree(isolation, sizeof(isolation), st, 2, "isolation", dir);
		first = first ? first : dir;
		is_whole = sqlite3_column_int(st, 3);
		part = (unsigned int)sqlite3_column_int(st, 4);
		if (!nr_parts)
			nr_parts = (unsigned int)sqlite3_column_int(st, 5);
		if (nr_parts != (unsigned int)sqlite3_column_int(st, 5) ||
		    nr_parts > MAX_PARTS || (part && has_part[part])) {
			fprintf(stderr,
				"grade: part %u of %d in %s does not go with "
				"the %u parts before\n",
				part, sqlite3_column_int(st, 5), dir, nr_parts);
			exit(2);
		}
		has_part[part] = part && is_whole;
	}
	sqlite3_finalize(st);
	book_do("DETACH part", "");
	if (!is_whole)
		fprintf(stderr, "grade: %s was stopped: start it again\n", dir);
	return is_whole;
}

static bool is_missing(void)
{
	bool found = false;
	unsigned int i;

	for (i = 1; i <= nr_parts; i++) {
		if (has_part[i])
			continue;
		fprintf(stderr,
			"grade: part %u of %u is missing: its students keep "
			"what they had\n",
			i, nr_parts);
		found = true;
	}
	return found;
}

/* --- what a run hands on -------------------------------------------------- */
static int students_find(struct submission **list)
{
	sqlite3_stmt *st = store_query("SELECT student, reason, report FROM"
				       " handed ORDER BY student",
				       "");
	struct submission *s;
	int n = 0;

	*list = NULL;
	while (store_next(st)) {
		*list = reallocarray(*list, (size_t)n + 1, sizeof(**list));
		if (!*list)
			return -ENOMEM;
		s = &(*list)[n++];
		memset(s, 0, sizeof(*s));
		snprintf(s->name, sizeof(s->name), "%s",
			 sqlite3_column_text(st, 0));
		submission_id(s, (unsigned int)n);
		snprintf(s->reason, sizeof(s->reason), "%s",
			 sqlite3_column_text(st, 1));
		s->is_refused = *s->reason;
		s->report = json_loads((const char *)sqlite3_column_text(st, 2),
				       JSON_DECODE_ANY, NULL);
	}
	sqlite3_finalize(st);
	return n;
}

static int write_all(void)
{
	struct submission *list;
	int n = students_find(&list), i, err;

	if (n < 0)
		return n;
	err = work_begin();
	if (err)
		return err;
	for (i = 0; i < n; i++)
		keep_papers_back(&list[i]);
	err = alike_all();
	if (!err)
		err = export_all(list, (unsigned int)n, seed);
	if (!err)
		err = look_export();
	err = err < 0 ? err : regrade_export();
	printf("%d submission%s, seed %s: %s/gradebook.csv\n", n,
	       n == 1 ? "" : "s", seed, grade_opt.out);
	for (i = 0; i < n; i++)
		json_decref(list[i].report);
	free(list);
	return err;
}

static void parse(int argc, char **argv)
{
	static const struct option longs[] = { { "out", 1, NULL, 'o' },
					       { "build", 1, NULL, 'b' },
					       { "help", 0, NULL, 'h' },
					       { NULL, 0, NULL, 0 } };
	int c;

	while ((c = getopt_long(argc, argv, "", longs, NULL)) != -1) {
		if (c == 'o')
			grade_opt.out = optarg;
		else if (c == 'b')
			grade_opt.build = optarg;
		else if (c == 'h')
			exit(fputs(usage, stdout) < 0);
		else
			exit(2);
	}
	if (!grade_opt.out || optind == argc) {
		fputs(usage, stderr);
		exit(2);
	}
}

static void open_book(void)
{
	char path[1024];
	int err;

	snprintf(path, sizeof(path), "%s/grade/files", grade_opt.build);
	grade_opt.files = strdup(path);
	err = kit_load();
	if (!err && mkdir(grade_opt.out, 0755) && errno != EEXIST)
		err = -errno;
	if (err) {
		fprintf(stderr, "grade: %s: %s\n", path, strerror(-err));
		exit(2);
	}
	grade_lock();
	snprintf(path, sizeof(path), "%s/gradebook.sqlite", grade_opt.out);
	store_open(path);
	keep_tables();
	shard_note();
}

int merge_main(int argc, char **argv)
{
	bool is_short = false;
	int i, err;

	parse(argc, argv);
	open_book();
	for (i = optind; i < argc; i++)
		is_short |= !look_at(argv[i]);
	if (!first) {
		fputs("grade: nothing to merge\n", stderr);
		return 2;
	}
	is_short |= is_missing();
	for (i = optind; i < argc; i++) {
		if (!attach(argv[i]))
			continue;
		merge_copy();
		book_do("DETACH part", "");
		keep_pages(argv[i]);
	}
	grade_opt.hash = kit;
	grade_opt.isolation = isolation;
	err = write_all();
	if (err) {
		fprintf(stderr, "grade: %s: %s\n", grade_opt.out,
			strerror(-err));
		return 2;
	}
	return is_short || book_number("SELECT count(*) FROM students WHERE"
				       " points IS NULL OR stale <> ''",
				       "");
}

/*
 * The command line of unpark-grade: one table, which is its help, too.
 */
#define _GNU_SOURCE
#include <getopt.h>
#include <libgen.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "grade/grade.h"
#include "grade/out/export.h"
#include "grade/spread/shard.h"

struct grade_options grade_opt = {
	.build = "build",
	.make = "make",
	.cage = "auto",
	.hash = "unknown",
	.rubric = "capstone/RUBRIC",
};

/* An option, where it goes, and what it is for. */
static const struct row {
	const char *name, *what, *help;
	const char **text;
	unsigned int *number; /* in place of text, from 1 */
} rows[] = {
	{ "submissions", "DIR", "a folder, .tar.gz or .zip a student",
	  &grade_opt.submissions, NULL },
	{ "out", "DIR", "the results; a second run goes on where it was",
	  &grade_opt.out, NULL },
	{ "units", "LIST", "day4,capstone: only these (default: all)",
	  &grade_opt.units, NULL },
	{ "only", "STUDENT", "this one alone", &grade_opt.only, NULL },
	{ "shard", "I/N", "the I-th of N parts; then: unpark-grade merge",
	  &grade_opt.shard, NULL },
	{ "executor", "slurm", "the class as one array job",
	  &grade_opt.executor, NULL },
	{ "parts", "N", "of that job (default: 25 submissions each)", NULL,
	  &grade_opt.parts },
	{ "seed", "N", "of the tests (default: the last run's, else random)",
	  &grade_opt.seed, NULL },
	{ "rubric", "FILE", "of the capstone (default: capstone/RUBRIC)",
	  &grade_opt.rubric, NULL },
	{ "adapter", "NAME",
	  "with --only: marks for gradescope, github, autolab",
	  &grade_opt.adapter, NULL },
	{ "jobs", "N", "checks at a time (default: the cores)", NULL,
	  &grade_opt.jobs },
	{ "limit", "SECONDS", "a check may take (default: by its tests)", NULL,
	  &grade_opt.limit },
	{ "cage", "MODE", "auto, bwrap (or nothing), limits (default: auto)",
	  &grade_opt.cage, NULL },
	{ "build", "DIR", "the kit's build folder (default: build)",
	  &grade_opt.build, NULL },
	{ "kit-hash", "TEXT", "of the kit, kept with every mark",
	  &grade_opt.hash, NULL },
	{ "make", "PROGRAM", "runs a check (default: make)", &grade_opt.make,
	  NULL },
};

static void help(void)
{
	unsigned int i;

	puts("usage: unpark-grade --submissions DIR --out DIR [options]\n"
	     "       unpark-grade merge --help\n"
	     "Grades every folder, .tar.gz and .zip in DIR, as `make "
	     "submission` packs them,\n"
	     "into OUT/gradebook.sqlite, OUT/gradebook.csv, OUT/STUDENT.json "
	     "and OUT/html.\n"
	     "Start it in the kit's folder; `make grade` does, and builds what "
	     "it needs.\n");
	for (i = 0; i < ARRAY_SIZE(rows); i++)
		printf("  --%-11s %-8s %s\n", rows[i].name, rows[i].what,
		       rows[i].help);
	exit(0);
}

void grade_stop(const char *words)
{
	fprintf(stderr, "grade: %s\n", words);
	exit(2);
}

static unsigned int number(const char *option, const char *s)
{
	char *end;
	unsigned long n = strtoul(s, &end, 10);

	if (!*s || *end || n < 1 || n > 100000) {
		fprintf(stderr, "grade: --%s: \"%s\": choose a number from 1\n",
			option, s);
		exit(2);
	}
	return (unsigned int)n;
}

/* What lies among submissions is graded as one, the next time. */
static void check_apart(void)
{
	char *in = realpath(grade_opt.submissions, NULL);
	char *out = realpath(grade_opt.out, NULL), *name = NULL;
	size_t len = in ? strlen(in) : 0;

	if (!out) {
		name = strdup(grade_opt.out);
		out = name ? realpath(dirname(name), NULL) : NULL;
	}
	if (in && out && !strncmp(out, in, len) &&
	    (!out[len] || out[len] == '/'))
		grade_stop("the folder of results is among the submissions: "
			   "choose one elsewhere");
	free(name);
	free(in);
	free(out);
}

static void check(void)
{
	if (!grade_opt.submissions || !grade_opt.out)
		grade_stop("say --submissions DIR and --out DIR; --help lists "
			   "the rest");
	check_apart();
	if (grade_opt.shard && !shard_parse(grade_opt.shard))
		grade_stop("--shard: say I/N, as 2/5");
	if (grade_opt.executor && strcmp(grade_opt.executor, "slurm"))
		grade_stop("--executor: choose slurm");
	if (grade_opt.adapter &&
	    (!grade_opt.only || !adapter_open(grade_opt.adapter)))
		grade_stop("--adapter: gradescope, github or autolab, with "
			   "--only STUDENT");
	if (grade_opt.seed &&
	    (strlen(grade_opt.seed) > 18 || !*grade_opt.seed ||
	     grade_opt.seed[strspn(grade_opt.seed, "0123456789")]))
		grade_stop("--seed: choose a number, of at most 18 digits");
}

void options_parse(int argc, char **argv)
{
	struct option longs[ARRAY_SIZE(rows) + 2] = { { 0 } };
	unsigned int i;
	int c;

	for (i = 0; i < ARRAY_SIZE(rows); i++)
		longs[i] = (struct option){ rows[i].name, 1, NULL, (int)i + 1 };
	longs[i] = (struct option){ "help", 0, NULL, 'h' };
	while ((c = getopt_long(argc, argv, "", longs, NULL)) != -1) {
		if (c == 'h')
			help();
		if (c == '?')
			exit(2);
		if (rows[c - 1].text)
			*rows[c - 1].text = optarg;
		else
			*rows[c - 1].number = number(rows[c - 1].name, optarg);
	}
	if (optind != argc)
		grade_stop("no words beside the options; --help lists them");
	check();
	if (!grade_opt.jobs)
		grade_opt.jobs = (unsigned int)sysconf(_SC_NPROCESSORS_ONLN);
}

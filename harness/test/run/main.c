/*
 * unpark-run: runs a day's tests, each in a process of its own.
 *
 * Called by make, which says with options what is under test. Exit status: 0
 * when nothing but PASS and SKIP is left among the tests that are not bonus,
 * 1 when something else is, 2 for a wrong call.
 */
#define _GNU_SOURCE
#include <getopt.h>
#include <stdlib.h>
#include <string.h>

#include "kit/clock.h"
#include "kit/err.h"
#include "run.h"

struct options opt = {
	.unit = "",
	.day = "",
	.title = "",
	.src = "mine",
	.base = "auto",
	.san = "",
	.readme = "",
	.hints = "",
	.tmp = "/tmp",
	.slowness = 1,
};

static const char *plan_path, *cage = "none";
static struct planned *plan;
static struct result *results;
static unsigned int nr_tests;

/* "hist.c:1,2,3:HASH" */
static bool add_object(char *arg)
{
	struct object *o = &opt.objects[opt.nr_objects];

	if (opt.nr_objects == ARRAY_SIZE(opt.objects) ||
	    sscanf(arg, "%63[^:]:%63[^:]:%79s", o->file, o->todos, o->hash) !=
		    3)
		return false;
	opt.nr_objects++;
	return true;
}

enum {
	SEED = 1,
	SLOWNESS,
	LONG,
	QUIET,
	KTAP,
	ALL,
	FIRST,
	OBJECT,
	PLAN,
	TODO_NR,
	TRACE,
	CAGE
};
static const struct option longs[] = {
	{ "unit", 1, NULL, 'u' },	  { "day", 1, NULL, 'd' },
	{ "title", 1, NULL, 't' },	  { "binary", 1, NULL, 'b' },
	{ "ref-binary", 1, NULL, 'B' },	  { "src", 1, NULL, 's' },
	{ "base", 1, NULL, 'a' },	  { "san", 1, NULL, 'n' },
	{ "readme", 1, NULL, 'r' },	  { "results", 1, NULL, 'R' },
	{ "green", 1, NULL, 'g' },	  { "hints", 1, NULL, 'h' },
	{ "tmp", 1, NULL, 'T' },	  { "only", 1, NULL, 'o' },
	{ "valgrind", 1, NULL, 'v' },	  { "prefix", 1, NULL, 'p' },
	{ "seed", 1, NULL, SEED },	  { "slowness", 1, NULL, SLOWNESS },
	{ "long", 0, NULL, LONG },	  { "quiet", 0, NULL, QUIET },
	{ "all", 0, NULL, ALL },	  { "first", 0, NULL, FIRST },
	{ "ktap", 0, NULL, KTAP },	  { "object", 1, NULL, OBJECT },
	{ "plan", 1, NULL, PLAN },	  { "todo", 1, NULL, TODO_NR },
	{ "trace", 0, NULL, TRACE },	  { "checked", 1, NULL, 'c' },
	{ "note-checked", 1, NULL, 'C' }, { "trace-tool", 1, NULL, 'x' },
	{ "trace-dir", 1, NULL, 'X' },	  { "cage", 1, NULL, CAGE },
	{ "schedule", 1, NULL, 'S' },	  { NULL, 0, NULL, 0 },
};
static const struct {
	int key;
	const char **to;
} strings[] = {
	{ 'u', &opt.unit },	  { 'd', &opt.day },
	{ 't', &opt.title },	  { 'b', &opt.binary },
	{ 'B', &opt.ref_binary }, { 's', &opt.src },
	{ 'a', &opt.base },	  { 'n', &opt.san },
	{ 'r', &opt.readme },	  { 'R', &opt.results },
	{ 'g', &opt.green },	  { 'h', &opt.hints },
	{ 'T', &opt.tmp },	  { 'o', &opt.only },
	{ 'v', &opt.valgrind },	  { 'p', &opt.prefix },
	{ 'x', &opt.trace_tool }, { 'X', &opt.trace_dir },
	{ PLAN, &plan_path },	  { CAGE, &cage },
	{ 'c', &opt.checked },	  { 'C', &opt.note },
	{ 'S', &opt.schedule },
};

static bool parse(int argc, char **argv)
{
	unsigned int i;
	int c;

	while ((c = getopt_long(argc, argv, "", longs, NULL)) != -1) {
		for (i = 0; i < ARRAY_SIZE(strings); i++)
			if (strings[i].key == c)
				*strings[i].to = optarg;
		if (c == SEED)
			opt.seed = strtoull(optarg, NULL, 0);
		else if (c == SLOWNESS)
			opt.slowness = (unsigned int)atoi(optarg);
		else if (c == TODO_NR)
			opt.todo = (unsigned int)atoi(optarg);
		else if (c == LONG)
			opt.with_long = true;
		else if (c == QUIET)
			opt.quiet = true;
		else if (c == ALL)
			opt.all = true;
		else if (c == FIRST)
			opt.first = true;
		else if (c == KTAP)
			opt.ktap = true;
		else if (c == TRACE)
			opt.trace = true;
		else if (c == OBJECT && !add_object(optarg))
			return false;
		else if (c == '?')
			return false;
	}
	return optind == argc && opt.binary && plan_path;
}

/* Those that contain the word, or all when none does. */
static void list_tests(const char *word)
{
	unsigned int i, hits = 0;

	for (i = 0; i < nr_tests; i++)
		hits += strstr(plan[i].name, word) != NULL;
	fprintf(stderr, "no test \"%s\" in %s; there are:\n", word, opt.unit);
	for (i = 0; i < nr_tests; i++)
		if (!hits || strstr(plan[i].name, word))
			fprintf(stderr, "  %s\n", plan[i].name);
}

/* The test of this name, or the only one whose name begins so; else NULL. */
static const struct planned *find_test(const char *word)
{
	const struct planned *found = NULL;
	unsigned int i, n = 0;

	for (i = 0; i < nr_tests; i++) {
		if (!strcmp(plan[i].name, word))
			return &plan[i];
		if (strncmp(plan[i].name, word, strlen(word)))
			continue;
		found = &plan[i];
		n++;
	}
	return n == 1 ? found : NULL;
}

/*
 * Keep the tests that T=name,name lists, in that order; the beginning of a
 * name is enough, if no other one begins so.
 */
static bool select_only(void)
{
	char *list = strdup(opt.only), *word, *save = NULL;
	struct planned *chosen = NULL, *grown;
	const struct planned *t;
	unsigned int n = 0;

	for (word = strtok_r(list, ",", &save); word;
	     word = strtok_r(NULL, ",", &save)) {
		t = find_test(word);
		grown = t ? realloc(chosen, (n + 1) * sizeof(*t)) : NULL;
		if (!grown) {
			list_tests(word);
			break;
		}
		chosen = grown;
		chosen[n++] = *t;
	}
	free(list);
	if (word || !n) {
		free(chosen);
		return false;
	}
	free(plan);
	plan = chosen;
	nr_tests = n;
	return true;
}

/*
 * What is given is tested with the reference: a student can neither break nor
 * mend it.
 */
static void select_asked(void)
{
	unsigned int i, n = 0;

	if (!strcmp(opt.src, "ref"))
		return;
	for (i = 0; i < nr_tests; i++)
		if (!plan[i].kit)
			plan[n++] = plan[i];
	nr_tests = n;
}

/* Keep the tests of one TODO. */
static bool select_todo(void)
{
	unsigned int i, n = 0;

	for (i = 0; i < nr_tests; i++)
		if (plan[i].todo == opt.todo)
			plan[n++] = plan[i];
	if (!n)
		fprintf(stderr, "no TODO %u in %s\n", opt.todo, opt.unit);
	nr_tests = n;
	return n;
}

static void show_one(unsigned int i, bool full)
{
	show_line(&plan[i], &results[i], i + 1, full);
	if (results[i].trace[0] && full)
		printf("  TRACE  %s\n", results[i].trace);
	fflush(stdout);
}

static void run_all(void)
{
	bool stopped = false, reported = false;
	unsigned int i;

	for (i = 0; i < nr_tests; i++) {
		bool stops, failed;

		supervise(&plan[i], &results[i]);
		stops = results[i].verdict > VERDICT_SKIP;
		failed = results[i].verdict >= VERDICT_FAIL;
		/* Quiet, but the reference ought not to fail: say where. */
		if (opt.quiet && failed && !strcmp(opt.src, "ref"))
			show_one(i, true);
		if (opt.quiet || opt.ktap)
			continue;
		/* At first what is next to be written, and what broke. */
		if (!opt.first || (stops && !stopped) || (failed && !reported))
			show_one(i, opt.all || !reported);
		stopped |= stops;
		reported |= failed;
	}
	if (opt.ktap)
		results_tap(stdout, plan, results, nr_tests);
}

int main(int argc, char **argv)
{
	struct score score;
	uint64_t from = clock_now();
	bool is_whole;
	int err;

	if (!parse(argc, argv)) {
		fprintf(stderr, "usage: unpark-run --plan FILE --binary FILE "
				"... (make check calls it)\n");
		return 2;
	}
	err = plan_read(plan_path, &plan, &nr_tests);
	if (err || !nr_tests) {
		fprintf(stderr, "unpark-run: no plan in %s (%s)\n", plan_path,
			err_name(err));
		return 2;
	}
	if (opt.checked && checked_read(opt.checked, plan, nr_tests))
		return 2;
	is_whole = !opt.only && !opt.todo;
	select_asked();
	if (opt.todo && !select_todo())
		return 2;
	if (opt.only && !select_only())
		return 2;
	results = calloc(nr_tests, sizeof(*results));
	if (!results)
		return 2;
	if (!sandbox_is_possible()) {
		fprintf(stderr, "unpark-run: no system call filter (seccomp) "
				"here, so no test may run: make doctor\n");
		return 2;
	}
	if (!cage_choose(cage)) {
		fprintf(stderr, "unpark-run: CAGE=bwrap: bubblewrap cannot "
				"work here; CAGE=limits does without\n");
		return 2;
	}
	supervise_init();
	if (!opt.quiet && !opt.ktap && !opt.first)
		show_head(nr_tests);
	run_all();
	score_count(plan, results, nr_tests, &score);
	if (!opt.ktap)
		show_summary(&score, (double)(clock_now() - from) / 1e9);
	if (opt.results && (is_whole || !strcmp(opt.src, "submitted"))) {
		err = results_write(plan, results, nr_tests, &score);
		if (err) {
			fprintf(stderr,
				"unpark-run: cannot write results into "
				"%s: %s\n",
				opt.results, err_name(err));
			return 2;
		}
	}
	if (opt.note && checked_note(opt.note, plan, results, nr_tests))
		return 2;
	if (opt.green && is_whole)
		results_stamp(plan, results, nr_tests);
	free(results);
	free(plan);
	return score.green ? 0 : 1;
}

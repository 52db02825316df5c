/*
 * One check, from phase to phase; check.h lists them.
 *
 * A build that fails is tried against a control: the same make on the stubs.
 * When that fails too, the machine is to blame and not the student; when it
 * does not, the student's files are built once more before they get a 0.
 */
#define _GNU_SOURCE
#include "grade/check/check.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "grade/book/store.h"
#include "grade/out/export.h"
#include "grade/check/isolate.h"
#include "grade/check/keeper.h"
#include "kit/clock.h"

static const char *first_seed;
static char fresh_seed[24];

/* --- a run of make --------------------------------------------------------- */
/* An empty folder beside the student's gets the stubs. */
static int control_make(struct check *c)
{
	struct submission control = { .name = "control" };
	char dir[512];
	unsigned int u;

	snprintf(control.id, sizeof(control.id), "c%s", c->id + 1);
	snprintf(c->control, sizeof(c->control), "%s", control.id);
	for (u = 0; u < grade_kit.nr_units; u++) {
		unit_folder(dir, sizeof(dir), control.id, u);
		if (mkdir(dir, 0755) && errno != EEXIST)
			return -errno;
	}
	return units_complete(&control);
}

static const char *folder_id(const struct check *c)
{
	return c->phase == PHASE_CONTROL ? c->control : c->id;
}

/* Objects and results of an earlier run would stand for this one: tests ran
 * since, and what a test may write to is not ours any more. */
static void clear(const struct check *c, const char *id)
{
	char path[600];
	unsigned int u;

	for (u = 0; u < grade_kit.nr_units; u++) {
		if (u != c->unit && strcmp(c->base, "mine"))
			continue;
		unit_folder(path, sizeof(path), id, u);
		strcat(path, "/obj");
		tree_remove(path);
	}
	judge_results(path, sizeof(path), id, c->unit);
	unlink(path);
}

static int check_start(struct check *c)
{
	char day[40], mine[512], o[512], seed[40], log[600], trace[600];
	const char *unit = grade_kit.units[c->unit];
	char *tests = NULL;
	char *argv[] = { (char *)grade_opt.make,
			 "--no-print-directory",
			 "check",
			 "SRC=submitted",
			 strcmp(c->base, "ref") ? "BASE=submitted" : "BASE=ref",
			 "STRICT_MODPOST=1",
			 "QUIET=1",
			 isolate_word(),
			 day,
			 o,
			 seed,
			 mine,
			 trace,
			 NULL, /* T= */
			 NULL };

	snprintf(day, sizeof(day), "DAY=%s",
		 strncmp(unit, "day", 3) ? unit : unit + 3);
	snprintf(o, sizeof(o), "O=%s", grade_opt.build);
	snprintf(seed, sizeof(seed), "SEED=%s",
		 c->phase == PHASE_FRESH ? fresh_seed : first_seed);
	strcpy(mine, "MINE=");
	unit_folder(mine + 5, sizeof(mine) - 5, folder_id(c), c->unit);
	snprintf(log, sizeof(log), "%s/log", mine + 5);
	snprintf(trace, sizeof(trace), "TRACE_DIR=%s/trace", mine + 5);
	if (c->tests && c->phase != PHASE_CONTROL) {
		if (asprintf(&tests, "T=%s", c->tests) < 0)
			return -ENOMEM;
		argv[ARRAY_SIZE(argv) - 2] = tests;
	}
	clear(c, folder_id(c));
	c->began = clock_now();
	c->keeper = keeper_start(argv, log, c->limit);
	free(tests);
	if (c->keeper < 0)
		return c->keeper;
	return 0;
}

/* It is over for this round: it waits, or has its mark, or never gets one. */
static void drop_results(const char *id, unsigned int unit)
{
	char path[512];

	judge_results(path, sizeof(path), id, unit);
	*strrchr(path, '/') = '\0';
	tree_remove(path);
}

static void check_leave(struct check *c, enum phase phase)
{
	c->phase = phase;
	progress_done((double)(clock_now() - c->began) / 1e9);
	drop_results(c->id, c->unit);
	if (*c->control)
		drop_results(c->control, c->unit);
}

static void check_settle(struct check *c)
{
	if (c->j.state == JUDGE_INFRA) {
		c->is_infra = true;
		snprintf(c->detail, sizeof(c->detail), "%s", c->j.detail);
	} else {
		if (!strcmp(c->base, "mine"))
			integration_note(c, &c->j);
		else
			pages_keep(c->id, c->unit, c->content);
		store_check(c->name, c->content, c->base, &c->j, false);
	}
	judge_drop(&c->j);
	check_leave(c, PHASE_DONE);
}

static void check_break(struct check *c, const char *why)
{
	c->j.state = JUDGE_INFRA;
	snprintf(c->j.detail, sizeof(c->j.detail), "%s", why);
	check_settle(c);
}

/* --- from phase to phase -------------------------------------------------- */
void check_go(struct check *c, enum phase phase, char *tests)
{
	free(c->tests);
	c->tests = tests;
	c->phase = phase;
	if (check_start(c))
		check_break(c, "it could not be started");
}

/* The verdicts are known; some may have been noise. */
static void after_labels(struct check *c)
{
	char *tests = alone_list(c->j.tests);

	free(tests);
	if (!tests) {
		check_settle(c);
		return;
	}
	store_check(c->name, c->content, c->base, &c->j, true);
	check_leave(c, PHASE_WAITS);
}

static void after_first(struct check *c, int status)
{
	char *tests;

	judge_check(&c->j, c->id, c->unit, status);
	if (c->phase == PHASE_FIRST && c->j.is_doubtful) {
		judge_drop(&c->j);
		c->phase = PHASE_CONTROL;
		if (control_make(c) || check_start(c))
			check_break(c, "the stubs could not be built");
		return;
	}
	if (c->j.state == JUDGE_INFRA) {
		check_settle(c);
		return;
	}
	tests = again_list(c->j.tests);
	if (tests)
		check_go(c, PHASE_SAME, tests);
	else
		after_labels(c);
}

/* Stubs run to their end, or the machine does not. */
static void after_control(struct check *c, int status)
{
	struct judgement control;

	judge_check(&control, c->control, c->unit, status);
	if (control.state == JUDGE_GRADED)
		check_go(c, PHASE_REBUILD, NULL);
	else
		check_break(c, "the build fails with the stubs, too");
	judge_drop(&control);
}

static void after_label(struct check *c, int status)
{
	struct judgement second;
	char *tests = NULL;

	judge_check(&second, c->id, c->unit, status);
	if (second.state == JUDGE_INFRA)
		judge_drop(&second);
	if (c->phase == PHASE_SAME)
		tests = again_same(c->j.tests, second.tests);
	else
		again_fresh(c->j.tests, second.tests);
	judge_drop(&second);
	if (tests)
		check_go(c, PHASE_FRESH, tests);
	else
		after_labels(c);
}

/* A run that took all its time leaves the first verdicts: they count. */
static void after_alone(struct check *c, int status)
{
	struct judgement second;
	char *tests = NULL;

	judge_check(&second, c->id, c->unit, status);
	if (second.state != JUDGE_TIMEOUT &&
	    (second.state == JUDGE_INFRA || !second.tests)) {
		check_break(c, "tests could not be run again alone");
		judge_drop(&second);
		return;
	}
	alone_merge(c->j.tests, second.tests);
	judge_count(&c->j);
	if (second.tests && c->phase == PHASE_ALONE)
		tests = alone_list(c->j.tests);
	judge_drop(&second);
	if (tests)
		check_go(c, PHASE_REST, tests);
	else
		check_settle(c);
}

void check_seed(const char *seed)
{
	first_seed = seed;
	again_seed(fresh_seed, sizeof(fresh_seed), seed);
}

bool check_begin(struct check *c)
{
	if (!strcmp(c->base, "mine") && integration_is_judged(c, &c->j)) {
		check_settle(c);
		return false;
	}
	if (!strcmp(c->base, "mine") && integration_make(c)) {
		check_break(c, "its files could not be put together");
		return false;
	}
	return true;
}

void check_advance(struct check *c, int status)
{
	c->keeper = 0;
	switch (c->phase) {
	case PHASE_FIRST:
	case PHASE_REBUILD:
		after_first(c, status);
		break;
	case PHASE_CONTROL:
		after_control(c, status);
		break;
	case PHASE_SAME:
	case PHASE_FRESH:
		after_label(c, status);
		break;
	default:
		after_alone(c, status);
	}
}

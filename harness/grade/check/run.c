/*
 * The queue: a check is one `make check` of one unit's files, under a keeper.
 *
 * A build that fails is tried against a control: the same make on the stubs.
 * When that fails too, the machine is to blame and not the student; when it
 * does not, the student's files are built once more before they get a 0.
 */
#define _GNU_SOURCE
#include "grade/check/run.h"

#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "grade/check/keeper.h"
#include "kit/clock.h"
#include "grade/book/store.h"

/* What a check runs now. */
enum phase { PHASE_FIRST, PHASE_CONTROL, PHASE_AGAIN, PHASE_DONE };

/* One unit's content, to be graded. */
struct check {
	const struct submission *s; /* whose folder it is */
	unsigned int unit;
	enum phase phase;
	char control[32]; /* names the control's folder */
	pid_t keeper;	  /* 0: not running */
	bool is_infra;	  /* it ended without a mark */
	char detail[512];
};

static struct check *checks;
static unsigned int nr_checks, nr_done, nr_running;
static const char *run_seed;
static uint64_t started;
static bool is_terminal;
static sigset_t signals;

/* --- one check ------------------------------------------------------------ */
static void mark_of(struct store_mark *m, const struct submission *s,
		    unsigned int unit)
{
	memset(m, 0, sizeof(*m));
	m->student = s->name;
	m->unit = grade_kit.units[unit];
	m->content = s->content[unit];
	m->detail = "";
}

/* An empty folder beside the student's gets the stubs. */
static int control_make(struct check *c)
{
	struct submission control = { .name = "control" };
	char dir[512];
	unsigned int u;
	int err;

	snprintf(control.id, sizeof(control.id), "c%s", c->s->id + 1);
	snprintf(c->control, sizeof(c->control), "%s", control.id);
	for (u = 0; u < grade_kit.nr_units; u++) {
		unit_folder(dir, sizeof(dir), control.id, u);
		if (mkdir(dir, 0755) && errno != EEXIST)
			return -errno;
	}
	err = units_complete(&control);
	return err;
}

static const char *folder_id(const struct check *c)
{
	return c->phase == PHASE_CONTROL ? c->control : c->s->id;
}

static int check_start(struct check *c)
{
	char day[40], mine[512], o[512], seed[40], path[600], log[600];
	const char *unit = grade_kit.units[c->unit];
	char *argv[] = { (char *)grade_opt.make,
			 "--no-print-directory",
			 "check",
			 "SRC=submitted",
			 "BASE=ref",
			 "STRICT_MODPOST=1",
			 "QUIET=1",
			 day,
			 o,
			 seed,
			 mine,
			 NULL };

	snprintf(day, sizeof(day), "DAY=%s",
		 strncmp(unit, "day", 3) ? unit : unit + 3);
	snprintf(o, sizeof(o), "O=%s", grade_opt.build);
	snprintf(seed, sizeof(seed), "SEED=%s", run_seed);
	unit_folder(path, sizeof(path), folder_id(c), c->unit);
	snprintf(mine, sizeof(mine), "MINE=%s", path);
	snprintf(log, sizeof(log), "%s/log", path);
	/* Objects and results of an earlier try would stand for this one. */
	snprintf(path + strlen(path), sizeof(path) - strlen(path), "/obj");
	tree_remove(path);
	judge_results(path, sizeof(path), folder_id(c), c->unit);
	unlink(path);
	c->keeper = keeper_start(argv, log, grade_opt.limit);
	if (c->keeper < 0)
		return c->keeper;
	nr_running++;
	return 0;
}

static void check_settle(struct check *c, const struct judgement *j)
{
	char path[512], *end;

	if (j->state == JUDGE_INFRA) {
		c->is_infra = true;
		snprintf(c->detail, sizeof(c->detail), "%s", j->detail);
	} else {
		store_check(grade_kit.units[c->unit], c->s->content[c->unit],
			    j);
	}
	c->phase = PHASE_DONE;
	nr_done++;
	judge_results(path, sizeof(path), c->s->id, c->unit);
	end = strrchr(path, '/');
	*end = '\0';
	tree_remove(path);
}

/* A phase is over: the next one, or the end. */
static void check_advance(struct check *c, int status)
{
	struct judgement j;

	c->keeper = 0;
	nr_running--;
	judge_check(&j, folder_id(c), c->unit, status);
	if (c->phase == PHASE_FIRST && j.is_doubtful) {
		c->phase = PHASE_CONTROL;
		if (!control_make(c) && !check_start(c)) {
			judge_drop(&j);
			return;
		}
		j.state = JUDGE_INFRA;
	} else if (c->phase == PHASE_CONTROL) {
		/* Stubs run to their end, or the machine does not. */
		if (j.state == JUDGE_GRADED) {
			c->phase = PHASE_AGAIN;
			judge_drop(&j);
			if (!check_start(c))
				return;
		}
		j.state = JUDGE_INFRA;
		snprintf(j.detail, sizeof(j.detail),
			 "the build fails with the stubs, too");
	}
	check_settle(c, &j);
	judge_drop(&j);
}

/* --- all of them ---------------------------------------------------------- */
static bool is_queued(const struct submission *s, unsigned int unit)
{
	unsigned int i;

	for (i = 0; i < nr_checks; i++)
		if (checks[i].unit == unit &&
		    !strcmp(checks[i].s->content[unit], s->content[unit]))
			return true;
	return false;
}

/* Is there nothing to run for this unit? */
static bool is_settled(const struct submission *s, unsigned int unit)
{
	struct store_mark m;

	mark_of(&m, s, unit);
	return !grade_kit.is_wanted[unit] || s->is_broken || s->is_refused ||
	       !s->taken[unit] || store_find(&m) || is_queued(s, unit);
}

static int queue_all(const struct submission *list, unsigned int n)
{
	unsigned int i, u;

	checks = calloc((size_t)n * grade_kit.nr_units + 1, sizeof(*checks));
	if (!checks)
		return -ENOMEM;
	for (i = 0; i < n; i++)
		for (u = 0; u < grade_kit.nr_units; u++)
			if (!is_settled(&list[i], u))
				checks[nr_checks++] =
					(struct check){ .s = &list[i],
							.unit = u };
	return 0;
}

static void show_progress(void)
{
	const double passed = (double)(clock_now() - started) / 1e9;

	if (!is_terminal)
		return;
	printf("\r%u of %u checks, %u running", nr_done, nr_checks, nr_running);
	if (nr_done)
		printf(", about %.0f s left ",
		       passed / nr_done * (nr_checks - nr_done));
	printf("\033[K");
	fflush(stdout);
}

static void start_some(unsigned int *next)
{
	struct judgement broken = { .state = JUDGE_INFRA,
				    .detail = "it could not be started" };

	while (nr_running < grade_opt.jobs && *next < nr_checks) {
		if (check_start(&checks[*next]))
			check_settle(&checks[*next], &broken);
		++*next;
	}
}

static void reap(void)
{
	unsigned int i;
	int status;
	pid_t pid;

	while ((pid = waitpid(-1, &status, WNOHANG)) > 0)
		for (i = 0; i < nr_checks; i++)
			if (checks[i].keeper == pid)
				check_advance(&checks[i],
					      WIFEXITED(status)
						      ? WEXITSTATUS(status)
						      : -1);
}

/* Until all is done; false when a signal ended it. */
static bool work_off(void)
{
	const struct timespec second = { 1, 0 };
	unsigned int next = 0, i;
	siginfo_t info;
	int got;

	for (;;) {
		reap();
		start_some(&next);
		show_progress();
		if (nr_done == nr_checks)
			return true;
		got = sigtimedwait(&signals, &info, &second);
		if (got != SIGINT && got != SIGTERM)
			continue;
		for (i = 0; i < nr_checks; i++)
			if (checks[i].keeper > 0)
				kill(checks[i].keeper, SIGTERM);
		while (waitpid(-1, NULL, 0) > 0)
			;
		return false;
	}
}

/* --- marks ---------------------------------------------------------------- */
static const char *infra_of(const struct submission *s, unsigned int unit)
{
	unsigned int i;

	for (i = 0; i < nr_checks; i++)
		if (checks[i].unit == unit && checks[i].is_infra &&
		    !strcmp(checks[i].s->content[unit], s->content[unit]))
			return checks[i].detail;
	return "it was not graded";
}

/* True when there is a mark. */
static bool give_mark(const struct submission *s, unsigned int unit)
{
	struct store_mark m;

	mark_of(&m, s, unit);
	if (s->is_broken) {
		m.state = judge_name(JUDGE_INFRA);
		m.detail = s->reason;
		m.points = -1;
	} else if (s->is_refused) {
		m.state = "refused";
		m.detail = s->reason;
	} else if (!s->taken[unit]) {
		m.state = "missing";
	} else if (!store_find(&m)) {
		m.state = judge_name(JUDGE_INFRA);
		m.detail = infra_of(s, unit);
		m.points = -1;
	}
	store_student(&m);
	if (m.points < 0)
		fprintf(stderr, "grade: no mark for %s, %s: %s\n", s->name,
			m.unit, m.detail);
	return m.points >= 0;
}

int run_all(struct submission *list, unsigned int n, const char *seed)
{
	unsigned int i, u;
	bool is_whole;
	int err, failed = 0;

	run_seed = seed;
	started = clock_now();
	is_terminal = isatty(1);
	sigemptyset(&signals);
	sigaddset(&signals, SIGCHLD);
	sigaddset(&signals, SIGINT);
	sigaddset(&signals, SIGTERM);
	sigprocmask(SIG_BLOCK, &signals, NULL);
	err = queue_all(list, n);
	if (err)
		return err;
	is_whole = work_off();
	if (is_terminal)
		printf("\r\033[K");
	for (i = 0; is_whole && i < n; i++)
		for (u = 0; u < grade_kit.nr_units; u++)
			if (grade_kit.is_wanted[u])
				failed += !give_mark(&list[i], u);
	free(checks);
	return is_whole ? failed : -EINTR;
}

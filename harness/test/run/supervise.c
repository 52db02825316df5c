/*
 * One test from start to verdict: launch it, listen, watch the clock and the
 * weight, end it. launch.c, listen.c, weigh.c and sandbox.c have the parts.
 */
#define _GNU_SOURCE
#include <ftw.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "kit/clock.h"
#include "one.h"

#define TICK_MS 50
#define NR_TIMEOUTS_PATIENT 3 /* after so many the limit drops to a second */

#define PATIENCE_S 60 /* a whole run lasts that long: likewise */

static unsigned int nr_timeouts;
static uint64_t began;

void supervise_init(void)
{
	prctl(PR_SET_CHILD_SUBREAPER, 1);
	signal(SIGPIPE, SIG_IGN);
	began = clock_now();
}

static unsigned int time_limit(const struct planned *t)
{
	unsigned int s = t->timeout * opt.slowness;

	if (t->cost && is_plain())
		s *= 4;
	/* A preemption more: ten times as many schedules, or more. */
	if (t->model && opt.with_long)
		s *= 10;
	/* Tests that just keep their limits must not add up, either. */
	if (nr_timeouts >= NR_TIMEOUTS_PATIENT ||
	    clock_now() - began > PATIENCE_S * opt.slowness * NSEC_PER_SEC)
		return opt.slowness;
	return s;
}

/* Ask an endless test where it is, then kill it. */
static void end_endless(struct run *run, unsigned int limit)
{
	struct result *r = run->r;
	struct pollfd p = { run->channel, POLLIN, 0 };
	char where[sizeof(r->where)] = "";
	uint64_t until = clock_now() + NSEC_PER_SEC;
	pid_t test;

	nr_timeouts++;
	/* It has failed already, and only cannot end: that is the verdict. */
	if (r->verdict >= VERDICT_TODO) {
		kill_all(run->pid);
		return;
	}
	test = cage_test_pid(run);
	if (test)
		kill(test, SIGUSR2);
	/* It may ignore the signal and go on talking: not for ever. */
	while (clock_now() < until && poll(&p, 1, 200) == 1 && listen_once(run))
		;
	if (r->verdict == VERDICT_CRASH)
		copy(where, sizeof(where), r->where);
	kill_all(run->pid);
	r->verdict = VERDICT_TIMEOUT;
	copy(r->where, sizeof(r->where), where);
	snprintf(r->what, sizeof(r->what),
		 run->t->model ? "the model did not end within %u s: it has "
				 "more schedules than fit, or a loop without "
				 "an atomic in it"
			       : "the test did not end within %u s: an endless "
				 "loop, or a wait for something that never "
				 "comes",
		 limit);
}

/* Listen until the child has ended; true when it ended by itself. */
static bool watch(struct run *run)
{
	unsigned int limit = time_limit(run->t);
	uint64_t end = clock_now() + limit * NSEC_PER_SEC;
	uint64_t tick = clock_now() + 2 * TICK_MS * NSEC_PER_MSEC;
	bool open = true;

	while (open) {
		struct pollfd p[2] = { { run->channel, POLLIN, 0 },
				       { run->output, POLLIN, 0 } };
		uint64_t now;

		poll(p, 2, TICK_MS);
		if (run->output >= 0)
			read_output(run);
		if (p[0].revents)
			open = listen_once(run) && !run->refused;
		now = clock_now();
		if (now > end) {
			end_endless(run, limit);
			return false;
		}
		if (now > tick) {
			tick = now + TICK_MS * NSEC_PER_MSEC;
			if (is_too_heavy(run)) {
				kill_all(run->pid);
				return false;
			}
		}
	}
	/* It hung up: it ends, or goes on without us, which it may not. */
	for (;;) {
		siginfo_t info = { 0 };
		struct pollfd p = { run->output, POLLIN, 0 };

		waitid(P_PID, (id_t)run->pid, &info,
		       WEXITED | WNOHANG | WNOWAIT);
		if (info.si_pid == run->pid)
			return true;
		if (clock_now() > end) {
			end_endless(run, limit);
			return false;
		}
		if (clock_now() > tick) {
			tick = clock_now() + TICK_MS * NSEC_PER_MSEC;
			if (is_too_heavy(run)) {
				kill_all(run->pid);
				return false;
			}
		}
		poll(&p, 1, 1);
		if (run->output >= 0)
			read_output(run);
	}
}

static int remove_one(const char *path, const struct stat *st, int type,
		      struct FTW *at)
{
	return type == FTW_DP ? rmdir(path) : unlink(path);
}

/* With folders that the test may have made; links are not followed. */
static void remove_dir(const char *path)
{
	nftw(path, remove_one, 16, FTW_DEPTH | FTW_PHYS | FTW_MOUNT);
}

/* Run @binary on the test once; what it says goes into @r. */
static void run_once(const struct planned *t, const char *binary,
		     const char *costs, struct result *r)
{
	static struct run run;
	uint64_t from = clock_now();
	int status = 0, err;
	bool ended;

	run = (struct run){
		.t = t, .r = r, .channel = -1, .output = -1, .status = -1
	};
	*r = (struct result){ 0 };
	if (getentropy(&run.nonce, sizeof(run.nonce)))
		abort();
	err = launch(&run, binary, costs);
	if (err) {
		fprintf(stderr, "unpark-run: cannot start a test: %s\n",
			strerror(-err));
		exit(2);
	}
	ended = watch(&run);
	if (ended)
		waitpid(run.pid, &status, 0);
	if (kill_all(run.pid) && ended && r->verdict <= VERDICT_PASS) {
		r->verdict = VERDICT_FAIL;
		copy(r->what, sizeof(r->what),
		     "processes were started that outlived the test");
	}
	if (run.output >= 0) {
		read_output(&run);
		if (run.output >= 0)
			close(run.output);
	}
	close(run.channel);
	if (ended && !cage_status(&run, &status)) {
		fprintf(stderr,
			"unpark-run: bubblewrap could not start a test: %s\n",
			r->output);
		exit(2);
	}
	if (run.status >= 0)
		close(run.status);
	r->output[r->output_len < RUN_OUTPUT ? r->output_len : RUN_OUTPUT] =
		'\0';
	if (ended)
		verdict_decide(r, t, status, run.oracle.accepted);
	/* It may have been quick. */
	if (r->verdict <= VERDICT_PASS)
		is_disk_full(&run);
	free(run.oracle.priv);
	trace_keep(t, run.dir, r);
	remove_dir(run.dir);
	r->seconds = (double)(clock_now() - from) / 1e9;
}

static void skip(struct result *r, const char *why)
{
	*r = (struct result){ .verdict = VERDICT_SKIP };
	copy(r->what, sizeof(r->what), why);
}

void supervise(const struct planned *t, struct result *r)
{
	char costs[sizeof(r->costs)] = "";

	if ((t->plain || t->cost) && !is_plain()) {
		skip(r, t->cost ? "instructions are counted in a plain build"
				: "runs in a plain build only");
		return;
	}
	if (t->cost && !opt.valgrind) {
		skip(r, "valgrind is not installed: sh harness/setup");
		return;
	}
	if (t->cost && opt.ref_binary) {
		run_once(t, opt.ref_binary, "", r);
		copy(costs, sizeof(costs), r->costs);
	}
	run_once(t, opt.binary, costs, r);
	/* Noise is often over by the second try. */
	if (r->verdict == VERDICT_INCONCLUSIVE)
		run_once(t, opt.binary, costs, r);
}

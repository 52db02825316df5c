/**
 * @file work.h
 * Work whose every move is known, and a loop of report.c that drives it.
 *
 * The work counts its polls and drops, gives way as often as a test wants, and
 * moves a clock of the test's own when it is done. A loop runs as a task of a
 * current-thread scheduler, moved step by step, so that one that waits for
 * ever is seen and does not hang.
 */
#ifndef CAPSTONE_TESTS_WORK_H
#define CAPSTONE_TESTS_WORK_H

#include <string.h>

#include "kit/clock.h"
#include "kit/err.h"
#include "kit/fault.h"
#include "kit/tracepoint.h"
#include "report.h"
#include "test/test.h"

#define STEPS_MAX 200000 /* turns after which a loop counts as stuck */
#define OUT_BASE 1000	 /* output of operation 0 */

/* The work. */
struct op {
	struct future future;
	unsigned int id;     /* its number, by first poll */
	unsigned int pauses; /* polls that will still be pending */
	bool started;
	bool done;
};

static inline enum poll op_poll(struct future *f, struct context *cx,
				void *out);
static inline void op_drop(struct future *f);

static const struct future_ops op_ops = {
	.poll = op_poll,
	.drop = op_drop,
	.size = sizeof(struct op),
	.out_size = sizeof(uint64_t),
};

static const struct op prototype = { .future.ops = &op_ops };

/* What the work did, and what it shall do. */
static struct {
	unsigned int started, finished, polls, drops;
	unsigned int most;	 /* operations alive at the same time */
	unsigned int pauses;	 /* how often each gives way */
	uint64_t pause_ns;	 /* how long each time, in ns */
	bool shorter;		 /* each gives way once less than before */
	const uint64_t *latency; /* of operation i, in ns; NULL: none */
	unsigned int nr_latency; /* then from the start again */
	/* A program: pauses and output of each, and the order of their ends. */
	const uint8_t *script;
	const uint64_t *values;
	uint8_t *finish_order; /* room for nr_script */
	unsigned int nr_script;
} work;

/* The clock: stands still but for the work, each read and each allocation. */
static struct {
	uint64_t now, tick, alloc;
	unsigned int reads;
} clk;

static inline uint64_t clk_read(void)
{
	clk.reads++;
	clk.now += clk.tick;
	return clk.now;
}

static inline int clk_alloc(enum fault_site site)
{
	if (site == FAULT_ALLOC)
		clk.now += clk.alloc;
	return 0;
}

static inline void op_start(struct op *op)
{
	op->started = true;
	op->id = work.started++;
	if (work.script && op->id >= work.nr_script)
		FAIL("more operations were begun than the program has: %u",
		     work.nr_script);
	op->pauses = work.script ? work.script[op->id] : work.pauses;
	if (work.shorter)
		op->pauses -= op->id;
	if (work.started - work.finished > work.most)
		work.most = work.started - work.finished;
}

static inline enum poll op_poll(struct future *f, struct context *cx, void *out)
{
	struct op *op = container_of(f, struct op, future);
	uint64_t value;

	if (op == &prototype)
		FAIL("the prototype itself was polled, not a copy of it");
	if (op->done)
		FAIL("an operation was polled again after it was ready");
	if (!op->started)
		op_start(op);
	work.polls++;
	if (op->pauses) {
		op->pauses--;
		clk.now += work.pause_ns;
		waker_wake_by_ref(cx->waker);
		return POLL_PENDING;
	}
	op->done = true;
	if (work.finish_order)
		work.finish_order[work.finished] = (uint8_t)op->id;
	work.finished++;
	if (work.latency)
		clk.now += work.latency[op->id % work.nr_latency];
	value = work.values ? work.values[op->id] : OUT_BASE + op->id;
	memcpy(out, &value, sizeof(value));
	return POLL_READY;
}

static inline void op_drop(struct future *f)
{
	work.drops++;
}

/* One loop as a task, from start to end. */
struct run {
	enum report_way way;
	unsigned int groups, group;
	unsigned int fail_at; /* this allocation of the loop fails; 0: none */
	uint64_t *ns;	      /* room for groups */
	uint64_t *outs;	      /* room for group, or NULL */
	unsigned long allocs; /* out: allocations that the loop made */
	unsigned long spawns; /* out: tasks that it spawned */
	unsigned long turns;  /* out: polls of the loop, and of its tasks */
	unsigned int reads;   /* out: clock reads */
};

/*
 * Other calls use the stack between two polls. A local of the loop that is
 * still what it was after an AWAIT() is so by luck; here nobody has any.
 */
static __attribute__((noinline)) void scrub_stack(void)
{
	unsigned char junk[8192];

	memset(junk, 0xa5, sizeof(junk));
	__asm__("" : : "r"(junk) : "memory"); /* a use, so that it is written */
}

/* Step until the task has ended; its status. */
static inline int step_to_end(struct sched *s, struct join *join)
{
	struct waker noop = waker_noop();
	struct context cx = { .waker = &noop };
	unsigned int i;
	int status;

	for (i = 0; i < STEPS_MAX; i++) {
		if (future_poll(&join->future, &cx, &status) == POLL_READY)
			return status;
		if (!sched_step(s, 0))
			FAIL("the loop is pending, and nothing that runs will "
			     "ever wake it");
		scrub_stack();
	}
	FAIL("the loop did not end within %u turns of the scheduler",
	     STEPS_MAX);
}

/* Returns what the loop returned. */
static inline int run_loop(struct run *r)
{
	struct report_load load;
	struct report_loop loop;
	struct sched *s;
	struct join join;
	int err;

	EXPECT_ERR(sched_create(&s, 0), 0, "a scheduler is created");
	EXPECT_ERR(report_load_init(&load, &prototype.future, s, r->group), 0,
		   "there is room for the work");
	report_loop_init(&loop, r->way, &load, r->groups, r->group, r->ns);
	EXPECT_ERR(sched_spawn(s, loop.async.future.ops, &loop, &join), 0,
		   "the measuring task is spawned");
	clk.reads = 0;
	clk.now = NSEC_PER_SEC;
	clock_source = clk_read;
	record_start();
	r->allocs = heap_allocs();
	if (clk.alloc)
		fault_hook = clk_alloc;
	if (r->fail_at)
		fault_set(FAULT_ALLOC, r->fail_at, -ENOMEM);
	err = step_to_end(s, &join);
	fault_set(FAULT_ALLOC, 0, 0);
	r->allocs = heap_allocs() - r->allocs;
	r->spawns = record_count(TP_SPAWN);
	r->turns = record_count(TP_POLL_BEGIN);
	r->reads = clk.reads;
	clock_source = NULL;
	EXPECT_ERR(err, 0, "the measuring task ends without being cancelled");
	memcpy(&err, join_output(&join), sizeof(err));
	if (r->outs)
		memcpy(r->outs, load.outs, r->group * sizeof(r->outs[0]));
	future_drop(&join.future);
	sched_destroy(s);
	report_load_fini(&load);
	return err;
}

#endif

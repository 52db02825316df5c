/* Claims on tasks that hold their worker, and on the ways out. */
#include <errno.h>
#include <stdlib.h>
#include <time.h>

#include "claims.h"

#include "kit/async.h"
#include "kit/bug.h"
#include "kit/clock.h"

#include "block_in_place.h"
#include "blocking.h"
#include "budget.h"
#include "metrics.h"
#include "sched.h"

/* --- the budget ----------------------------------------------------------------- */
enum load { LOAD_COMPUTE, LOAD_BLOCK, LOAD_RECEIVE };

struct loaded {
	struct future future;
	enum load load;
	unsigned int n; /* us, or operations */
};

static enum poll loaded_poll(struct future *f, struct context *cx, void *out)
{
	struct loaded *l = container_of(f, struct loaded, future);
	struct timespec ts = { 0, (long)l->n * 1000 };
	uint64_t from = clock_now();

	switch (l->load) {
	case LOAD_COMPUTE:
		while (clock_now() - from < l->n * NSEC_PER_USEC)
			;
		break;
	case LOAD_BLOCK:
		nanosleep(&ts, NULL);
		break;
	case LOAD_RECEIVE:
		/* As a receive of a message that is there. */
		for (; l->n; l->n--)
			if (budget_spend(cx) == POLL_PENDING)
				return POLL_PENDING;
	}
	return POLL_READY;
}

static const struct future_ops loaded_ops = {
	.poll = loaded_poll,
	.size = sizeof(struct loaded),
};

static double forced(enum load load, unsigned int n)
{
	struct loaded l = { { &loaded_ops }, load, n };

	heard_start();
	work_task(0, &l);
	return (double)heard_stop().yields;
}

static void budget(struct claim *c)
{
	double polls;

	claim_count(c, 0, OURS, forced(LOAD_COMPUTE, 10000));
	claim_count(c, 1, OURS, forced(LOAD_RECEIVE, 1280));
	if (peer_ask(PEER_TOKIO, "polls", "compute", 10000, 0, &polls, NULL))
		claim_count(c, 0, TOKIO, polls - 1);
	if (peer_ask(PEER_TOKIO, "polls", "recv", 1280, 0, &polls, NULL))
		claim_count(c, 1, TOKIO, polls - 1);
}

static void budget_blocking(struct claim *c)
{
	double polls;

	claim_count(c, 0, OURS, forced(LOAD_BLOCK, 10000));
	if (peer_ask(PEER_TOKIO, "polls", "block", 10000, 0, &polls, NULL))
		claim_count(c, 0, TOKIO, polls - 1);
}

/* A worker that sleeps in a call: how busy is the processor? */
static void five_percent(struct claim *c)
{
	struct loaded l = { { &loaded_ops }, LOAD_BLOCK, 30000 };
	uint64_t wall, cpu;
	unsigned int r;

	for (r = 0; r < CLAIM_RUNS; r++) {
		wall = clock_now();
		cpu = clock_process_cpu();
		work_task(0, &l);
		cpu = clock_process_cpu() - cpu;
		wall = clock_now() - wall;
		claim_run(c, 0, OURS, (double)cpu / (double)wall * 100);
	}
}

/* In the middle of a poll that began long ago, 50 ms apart. */
static void pinned(struct claim *c)
{
	struct metrics_reading before = { .now = 20 * NSEC_PER_MSEC,
					  .running_since = NSEC_PER_MSEC };
	struct metrics_reading after = before;
	struct metrics_rates rates;

	after.now += 50 * NSEC_PER_MSEC;
	metrics_rates(&before, &after, &rates);
	claim_count(c, 0, OURS, rates.rate[METRIC_BUSY] * 100);
	peer_counters(c, 0, 100, "stuck", 0, 0);
}

/* --- two ways out --------------------------------------------------------------------------- */
struct escaper {
	struct async async;
	bool is_in_place;
	unsigned int left;
	struct blocking *pool;
	struct blocking_job job;
	struct yield yield;
	int status, err;
	int *refused;
};

static int nothing(void *arg, void *out)
{
	return 0;
}

static void nothing_in_place(void *arg)
{
}

static enum poll escaper_poll(struct future *f, struct context *cx, void *out)
{
	static const struct blocking_ops ops = { .run = nothing };
	struct escaper *e = container_of(f, struct escaper, async.future);

	ASYNC_BEGIN(&e->async);
	for (; e->left; e->left--) {
		if (e->is_in_place) {
			*e->refused = block_in_place(nothing_in_place, NULL);
			e->yield = yield_now();
			AWAIT(&e->yield.future, NULL);
		} else {
			BUG_ON(blocking_start(e->pool, work_create(&ops, 0, 0),
					      &e->job));
			AWAIT(&e->job.future, &e->status);
		}
	}
	ASYNC_END(&e->async);
}

static void escaper_drop(struct future *f)
{
	async_drop(&container_of(f, struct escaper, async.future)->async);
}

/* ns of the clock for each. */
static double escape(bool is_in_place, unsigned int workers, unsigned int n,
		     int *refused)
{
	static const struct future_ops ops = { .poll = escaper_poll,
					       .drop = escaper_drop,
					       .size = sizeof(struct escaper) };
	struct escaper e = { .async.future.ops = &ops,
			     .is_in_place = is_in_place,
			     .left = n,
			     .refused = refused };
	uint64_t from;

	BUG_ON(blocking_create(&e.pool, 4, BLOCKING_KEEP_ALIVE));
	from = clock_now();
	work_task(workers, &e);
	from = clock_now() - from;
	blocking_destroy(e.pool);
	return (double)from / n;
}

static void in_place(struct claim *c)
{
	double place, pool;
	unsigned int r;
	int refused;

	for (r = 0; r < CLAIM_RUNS; r++) {
		place = escape(true, 2, 100, &refused);
		BUG_ON(refused);
		claim_run(c, 0, OURS, place / escape(false, 2, 100, &refused));
		if (peer_ask(PEER_TOKIO, "escape", "in-place", 100, 0, &place,
			     NULL) &&
		    peer_ask(PEER_TOKIO, "escape", "pool", 100, 0, &pool, NULL))
			claim_run(c, 0, TOKIO, place / pool);
	}
	escape(true, 0, 1, &refused);
	claim_count(c, 1, OURS, refused == -EDEADLK);
	claim_lacks(c, 1, TOKIO, "it panics, which ends the peer");
}

struct claim claims_holding[] = {
	{ .id = "budget-is-time",
	  .source = TUNING,
	  .text = "A task that holds the thread for more than a threshold is "
		  "made to yield: its budget.",
	  .how = "Forced yields of a task that computes for 10 ms, and of one "
		 "that receives 1,280 messages, which takes microseconds.",
	  .means = "The budget counts operations: 128 of them a poll. A loop "
		   "that computes has none and is never asked; a task that "
		   "takes no time at all is, each 128 messages.",
	  .measure = budget,
	  .cases = { { "10 ms of computing: forced yields", "", 1, INFINITY },
		     { "1,280 messages: forced yields", "", 0, 0 } } },
	{ .id = "budget-and-blocking",
	  .source = TUNING,
	  .text = "The budget does nothing against calls that block.",
	  .how = "Forced yields of a task that sleeps for 10 ms in a call.",
	  .means = "True, and for the same reason: nobody is charged, and "
		   "nobody could interrupt the call.",
	  .measure = budget_blocking,
	  .cases = { { "10 ms in a call: forced yields", "", 0, 0 } } },
	{ .id = "100-us",
	  .source = TUNING,
	  .text = "A poll_duration above 100 us, consistently, is a blocking "
		  "problem, period; below it there is none.",
	  .how = "Virtual time: the longest wait of a task on a worker with "
		 "others whose polls take so long. A problem is taken as a "
		 "wait of more than 100 us.",
	  .means = "One neighbour's poll is one wait, so the threshold is what "
		   "one grants the others. It says nothing of their number: "
		   "twenty polls of 90 us, each below it, are 1.8 ms.",
	  .measure = claim_over_100us,
	  .cases = { { "beside polls of 110 us: wait", "us", 100, INFINITY },
		     { "beside polls of 90 us: wait", "us", 0, 100 },
		     { "beside 20 tasks of 90 us: wait", "us", 0, 100 } } },
	{ .id = "10-to-100-us",
	  .source = CPU_BOUND,
	  .text = "10 to 100 us between two awaits are right for latency "
		  "(Alice Ryhl's rule, quoted).",
	  .how = "Virtual time: the longest wait beside tasks that give way "
		 "each 100 us; CPU time of a yield, with an async lock's "
		 "hand-over, in a slice of 10 us.",
	  .means = "At the lower end the yields cost a percent or two, at the "
		   "upper end one neighbour costs 100 us. Both ends of the "
		   "rule are where they should be - for one computing task. "
		   "Waits add up over tasks, as above.",
	  .measure = claim_between_awaits,
	  .cases = { { "one task that computes: wait", "us", 0, 100 },
		     { "20 tasks that compute: wait", "us", 0, 100 },
		     { "a yield each 10 us costs", "%", 0, 3 } } },
	{ .id = "two-numbers",
	  .source = TUNING,
	  .text = "poll_duration and scheduled_delay together tell a blocking "
		  "problem from saturation.",
	  .how = "Planted traces, read by day 2's stall: is the answer that "
		 "the two numbers give the right one? 1: yes.",
	  .means = "They do, as long as the thread has a core. A neighbour on "
		   "the machine that takes the core away makes a poll long, "
		   "and the two numbers blame the task. It takes a third one, "
		   "the run delay of the thread, to see that.",
	  .measure = claim_two_numbers,
	  .cases = { { "a poll that blocks", "", 1, 1 },
		     { "saturation", "", 1, 1 },
		     { "a neighbour that takes the core", "", 1, 1 } } },
	{ .id = "5-percent-cpu",
	  .source = TUNING,
	  .text = "A worker that is blocked in a call shows single-digit CPU "
		  "usage while the service stands still.",
	  .how = "CPU time over the clock's while the only worker sleeps in a "
		 "call for 30 ms.",
	  .means = "It does; the processor's load says nothing of whether "
		   "tasks can run.",
	  .measure = five_percent,
	  .cases = { { "CPU of a blocked runtime", "%", 0, 9.99 } } },
	{ .id = "pinned-worker",
	  .source = METRICS,
	  .text = "A worker near 100 % busy while others idle shows a call "
		  "that "
		  "blocks it.",
	  .how = "How busy the counters say that a worker was in 50 ms in the "
		 "middle of a poll: day 5's rates, Tokio's "
		 "worker_total_busy_duration (debug).",
	  .means = "Tokio adds a poll's time up when the worker next looks for "
		   "work. While the call lasts, the counter stands still, and "
		   "the worker that is stuck looks like one that idles: the "
		   "very case that the number is read for. Day 5 publishes "
		   "when the poll in progress began, and its rates take it in.",
	  .measure = pinned,
	  .cases = { { "a stuck worker is told as busy", "%", 90, 100 } } },
	{ .id = "block-in-place",
	  .source = TUNING,
	  .text = "block_in_place has less overhead than spawn_blocking, and "
		  "needs the multi-thread runtime.",
	  .how = "Time of the clock for 100 empty functions each, in turn, two "
		 "workers; and what it answers on one thread. 1: refused.",
	  .means = "It saves the copy and the way back, and pays with a thread "
		   "that has to take the worker over. Ours starts one each "
		   "time, which is tens of times as dear as a pool that is "
		   "warm; Tokio takes one of its pool, and comes close. What "
		   "it is for is code that borrows and cannot be sent.",
	  .measure = in_place,
	  .cases = { { "in place / on the pool", "times", 0, 1 },
		     { "current-thread refuses", "", 1, 1 } } },
	{ .id = "separate-runtime",
	  .source = CPU_BOUND,
	  .text = "Computing on a runtime of its own saves the latency of "
		  "/health.",
	  .how = "Virtual time, two cores: p99 of /health with 10 ms of "
		 "computing each 25 ms on the main runtime, over the same on "
		 "day 6's executor.",
	  .means = "Hundreds of times. With fewer cores than busy threads the "
		   "kernel shares the core instead of the runtime, so the "
		   "executor's threads are nicer, too: see make exchange.",
	  .measure = claim_health,
	  .cases = { { "p99 on main / separate", "times", 5, INFINITY } } },
};
const unsigned int nr_claims_holding = ARRAY_SIZE(claims_holding);

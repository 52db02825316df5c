/* Claims on the scheduler: who is queued where, and who runs what. */
#include <stdlib.h>

#include "claims.h"

#include "kit/async.h"
#include "kit/atomic.h"
#include "kit/bug.h"
#include "kit/clock.h"
#include "kit/park.h"
#include "kit/thread.h"

#include "driver.h"
#include "sched.h"
#include "sleep.h"

/* A task that is ready at once. */
static _Atomic(unsigned int) ran;

static enum poll count_poll(struct future *f, struct context *cx, void *out)
{
	/* relaxed: a counter. */
	atomic_fetch_add_explicit(&ran, 1, memory_order_relaxed);
	return POLL_READY;
}

static const struct future_ops count_ops = {
	.poll = count_poll,
	.size = sizeof(struct future),
};

/* A task that spawns others, and may hold its worker then. */
struct parent {
	struct async async;
	unsigned int n, next;
	bool holds;
	struct join *joins;
	int status;
};

/* Until none of the others has run for a while: 60 ms, as the peer does. */
static unsigned int hold_worker(void)
{
	struct parker parker;
	unsigned int seen, now = 0;

	parker_init(&parker);
	do {
		seen = now;
		parker_park(&parker, clock_now() + 60 * NSEC_PER_MSEC);
		/* relaxed: a counter. */
		now = atomic_load_explicit(&ran, memory_order_relaxed);
	} while (now != seen);
	return now;
}

static unsigned int ran_meanwhile;

static enum poll parent_poll(struct future *f, struct context *cx, void *out)
{
	static const struct future init = { &count_ops };
	struct parent *p = container_of(f, struct parent, async.future);
	unsigned int i;

	ASYNC_BEGIN(&p->async);
	for (i = 0; i < p->n; i++)
		BUG_ON(sched_spawn(sched_current(), &count_ops, &init,
				   &p->joins[i]));
	if (p->holds)
		ran_meanwhile = hold_worker();
	for (; p->next < p->n; p->next++)
		AWAIT(&p->joins[p->next].future, &p->status);
	ASYNC_END(&p->async);
}

static const struct future_ops parent_ops = {
	.poll = parent_poll,
	.size = sizeof(struct parent),
};

static void run_parent(unsigned int workers, unsigned int n, bool holds)
{
	struct parent p = { .async.future.ops = &parent_ops,
			    .n = n,
			    .holds = holds,
			    .joins = calloc(n, sizeof(struct join)) };

	BUG_ON(!p.joins);
	atomic_store_explicit(&ran, 0, memory_order_relaxed);
	work_task(workers, &p);
	free(p.joins);
}

/* The same, spawned by a thread that is no worker. */
static void run_outside(unsigned int workers, unsigned int n)
{
	static const struct future init = { &count_ops };
	struct join *joins = calloc(n, sizeof(*joins));
	struct sched *s;
	unsigned int i;
	int status;

	BUG_ON(!joins || sched_create(&s, workers));
	for (i = 0; i < n; i++)
		BUG_ON(sched_spawn(s, &count_ops, &init, &joins[i]));
	for (i = 0; i < n; i++) {
		BUG_ON(sched_block_on(s, &joins[i].future, &status));
		future_drop(&joins[i].future);
	}
	sched_destroy(s);
	free(joins);
}

/* --- the claims ------------------------------------------------------------------- */
static void frozen(struct claim *c)
{
	static const unsigned int workers[] = { 0, 2 };
	unsigned int r, i;
	double v;

	for (i = 0; i < ARRAY_SIZE(workers); i++) {
		for (r = 0; r < 7; r++) {
			run_parent(workers[i], 8, true);
			claim_run(c, i, OURS, ran_meanwhile);
			if (peer_ask(PEER_TOKIO, "blocked", "-", 8, workers[i],
				     &v, NULL))
				claim_run(c, i, TOKIO, v);
		}
	}
}

static void ways_in(struct claim *c)
{
	const unsigned int n = 1000;
	struct heard h;
	unsigned long all;

	heard_start();
	run_parent(0, n, false);
	h = heard_stop();
	all = h.queued[TP_LIFO] + h.queued[TP_LOCAL] + h.queued[TP_INJECTION];
	claim_count(c, 0, OURS, (double)h.queued[TP_LIFO] / all * 100);
	claim_count(c, 1, OURS, (double)h.overflowed / n * 100);
	claim_lacks(c, 0, TOKIO, "Tokio 1.24 has no counter of it");
	claim_lacks(c, 1, TOKIO, "Tokio 1.24 has no counter of it");
	heard_start();
	run_outside(0, n);
	h = heard_stop();
	all = h.queued[TP_LIFO] + h.queued[TP_LOCAL] + h.queued[TP_INJECTION];
	claim_count(c, 2, OURS, (double)h.queued[TP_INJECTION] / all * 100);
	claim_lacks(c, 2, TOKIO, "Tokio 1.24 has no counter of it");
}

static void remote(struct claim *c)
{
	const unsigned int n = 1000;
	struct heard h;

	heard_start();
	run_outside(0, n);
	h = heard_stop();
	claim_count(c, 0, OURS, (double)h.queued[TP_INJECTION] / n * 100);
	peer_counters(c, 0, 100, "remote", n, 0);
}

static void global_queue(struct claim *c)
{
	const unsigned int n = 200;
	double from_inside, from_outside;
	struct heard h;
	unsigned int r;

	heard_start();
	run_parent(0, n, false);
	h = heard_stop();
	from_inside = (double)h.locks / n;
	heard_start();
	run_outside(0, n);
	h = heard_stop();
	claim_count(c, 0, OURS, (double)h.locks / n - from_inside);
	claim_lacks(c, 0, TOKIO, "not counted by thread");
	for (r = 0; r < CLAIM_RUNS; r++) {
		from_outside = (double)clock_process_cpu();
		run_outside(2, 10000);
		from_outside = (double)clock_process_cpu() - from_outside;
		from_inside = (double)clock_process_cpu();
		run_parent(2, 10000, false);
		from_inside = (double)clock_process_cpu() - from_inside;
		claim_run(c, 1, OURS, from_outside / from_inside);
		if (peer_ask(PEER_TOKIO, "from", "outside", 10000, 0,
			     &from_outside, NULL) &&
		    peer_ask(PEER_TOKIO, "from", "inside", 10000, 0,
			     &from_inside, NULL))
			claim_run(c, 1, TOKIO, from_outside / from_inside);
	}
}

/* --- on which thread ------------------------------------------------------------------- */
struct mover {
	struct async async;
	struct driver *driver; /* NULL: it gives way and does not sleep */
	unsigned int left, number;
	const struct kit_self *before;
	union {
		struct yield yield;
		struct sleep sleep;
	};
	int status;
};

static _Atomic(unsigned int) stayed;

static void spin_5us(void)
{
	uint64_t from = clock_now();

	while (clock_now() - from < 5 * NSEC_PER_USEC)
		;
}

static enum poll mover_poll(struct future *f, struct context *cx, void *out)
{
	struct mover *m = container_of(f, struct mover, async.future);

	ASYNC_BEGIN(&m->async);
	for (; m->left; m->left--) {
		m->before = kit_self();
		if (m->driver) {
			m->sleep = sleep_until(
				m->driver, clock_now() + (1 + m->number % 3) *
								 NSEC_PER_MSEC);
			AWAIT(&m->sleep.future, &m->status);
		} else {
			m->yield = yield_now();
			AWAIT(&m->yield.future, NULL);
			spin_5us();
		}
		/* relaxed: a counter. */
		if (m->before == kit_self())
			atomic_fetch_add_explicit(&stayed, 1,
						  memory_order_relaxed);
	}
	ASYNC_END(&m->async);
}

static const struct future_ops mover_ops = {
	.poll = mover_poll,
	.size = sizeof(struct mover),
};

/* % of the polls that were on the thread of the one before. */
static double stay(unsigned int n, unsigned int k, bool sleeps)
{
	struct mover m = { .async.future.ops = &mover_ops, .left = k };
	struct join joins[200];
	struct driver *driver;
	struct sched *s;
	int status;

	BUG_ON(n > ARRAY_SIZE(joins));
	atomic_store_explicit(&stayed, 0, memory_order_relaxed);
	BUG_ON(driver_create(&driver));
	BUG_ON(sched_create_driven(&s, 2, &driver->park));
	m.driver = sleeps ? driver : NULL;
	for (m.number = 0; m.number < n; m.number++)
		BUG_ON(sched_spawn(s, &mover_ops, &m, &joins[m.number]));
	for (m.number = 0; m.number < n; m.number++) {
		BUG_ON(sched_block_on(s, &joins[m.number].future, &status));
		future_drop(&joins[m.number].future);
	}
	sched_destroy(s);
	driver_destroy(driver);
	return 100.0 * atomic_load_explicit(&stayed, memory_order_relaxed) /
	       (n * k);
}

static void same_thread(struct claim *c)
{
	unsigned int r;
	double same, all;

	for (r = 0; r < CLAIM_RUNS; r++) {
		claim_run(c, 0, OURS, stay(200, 50, false));
		if (peer_ask(PEER_TOKIO, "moves", "yield", 200, 50, &same,
			     &all))
			claim_run(c, 0, TOKIO, same / all * 100);
		claim_run(c, 1, OURS, stay(50, 10, true));
		if (peer_ask(PEER_TOKIO, "moves", "sleep", 50, 10, &same, &all))
			claim_run(c, 1, TOKIO, same / all * 100);
	}
}

/* --- what the metrics count ---------------------------------------------------------------- */
static void metrics(struct claim *c)
{
	static const struct future init = { &count_ops };
	struct sched *s;
	struct heard h;
	unsigned int i;

	heard_start();
	run_parent(0, 1000, false);
	h = heard_stop();
	claim_count(c, 0, OURS, h.steals);
	claim_count(c, 1, OURS,
		    h.overflows ? (double)h.overflowed / h.overflows : 0);
	/* Two workers by hand: one fetches what is injected, one steals. */
	BUG_ON(sched_create_stepped(&s, 2));
	heard_start();
	for (i = 0; i < 64; i++)
		BUG_ON(sched_spawn(s, &count_ops, &init, NULL));
	sched_step(s, 0);
	for (i = 0; i < 64; i++)
		sched_step(s, 1);
	h = heard_stop();
	sched_destroy(s);
	claim_count(c, 2, OURS, h.steals ? (double)h.stolen / h.steals : 0);
	heard_start();
	stay(200, 50, false);
	h = heard_stop();
	claim_count(c, 3, OURS, (double)h.parks / h.polls * 1000);
	peer_counters(c, 0, 1000, "steals", 1000, 0);
	peer_counters(c, 3, 1000, "parks", 200, 50);
	claim_lacks(c, 1, TOKIO, "it counts overflows, and not their tasks");
	claim_lacks(c, 2, TOKIO, "no workers that are moved by hand");
}

struct claim claims_order[] = {
	{ .id = "one-blocks-all",
	  .source = TUNING,
	  .text = "One blocking call stalls every task of that worker thread, "
		  "not only its own.",
	  .how = "A task spawns 8 others and blocks; how many of the 8 run "
		 "before it lets go.",
	  .means =
		  "With one thread, all wait. With two, the other worker "
		  "steals what is in the ring; the one in the LIFO slot cannot "
		  "be stolen and waits. So the harm is smaller than it is told "
		  "while others are idle, and worse than it seems where the "
		  "stalled task is the one that was woken last.",
	  .measure = frozen,
	  .cases = { { "current-thread: tasks that run", "of 8", 0, 0 },
		     { "two workers: tasks that run", "of 8", 0, 0 } } },
	{ .id = "local-or-stolen",
	  .source = COURSE,
	  .text = "Every ready task runs on the local run queue or is stolen; "
		  "there is no magic.",
	  .how = "Where 1,000 tasks are queued: spawned by a worker, and from "
		 "outside.",
	  .means = "There are two more places: the LIFO slot, which is no "
		   "queue and is not stolen from, and the injection queue, "
		   "which takes what comes from outside and half of a full "
		   "ring. The order between the four is day 1.",
	  .measure = ways_in,
	  .cases = { { "inside: through the LIFO slot", "%", 0, 0 },
		     { "inside: through the injection queue", "%", 0, 0 },
		     { "outside: through the injection queue", "%", 0, 0 } } },
	{ .id = "remote-wakes",
	  .source = METRICS,
	  .text = "What is spawned or woken from outside of the runtime goes "
		  "through the global injection queue.",
	  .how = "1,000 tasks spawned by a thread that is no worker.",
	  .means = "All of it. It is the one place that a thread without a "
		   "ring may put a task.",
	  .measure = remote,
	  .cases = { { "through the injection queue", "%", 100, 100 } } },
	{ .id = "global-queue",
	  .source = COURSE,
	  .text = "One global queue is the bottleneck; a queue for each worker "
		  "with stealing cures it.",
	  .how = "Locks taken a task, spawned from outside less spawned by a "
		 "worker; then CPU time of 10,000 tasks, on two workers. A "
		 "bottleneck is taken as half as much again.",
	  .means = "The global queue is a list under a lock, and the count "
		   "shows it. On two cores the lock is hardly contended, and "
		   "spawning from outside may even be the cheaper one since "
		   "nothing overflows: the bottleneck of the old scheduler is "
		   "one of many cores, which this machine cannot show.",
	  .measure = global_queue,
	  .cases = { { "more locks a task", "", 0.01, INFINITY },
		     { "CPU time, outside / inside", "times", 1.5,
		       INFINITY } } },
	{ .id = "same-thread",
	  .source = CPU_BOUND,
	  .text = "A task is typically kept on the thread that it ran on.",
	  .how = "Polls on the thread of the task's poll before, two workers; "
		 "typically is taken as 90 %.",
	  .means = "Tasks that always have something to do stay, since their "
		   "worker's ring is never empty for a thief to come. What is "
		   "woken by a timer is queued by the worker that happens to "
		   "hold the driver, and may be anywhere.",
	  .measure = same_thread,
	  .cases = { { "200 tasks that give way", "%", 90, 100 },
		     { "50 tasks that sleep 1-3 ms", "%", 90, 100 } } },
	{ .id = "steals-and-overflow",
	  .source = METRICS,
	  .text = "One thread steals nothing; an overflow moves half of the "
		  "local queue; a steal may take several tasks; parks stay "
		  "flat under load.",
	  .how = "Trace points, 1,000 tasks spawned by one task; two workers "
		 "moved by hand. Tokio's counters, debug.",
	  .means = "As the metrics' documentation says. Half of the ring of "
		   "256 is 128.",
	  .measure = metrics,
	  .cases = { { "current-thread: steals", "", 0, 0 },
		     { "tasks an overflow moves", "", 127, 129 },
		     { "tasks a steal takes", "", 2, 128 },
		     { "parks in 1,000 polls, loaded", "", 0, 10 } } },
};
const unsigned int nr_claims_order = ARRAY_SIZE(claims_order);

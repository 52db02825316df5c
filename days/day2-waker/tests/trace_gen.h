/**
 * @file trace_gen.h
 * Traces of small programs with a planted culprit, drawn from the seed.
 *
 * Each worker has tasks of its own, in the order in which they were woken; a
 * poll takes what its kind says, with jitter. Events of one worker come in
 * order, those of two workers one after the other: stall_read() sorts.
 */
#ifndef DAY2_TESTS_TRACE_GEN_H
#define DAY2_TESTS_TRACE_GEN_H

#include "kit/err.h"
#include "stall.h"
#include "test/test.h"

#define GEN_EVENTS 30000
#define GEN_TASKS 64 /* on one worker */
#define US 1000ull
#define MS 1000000ull

/** What is planted. */
enum gen_plant {
	GEN_NOTHING,
	GEN_SLEEP,     /**< the culprit sleeps in a poll */
	GEN_FILE,      /**< it reads a file: some CPU, mostly waiting */
	GEN_LOOP,      /**< it computes */
	GEN_LOCK,      /**< it waits for a lock that its neighbour holds */
	GEN_NEIGHBOUR, /**< the threads have no core, every now and then */
	GEN_SATURATED, /**< more short polls than fit */
	GEN_PLANTS
};

/** The trace so far, and what is known of it. */
struct gen {
	struct stall_event ev[GEN_EVENTS];
	size_t n;
	enum gen_plant plant;
	uint64_t length;	 /**< ns of the whole */
	uint64_t culprit;	 /**< task of worker 0 that is guilty */
	uint64_t holder;	 /**< task of worker 0 that holds the lock */
	unsigned int bad;	 /**< its bad polls so far */
	bool never_ends;	 /**< the wait for the lock has no end */
	bool locked;		 /**< the holder has the lock */
	bool only_in_polls;	 /**< threads lose their core within polls */
	uint64_t cpu, run_delay; /**< counters of the worker */
};

/* A number from lo to hi. */
static inline uint64_t between(uint64_t lo, uint64_t hi)
{
	return lo + test_rand() % (hi - lo + 1);
}

static inline bool one_in(unsigned int n)
{
	return test_rand() % n == 0;
}

static inline struct stall_event *gen_add(struct gen *g, uint64_t time,
					  enum stall_ev ev, uint32_t worker,
					  uint64_t task, uint64_t arg)
{
	struct stall_event *e = &g->ev[g->n];

	if (g->n == GEN_EVENTS)
		FAIL("a planted trace has more than %u events", GEN_EVENTS);
	g->n++;
	*e = (struct stall_event){ .time = time,
				   .event = ev,
				   .worker = worker,
				   .task = task,
				   .arg = arg };
	return e;
}

/* A poll event, with the counters of the worker. */
static inline void gen_poll(struct gen *g, uint64_t time, enum stall_ev ev,
			    uint32_t worker, uint64_t task)
{
	struct stall_event *e = gen_add(g, time, ev, worker, task, 0);

	e->cpu = g->cpu;
	e->run_delay = g->run_delay;
}

/* The thread has no core for a while. */
static inline uint64_t gen_preempt(struct gen *g, bool in_poll)
{
	uint64_t ns;

	if (g->plant != GEN_NEIGHBOUR || !one_in(8) ||
	    (g->only_in_polls && !in_poll))
		return 0;
	ns = between(2 * MS, 8 * MS);
	g->run_delay += ns;
	return ns;
}

/* A poll of good manners: ns, nearly all of it on the CPU. */
static inline uint64_t gen_good(struct gen *g)
{
	uint64_t ns = g->plant == GEN_SATURATED ? between(20 * US, 90 * US)
						: between(2 * US, 60 * US);

	if (one_in(50))
		ns = between(100 * US, 250 * US);
	g->cpu += ns - between(0, ns / 20);
	return ns;
}

/* A poll of the culprit's: ns. */
static inline uint64_t gen_bad(struct gen *g)
{
	uint64_t ns;

	g->bad++;
	switch (g->plant) {
	case GEN_SLEEP:
		ns = between(3 * MS, 12 * MS);
		g->cpu += between(5 * US, 60 * US);
		break;
	case GEN_FILE:
		ns = between(2 * MS, 6 * MS);
		g->cpu += ns * between(8, 40) / 100;
		break;
	case GEN_LOOP:
		ns = between(3 * MS, 12 * MS);
		g->cpu += ns * between(90, 99) / 100;
		break;
	default:
		ns = between(4 * MS, 9 * MS);
		g->cpu += between(5 * US, 40 * US);
	}
	g->run_delay += between(0, ns / 50);
	return ns;
}

/* The lock's own events within a poll; returns the poll's ns. */
static inline uint64_t gen_lock(struct gen *g, uint64_t now, uint64_t task,
				bool *never_ends)
{
	uint64_t ns;

	if (task == g->holder) {
		gen_add(g, now + US, g->locked ? STALL_UNLOCK : STALL_LOCK, 0,
			task, 77);
		g->locked = !g->locked;
		return gen_good(g);
	}
	gen_add(g, now + US, STALL_LOCK_WAIT, 0, task, 77);
	if (!g->locked) {
		gen_add(g, now + US, STALL_LOCK, 0, task, 77);
		gen_add(g, now + 2 * US, STALL_UNLOCK, 0, task, 77);
		return gen_good(g);
	}
	ns = gen_bad(g);
	*never_ends = g->never_ends && now > g->length / 2;
	return ns;
}

/* One poll of a task, from @now on; its end, or 0 when it has none. */
static inline uint64_t gen_turn(struct gen *g, uint64_t now, uint32_t worker,
				uint64_t task)
{
	bool never_ends = false;
	uint64_t ns;

	gen_poll(g, now, STALL_POLL_BEGIN, worker, task);
	if (g->plant == GEN_LOCK && (task == g->culprit || task == g->holder))
		ns = gen_lock(g, now, task, &never_ends);
	else if (task == g->culprit && one_in(3))
		ns = gen_bad(g);
	else
		ns = gen_good(g);
	if (never_ends)
		return 0;
	now += ns + gen_preempt(g, true);
	gen_poll(g, now, STALL_POLL_END, worker, task);
	return now;
}

/* When a task whose poll ended at @now is woken again. */
static inline uint64_t gen_next_wake(struct gen *g, uint64_t now, uint64_t task)
{
	uint64_t wake;

	if (g->plant == GEN_SATURATED)
		wake = now + between(50 * US, 500 * US);
	else if (task == g->holder && g->locked)
		wake = now + between(200 * US, 900 * US);
	else
		wake = now + between(300 * US, 3 * MS);
	if (wake < g->length)
		gen_add(g, wake, STALL_WAKE, STALL_NO_WORKER, task, 0);
	return wake;
}

/* One worker, with tasks numbered from @first on. */
static inline void gen_worker(struct gen *g, uint32_t worker, uint64_t first,
			      unsigned int tasks)
{
	uint64_t wake[GEN_TASKS], now = 0;
	unsigned int i, next;

	g->cpu = between(MS, 9 * MS);
	g->run_delay = between(US, 9 * US);
	for (i = 0; i < tasks; i++) {
		wake[i] = between(0, MS);
		gen_add(g, wake[i], STALL_SPAWN, STALL_NO_WORKER, first + i, 0);
	}
	while (now < g->length) {
		for (next = 0, i = 1; i < tasks; i++)
			if (wake[i] < wake[next])
				next = i;
		if (now < wake[next]) {
			gen_add(g, now, STALL_PARK, worker, 0, 0);
			now = wake[next];
			gen_add(g, now, STALL_UNPARK, worker, 0, 0);
		}
		now += between(100, 900) + gen_preempt(g, false);
		if (one_in(4)) /* again, while it is scheduled */
			gen_add(g, now - 50, STALL_WAKE, worker, first + next,
				0);
		now = gen_turn(g, now, worker, first + next);
		if (!now)
			return;
		wake[next] = gen_next_wake(g, now, first + next);
	}
}

/* Two workers: tasks 1.. on the first and 101.. on the second. */
static inline void gen_trace(struct gen *g, enum gen_plant plant)
{
	unsigned int tasks = plant == GEN_SATURATED ? GEN_TASKS : 4;

	g->n = 0;
	g->plant = plant;
	g->length = plant == GEN_SATURATED ? 30 * MS : 120 * MS;
	g->culprit =
		plant >= GEN_SLEEP && plant <= GEN_LOCK ? between(1, 2) : 0;
	g->holder = plant == GEN_LOCK ? between(3, 4) : 0;
	g->bad = 0;
	g->locked = false;
	g->only_in_polls = one_in(2);
	g->never_ends = plant == GEN_LOCK && one_in(2);
	gen_worker(g, 0, 1, tasks);
	gen_worker(g, 1, 101, tasks);
}

#endif

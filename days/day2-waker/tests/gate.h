/**
 * @file gate.h
 * Waiting for another thread, with an end: a count that goes up, and a waker
 * that counts.
 */
#ifndef DAY2_TESTS_GATE_H
#define DAY2_TESTS_GATE_H

#include <time.h>

#include "blocking.h"

#include "kit/clock.h"
#include "kit/future.h"
#include "kit/lock.h"
#include "test/test.h"

/** Nobody waits longer than this, in seconds. */
#define GATE_PATIENCE 3

/** Something that happens, on any thread, and that others wait for. */
struct gate {
	struct mutex lock; /* protects n */
	struct cond cond;
	unsigned int n;
};

static inline void gate_init(struct gate *g)
{
	mutex_init(&g->lock);
	cond_init(&g->cond);
	g->n = 0;
}

static inline void gate_fini(struct gate *g)
{
	cond_fini(&g->cond);
	mutex_fini(&g->lock);
}

/** It happened once more. */
static inline void gate_add(struct gate *g)
{
	mutex_lock(&g->lock);
	g->n++;
	cond_broadcast(&g->cond);
	mutex_unlock(&g->lock);
}

/** The real time, whatever clock_now() says. */
static inline uint64_t real_now(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return (uint64_t)ts.tv_sec * NSEC_PER_SEC + (uint64_t)ts.tv_nsec;
}

/** Wait until it has happened @n times; false: not in @seconds. */
static inline bool gate_wait_for(struct gate *g, unsigned int n,
				 unsigned int seconds)
{
	uint64_t deadline = real_now() + seconds * NSEC_PER_SEC;
	bool enough;

	mutex_lock(&g->lock);
	while (g->n < n && !cond_wait(&g->cond, &g->lock, deadline))
		;
	enough = g->n >= n;
	mutex_unlock(&g->lock);
	return enough;
}

/** Wait until it has happened @n times; false: it has not, in time. */
static inline bool gate_wait(struct gate *g, unsigned int n)
{
	return gate_wait_for(g, n, GATE_PATIENCE);
}

/** The same within a job: whoever waits for the job loses patience first. */
static inline bool gate_wait_long(struct gate *g, unsigned int n)
{
	return gate_wait_for(g, n, 2 * GATE_PATIENCE);
}

/** How often it has happened so far. */
static inline unsigned int gate_count(struct gate *g)
{
	unsigned int n;

	mutex_lock(&g->lock);
	n = g->n;
	mutex_unlock(&g->lock);
	return n;
}

static inline struct waker gate_waker(struct gate *g);

static inline struct waker gate_waker_clone(void *data)
{
	return gate_waker(data);
}

static inline void gate_waker_wake(void *data)
{
	gate_add(data);
}

static inline void gate_waker_drop(void *data)
{
}

/** A waker that adds to a gate; it need not be dropped. */
static inline struct waker gate_waker(struct gate *g)
{
	static const struct waker_ops ops = {
		.clone = gate_waker_clone,
		.wake = gate_waker_wake,
		.wake_by_ref = gate_waker_wake,
		.drop = gate_waker_drop,
	};

	return (struct waker){ &ops, g };
}

/** Poll a future until it is ready, sleeping in between; false: not in time. */
static inline bool future_wait(struct future *f, void *out)
{
	struct gate woken;
	struct waker waker = gate_waker(&woken);
	struct context cx = { .waker = &waker };
	unsigned int polls = 0;
	bool ready;

	gate_init(&woken);
	do
		ready = future_poll(f, &cx, out) == POLL_READY;
	while (!ready && gate_wait(&woken, ++polls));
	if (ready)
		gate_fini(&woken);
	return ready;
}

/** Poll a future once, with a waker that wakes nobody. */
static inline enum poll future_ask(struct future *f, void *out)
{
	struct waker waker = waker_noop();
	struct context cx = { .waker = &waker };

	return future_poll(f, &cx, out);
}

#endif

/**
 * @file drive.h
 * What the tests of gather.c share: how a gather is started and brought to its
 * end, and threads that wake.
 */
#ifndef DAY3_TESTS_DRIVE_H
#define DAY3_TESTS_DRIVE_H

#include "child.h"
#include "gather.h"
#include "kit/thread.h"

/* With a ready list, however few the children are. */
static inline void gather_start(struct gather *g, struct future *const list[],
				unsigned int n, int *outs)
{
	EXPECT_ERR(gather_init_above(g, 0, list, n, outs, sizeof(outs[0])), 0,
		   "there is memory for a gather over %u children", n);
}

/* Whatever is left finishes, and the gather runs to its end. */
static inline void finish_all(struct gather *g, struct parent *p,
			      struct child *c, unsigned int n)
{
	unsigned int i;

	STEP("finish all children");
	for (i = 0; i < n; i++)
		if (!c[i].finished)
			child_finish(&c[i]);
	EXPECT_POLL(run(&g->future, p), "ready",
		    "the gather is ready when all its children are");
}

/* A thread that wakes until it is told to stop: at least twice. */
struct waking {
	struct thread thread;
	struct waker waker;
	_Atomic(bool) *stop;
};

static inline void wake_on(void *arg)
{
	struct waking *w = arg;

	/* relaxed: a flag that publishes nothing; the join orders the rest */
	do
		waker_wake_by_ref(&w->waker);
	while (!atomic_load_explicit(w->stop, memory_order_relaxed));
	waker_wake(&w->waker);
}

static inline void waking_start(struct waking *w, const struct child *c,
				_Atomic(bool) *stop)
{
	w->waker = child_waker(c);
	w->stop = stop;
	EXPECT_ERR(thread_create(&w->thread, "waker", wake_on, w), 0,
		   "there is room for a thread");
}

#endif

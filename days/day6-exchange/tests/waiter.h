/**
 * @file waiter.h
 * Whom the tests of this day poll futures for: a waker that counts how often it
 * is woken, and how many of its clones are about; and watches that no lock is
 * held while it is called.
 */
#ifndef DAY6_TESTS_WAITER_H
#define DAY6_TESTS_WAITER_H

#include "kit/atomic.h"
#include "kit/future.h"
#include "kit/lock.h"
#include "test/test.h"

/** Somebody who polls. */
struct waiter {
	const char *name;	     /**< for the reports */
	struct waker waker;	     /**< shown to what is polled */
	_Atomic(unsigned int) wakes; /**< so far, on any thread */
	_Atomic(int) live;	     /**< clones not consumed yet */
	struct mutex *lock;	     /**< must be free when it is called */
	void (*on_wake)(void *arg);  /**< called in each wake, or NULL */
	void (*on_clone)(void *arg); /**< called in the next clone, or NULL */
	void *arg;		     /**< handed to it */
};

/* No thread but this one takes the lock. */
static inline void waiter_is_called(struct waiter *w, const char *how)
{
	if (!w->lock)
		return;
	if (pthread_mutex_trylock(&w->lock->raw))
		FAIL("the waker of %s is %s while the lock is held: if it came "
		     "back here now, it would wait for ever",
		     w->name, how);
	pthread_mutex_unlock(&w->lock->raw);
}

static inline struct waker waiter_clone(void *data)
{
	struct waiter *w = data;
	void (*on_clone)(void *) = w->on_clone;

	/* relaxed: counters; threads are joined before they are read */
	atomic_fetch_add_explicit(&w->live, 1, memory_order_relaxed);
	waiter_is_called(w, "cloned");
	w->on_clone = NULL;
	if (on_clone)
		on_clone(w->arg);
	return w->waker;
}

static inline void waiter_wake_by_ref(void *data)
{
	struct waiter *w = data;

	/* relaxed: a counter, as above */
	atomic_fetch_add_explicit(&w->wakes, 1, memory_order_relaxed);
	waiter_is_called(w, "woken");
	if (w->on_wake)
		w->on_wake(w->arg);
}

static inline void waiter_drop(void *data)
{
	struct waiter *w = data;
	int live;

	/* relaxed: a counter, as above */
	live = atomic_fetch_sub_explicit(&w->live, 1, memory_order_relaxed);
	if (live < 1)
		FAIL("a clone of the waker of %s was used twice: what is taken "
		     "out of a slot must not stay in it",
		     w->name);
	waiter_is_called(w, "dropped");
}

static inline void waiter_wake(void *data)
{
	waiter_wake_by_ref(data);
	waiter_drop(data);
}

static inline void waiter_init(struct waiter *w, const char *name,
			       struct mutex *lock)
{
	static const struct waker_ops ops = {
		.clone = waiter_clone,
		.wake = waiter_wake,
		.wake_by_ref = waiter_wake_by_ref,
		.drop = waiter_drop,
	};

	*w = (struct waiter){ .name = name,
			      .waker = { .ops = &ops, .data = w },
			      .lock = lock };
}

static inline unsigned int waiter_wakes(struct waiter *w)
{
	/* relaxed: a counter, as above */
	return atomic_load_explicit(&w->wakes, memory_order_relaxed);
}

/* Clones that are still about. */
static inline int waiter_live(struct waiter *w)
{
	/* relaxed: a counter, as above */
	return atomic_load_explicit(&w->live, memory_order_relaxed);
}

/* None of its clones is about any more. */
static inline void waiter_fini(struct waiter *w)
{
	EXPECT_EQ(waiter_live(w), 0,
		  "each clone of the waker of %s was used "
		  "or dropped: so many are left",
		  w->name);
}

/* Poll a future for somebody. */
static inline enum poll waiter_poll(struct waiter *w, struct future *f,
				    void *out)
{
	struct context cx = { .waker = &w->waker };

	return future_poll(f, &cx, out);
}

/* EXPECT_POLL() - a poll that was made says "pending" or "ready" */
#define EXPECT_POLL(poll, want, ...)                                 \
	EXPECT_STR((poll) == POLL_READY ? "ready" : "pending", want, \
		   __VA_ARGS__)

#endif

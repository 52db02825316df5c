/**
 * @file by_hand.h
 * What tests of futures that wait need: a waker that counts, and polls by hand.
 * Only tests include this file.
 */
#ifndef DAY6_TESTS_BY_HAND_H
#define DAY6_TESTS_BY_HAND_H

#include "kit/atomic.h"
#include "kit/future.h"
#include "kit/lock.h"
#include "test/test.h"

/** Whoever polls: counts how often it is woken, and the clones of its waker. */
struct hand {
	struct waker waker;	     /**< shown to the future */
	_Atomic(unsigned int) wakes; /**< so far, on any thread */
	_Atomic(int) live;	     /**< clones not consumed yet */
	struct mutex *lock;	     /**< must be free when it is called */
	bool lock_was_held;	     /**< it was not */
	void (*in_clone)(void *);    /**< called by the next clone, or NULL */
	void *arg;		     /**< its argument */
};

/* Foreign code runs without the lock; no thread but this one takes it. */
static inline void hand_looks(struct hand *h)
{
	if (!h->lock)
		return;
	if (pthread_mutex_trylock(&h->lock->raw))
		h->lock_was_held = true;
	else
		pthread_mutex_unlock(&h->lock->raw);
}

static inline struct waker hand_clone(void *data)
{
	struct hand *h = data;
	void (*in_clone)(void *) = h->in_clone;

	hand_looks(h);
	h->in_clone = NULL;
	if (in_clone)
		in_clone(h->arg);
	/* relaxed: a counter; threads are joined before it is read */
	atomic_fetch_add_explicit(&h->live, 1, memory_order_relaxed);
	return h->waker;
}

static inline void hand_drop(void *data)
{
	struct hand *h = data;

	hand_looks(h);
	/* relaxed: as above */
	atomic_fetch_sub_explicit(&h->live, 1, memory_order_relaxed);
}

static inline void hand_wake_by_ref(void *data)
{
	struct hand *h = data;

	hand_looks(h);
	/* relaxed: as above */
	atomic_fetch_add_explicit(&h->wakes, 1, memory_order_relaxed);
}

static inline void hand_wake(void *data)
{
	hand_wake_by_ref(data);
	hand_drop(data);
}

static inline void hand_init(struct hand *h)
{
	static const struct waker_ops ops = {
		.clone = hand_clone,
		.wake = hand_wake,
		.wake_by_ref = hand_wake_by_ref,
		.drop = hand_drop,
	};

	*h = (struct hand){ .waker = { .ops = &ops, .data = h } };
}

static inline unsigned int hand_wakes(struct hand *h)
{
	/* relaxed: as above */
	return atomic_load_explicit(&h->wakes, memory_order_relaxed);
}

/* No clone of its waker is about any more. */
static inline void hand_fini(struct hand *h)
{
	/* relaxed: as above */
	EXPECT_EQ(atomic_load_explicit(&h->live, memory_order_relaxed), 0,
		  "each waker was used or dropped once: so many are left");
	EXPECT(!h->lock_was_held,
	       "wakers are cloned, dropped and used without the lock: they "
	       "are foreign code, and may want it");
}

/* Poll a future once. */
static inline enum poll hand_poll(struct hand *h, struct future *f, void *out)
{
	struct context cx = { .waker = &h->waker };

	return future_poll(f, &cx, out);
}

/* EXPECT_POLL() - a poll that was made says "pending" or "ready" */
#define EXPECT_POLL(poll, want, ...)                                 \
	EXPECT_STR((poll) == POLL_READY ? "ready" : "pending", want, \
		   __VA_ARGS__)

#endif

/**
 * @file counted.h
 * A waker that counts, for futures that a test polls by hand.
 */
#ifndef DAY2_TESTS_COUNTED_H
#define DAY2_TESTS_COUNTED_H

#include "kit/future.h"

/** What happened to the wakers of one target; one thread. */
struct counted {
	unsigned int wakes; /**< so many times woken */
	int live;	    /**< wakers that were made, and not consumed */
	bool failed;	    /**< for the hooks */
	unsigned int id;    /**< for the hooks */
	void (*at_clone)(
		struct counted *c); /**< called by each clone, or NULL */
	void (*at_wake)(struct counted *c); /**< called by each wake, or NULL */
};

static inline struct waker counted_clone(void *data);

static inline void counted_wake_by_ref(void *data)
{
	struct counted *c = data;

	c->wakes++;
	if (c->at_wake)
		c->at_wake(c);
}

static inline void counted_drop(void *data)
{
	struct counted *c = data;

	c->live--;
}

static inline void counted_wake(void *data)
{
	counted_wake_by_ref(data);
	counted_drop(data);
}

static const struct waker_ops counted_ops = {
	.clone = counted_clone,
	.wake = counted_wake,
	.wake_by_ref = counted_wake_by_ref,
	.drop = counted_drop,
};

static inline struct waker counted_clone(void *data)
{
	struct counted *c = data;

	c->live++;
	if (c->at_clone)
		c->at_clone(c);
	return (struct waker){ &counted_ops, c };
}

/** A waker of @c, owned by the caller. */
static inline struct waker counted_waker(struct counted *c)
{
	c->live++;
	return (struct waker){ &counted_ops, c };
}

/** Poll a future once with a waker of @c. */
static inline enum poll counted_poll(struct future *f, struct counted *c,
				     void *out)
{
	struct waker waker = counted_waker(c);
	struct context cx = { .waker = &waker };
	enum poll got = future_poll(f, &cx, out);

	waker_drop(&waker);
	return got;
}

#endif

/**
 * @file child.h
 * What the tests of this day drive a gather with: children that are woken by
 * hand, and a parent that counts.
 *
 * A child keeps a clone of the waker of its last poll, so a test wakes it with
 * child_wake() and lets it end with child_finish(). It watches its own rules:
 * never polled after it was ready, dropped once. A parent is the smallest
 * executor there is: turn() polls the gather once, run() polls it as often as
 * it is woken.
 */
#ifndef DAY3_TESTS_CHILD_H
#define DAY3_TESTS_CHILD_H

#include "kit/atomic.h"
#include "kit/clock.h"
#include "kit/future.h"
#include "kit/lock.h"
#include "test/test.h"

/** A child that polls itself without an end is stopped after so many. */
#define CHILD_MANY 20000

struct parent;

/** A future that is woken by hand. */
struct child {
	struct future future;
	unsigned int index;	 /**< its place among the children */
	int value;		 /**< its output */
	bool done;		 /**< ready at the next poll */
	bool finished;		 /**< was ready */
	unsigned int polls;	 /**< polls so far */
	unsigned int drops;	 /**< drops so far */
	unsigned int self_wakes; /**< wakes itself in its next polls */
	uint64_t takes;		 /**< ns of fake time that a poll takes */
	uint64_t polled_at;	 /**< when its last poll began */
	struct waker waker;	 /**< a clone, from its last poll */
};

/** Whoever polls the gather: counts how often it is woken. */
struct parent {
	struct waker waker;	     /**< shown to the gather */
	_Atomic(unsigned int) wakes; /**< so far, on any thread */
	_Atomic(unsigned int) live;  /**< clones not consumed yet */
	struct mutex *lock;	     /**< must be free when it is called */
	bool lock_was_held;	     /**< during a wake it was not */
	struct child *poke;	     /**< woken by the next clone, once */
};

static inline void child_keep(struct child *c, const struct waker *w)
{
	if (c->waker.ops && waker_is_same(&c->waker, w))
		return;
	waker_drop(&c->waker);
	c->waker = waker_clone(w);
}

static inline enum poll child_poll_by_hand(struct future *f, struct context *cx,
					   void *out)
{
	struct child *c = container_of(f, struct child, future);

	if (c->finished)
		FAIL("child %u was polled again after it was ready", c->index);
	if (c->drops)
		FAIL("child %u was polled after it was dropped", c->index);
	if (++c->polls == CHILD_MANY)
		FAIL("child %u was polled %u times: the turn never ends",
		     c->index, c->polls);
	if (c->takes) {
		c->polled_at = clock_now();
		fake_clock_advance(c->takes);
	}
	if (c->done) {
		c->finished = true;
		*(int *)out = c->value;
		return POLL_READY;
	}
	child_keep(c, cx->waker);
	if (c->self_wakes) {
		c->self_wakes--;
		waker_wake_by_ref(cx->waker);
	}
	return POLL_PENDING;
}

static inline void child_drop_by_hand(struct future *f)
{
	struct child *c = container_of(f, struct child, future);
	unsigned int drops = ++c->drops;

	EXPECT_EQ(drops, 1, "child %u is dropped once", c->index);
	waker_drop(&c->waker);
}

/* Child i gives 100 + i, unless a test says otherwise. */
static inline void child_init(struct child *c, unsigned int i)
{
	static const struct future_ops ops = {
		.poll = child_poll_by_hand,
		.drop = child_drop_by_hand,
		.size = sizeof(struct child),
		.out_size = sizeof(int),
	};

	*c = (struct child){ .future.ops = &ops,
			     .index = i,
			     .value = 100 + (int)i };
}

static inline void children_init(struct child *c, struct future **list,
				 unsigned int n)
{
	unsigned int i;

	for (i = 0; i < n; i++) {
		child_init(&c[i], i);
		list[i] = &c[i].future;
	}
}

/* A child that nobody has polled cannot be woken. */
static inline void child_was_polled(const struct child *c)
{
	bool has_a_waker = c->waker.ops;

	EXPECT(has_a_waker, "child %u was polled and left its waker", c->index);
}

static inline void child_wake(struct child *c)
{
	child_was_polled(c);
	waker_wake_by_ref(&c->waker);
}

/* Another waker of the child, for somebody who keeps it. */
static inline struct waker child_waker(const struct child *c)
{
	child_was_polled(c);
	return waker_clone(&c->waker);
}

static inline void child_finish(struct child *c)
{
	c->done = true;
	child_wake(c);
}

/* Foreign code runs without the lock; no thread but this one takes it. */
static inline bool parent_sees_lock(const struct parent *p)
{
	if (!p->lock)
		return false;
	if (pthread_mutex_trylock(&p->lock->raw))
		return true;
	pthread_mutex_unlock(&p->lock->raw);
	return false;
}

static inline struct waker parent_clone(void *data)
{
	struct parent *p = data;
	struct child *poke = p->poke;

	/* relaxed: counters; threads are joined before they are read */
	atomic_fetch_add_explicit(&p->live, 1, memory_order_relaxed);
	p->poke = NULL;
	if (poke) {
		if (parent_sees_lock(p))
			FAIL("the parent's waker is cloned with the lock held: "
			     "a wake in there would wait for ever");
		child_wake(poke);
	}
	return p->waker;
}

static inline void parent_drop(void *data)
{
	struct parent *p = data;

	/* relaxed: a counter, as above */
	atomic_fetch_sub_explicit(&p->live, 1, memory_order_relaxed);
}

static inline void parent_wake_by_ref(void *data)
{
	struct parent *p = data;

	/* relaxed: a counter, as above */
	atomic_fetch_add_explicit(&p->wakes, 1, memory_order_relaxed);
	if (parent_sees_lock(p))
		p->lock_was_held = true;
}

static inline void parent_wake(void *data)
{
	parent_wake_by_ref(data);
	parent_drop(data);
}

static inline void parent_init(struct parent *p)
{
	static const struct waker_ops ops = {
		.clone = parent_clone,
		.wake = parent_wake,
		.wake_by_ref = parent_wake_by_ref,
		.drop = parent_drop,
	};

	*p = (struct parent){ .waker = { .ops = &ops, .data = p } };
}

static inline unsigned int parent_wakes(struct parent *p)
{
	/* relaxed: a counter, as above */
	return atomic_load_explicit(&p->wakes, memory_order_relaxed);
}

/* Clones that are still about; fewer than none is a finding of its own. */
static inline unsigned int parent_live(struct parent *p)
{
	/* relaxed: a counter, as above */
	int live = (int)atomic_load_explicit(&p->live, memory_order_relaxed);

	if (live < 0)
		FAIL("the parent's waker was used up more often than it was "
		     "cloned: somebody took it out of the slot and left it "
		     "there, or two threads took it at once (TODO 2 and 3)");
	return (unsigned int)live;
}

/* EXPECT_POLL() - a poll that was made says "pending" or "ready" */
#define EXPECT_POLL(poll, want, ...)                                 \
	EXPECT_STR((poll) == POLL_READY ? "ready" : "pending", want, \
		   __VA_ARGS__)

/* Poll a future once; its output, if it has one, goes to out. */
static inline enum poll turn_into(struct future *f, struct parent *p, void *out)
{
	struct context cx = { .waker = &p->waker };

	return future_poll(f, &cx, out);
}

/* Poll the gather once. */
static inline enum poll turn(struct future *gather, struct parent *p)
{
	return turn_into(gather, p, NULL);
}

/* Poll the gather, and again as often as it was woken meanwhile. */
static inline enum poll run(struct future *gather, struct parent *p)
{
	unsigned int turns, wakes;

	for (turns = 0; turns < CHILD_MANY; turns++) {
		wakes = parent_wakes(p);
		if (turn(gather, p) == POLL_READY)
			return POLL_READY;
		if (parent_wakes(p) == wakes)
			return POLL_PENDING;
	}
	FAIL("the parent was woken in each of %u turns", turns);
}

/* Polls of all children together. */
static inline unsigned long children_polls(const struct child *c,
					   unsigned int n)
{
	unsigned long sum = 0;
	unsigned int i;

	for (i = 0; i < n; i++)
		sum += c[i].polls;
	return sum;
}

/* The numbers below n in an order that the seed decides. */
static inline void shuffle(unsigned int *order, unsigned int n)
{
	unsigned int i, j;

	for (i = 0; i < n; i++) {
		j = test_rand() % (i + 1);
		order[i] = order[j];
		order[j] = i;
	}
}

#endif

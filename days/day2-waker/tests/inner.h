/**
 * @file inner.h
 * What the tests of the ledger put a traced waker around: a waker that counts,
 * and a future that does as it is told.
 */
#ifndef DAY2_TESTS_INNER_H
#define DAY2_TESTS_INNER_H

#include "kit/atomic.h"
#include "kit/err.h"
#include "kit/future.h"
#include "test/test.h"
#include "tracewaker.h"

/** The waker within: counts, on any thread. */
struct inner {
	struct waker waker;	     /**< to be wrapped: a clone of it */
	_Atomic(unsigned int) wakes; /**< so far */
	_Atomic(int) live;	     /**< clones not consumed */
	struct mutex *lock;	     /**< must be free in each call; or NULL */
	bool lock_was_held;	     /**< it was not */
	struct waker *cut;	     /**< dropped in the next wake, or NULL */
	int live_after_cut;	     /**< and how many were live then */
};

static inline void inner_check(struct inner *in)
{
	if (!in->lock)
		return;
	if (pthread_mutex_trylock(&in->lock->raw))
		in->lock_was_held = true;
	else
		pthread_mutex_unlock(&in->lock->raw);
}

static inline struct waker inner_clone(void *data)
{
	struct inner *in = data;

	inner_check(in);
	/* relaxed: counters; threads are joined before they are read */
	atomic_fetch_add_explicit(&in->live, 1, memory_order_relaxed);
	return in->waker;
}

static inline void inner_drop(void *data)
{
	struct inner *in = data;

	inner_check(in);
	/* relaxed: a counter, as above */
	atomic_fetch_sub_explicit(&in->live, 1, memory_order_relaxed);
}

static inline void inner_wake_by_ref(void *data)
{
	struct inner *in = data;
	struct waker *cut = in->cut;

	inner_check(in);
	/* relaxed: a counter, as above */
	atomic_fetch_add_explicit(&in->wakes, 1, memory_order_relaxed);
	if (!cut)
		return;
	in->cut = NULL;
	waker_drop(cut);
	/* relaxed: a counter, as above */
	in->live_after_cut =
		atomic_load_explicit(&in->live, memory_order_relaxed);
}

static inline void inner_wake(void *data)
{
	inner_wake_by_ref(data);
	inner_drop(data);
}

static inline unsigned int inner_wakes(struct inner *in)
{
	/* relaxed: a counter, as above */
	return atomic_load_explicit(&in->wakes, memory_order_relaxed);
}

static inline int inner_live(struct inner *in)
{
	/* relaxed: a counter, as above */
	return atomic_load_explicit(&in->live, memory_order_relaxed);
}

/** A ledger, one task in it, and a traced waker of that task. */
struct bench {
	struct inner in;
	struct ledger ledger;
	struct ledger_task *task;
	struct waker waker; /**< traced, made at "spawn:1" */
};

static inline void inner_init(struct inner *in)
{
	static const struct waker_ops ops = {
		.clone = inner_clone,
		.wake = inner_wake,
		.wake_by_ref = inner_wake_by_ref,
		.drop = inner_drop,
	};

	*in = (struct inner){ .waker = { &ops, in } };
}

static inline void bench_start(struct bench *b)
{
	struct waker w;

	inner_init(&b->in);
	ledger_init(&b->ledger, 0);
	b->in.lock = &b->ledger.lock;
	EXPECT_ERR(ledger_task(&b->ledger, "reader", "spawn:1", &b->task), 0,
		   "there is memory for a task in the ledger");
	w = waker_clone(&b->in.waker);
	EXPECT_ERR(tracewaker_wrap(b->task, "spawn:1", &w, &b->waker), 0,
		   "there is memory for an entry");
}

/* Nothing may be left of the wakers within, and none was called locked. */
static inline void bench_end(struct bench *b)
{
	EXPECT(!b->in.lock_was_held,
	       "the waker within was called with the ledger's lock held");
	b->in.lock = NULL;
	ledger_fini(&b->ledger);
	EXPECT_EQ(inner_live(&b->in), 0,
		  "each waker within is consumed exactly once");
}

/** A future that does what the test says, poll by poll. */
struct script {
	struct future future;
	bool is_ready;	    /**< at the next poll */
	unsigned int pokes; /**< wakes itself so often in the next poll */
	bool keeps;	    /**< clones the waker in the next poll */
	struct waker kept;  /**< the clone, made at "await:7" */
};

static inline enum poll script_poll(struct future *f, struct context *cx,
				    void *out)
{
	struct script *s = container_of(f, struct script, future);
	unsigned int i;

	for (i = 0; i < s->pokes; i++)
		waker_wake_by_ref(cx->waker);
	if (s->is_ready)
		return POLL_READY;
	if (s->keeps) {
		waker_drop(&s->kept);
		s->kept = tracewaker_clone_at(cx->waker, "await:7");
	}
	return POLL_PENDING;
}

static inline void script_drop(struct future *f)
{
	waker_drop(&container_of(f, struct script, future)->kept);
}

static inline void script_init(struct script *s)
{
	static const struct future_ops ops = {
		.poll = script_poll,
		.drop = script_drop,
		.size = sizeof(struct script),
	};

	*s = (struct script){ .future.ops = &ops };
}

/* One traced poll, with the counting waker around it. */
static inline enum poll script_turn(struct script *s, struct bench *b)
{
	struct context cx = { .waker = &b->in.waker };

	return tracewaker_poll(b->task, &s->future, &cx, NULL);
}

#endif

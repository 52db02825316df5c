/**
 * @file future.h
 * Futures and wakers: what Rust's std::future and std::task would give.
 *
 * A future is a machine that somebody else drives. poll() runs it until it is
 * ready or cannot go on. When it cannot, it has first put a clone of the
 * context's waker where the event will find it; the event wakes, and whoever
 * drives the machine polls again. Nothing runs between polls.
 *
 * struct future is embedded first in the machine that it drives;
 * container_of() gets the machine back.
 *
 *	poll() writes the output to out exactly when it returns POLL_READY,
 *	  and is never called again after that.
 *	The machine may be moved (copied byte by byte) until its first poll
 *	  and never after.
 *	drop() is called exactly once, finished or not, by whoever owns the
 *	  machine; the memory itself belongs to the owner.
 *	Each waker that was made or cloned is consumed exactly once, by
 *	  waker_wake() or waker_drop().
 *
 * Source: Rust RFC 2592 (futures), std::task::RawWakerVTable.
 */
#ifndef KIT_FUTURE_H
#define KIT_FUTURE_H

#include "kit/bug.h"
#include "kit/compiler.h"
#include "kit/container.h"

struct future;
struct context;
struct waker;

/** What a poll returns. */
enum poll {
	POLL_PENDING, /**< not finished; the waker is registered */
	POLL_READY,   /**< finished; the output is written */
};

/** The functions of one kind of waker; the first four are mandatory. */
struct waker_ops {
	/** Make another waker of the same target. */
	struct waker (*clone)(void *data);
	/** Wake the target and consume the waker. */
	void (*wake)(void *data);
	/** Wake the target; the waker stays. */
	void (*wake_by_ref)(void *data);
	/** Consume the waker without waking. */
	void (*drop)(void *data);
	/** Same target? NULL: when the data is equal, which is the rule. */
	bool (*is_same)(void *a, void *b);
};

/** A handle with which anybody, on any thread, can say "poll it again". */
struct waker {
	const struct waker_ops *ops; /**< NULL: no waker */
	void *data;		     /**< the target, in the ops' terms */
};

/** What a poll is told. */
struct context {
	const struct waker *waker; /**< borrowed: clone it to keep it */
};

/** The functions of one kind of future. */
struct future_ops {
	/** Run until ready or stuck. @out has room for out_size bytes. */
	enum poll (*poll)(struct future *f, struct context *cx, void *out);
	/** Give back what the machine holds; NULL if it holds nothing. */
	void (*drop)(struct future *f);
	size_t size;	 /**< bytes of the machine around the future */
	size_t out_size; /**< bytes of the output, may be 0 */
};

/** Embedded first in a machine. */
struct future {
	const struct future_ops *ops; /**< set when the machine is made */
};

/**
 * future_poll() - run a future until it is ready or stuck
 * @f: a future that has not been ready yet; borrowed
 * @cx: whom to wake; borrowed for the call
 * @out: receives the output when ready; room for ops->out_size bytes
 *
 * Context: one thread at a time; must not block.
 * Return: POLL_READY when the output is written, else POLL_PENDING.
 */
static inline enum poll future_poll(struct future *f, struct context *cx,
				    void *out)
{
	return f->ops->poll(f, cx, out);
}

/**
 * future_drop() - give back what a future holds
 * @f: a future, finished or not; the machine is dead after this
 *
 * Context: one thread at a time; must not block.
 */
static inline void future_drop(struct future *f)
{
	if (f->ops->drop)
		f->ops->drop(f);
}

/**
 * waker_clone() - make another waker of the same target
 * @w: a waker; borrowed
 *
 * Context: any thread; does not block.
 * Return: a waker owned by the caller.
 */
static inline struct waker waker_clone(const struct waker *w)
{
	return w->ops->clone(w->data);
}

/**
 * waker_wake() - wake the target and consume the waker
 * @w: a waker; consumed, and cleared so that a second use faults
 *
 * Context: any thread; does not block.
 */
static inline void waker_wake(struct waker *w)
{
	const struct waker_ops *ops = w->ops;

	w->ops = NULL;
	ops->wake(w->data);
}

/**
 * waker_wake_by_ref() - wake the target and keep the waker
 * @w: a waker; borrowed
 *
 * Context: any thread; does not block.
 */
static inline void waker_wake_by_ref(const struct waker *w)
{
	w->ops->wake_by_ref(w->data);
}

/**
 * waker_drop() - consume a waker without waking
 * @w: a waker, or a cleared one, which is left alone; cleared
 *
 * Context: any thread; does not block.
 */
static inline void waker_drop(struct waker *w)
{
	const struct waker_ops *ops = w->ops;

	w->ops = NULL;
	if (ops)
		ops->drop(w->data);
}

/**
 * waker_is_same() - do two wakers wake the same target?
 * @a: a waker
 * @b: a waker
 *
 * Lets a future keep its old clone when the parent did not move.
 *
 * Context: any thread; does not block.
 * Return: true when waking either does the same.
 */
static inline bool waker_is_same(const struct waker *a, const struct waker *b)
{
	if (a->ops != b->ops)
		return false;
	return a->data == b->data ||
	       (a->ops && a->ops->is_same && a->ops->is_same(a->data, b->data));
}

/**
 * waker_noop() - a waker that wakes nobody
 *
 * For polling by hand: whoever uses it knows when to poll again.
 *
 * Context: any thread; does not block.
 * Return: a waker; it need not be dropped.
 */
struct waker waker_noop(void);

/** A future that gives way once: pending at the first poll, then ready. */
struct yield {
	struct future future; /**< private */
	bool yielded;	      /**< private */
};

/**
 * yield_now() - make a future that lets everybody else run once
 *
 * It wakes itself, so its task goes to the back of the queue.
 *
 * Context: any thread; does not block.
 * Return: the machine; no output, nothing to drop.
 */
struct yield yield_now(void);

#endif

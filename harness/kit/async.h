/**
 * @file async.h
 * Write a future as a plain function body; AWAIT() is where it may stop.
 *
 * The body is a switch over the place where it stopped last: a resumable
 * function without a stack of its own. What must live across an AWAIT() is a
 * field of the machine, since locals are gone; Rust's compiler works the same
 * out for you.
 *
 *	struct twice { struct async async; struct yield first, second; };
 *
 *	static enum poll twice_poll(struct future *f, struct context *cx, void *out)
 *	{
 *		struct twice *t = container_of(f, struct twice, async.future);
 *
 *		ASYNC_BEGIN(&t->async);
 *		t->first = yield_now();
 *		AWAIT(&t->first.future, NULL);
 *		t->second = yield_now();
 *		AWAIT(&t->second.future, NULL);
 *		ASYNC_END(&t->async);
 *	}
 *
 * An awaited future that is ready is dropped at once. drop() of the machine
 * must drop the one that it stopped in: async_drop() does.
 *
 * Source: Duff's device; Dunkels' protothreads; Rust's generators.
 */
#ifndef KIT_ASYNC_H
#define KIT_ASYNC_H

#include "kit/future.h"

/** Embedded first in a machine whose poll is written with these macros. */
struct async {
	struct future future;	/**< ops are the machine's */
	unsigned int at;	/**< line of the AWAIT() that it stopped at */
	struct future *waiting; /**< the future awaited now, or NULL */
};

/** Opens the body; AWAIT() uses the name cx of the poll function. */
#define ASYNC_BEGIN(a)               \
	struct async *__async = (a); \
	switch (__async->at) {       \
	case 0:

/**
 * AWAIT_KEEP() - stop here until a future is ready, and leave it there
 * @f: pointer to a future that is a field of the machine
 * @result: receives its output
 *
 * For a future that is still asked something once it is ready, such as a join
 * handle: then async_drop() drops it.
 */
#define AWAIT_KEEP(f, result)                                      \
	do {                                                       \
		__async->waiting = (f);                            \
		__async->at = __LINE__;                            \
		__attribute__((fallthrough));                      \
	case __LINE__:                                             \
		if (future_poll(__async->waiting, cx, (result)) == \
		    POLL_PENDING)                                  \
			return POLL_PENDING;                       \
	} while (0)

/**
 * AWAIT() - stop here until a future is ready, then drop it
 * @f: pointer to a future that is a field of the machine
 * @result: receives its output
 */
#define AWAIT(f, result)                       \
	do {                                   \
		AWAIT_KEEP(f, result);         \
		future_drop(__async->waiting); \
		__async->waiting = NULL;       \
	} while (0)

/** Closes the body: ready. Write the output to out before it; a label may be
 *  right before it, hence the empty statement. */
#define ASYNC_END(a)   \
	;              \
	}              \
	(a)->at = -1u; \
	return POLL_READY

/**
 * async_drop() - drop what an async machine waits for
 * @a: the machine's async; borrowed
 *
 * Context: the owner of the machine; does not block.
 */
static inline void async_drop(struct async *a)
{
	if (a->waiting)
		future_drop(a->waiting);
	a->waiting = NULL;
}

#endif

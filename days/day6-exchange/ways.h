/**
 * @file ways.h
 * Given: one book that many tasks want, three ways.
 *
 *	WAY_LOCK	a plain lock, held for as long as a match takes
 *	WAY_AMUTEX	a lock that the task waits for, not its worker (amutex.h)
 *	WAY_ACTOR	a task that owns the book: the order goes to it through a
 *			channel (chan.h), the answer comes back (oneshot.h)
 *
 * All three are the same future to the caller, and fill alike. What differs:
 *
 *			plain lock	amutex		actor
 *	who waits	the thread	the task	the task
 *	two at once	one sleeps	in order	in order, @depth of them
 *	costs an order	a lock		two locks	two hops, a block
 *	held across an	no: it may	yes, and it	there is nothing to
 *	  await		lock up		is slow then	hold
 *	dropped while	cannot be	has not		may be matched, and
 *	  it waits			happened	nobody hears of it
 *
 * The last row is the one that is forgotten. An order on its way to an actor is
 * a message, and a message that was sent is sent.
 *
 * Source: "Actors with Tokio" (Ryhl, 2021); the documentation of Tokio's
 * sync::Mutex, on when the plain one is right.
 */
#ifndef DAY6_WAYS_H
#define DAY6_WAYS_H

#include "amutex.h"
#include "book.h"
#include "chan.h"
#include "oneshot.h"
#include "sched.h"

#include "kit/async.h"

/** How the book is shared. */
enum way_kind { WAY_LOCK, WAY_AMUTEX, WAY_ACTOR, WAYS };

/**
 * A book that many tasks may use.
 *
 * Key: I set at init, H whoever holds the lock that ->kind says.
 */
struct way {
	enum way_kind kind;   /**< I: which way */
	struct mutex lock;    /**< I: WAY_LOCK's */
	struct amutex amutex; /**< I: WAY_AMUTEX's */
	struct chan *orders;  /**< I: WAY_ACTOR's, of struct way_ask */
	struct book *book;    /**< H: NULL with WAY_ACTOR, whose owner has it */
	book_fill_fn *on_fill; /**< I: told of fills, by whoever has the book */
	void *arg;	       /**< I: handed to it */
};

/** What is said of an order. */
struct way_answer {
	int err;       /**< of book_submit() */
	uint32_t left; /**< the same, when err is 0 */
};

/** What an actor is asked. */
struct way_ask {
	struct order order;	/**< the order */
	struct oneshot *answer; /**< the sender's half: of struct way_answer */
};

/** An order on its way; a future whose output is an int. All of it is private. */
struct way_submit {
	struct async async;	/**< embedded first */
	struct way *way;	/**< where to */
	uint32_t *left;		/**< receives what is left */
	struct way_ask ask;	/**< the order */
	bool has_answer;	/**< both halves of ask.answer are ours */
	int err;		/**< of the send, or the receive */
	struct way_answer said; /**< what came back */
	union {
		struct amutex_lock lock;  /**< WAY_AMUTEX */
		struct chan_send send;	  /**< WAY_ACTOR, on the way there */
		struct oneshot_recv wait; /**< and back */
	};
};

/**
 * way_create() - make an empty book, to be shared
 * @out: receives it, owned by the caller; untouched on error
 * @kind: which way
 * @orders: that may rest, as for book_create()
 * @s: WAY_ACTOR: where the owner runs; else unused
 * @depth: WAY_ACTOR: orders that wait at most, as for chan_create(); else unused
 * @on_fill: told of each fill, by one at a time; must not use the book
 * @arg: handed to it
 *
 * Context: any thread; does not block.
 * Return: 0; -EINVAL: no such kind, or a number out of range; -ENOMEM;
 *	-ESHUTDOWN when @s is shut down.
 */
int way_create(struct way **out, enum way_kind kind, size_t orders,
	       struct sched *s, size_t depth, book_fill_fn *on_fill, void *arg)
	__must_check;

/**
 * way_destroy() - nobody will submit any more
 * @w: it; consumed; NULL is fine
 *
 * With WAY_ACTOR the owner serves what was sent, then ends by itself: on_fill()
 * may be called until then.
 *
 * Context: any thread; does not block.
 */
void way_destroy(struct way *w);

/**
 * way_submit() - give an order to the book
 * @w: the book; borrowed until the future is ready or dropped
 * @o: the order; copied
 * @left: receives the lots that were not filled, as in book_submit(), when the
 *	output is 0; borrowed until the future is ready or dropped
 *
 * Dropped before it was ready, the order was not matched - but for WAY_ACTOR,
 * where it may have been, or may still be.
 *
 * Context: any thread; does not block. Its poll may wait for a plain lock with
 *	WAY_LOCK, for no longer than a match takes.
 * Return: the future. Its output: as for book_submit(); -ENOMEM, and -EPIPE when
 *	the owner is gone, both with WAY_ACTOR only.
 */
struct way_submit way_submit(struct way *w, const struct order *o,
			     uint32_t *left);

#endif

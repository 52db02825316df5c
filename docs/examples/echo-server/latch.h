/**
 * @file latch.h
 * A latch: closed until somebody opens it, and open for ever.
 *
 * Any number of tasks can wait for it. The future is written by hand, to show
 * what poll() and drop() owe to whoever drives it.
 */
#ifndef LATCH_H
#define LATCH_H

#include <unpark/kit/future.h>
#include <unpark/kit/list.h>
#include <unpark/kit/lock.h>

/**
 * A latch.
 *
 * Key: L under ->lock.
 */
struct latch {
	struct mutex lock;	  /**< protects everything below */
	bool is_open;		  /**< L: for ever, once it is true */
	struct list_head waiting; /**< L: by latch_wait->link */
};

/** A future without an output: ready when the latch is open. */
struct latch_wait {
	struct future future;  /**< private: embedded first */
	struct latch *latch;   /**< private */
	struct list_head link; /**< private: L of the latch: in ->waiting */
	struct waker waker;    /**< private: L of the latch */
	bool was_polled;       /**< private: ->link is set up */
};

/**
 * latch_init() - make a latch that is closed
 * @l: the caller's memory
 *
 * Context: before anybody else knows it; does not block.
 */
void latch_init(struct latch *l);

/**
 * latch_fini() - end a latch
 * @l: a latch for which nobody waits
 *
 * Context: the last user; does not block.
 */
void latch_fini(struct latch *l);

/**
 * latch_open() - let everybody go who waits, and whoever comes
 * @l: a latch; nothing happens when it is open
 *
 * Context: any thread; takes the latch's lock for a moment, and uses wakers
 *          without it.
 */
void latch_open(struct latch *l);

/**
 * latch_wait() - make a future that is ready when a latch is open
 * @l: the latch; borrowed until the future is dropped
 *
 * Context: any thread; does not block.
 * Return: the machine; drop it with future_drop(), ready or not.
 */
struct latch_wait latch_wait(struct latch *l);

#endif

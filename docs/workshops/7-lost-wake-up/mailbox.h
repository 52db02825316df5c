/**
 * @file mailbox.h
 * Room for one message: any thread puts it, one task waits for it.
 *
 * Workshop 7: mailbox.c keeps this contract in nearly every order of the two.
 */
#ifndef WORKSHOP7_MAILBOX_H
#define WORKSHOP7_MAILBOX_H

#include "kit/atomic.h"
#include "kit/future.h"
#include "kit/lock.h"

/**
 * A mailbox.
 *
 * Key: A atomic, M whoever puts, until is_full; then the one who takes, L under
 * ->lock.
 */
struct mailbox {
	_Atomic(bool) is_full; /**< A: there is a message */
	int message;	       /**< M: it */
	struct mutex lock;     /**< protects what is marked L */
	struct waker waker;    /**< L: who waits; ops NULL: nobody */
};

/** The wait for the message; a future whose output is an int. */
struct mailbox_take {
	struct future future;	 /**< set by mailbox_take() */
	struct mailbox *mailbox; /**< of which */
};

/**
 * mailbox_init() - an empty mailbox
 * @m: the caller's memory
 *
 * Context: before anybody else can see @m; does not block.
 */
void mailbox_init(struct mailbox *m);

/**
 * mailbox_fini() - end a mailbox that nobody uses any more
 * @m: it
 *
 * Context: the last user; does not block.
 */
void mailbox_fini(struct mailbox *m);

/**
 * mailbox_put() - the message is there, and whoever waits for it is woken
 * @m: an empty mailbox; borrowed
 * @message: copied
 *
 * Context: any thread, once; takes the lock for a moment.
 */
void mailbox_put(struct mailbox *m, int message);

/**
 * mailbox_take() - wait for the message
 * @m: the mailbox; borrowed until the future is dropped
 *
 * Context: any thread; does not block.
 * Return: the future. Its output is the message.
 */
struct mailbox_take mailbox_take(struct mailbox *m);

#endif

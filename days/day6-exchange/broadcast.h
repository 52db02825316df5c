/**
 * @file broadcast.h
 * Everybody gets every message - or is told how many were missed.
 *
 * A sender never waits. The last @capacity messages are kept; each receiver has
 * a place of its own in their sequence, and reads on from there. Whoever is too
 * slow finds that his next message was overwritten: he is told, once, how many
 * he missed, and goes on with the oldest one that is still there.
 *
 *	kept:     [ 5 ][ 6 ][ 7 ][ 8 ]     capacity 4, next is 9
 *	fast:                      ^ 8     one message to read
 *	slow:  3                           told "2 missed", goes on with 5
 *
 * So a receiver that stops costs the others nothing, and memory is bounded. It
 * is for news of which the latest matter; where each one counts, use a channel.
 *
 * Source: Tokio's sync::broadcast; the Disruptor's sequence numbers.
 */
#ifndef DAY6_BROADCAST_H
#define DAY6_BROADCAST_H

#include "kit/compiler.h"
#include "kit/future.h"
#include "kit/list.h"
#include "kit/lock.h"
#include "kit/tracewait.h"

/** Messages at most that are kept. */
#define BROADCAST_CAPACITY_MAX (1u << 20)
/** Bytes at most of a message. */
#define BROADCAST_SIZE_MAX 4096

/**
 * The sender, and what is kept.
 *
 * Key: I set at init, L under ->lock.
 */
struct broadcast {
	struct mutex lock;	  /**< protects what is marked L */
	struct tp_res res;	  /**< I: what the console knows it by */
	size_t capacity;	  /**< I: messages that are kept */
	size_t size;		  /**< I: bytes of one */
	uint64_t next;		  /**< L: number of the next message, from 0 */
	struct list_head waiting; /**< L: receivers that wait, oldest first */
	unsigned int refs;	  /**< L: receivers, and the sender */
	bool is_closed;		  /**< L: there will be no more */
	char ring[];		  /**< L: message n is at n % capacity */
};

/**
 * A receiver: the caller's memory, which stays where it is.
 *
 * Key: I set at init, L under the lock of the broadcast.
 */
struct broadcast_rx {
	struct broadcast *from; /**< I: whose it is */
	uint64_t next;		/**< L: number of the message to read next */
	bool is_waiting;	/**< L: in from->waiting */
	struct list_head link;	/**< L: in from->waiting */
	struct waker waker;	/**< L: while it waits: whom a message wakes */
};

/** The next message; a future whose output is an int64_t. */
struct broadcast_recv {
	struct future future;	 /**< set by broadcast_recv() */
	struct broadcast_rx *rx; /**< private: whose; NULL: it is over */
	void *message; /**< private: borrowed until ready or dropped */
};

/**
 * broadcast_create_at() - make one, without receivers; see broadcast_create()
 * @out: receives it, the caller's: the sender; untouched on error
 * @name: what the console calls it; static
 * @where: "file:line"; static
 * @capacity: messages that are kept, 1 to BROADCAST_CAPACITY_MAX
 * @size: bytes of a message, 1 to BROADCAST_SIZE_MAX
 *
 * One allocation; nothing allocates later.
 *
 * Context: any thread; does not block.
 * Return: 0; -EINVAL for a capacity or size out of range; -ENOMEM.
 */
int broadcast_create_at(struct broadcast **out, const char *name,
			const char *where, size_t capacity, size_t size)
	__must_check;

/** broadcast_create() - the same, of here */
#define broadcast_create(out, name, capacity, size) \
	broadcast_create_at(out, name, KIT_HERE, capacity, size)

/**
 * broadcast_put() - no more messages
 * @b: it; the sender is consumed; receivers read what is left, then -EPIPE
 *
 * Context: any thread; takes the lock for a moment; wakes all receivers.
 */
void broadcast_put(struct broadcast *b);

/**
 * broadcast_send() - tell everybody
 * @b: it; borrowed from whoever has the sender
 * @message: the bytes of a message; copied
 *
 * Context: any thread; takes the lock for a moment; wakes whoever waits.
 * Return: how many receivers there are, 0 too.
 */
unsigned int broadcast_send(struct broadcast *b, const void *message);

/**
 * broadcast_subscribe() - listen from here on
 * @b: it; a reference is kept until broadcast_unsubscribe()
 * @rx: the caller's memory; stays where it is
 *
 * Context: any thread that has the sender or a receiver; takes the lock for a
 *	moment.
 */
void broadcast_subscribe(struct broadcast *b, struct broadcast_rx *rx);

/**
 * broadcast_unsubscribe() - listen no more
 * @rx: a receiver without a broadcast_recv() under way; consumed
 *
 * Context: any thread; takes the lock for a moment.
 */
void broadcast_unsubscribe(struct broadcast_rx *rx);

/**
 * broadcast_recv() - the next message
 * @rx: a receiver; borrowed until the future is dropped; one at a time
 * @message: room for a message; borrowed as long, written when it is ready with 0
 *
 * Costs its task one of the operations of a poll: see budget.h. Dropped before
 * it was ready, it has read nothing.
 *
 * Context: any thread; does not block.
 * Return: the future. Its output: 0 when @message is written; n > 0 when n
 *	messages were missed, and the next receive goes on behind them; -EPIPE
 *	when the sender has gone and all is read; -EINVAL when it had to wait
 *	and its context has no waker.
 */
struct broadcast_recv broadcast_recv(struct broadcast_rx *rx, void *message);

#endif

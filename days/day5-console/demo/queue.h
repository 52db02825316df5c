/**
 * @file queue.h
 * A bounded queue of numbers, for one sender and one receiver, that the console
 * can see: whoever waits for it, and how full it is. Day 6 makes the real one.
 */
#ifndef DAY5_DEMO_QUEUE_H
#define DAY5_DEMO_QUEUE_H

#include "kit/future.h"
#include "kit/lock.h"
#include "kit/tracewait.h"

#define QUEUE_SIZE 32 /**< messages that fit */

/**
 * The queue.
 *
 * Key: I set at init, L under ->lock.
 */
struct queue {
	struct tp_res res;     /**< what the console sees */
	struct mutex lock;     /**< protects the rest */
	unsigned int len;      /**< L: messages in it */
	struct waker sender;   /**< L: who waits for room; ops NULL: none */
	struct waker receiver; /**< L: who waits for a message */
};

/** A message is sent, or received, when this is ready. */
struct queue_op {
	struct future future; /**< set by queue_send(), queue_receive() */
	struct queue *q;      /**< private */
	bool is_send;	      /**< private */
};

/** queue_init() - make the caller's memory an empty queue called @name */
void queue_init(struct queue *q, const char *name);

/** queue_fini() - nobody uses it any more */
void queue_fini(struct queue *q);

/** queue_send() - a future: ready when there was room; no output */
struct queue_op queue_send(struct queue *q);

/** queue_receive() - a future: ready when there was a message; no output */
struct queue_op queue_receive(struct queue *q);

#endif

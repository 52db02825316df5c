/**
 * @file chan.h
 * A bounded channel: many senders, one receiver, and room for so many messages.
 *
 *	struct chan *c;
 *
 *	chan_create(&c, "orders", 64, sizeof(struct order), NULL);
 *	...
 *	m->send = chan_send(c, &order);		another task
 *	AWAIT(&m->send.future, &err);		waits while there is no room
 *	...
 *	m->recv = chan_recv(c, &order);		the one that owns the receiver
 *	AWAIT(&m->recv.future, &err);		waits while there is no message
 *
 * When it is full, whoever sends waits: the receiver's pace becomes everybody's
 * pace. That is backpressure, and it is why memory stays bounded.
 *
 * Who may touch what: all of it is under one lock, held for a copy of a message
 * and never while a waker is used. Messages are copied in and out, in the order
 * in which they were sent; those of one sender in its own order.
 *
 * Fair: whoever waits for room gets it in the order of coming. A place that
 * becomes free while somebody waits is *granted* to the oldest waiter, and is
 * nobody else's until that one has used it or is dropped:
 *
 *	messages + granted <= capacity
 *
 * Cancel-safe: a send that is dropped before it was ready has sent nothing, and
 * gives its place on; a receive that is dropped before it was ready has taken
 * nothing.
 *
 * The two ends: the channel is closed when the last sender is put, when the
 * receiver is put, or by chan_close(). What was sent before is still received.
 *
 * Source: Tokio's sync::mpsc (a semaphore whose permits are handed to waiters
 * in order, so that nobody overtakes); Go's runtime/chan.go (one lock).
 */
#ifndef DAY6_CHAN_H
#define DAY6_CHAN_H

#include "kit/compiler.h"
#include "kit/future.h"
#include "kit/list.h"
#include "kit/lock.h"
#include "kit/tracewait.h"

/** Messages at most that a channel has room for. */
#define CHAN_CAPACITY_MAX (1u << 20)
/** Bytes at most of a message: what is bigger is sent as a pointer. */
#define CHAN_SIZE_MAX 4096

/**
 * A channel; freed when the last sender and the receiver are put.
 *
 * Key: I set at init, L under ->lock.
 */
struct chan {
	struct mutex lock;	  /**< protects what is marked L */
	struct tp_res res;	  /**< I: what the console knows it by */
	size_t capacity;	  /**< I: messages that fit */
	size_t size;		  /**< I: bytes of one */
	void (*discard)(void *m); /**< I: a message nobody will get; or NULL */
	size_t head;		  /**< L: place of the oldest message */
	size_t len;		  /**< L: messages in it */
	size_t granted;		  /**< L: places given to waiting senders */
	struct list_head waiting; /**< L: sends without a place, oldest first */
	struct waker receiver;	  /**< L: waits for a message; ops NULL: no */
	unsigned int senders;	  /**< L: not put yet */
	bool has_receiver;	  /**< L: not put yet */
	bool is_closed;		  /**< L: nothing is sent any more */
	/** L: capacity messages of size bytes, aligned as by kit_alloc() */
	char ring[] __attribute__((aligned));
};

/** Where a send is. */
enum chan_state {
	CHAN_NEW,     /**< in no list, and without a place */
	CHAN_WAITING, /**< in chan->waiting */
	CHAN_GRANTED, /**< a place is its own */
	CHAN_OVER,    /**< its message is in the channel */
};

/**
 * A message on its way in; a future whose output is an int.
 *
 * Key: O the task that polls it, L under the channel's lock.
 */
struct chan_send {
	struct future future;	/**< O: set by chan_send() */
	struct chan *chan;	/**< O: where to; NULL: it is over */
	const void *message;	/**< O: borrowed until ready or dropped */
	enum chan_state state;	/**< L: where it is */
	struct list_head queue; /**< L: link in chan->waiting */
	struct waker waker;	/**< L: while WAITING: whom a place wakes */
};

/** A message on its way out; a future whose output is an int. */
struct chan_recv {
	struct future future; /**< set by chan_recv() */
	struct chan *chan;    /**< private: from where; NULL: it is over */
	void *message;	      /**< private: borrowed until ready or dropped */
};

/** What chan_send() makes; for chan_send() alone. */
extern const struct future_ops chan_send_ops;
/** What chan_recv() makes; for chan_recv() alone. */
extern const struct future_ops chan_recv_ops;

/**
 * chan_create_at() - make a channel; see chan_create()
 * @out: receives the channel, owned by the caller: one sender and the receiver;
 *	untouched on error
 * @name: what the console calls it; static
 * @where: "file:line"; static
 * @capacity: messages that fit, 1 to CHAN_CAPACITY_MAX
 * @size: bytes of a message, 1 to CHAN_SIZE_MAX
 * @discard: what becomes of a message that was sent and that nobody will
 *	receive; called without the lock; or NULL
 *
 * One allocation; nothing allocates later.
 *
 * Context: any thread; does not block.
 * Return: 0; -EINVAL for a capacity or size out of range; -ENOMEM.
 */
int chan_create_at(struct chan **out, const char *name, const char *where,
		   size_t capacity, size_t size, void (*discard)(void *m))
	__must_check;

/** chan_create() - the same, of here */
#define chan_create(out, name, capacity, size, discard) \
	chan_create_at(out, name, KIT_HERE, capacity, size, discard)

/**
 * chan_sender_get() - one more sender
 * @c: the channel; the caller has a sender already
 *
 * Context: any thread; takes the lock for a moment.
 * Return: @c.
 */
struct chan *chan_sender_get(struct chan *c);

/**
 * chan_sender_put() - one sender less; the last one closes the channel
 * @c: the channel; the caller's sender is consumed
 *
 * Context: any thread; takes the lock for a moment, and may wake the receiver.
 */
void chan_sender_put(struct chan *c);

/**
 * chan_receiver_put() - nobody will receive: close, and discard what is left
 * @c: the channel; the receiver is consumed
 *
 * Context: any thread; takes the lock for a moment; wakes whoever waits.
 */
void chan_receiver_put(struct chan *c);

/**
 * chan_close() - let nobody send any more
 * @c: the channel; borrowed
 *
 * Whoever waits for room is woken and gets -EPIPE, and so does a send that had
 * been given a place and had not used it. What is in the channel stays, and is
 * received. A second call does nothing.
 *
 * Context: any thread; takes the lock for a moment; wakes whoever waits.
 */
void chan_close(struct chan *c);

/**
 * chan_send() - send a message, when there is room
 * @c: the channel; the caller keeps a sender until the future is dropped
 * @message: as many bytes as the channel's messages have; borrowed until the
 *	future is ready or dropped, and copied when it is ready
 *
 * Each send costs its task one of the operations of a poll: see budget.h.
 *
 * Context: any thread; does not block.
 * Return: the future. Its output: 0 when the message is in the channel; -EPIPE
 *	when the channel is closed, and the message is still the caller's;
 *	-EINVAL when it had to wait and its context has no waker.
 */
static inline struct chan_send chan_send(struct chan *c, const void *message)
{
	struct chan_send s;

	/* A field at a time, inline: made where it is to stand, not copied. */
	s.future.ops = &chan_send_ops;
	s.chan = c;
	s.message = message;
	s.state = CHAN_NEW;
	s.waker.ops = NULL;
	return s;
}

/**
 * chan_try_send() - send a message, if there is room now
 * @c: the channel; the caller has a sender
 * @message: the bytes of a message; copied
 *
 * It does not overtake: while others wait for room, there is none.
 *
 * Context: any thread; takes the lock for a moment.
 * Return: 0; -EAGAIN when there is no room; -EPIPE when it is closed.
 */
int chan_try_send(struct chan *c, const void *message) __must_check;

/**
 * chan_recv() - receive the oldest message, when there is one
 * @c: the channel; the caller keeps the receiver until the future is dropped
 * @message: room for a message; borrowed until the future is ready or dropped,
 *	and written when it is ready with 0
 *
 * Only one receive is under way at a time. Costs one operation, as chan_send().
 *
 * Context: any thread; does not block.
 * Return: the future. Its output: 0 when @message is written; -EPIPE when the
 *	channel is closed, and nothing is left in it; -EINVAL when it had to
 *	wait and its context has no waker.
 */
static inline struct chan_recv chan_recv(struct chan *c, void *message)
{
	return (struct chan_recv){
		.future.ops = &chan_recv_ops,
		.chan = c,
		.message = message,
	};
}

/**
 * chan_try_recv() - receive the oldest message, if there is one now
 * @c: the channel; the caller has the receiver
 * @message: room for a message
 *
 * Context: any thread; takes the lock for a moment.
 * Return: 0 when @message is written; -EAGAIN when the channel is empty; -EPIPE
 *	when it is closed, too.
 */
int chan_try_recv(struct chan *c, void *message) __must_check;

/**
 * chan_len() - messages in the channel
 * @c: the channel; borrowed
 *
 * Context: any thread; takes the lock for a moment.
 * Return: the number; it may be another one already.
 */
size_t chan_len(struct chan *c);

#endif

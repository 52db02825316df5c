/**
 * @file unbounded.h
 * A channel without a bound. For the workshop only: do not use it.
 *
 * The same as chan.h, in small, but a send never waits: it asks for memory. As
 * long as the receiver is a little slower than the senders, and be it by one in
 * a hundred, the queue grows without end, and with it the time that a message
 * spends in there. Nobody is told: the first to say anything is the kernel, when
 * it kills the process.
 *
 * Workshop 4 shows that beside a chan of 64 places. What is bounded can be full,
 * and somebody has to say what happens then; that is the point of it.
 */
#ifndef DAY6_UNBOUNDED_H
#define DAY6_UNBOUNDED_H

#include "kit/compiler.h"
#include "kit/future.h"

struct unbounded;

/** A message on its way out; a future whose output is an int. */
struct unbounded_recv {
	struct future future;	     /**< set by unbounded_recv() */
	struct unbounded *unbounded; /**< private: from where */
	void *message;		     /**< private: borrowed until it is over */
};

/**
 * unbounded_create_at() - make one; see unbounded_create()
 * @out: receives it, owned by the caller: one sender and the receiver; untouched
 *	on error
 * @name: what the console calls it; static
 * @where: "file:line"; static
 * @size: bytes of a message, at least 1
 *
 * Context: any thread; does not block.
 * Return: 0; -EINVAL for a size of 0; -ENOMEM.
 */
int unbounded_create_at(struct unbounded **out, const char *name,
			const char *where, size_t size) __must_check;

/** unbounded_create() - the same, of here */
#define unbounded_create(out, name, size) \
	unbounded_create_at(out, name, KIT_HERE, size)

/**
 * unbounded_sender_get() - one more sender
 * @u: it; the caller has a sender already
 *
 * Context: any thread; takes the lock for a moment.
 * Return: @u.
 */
struct unbounded *unbounded_sender_get(struct unbounded *u);

/**
 * unbounded_sender_put() - one sender less; after the last one nothing comes
 * @u: it; the caller's sender is consumed
 *
 * Context: any thread; takes the lock for a moment, and may wake the receiver.
 */
void unbounded_sender_put(struct unbounded *u);

/**
 * unbounded_receiver_put() - nobody will receive; what is left is freed
 * @u: it; the receiver is consumed
 *
 * Context: any thread; takes the lock for a moment.
 */
void unbounded_receiver_put(struct unbounded *u);

/**
 * unbounded_send() - send a message: there is always room
 * @u: it; the caller has a sender
 * @message: its bytes; copied, into memory that is asked for here
 *
 * Context: any thread; takes the lock for a moment, and the allocator's.
 * Return: 0; -EPIPE when the receiver has gone; -ENOMEM.
 */
int unbounded_send(struct unbounded *u, const void *message) __must_check;

/**
 * unbounded_recv() - receive the oldest message, when there is one
 * @u: it; the caller keeps the receiver until the future is dropped
 * @message: room for a message; borrowed until the future is ready or dropped,
 *	and written when it is ready with 0
 *
 * Only one receive is under way at a time. Costs its task one of the operations
 * of a poll: see budget.h.
 *
 * Context: any thread; does not block.
 * Return: the future. Its output: 0 when @message is written; -EPIPE when there
 *	is no sender, and nothing is left; -EINVAL when it had to wait and its
 *	context has no waker.
 */
struct unbounded_recv unbounded_recv(struct unbounded *u, void *message);

/**
 * unbounded_len() - messages in it
 * @u: it; borrowed
 *
 * Context: any thread; takes the lock for a moment.
 * Return: the number; it may be another one already.
 */
size_t unbounded_len(struct unbounded *u);

#endif

/**
 * @file oneshot.h
 * One message, once: the answer to a question.
 *
 *	struct oneshot *answer;
 *
 *	oneshot_create(&answer, sizeof(int));
 *	question.answer = answer;		goes into a channel
 *	m->wait = oneshot_recv(answer, &verdict);
 *	AWAIT(&m->wait.future, &err);
 *
 * It has two halves. Whoever is asked consumes the sender's half, by
 * oneshot_send() or oneshot_sender_put(); whoever asks turns the receiver's half
 * into a future, or puts it. Each side sees that the other one has gone: the
 * receiver gets -EPIPE, and so does the sender, who may stop working on it.
 *
 * Source: Tokio's sync::oneshot.
 */
#ifndef DAY6_ONESHOT_H
#define DAY6_ONESHOT_H

#include "kit/compiler.h"
#include "kit/future.h"

struct oneshot;

/** The answer, to be waited for; a future whose output is an int. */
struct oneshot_recv {
	struct future future;	 /**< set by oneshot_recv() */
	struct oneshot *oneshot; /**< private: the half; NULL: it is over */
	void *message; /**< private: borrowed until ready or dropped */
};

/** Nobody waits for the answer any more; a future without output. */
struct oneshot_closed {
	struct future future;	 /**< set by oneshot_closed() */
	struct oneshot *oneshot; /**< private */
};

/**
 * oneshot_create() - room for one message
 * @out: receives it; the caller owns both halves; untouched on error
 * @size: bytes of the message, 0 when its coming is all there is to know
 *
 * Context: any thread; may take the allocator's lock.
 * Return: 0; -ENOMEM.
 */
int oneshot_create(struct oneshot **out, size_t size) __must_check;

/**
 * oneshot_send() - the message
 * @o: it; the sender's half is consumed, on an error too
 * @message: its bytes; copied
 *
 * Context: any thread; takes a lock for a moment; wakes the receiver.
 * Return: 0; -EPIPE when the receiver has gone: nobody will read it.
 */
int oneshot_send(struct oneshot *o, const void *message) __must_check;

/**
 * oneshot_sender_put() - there will be no message
 * @o: it; the sender's half is consumed
 *
 * Context: any thread; takes a lock for a moment; wakes the receiver.
 */
void oneshot_sender_put(struct oneshot *o);

/**
 * oneshot_is_closed() - has the receiver gone?
 * @o: it; the caller has the sender's half
 *
 * Context: any thread; takes a lock for a moment.
 * Return: true when a message would be read by nobody.
 */
bool oneshot_is_closed(struct oneshot *o);

/**
 * oneshot_closed() - wait until the receiver has gone
 * @o: it; the caller keeps the sender's half until the future is dropped
 *
 * For select(): stop working when nobody wants the answer.
 *
 * Context: any thread; does not block.
 * Return: the future; no output.
 */
struct oneshot_closed oneshot_closed(struct oneshot *o);

/**
 * oneshot_recv() - wait for the message
 * @o: it; the receiver's half is consumed: it goes when the future is dropped
 * @message: room for it; borrowed until the future is ready or dropped, and
 *	written when it is ready with 0
 *
 * Context: any thread; does not block.
 * Return: the future. Its output: 0 when @message is written; -EPIPE when there
 *	will be none; -EINVAL when it had to wait and its context has no waker.
 */
struct oneshot_recv oneshot_recv(struct oneshot *o, void *message);

/**
 * oneshot_receiver_put() - the message is not wanted
 * @o: it; the receiver's half is consumed
 *
 * Context: any thread; takes a lock for a moment; wakes oneshot_closed().
 */
void oneshot_receiver_put(struct oneshot *o);

#endif

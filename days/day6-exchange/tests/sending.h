/**
 * @file sending.h
 * What the tests of chan.c share: a channel of numbers, sends and receives with
 * their wakers, and TODO 2 by hand for the tests of TODO 1.
 */
#ifndef DAY6_TESTS_SENDING_H
#define DAY6_TESTS_SENDING_H

#include <string.h>

#include "chan.h"
#include "judge_grant.h"
#include "kit/err.h"
#include "waiter.h"

/** A send that is under way. */
struct sending {
	struct waiter waiter;
	struct chan_send send;
	int message;
	int err; /**< the output, or 1: it is pending */
};

/** A receive that is under way. */
struct receiving {
	struct waiter waiter;
	struct chan_recv recv;
	int message;
	int err; /**< the output, or 1: it is pending */
};

static inline struct chan *numbers(size_t capacity)
{
	struct chan *c;

	EXPECT_ERR(chan_create(&c, "numbers", capacity, sizeof(int), NULL), 0,
		   "there is memory for a channel of %zu numbers", capacity);
	return c;
}

/* Senders first: then nobody waits, and nothing has to be closed. */
static inline void numbers_put(struct chan *c)
{
	chan_sender_put(c);
	chan_receiver_put(c);
}

static inline void sending_poll(struct sending *s)
{
	if (waiter_poll(&s->waiter, &s->send.future, &s->err) == POLL_PENDING)
		s->err = 1;
}

/* Poll a send of @message for the first time. */
static inline void sending_start(struct sending *s, struct chan *c,
				 const char *name, int message)
{
	STEP("%s sends %d", name, message);
	waiter_init(&s->waiter, name, &c->lock);
	s->message = message;
	s->send = chan_send(c, &s->message);
	sending_poll(s);
}

static inline void sending_drop(struct sending *s)
{
	future_drop(&s->send.future);
	EXPECT_EQ(waiter_live(&s->waiter), 0,
		  "when a send of %s is dropped, no clone of its waker is left",
		  s->waiter.name);
}

/* What a poll said: pending, or ready with which output. */
static inline const char *err_says(int err)
{
	return err == 1 ? "pending" : err ? err_name(err) : "ready, with 0";
}

static inline void sending_is_ready(struct sending *s)
{
	EXPECT_STR(err_says(s->err), "ready, with 0", "the send of %s is ready",
		   s->waiter.name);
}

static inline void sending_is_pending(struct sending *s)
{
	EXPECT_STR(err_says(s->err), "pending", "the send of %s is pending",
		   s->waiter.name);
}

/* A send for which there is room. */
static inline void send_now(struct chan *c, int message)
{
	struct sending s;

	sending_start(&s, c, "A", message);
	sending_is_ready(&s);
	sending_drop(&s);
}

static inline void receiving_poll(struct receiving *r)
{
	r->err = 1;
	if (waiter_poll(&r->waiter, &r->recv.future, &r->err) == POLL_PENDING)
		r->err = 1;
}

/* Poll a receive for the first time. */
static inline void receiving_start(struct receiving *r, struct chan *c)
{
	STEP("receive");
	waiter_init(&r->waiter, "the receiver", &c->lock);
	r->message = -1;
	r->recv = chan_recv(c, &r->message);
	receiving_poll(r);
}

static inline void receiving_drop(struct receiving *r)
{
	future_drop(&r->recv.future);
	EXPECT_EQ(waiter_live(&r->waiter), 0,
		  "when a receive is dropped, no clone of its waker is left");
}

/* A receive for which there is a message. */
static inline int recv_now(struct chan *c)
{
	struct receiving r;

	receiving_start(&r, c);
	EXPECT_STR(err_says(r.err), "ready, with 0",
		   "a receive is ready when there is a message");
	receiving_drop(&r);
	return r.message;
}

/* Who stands in the queue: its length, bounded. */
static inline unsigned int queue_len(struct chan *c)
{
	struct chan_send *s;
	unsigned int n = 0;

	list_for_each_entry(s, &c->waiting, queue)
		if (++n > 100)
			FAIL("the queue of those who wait does not end: "
			     "somebody stands in it twice");
	return n;
}

#endif

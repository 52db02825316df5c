/* What is given: oneshot.c, unbounded.c, and the frame of the other channels. */
#include "broadcast.h"
#include "chan.h"
#include "oneshot.h"
#include "sched.h"
#include "unbounded.h"

#include "kit/async.h"
#include "kit/err.h"
#include "kit/fault.h"
#include "kit/tracepoint.h"
#include "waiter.h"

static struct oneshot *question(void)
{
	struct oneshot *o;

	EXPECT_ERR(oneshot_create(&o, sizeof(int)), 0, "there is memory");
	return o;
}

/* Poll a receive; its output, or 1: it is pending. */
static int answer(struct oneshot_recv *r, struct waiter *w)
{
	int err = 1;

	return waiter_poll(w, &r->future, &err) == POLL_READY ? err : 1;
}

TEST(an_answer_is_waited_for, 0, 0, kit)
{
	struct oneshot *o = question();
	struct oneshot_recv r;
	struct waiter w, other;
	int m = 42, got = 0;

	waiter_init(&w, "who asks", NULL);
	waiter_init(&other, "another task", NULL);
	r = oneshot_recv(o, &got);
	EXPECT_EQ(answer(&r, &w), 1, "without an answer it is pending");
	EXPECT_EQ(answer(&r, &other), 1, "for another task, too");
	EXPECT_EQ(waiter_live(&w), 0, "the first waker is given back");
	EXPECT_ERR(oneshot_send(o, &m), 0, "the answer is sent");
	EXPECT_EQ(waiter_wakes(&other), 1, "whoever polled last is woken");
	EXPECT_EQ(answer(&r, &other), 0, "then it is ready");
	EXPECT_EQ(got, 42, "the answer has come");
	future_drop(&r.future);
	EXPECT_EQ(waiter_live(&other), 0, "no clone is left");
}

TEST(an_answer_may_be_there_before_it_is_asked_for, 0, 0, kit)
{
	struct oneshot *o = question();
	struct oneshot_recv r;
	struct waiter w;
	int m = 42, got = 0;

	waiter_init(&w, "who asks", NULL);
	EXPECT_ERR(oneshot_send(o, &m), 0, "the answer is sent");
	r = oneshot_recv(o, &got);
	EXPECT_EQ(answer(&r, &w), 0, "it is ready at once");
	EXPECT_EQ(got, 42, "the answer has come");
	future_drop(&r.future);
	EXPECT_ERR(oneshot_create(&o, 0), 0, "one without bytes");
	EXPECT_ERR(oneshot_send(o, NULL), 0, "is sent");
	r = oneshot_recv(o, NULL);
	EXPECT_EQ(answer(&r, &w), 0, "and received");
	future_drop(&r.future);
}

TEST(an_asker_sees_that_nobody_will_answer, 0, 0, kit)
{
	struct oneshot *o = question();
	struct oneshot_recv r;
	struct waiter w;
	int got = 0;

	waiter_init(&w, "who asks", NULL);
	r = oneshot_recv(o, &got);
	EXPECT_EQ(answer(&r, &w), 1, "it is pending");
	oneshot_sender_put(o);
	EXPECT_EQ(waiter_wakes(&w), 1, "the asker is woken");
	EXPECT_ERR(answer(&r, &w), -EPIPE, "there will be no answer");
	future_drop(&r.future);
}

TEST(an_answerer_sees_that_nobody_asks_any_more, 0, 0, kit)
{
	struct oneshot *o = question();
	struct oneshot_closed c = oneshot_closed(o);
	struct oneshot_recv r;
	struct waiter w, asker;
	int m = 42, got = 0;

	waiter_init(&w, "who is asked", NULL);
	waiter_init(&asker, "who asks", NULL);
	r = oneshot_recv(o, &got);
	EXPECT_EQ(answer(&r, &asker), 1, "it is pending");
	EXPECT_EQ(waiter_poll(&w, &c.future, NULL), POLL_PENDING,
		  "somebody still asks");
	EXPECT(!oneshot_is_closed(o), "somebody still asks");
	future_drop(&r.future);
	EXPECT_EQ(waiter_live(&asker), 0, "the asker's waker is given back");
	EXPECT_EQ(waiter_wakes(&w), 1, "who is asked is woken");
	EXPECT_EQ(waiter_poll(&w, &c.future, NULL), POLL_READY,
		  "nobody asks any more");
	EXPECT(oneshot_is_closed(o), "nobody asks any more");
	future_drop(&c.future);
	EXPECT_ERR(oneshot_send(o, &m), -EPIPE, "nobody would read it");
}

TEST(a_question_without_memory_is_none, 0, 0, kit)
{
	struct oneshot *o = NULL;

	fault_set(FAULT_ALLOC, 1, -ENOMEM);
	EXPECT_ERR(oneshot_create(&o, 8), -ENOMEM, "no memory");
	EXPECT(fault_hit() && !o, "nothing was made");
}

static int heard(struct unbounded_recv *r, struct waiter *w)
{
	int err = 1;

	return waiter_poll(w, &r->future, &err) == POLL_READY ? err : 1;
}

TEST(a_channel_without_a_bound_grows, 0, 0, kit)
{
	unsigned long live = heap_live();
	struct unbounded_recv r;
	struct unbounded *u;
	struct waiter w;
	int i, got = -1;

	EXPECT_ERR(unbounded_create(&u, "u", sizeof(int)), 0, "there is room");
	for (i = 0; i < 1000; i++)
		EXPECT_ERR(unbounded_send(u, &i), 0, "there is always room");
	EXPECT_EQ(heap_live() - live, 1001, "each message has its memory");
	waiter_init(&w, "the receiver", NULL);
	for (i = 0; i < 1000; i++) {
		r = unbounded_recv(u, &got);
		EXPECT_EQ(heard(&r, &w), 0, "there is a message");
		EXPECT_EQ(got, i, "the oldest one");
		future_drop(&r.future);
	}
	EXPECT_EQ(unbounded_len(u), 0, "all came out");
	EXPECT_EQ(heap_live() - live, 1, "the memory of each is given back");
	r = unbounded_recv(u, &got);
	EXPECT_EQ(heard(&r, &w), 1, "it waits");
	unbounded_sender_put(unbounded_sender_get(u));
	EXPECT_EQ(waiter_wakes(&w), 0, "a sender is left");
	EXPECT_ERR(unbounded_send(u, &i), 0, "there is room");
	EXPECT_EQ(waiter_wakes(&w), 1, "a message wakes it");
	unbounded_sender_put(u);
	EXPECT_EQ(heard(&r, &w), 0, "the message comes");
	EXPECT_ERR(heard(&r, &w), -EPIPE, "then the end");
	future_drop(&r.future);
	EXPECT_EQ(waiter_live(&w), 0, "no clone is left");
	unbounded_receiver_put(u);
}

TEST(who_leaves_a_channel_without_a_bound_frees_what_is_in_it, 0, 0, kit)
{
	struct unbounded *u;
	int m = 1;

	EXPECT_ERR(unbounded_create(&u, "u", sizeof(int)), 0, "there is room");
	EXPECT_ERR(unbounded_send(u, &m), 0, "there is room");
	unbounded_receiver_put(u);
	EXPECT_ERR(unbounded_send(u, &m), -EPIPE, "nobody will read it");
	unbounded_sender_put(u);
	EXPECT_ERR(unbounded_create(&u, "u", 0), -EINVAL, "no size");
}

TEST(a_channel_has_bounds_of_its_own, 0, 0, kit)
{
	static const size_t bad[][2] = { { 0, 4 },
					 { CHAN_CAPACITY_MAX + 1, 4 },
					 { 1, 0 },
					 { 1, CHAN_SIZE_MAX + 1 } };
	struct broadcast *b = NULL;
	struct chan *c = NULL;
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(bad); i++) {
		EXPECT_ERR(chan_create(&c, "c", bad[i][0], bad[i][1], NULL),
			   -EINVAL, "%zu messages of %zu bytes are refused",
			   bad[i][0], bad[i][1]);
		EXPECT_ERR(broadcast_create(&b, "b", bad[i][0], bad[i][1]),
			   -EINVAL, "%zu messages of %zu bytes are refused",
			   bad[i][0], bad[i][1]);
	}
	fault_set(FAULT_ALLOC, 1, -ENOMEM);
	EXPECT_ERR(chan_create(&c, "c", 1, 1, NULL), -ENOMEM, "no memory");
	fault_set(FAULT_ALLOC, 1, -ENOMEM);
	EXPECT_ERR(broadcast_create(&b, "b", 1, 1), -ENOMEM, "no memory");
	EXPECT(!c && !b, "nothing was made");
}

TEST(who_cannot_be_woken_does_not_wait, 0, 0, kit)
{
	struct context nobody = { .waker = NULL };
	struct broadcast_recv br;
	struct broadcast_rx rx;
	struct broadcast *b;
	struct chan_send s;
	struct chan_recv r;
	struct chan *c;
	int m = 1, err = 1;
	int64_t n = 1;

	EXPECT_ERR(chan_create(&c, "c", 1, sizeof(m), NULL), 0, "a channel");
	r = chan_recv(c, &m);
	EXPECT_EQ(future_poll(&r.future, &nobody, &err), POLL_READY, "ready");
	EXPECT_ERR(err, -EINVAL, "a receive that would have to wait");
	future_drop(&r.future);
	s = chan_send(c, &m);
	EXPECT_EQ(future_poll(&s.future, &nobody, &err), POLL_READY, "ready");
	EXPECT_ERR(err, 0, "a send that has room");
	future_drop(&s.future);
	s = chan_send(c, &m);
	EXPECT_EQ(future_poll(&s.future, &nobody, &err), POLL_READY, "ready");
	EXPECT_ERR(err, -EINVAL, "a send that would have to wait");
	future_drop(&s.future);
	EXPECT_EQ(chan_len(c), 1, "one message is in the channel");
	chan_sender_put(c);
	chan_receiver_put(c);
	EXPECT_ERR(broadcast_create(&b, "b", 1, sizeof(m)), 0, "a broadcast");
	broadcast_subscribe(b, &rx);
	br = broadcast_recv(&rx, &m);
	EXPECT_EQ(future_poll(&br.future, &nobody, &n), POLL_READY, "ready");
	EXPECT_EQ(n, -EINVAL, "a receive that would have to wait");
	future_drop(&br.future);
	broadcast_unsubscribe(&rx);
	broadcast_put(b);
}

TEST(the_console_is_told_of_each_message, 0, 0, kit)
{
	struct broadcast_rx rx;
	struct broadcast *b;
	struct chan_send s;
	struct chan_recv r;
	struct waiter w;
	struct chan *c;
	int m = 1, err;

	waiter_init(&w, "who waits", NULL);
	record_start();
	EXPECT_ERR(chan_create(&c, "c", 1, sizeof(m), NULL), 0, "a channel");
	EXPECT_ERR(broadcast_create(&b, "b", 1, sizeof(m)), 0, "a broadcast");
	EXPECT_EQ(record_count(TP_RES_NEW), 2, "two are made");
	r = chan_recv(c, &m);
	waiter_poll(&w, &r.future, &err);
	EXPECT_EQ(record_count(TP_WAIT), 1, "one waits for a message");
	future_drop(&r.future);
	EXPECT_ERR(chan_try_send(c, &m), 0, "there is room");
	s = chan_send(c, &m);
	waiter_poll(&w, &s.future, &err);
	EXPECT_EQ(record_count(TP_WAIT), 2, "one waits for room");
	future_drop(&s.future);
	EXPECT_EQ(record_count(TP_SEND), 1, "one is sent");
	EXPECT_ERR(chan_try_recv(c, &m), 0, "there is a message");
	EXPECT_EQ(record_count(TP_RECV), 1, "one is received");
	chan_sender_put(c);
	chan_receiver_put(c);
	broadcast_subscribe(b, &rx);
	broadcast_send(b, &m);
	EXPECT_EQ(record_count(TP_SEND), 2, "one is sent to all");
	broadcast_unsubscribe(&rx);
	broadcast_put(b);
	EXPECT_EQ(record_count(TP_RES_GONE), 2, "both are gone");
}

enum { ASKERS = 4, QUESTIONS = 200 };

/* A question, as the answerer gets it. */
struct question {
	int number;
	struct oneshot *answer;
};

/* A task that asks, and waits for each answer. */
struct asker {
	struct async async;
	struct chan *questions;
	struct question question;
	struct chan_send send;
	struct oneshot_recv recv;
	int asked, err, got;
};

static _Atomic(int) right;

static enum poll asker_poll(struct future *f, struct context *cx, void *out)
{
	struct asker *a = container_of(f, struct asker, async.future);

	ASYNC_BEGIN(&a->async);
	for (a->asked = 0; a->asked < QUESTIONS; a->asked++) {
		a->question.number = a->asked;
		if (oneshot_create(&a->question.answer, sizeof(a->got)))
			break;
		a->send = chan_send(a->questions, &a->question);
		AWAIT(&a->send.future, &a->err);
		a->recv = oneshot_recv(a->question.answer, &a->got);
		AWAIT(&a->recv.future, &a->err);
		/* relaxed: a counter; read when all tasks have ended */
		if (!a->err && a->got == 2 * a->asked)
			atomic_fetch_add_explicit(&right, 1,
						  memory_order_relaxed);
	}
	chan_sender_put(a->questions);
	ASYNC_END(&a->async);
}

static const struct future_ops asker_ops = {
	.poll = asker_poll,
	.size = sizeof(struct asker),
};

/* The task that answers, until nobody asks any more. */
struct answerer {
	struct async async;
	struct chan *questions;
	struct question question;
	struct chan_recv recv;
	int err;
};

static enum poll answerer_poll(struct future *f, struct context *cx, void *out)
{
	struct answerer *a = container_of(f, struct answerer, async.future);
	int twice;

	ASYNC_BEGIN(&a->async);
	for (;;) {
		a->recv = chan_recv(a->questions, &a->question);
		AWAIT(&a->recv.future, &a->err);
		if (a->err)
			break;
		twice = 2 * a->question.number;
		if (oneshot_send(a->question.answer, &twice))
			break;
	}
	chan_receiver_put(a->questions);
	ASYNC_END(&a->async);
}

static const struct future_ops answerer_ops = {
	.poll = answerer_poll,
	.size = sizeof(struct answerer),
};

TEST(questions_are_answered_across_two_workers, 0, 0, kit, timeout = 20)
{
	struct answerer b = { .async.future.ops = &answerer_ops };
	struct asker a = { .async.future.ops = &asker_ops };
	struct sched *s;
	struct join join;
	unsigned int i;
	int status;

	EXPECT_ERR(chan_create(&a.questions, "questions", 2,
			       sizeof(struct question), NULL),
		   0, "a channel");
	b.questions = a.questions;
	EXPECT_ERR(sched_create(&s, 2), 0, "a scheduler");
	for (i = 0; i < ASKERS; i++) {
		chan_sender_get(a.questions);
		EXPECT_ERR(sched_spawn(s, &asker_ops, &a, NULL), 0, "a task");
	}
	chan_sender_put(a.questions);
	EXPECT_ERR(sched_spawn(s, &answerer_ops, &b, &join), 0, "a task");
	EXPECT_ERR(sched_block_on(s, &join.future, &status), 0, "it ends");
	future_drop(&join.future);
	sched_destroy(s);
	EXPECT_EQ(right, ASKERS * QUESTIONS, "each question has its answer");
}

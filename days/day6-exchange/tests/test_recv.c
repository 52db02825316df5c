/* TODO 2: receive, and wake one sender. */
#include "sending.h"

#include "budget.h"
#include "kit/async.h"
#include "kit/thread.h"
#include "sched.h"

TEST(messages_are_received_in_the_order_of_sending, 2, 2)
{
	struct chan *c = numbers(3);
	int i, m;

	WHY("First in, first out: also when the ring has gone around.");
	send_now(c, 0);
	send_now(c, 1);
	for (i = 2; i < 10; i++) {
		send_now(c, i);
		EXPECT_EQ(recv_now(c), i - 2, "the oldest comes first");
	}
	STEP("try to receive three times");
	EXPECT_ERR(chan_try_recv(c, &m), 0, "there is a message");
	EXPECT_EQ(m, 8, "it is the oldest");
	EXPECT_ERR(chan_try_recv(c, &m), 0, "there is another one");
	EXPECT_ERR(chan_try_recv(c, &m), -EAGAIN, "there is no third one");
	numbers_put(c);
}

TEST(a_receive_waits_for_a_message, 2, 2)
{
	struct chan *c = numbers(2);
	struct receiving r;
	struct waiter other;

	WHY("Whoever waits leaves a waker, or sleeps for ever.");
	receiving_start(&r, c);
	EXPECT_STR(err_says(r.err), "pending", "with no message it is pending");
	receiving_poll(&r);
	EXPECT_EQ(waiter_live(&r.waiter), 1, "one clone of its waker is kept");
	waiter_init(&other, "the other task", &c->lock);
	STEP("another task polls the receive");
	EXPECT_EQ(waiter_poll(&other, &r.recv.future, &r.err), POLL_PENDING,
		  "it is still pending");
	EXPECT_EQ(waiter_live(&r.waiter), 0, "the first waker is given back");
	send_now(c, 7);
	EXPECT_EQ(waiter_wakes(&other), 1,
		  "the message wakes the task that polled last");
	EXPECT_EQ(waiter_wakes(&r.waiter), 0, "it does not wake the first one");
	receiving_poll(&r);
	EXPECT_STR(err_says(r.err), "ready, with 0",
		   "with a message it is ready");
	EXPECT_EQ(r.message, 7, "the message is the one that was sent");
	receiving_drop(&r);
	numbers_put(c);
}

TEST(the_last_sender_ends_a_receive_that_waits, 2, 1)
{
	struct chan *c = numbers(2);
	struct receiving r;

	WHY("When nobody is left who could send, waiting is for ever.");
	chan_sender_get(c);
	send_now(c, 7);
	EXPECT_EQ(recv_now(c), 7, "the message is received");
	receiving_start(&r, c);
	STEP("put one sender of two");
	chan_sender_put(c);
	EXPECT_EQ(waiter_wakes(&r.waiter), 0, "one sender is left: no wake");
	STEP("put the last sender");
	chan_sender_put(c);
	EXPECT_EQ(waiter_wakes(&r.waiter), 1,
		  "the last one wakes the receiver");
	receiving_poll(&r);
	EXPECT_ERR(r.err, -EPIPE, "the end is told");
	receiving_drop(&r);
	chan_receiver_put(c);
}

TEST(what_is_in_a_channel_outlives_its_senders, 2, 1)
{
	struct chan *c = numbers(2);
	struct receiving r;

	WHY("A task that has sent its last order and ends has still given it.");
	send_now(c, 7);
	send_now(c, 8);
	STEP("put the last sender");
	chan_sender_put(c);
	EXPECT_EQ(recv_now(c), 7, "the first message is received");
	EXPECT_EQ(recv_now(c), 8, "so is the second one");
	receiving_start(&r, c);
	EXPECT_ERR(r.err, -EPIPE, "only then the end is told");
	receiving_drop(&r);
	chan_receiver_put(c);
}

TEST(each_receive_wakes_one_sender_the_oldest, 2, 2)
{
	static const char *const names[] = { "B", "C", "D" };
	struct chan *c = numbers(1);
	struct sending s[3];
	unsigned int i, k;

	WHY("One place is free, so one can use it. Waking all of them makes "
	    "all but one come in vain, and with a thousand it is a thousand "
	    "polls a message.");
	send_now(c, 0);
	for (i = 0; i < 3; i++)
		sending_start(&s[i], c, names[i], (int)i + 1);
	for (i = 0; i < 3; i++) {
		EXPECT_EQ(recv_now(c), i, "messages come in order");
		for (k = 0; k < 3; k++)
			EXPECT_EQ(waiter_wakes(&s[k].waiter), k <= i,
				  "after %u receives, %s has been woken so "
				  "often",
				  i + 1, names[k]);
		sending_poll(&s[i]);
		sending_is_ready(&s[i]);
	}
	EXPECT_EQ(recv_now(c), 3, "the last one comes, too");
	for (i = 0; i < 3; i++)
		sending_drop(&s[i]);
	numbers_put(c);
}

TEST(a_place_that_is_free_is_given_before_it_is_wanted, 2, 1)
{
	struct chan *c = numbers(2);
	struct sending b, d;

	WHY("If the place were left lying about, whoever comes by would take "
	    "it, and the one who was woken for it would wait again.");
	send_now(c, 1);
	send_now(c, 2);
	sending_start(&b, c, "B", 3);
	recv_now(c);
	STEP("D comes before B has run");
	sending_start(&d, c, "D", 4);
	sending_is_pending(&d);
	EXPECT_ERR(chan_try_send(c, &d.message), -EAGAIN,
		   "there is no room: the place is B's");
	recv_now(c);
	sending_poll(&d);
	sending_is_ready(&d);
	sending_poll(&b);
	sending_is_ready(&b);
	EXPECT_EQ(c->granted, 0, "no place is granted any more");
	EXPECT_EQ(chan_len(c), 2, "both messages are in the channel");
	sending_drop(&b);
	sending_drop(&d);
	numbers_put(c);
}

TEST(a_dropped_receive_has_taken_nothing, 2, 1)
{
	struct chan *c = numbers(2);
	struct receiving r;

	WHY("In a select, the receive that loses is dropped, and begun anew "
	    "in the next round.");
	receiving_start(&r, c);
	send_now(c, 7);
	STEP("drop the receive, which was woken, before it is polled");
	receiving_drop(&r);
	EXPECT_EQ(recv_now(c), 7, "the next receive gets the message");
	receiving_start(&r, c);
	STEP("drop a receive that waits");
	receiving_drop(&r);
	send_now(c, 8);
	EXPECT_EQ(waiter_wakes(&r.waiter), 0, "it is not woken any more");
	EXPECT_EQ(recv_now(c), 8, "the next receive gets the message");
	numbers_put(c);
}

TEST(a_receive_is_charged_only_when_it_is_ready, 2, 1)
{
	struct chan *c = numbers(2);
	struct kit_self *self = kit_self();
	struct receiving r;
	int i;

	WHY("A task whose channel always has something must give way; one that "
	    "waits must be able to sleep.");
	self->task = c;
	self->spent = 0;
	receiving_start(&r, c);
	for (i = 0; i < 2 * BUDGET_OPS; i++)
		receiving_poll(&r);
	EXPECT_EQ(waiter_wakes(&r.waiter), 0,
		  "whoever waits does not wake himself");
	EXPECT_EQ(self->spent, 0, "what is pending costs nothing");
	self->task = NULL;
	send_now(c, 7);
	self->task = c;
	self->spent = BUDGET_OPS;
	STEP("a task that has spent its budget polls again");
	receiving_poll(&r);
	EXPECT_STR(err_says(r.err), "pending",
		   "then even a receive that is due is pending");
	EXPECT_EQ(waiter_wakes(&r.waiter), 2, "and the task is woken at once");
	self->spent = 0;
	receiving_poll(&r);
	EXPECT_STR(err_says(r.err), "ready, with 0",
		   "in the next poll it is ready");
	EXPECT_EQ(self->spent, 1, "what is ready costs one operation");
	self->task = NULL;
	receiving_drop(&r);
	numbers_put(c);
}

enum { PRODUCERS = 4, EACH = 300 };

/* A task that sends its numbers, in order. */
struct producer {
	struct async async;
	struct chan *c;
	struct chan_send send;
	int next, end, err;
};

static enum poll producer_poll(struct future *f, struct context *cx, void *out)
{
	struct producer *p = container_of(f, struct producer, async.future);

	ASYNC_BEGIN(&p->async);
	for (; p->next < p->end; p->next++) {
		p->send = chan_send(p->c, &p->next);
		AWAIT(&p->send.future, &p->err);
	}
	ASYNC_END(&p->async);
}

/* Only called when the task has ended. */
static void producer_drop(struct future *f)
{
	chan_sender_put(container_of(f, struct producer, async.future)->c);
}

static const struct future_ops producer_ops = {
	.poll = producer_poll,
	.drop = producer_drop,
	.size = sizeof(struct producer),
};

/* A task that receives until the end, and sees to the order. */
struct consumer {
	struct async async;
	struct chan *c;
	struct chan_recv recv;
	int message, err;
};

/* What the consumer has seen; it outlives the task. */
static struct {
	int n;
	int next[PRODUCERS]; /* what comes next of each */
	bool is_in_order;
} seen;

static enum poll consumer_poll(struct future *f, struct context *cx, void *out)
{
	struct consumer *c = container_of(f, struct consumer, async.future);

	ASYNC_BEGIN(&c->async);
	for (;;) {
		c->recv = chan_recv(c->c, &c->message);
		AWAIT(&c->recv.future, &c->err);
		if (c->err)
			break;
		seen.n++;
		if (seen.next[c->message / EACH]++ != c->message % EACH)
			seen.is_in_order = false;
	}
	ASYNC_END(&c->async);
}

static const struct future_ops consumer_ops = {
	.poll = consumer_poll,
	.size = sizeof(struct consumer),
};

TEST(many_senders_and_little_room_lose_nothing, 2, 1)
{
	struct chan *c = numbers(2);
	struct producer p = { .async.future.ops = &producer_ops, .c = c };
	struct consumer r = { .async.future.ops = &consumer_ops, .c = c };
	unsigned long allocs;
	unsigned int steps, i;
	struct sched *s;

	WHY("Each place that is free wakes one sender, each message the "
	    "receiver: if one of these wakes is lost, all of them stand "
	    "still.");
	EXPECT_ERR(sched_create_stepped(&s, 1), 0, "a scheduler");
	EXPECT_ERR(sched_spawn(s, &consumer_ops, &r, NULL), 0, "a task");
	for (i = 0; i < PRODUCERS; i++) {
		p.next = (int)i * EACH;
		p.end = p.next + EACH;
		chan_sender_get(c);
		EXPECT_ERR(sched_spawn(s, &producer_ops, &p, NULL), 0,
			   "a task");
	}
	chan_sender_put(c);
	allocs = heap_allocs();
	STEP("%d senders send %d numbers each through 2 places", PRODUCERS,
	     EACH);
	seen.is_in_order = true;
	for (steps = 0; steps < 20 * PRODUCERS * EACH; steps++)
		if (!sched_step(s, 0))
			break;
	if (seen.n != PRODUCERS * EACH)
		FAIL("no task has anything to do, and %d of %d numbers came: "
		     "somebody waits who should have been woken",
		     seen.n, PRODUCERS * EACH);
	EXPECT(seen.is_in_order, "the numbers of each sender come in order");
	EXPECT_EQ(heap_allocs() - allocs, 0,
		  "no memory is asked for, however slow the receiver is");
	sched_destroy(s);
	chan_receiver_put(c);
}

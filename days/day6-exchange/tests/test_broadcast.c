/* TODO 4: broadcast: how many were missed. */
#include "broadcast.h"

#include "budget.h"
#include "kit/err.h"
#include "kit/thread.h"
#include "waiter.h"

/** A receive that is under way. */
struct listening {
	struct waiter waiter;
	struct broadcast_rx *rx; /**< whose */
	struct broadcast_recv recv;
	int message;
	int64_t out; /**< the output, or PENDING */
};

#define PENDING INT64_MIN

static struct broadcast *news(size_t capacity)
{
	struct broadcast *b;

	EXPECT_ERR(broadcast_create(&b, "news", capacity, sizeof(int)), 0,
		   "there is memory for %zu numbers", capacity);
	return b;
}

static void say(struct broadcast *b, int from, int to)
{
	if (from == to)
		STEP("send %d", from);
	else
		STEP("send %d to %d", from, to);
	for (; from <= to; from++)
		broadcast_send(b, &from);
}

static void listening_poll(struct listening *l)
{
	if (waiter_poll(&l->waiter, &l->recv.future, &l->out) == POLL_PENDING)
		l->out = PENDING;
}

static void listening_start(struct listening *l, struct broadcast_rx *rx)
{
	waiter_init(&l->waiter, "a receiver", &rx->from->lock);
	l->message = -1;
	l->rx = rx;
	l->recv = broadcast_recv(rx, &l->message);
	listening_poll(l);
}

static void listening_drop(struct listening *l)
{
	future_drop(&l->recv.future);
	EXPECT_EQ(waiter_live(&l->waiter), 0,
		  "when a receive is dropped, no clone of its waker is left");
}

/* One receive by itself; its output, or PENDING. */
static int64_t listen_once(struct broadcast_rx *rx, int *message)
{
	struct listening l;

	listening_start(&l, rx);
	listening_drop(&l);
	*message = l.message;
	return l.out;
}

/* The same, where there is something to be told. */
static int64_t hear(struct broadcast_rx *rx, int *message)
{
	int64_t out = listen_once(rx, message);

	if (out == PENDING)
		FAIL("a receive is pending, and there is a number, or the end, "
		     "to be told");
	return out;
}

static void hears(struct broadcast_rx *rx, int want)
{
	int m;
	int64_t out = listen_once(rx, &m);

	if (out == PENDING)
		FAIL("message %d is there, and a receive is pending", want);
	EXPECT_EQ(out, 0, "message %d is there: nothing was missed before it",
		  want);
	EXPECT_EQ(m, want, "a receiver gets the message that is next");
}

static void hears_nothing(struct broadcast_rx *rx)
{
	int m;

	EXPECT(listen_once(rx, &m) == PENDING,
	       "there is nothing left to receive");
}

TEST(everybody_gets_every_message, 4, 2)
{
	struct broadcast *b = news(3);
	struct broadcast_rx x, y;
	int i;

	WHY("In a channel, each message goes to one; here it goes to all.");
	broadcast_subscribe(b, &x);
	broadcast_subscribe(b, &y);
	for (i = 0; i < 10; i++) {
		STEP("send %d", i);
		EXPECT_EQ(broadcast_send(b, &i), 2, "there are two receivers");
		hears(&x, i);
		hears(&y, i);
	}
	hears_nothing(&x);
	hears_nothing(&y);
	broadcast_unsubscribe(&x);
	EXPECT_EQ(broadcast_send(b, &i), 1, "one receiver is left");
	broadcast_unsubscribe(&y);
	broadcast_put(b);
}

TEST(who_is_too_slow_is_told_once_how_many_he_missed, 4, 2)
{
	struct broadcast *b = news(3);
	struct broadcast_rx x;
	int m;

	WHY("A gap that is not told is a wrong picture of the market; one that "
	    "is told twice is a wrong number.");
	STEP("three messages are kept; x begins to listen");
	broadcast_subscribe(b, &x);
	say(b, 0, 9);
	EXPECT_EQ(hear(&x, &m), 7,
		  "ten were sent and three are kept, so this "
		  "many were missed");
	EXPECT_EQ(m, -1, "with the number comes no message");
	hears(&x, 7);
	hears(&x, 8);
	say(b, 10, 14);
	EXPECT_EQ(hear(&x, &m), 3, "9, 10 and 11 were missed");
	hears(&x, 12);
	hears(&x, 13);
	hears(&x, 14);
	hears_nothing(&x);
	broadcast_unsubscribe(&x);
	broadcast_put(b);
}

TEST(who_is_as_far_behind_as_is_kept_has_missed_nothing, 4, 1)
{
	struct broadcast *b = news(3);
	struct broadcast_rx x;
	int i, m;

	WHY("One too early is a message thrown away, one too late is one read "
	    "twice.");
	broadcast_subscribe(b, &x);
	say(b, 0, 2);
	for (i = 0; i < 3; i++)
		hears(&x, i);
	say(b, 3, 6);
	EXPECT_EQ(hear(&x, &m), 1, "one more than is kept: one was missed");
	hears(&x, 4);
	broadcast_unsubscribe(&x);
	broadcast_put(b);
}

TEST(who_is_slow_costs_the_others_nothing, 4, 1)
{
	struct broadcast *b = news(2);
	unsigned long allocs = heap_allocs();
	struct broadcast_rx fast, slow;
	int i, m;

	WHY("One client that does not read must not hold up the exchange, nor "
	    "fill its memory.");
	broadcast_subscribe(b, &fast);
	broadcast_subscribe(b, &slow);
	for (i = 0; i < 100; i++) {
		broadcast_send(b, &i);
		hears(&fast, i);
	}
	EXPECT_EQ(heap_allocs() - allocs, 0, "nothing is allocated");
	EXPECT_EQ(hear(&slow, &m), 98, "all but the last two were missed");
	hears(&slow, 98);
	hears(&slow, 99);
	broadcast_unsubscribe(&fast);
	broadcast_unsubscribe(&slow);
	broadcast_put(b);
}

TEST(who_comes_later_hears_what_comes_later, 4, 1)
{
	struct broadcast *b = news(3);
	struct broadcast_rx x;

	WHY("What was before somebody listened, he has not missed.");
	say(b, 0, 6);
	STEP("subscribe");
	broadcast_subscribe(b, &x);
	hears_nothing(&x);
	say(b, 7, 8);
	hears(&x, 7);
	hears(&x, 8);
	broadcast_unsubscribe(&x);
	broadcast_put(b);
}

TEST(where_one_is_kept_it_is_the_latest, 4, 1)
{
	struct broadcast *b = news(1);
	struct broadcast_rx x;
	int m;

	WHY("Who only wants to know how things are now keeps one.");
	broadcast_subscribe(b, &x);
	say(b, 0, 0);
	hears(&x, 0);
	say(b, 1, 5);
	EXPECT_EQ(hear(&x, &m), 4, "1 to 4 were missed");
	hears(&x, 5);
	broadcast_unsubscribe(&x);
	broadcast_put(b);
}

/* A waker that runs its task at once: it receives, and waits again. */
static void wait_again(void *arg)
{
	struct listening *l = arg;

	listening_poll(l);
	if (l->out)
		FAIL("a receiver was woken, and no message was there for it");
	future_drop(&l->recv.future);
	l->recv = broadcast_recv(l->rx, &l->message);
	listening_poll(l);
}

TEST(a_message_wakes_each_who_waits_once, 4, 2)
{
	struct broadcast *b = news(2);
	struct broadcast_rx x, y, z;
	struct listening lx, ly;

	WHY("Whoever is woken may wait for the next one before the others are "
	    "woken for this one.");
	broadcast_subscribe(b, &x);
	broadcast_subscribe(b, &y);
	broadcast_subscribe(b, &z);
	listening_start(&lx, &x);
	listening_start(&ly, &y);
	EXPECT(lx.out == PENDING && ly.out == PENDING,
	       "without a message both are pending");
	STEP("y waits again in its wake");
	ly.waiter.on_wake = wait_again;
	ly.waiter.arg = &ly;
	say(b, 7, 7);
	EXPECT_EQ(waiter_wakes(&lx.waiter), 1, "x is woken once");
	EXPECT_EQ(waiter_wakes(&ly.waiter), 1, "y is woken once");
	listening_poll(&lx);
	EXPECT_EQ(lx.message, 7, "x has the message");
	EXPECT_EQ(ly.message, 7, "y has the message");
	listening_drop(&lx);
	ly.waiter.on_wake = NULL;
	say(b, 8, 8);
	EXPECT_EQ(waiter_wakes(&lx.waiter), 1, "x waits no more");
	EXPECT_EQ(waiter_wakes(&ly.waiter), 2, "y is woken again");
	listening_drop(&ly);
	hears(&z, 7);
	broadcast_unsubscribe(&x);
	broadcast_unsubscribe(&y);
	broadcast_unsubscribe(&z);
	broadcast_put(b);
}

TEST(the_end_comes_after_what_is_left, 4, 1)
{
	struct broadcast *b = news(2);
	struct broadcast_rx x, y;
	struct listening l;
	int m;

	WHY("Messages that were sent are news also when their sender is gone.");
	broadcast_subscribe(b, &x);
	say(b, 0, 3);
	broadcast_subscribe(b, &y);
	listening_start(&l, &y);
	STEP("put the sender");
	broadcast_put(b);
	EXPECT_EQ(waiter_wakes(&l.waiter), 1, "whoever waits is woken");
	listening_poll(&l);
	EXPECT_EQ(l.out, -EPIPE, "y has heard all, and is told the end");
	listening_drop(&l);
	EXPECT_EQ(hear(&x, &m), 2, "x is told what it missed");
	hears(&x, 2);
	hears(&x, 3);
	EXPECT_EQ(hear(&x, &m), -EPIPE, "then x is told the end");
	broadcast_unsubscribe(&x);
	broadcast_unsubscribe(&y);
}

TEST(a_receiver_that_always_has_news_gives_way, 4, 1)
{
	struct broadcast *b = news(2);
	struct kit_self *self = kit_self();
	struct broadcast_rx x;
	struct listening l;

	WHY("Else the others on its worker never run.");
	broadcast_subscribe(b, &x);
	say(b, 0, 1);
	self->task = b;
	self->spent = BUDGET_OPS - 1;
	hears(&x, 0);
	STEP("the budget is spent: receive again");
	listening_start(&l, &x);
	EXPECT(l.out == PENDING, "a receive that is due is pending");
	EXPECT_EQ(waiter_wakes(&l.waiter), 1, "and its task woken at once");
	self->spent = 0;
	listening_poll(&l);
	EXPECT_EQ(l.out, 0, "in the next poll it is ready");
	EXPECT_EQ(l.message, 1, "nothing was lost");
	self->task = NULL;
	listening_drop(&l);
	broadcast_unsubscribe(&x);
	broadcast_put(b);
}

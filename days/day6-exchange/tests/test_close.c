/* TODO 3: close, and a cancelled send. */
#include "sending.h"

TEST(a_closed_channel_gives_what_is_in_it_and_takes_no_more, 3, 2)
{
	struct chan *c = numbers(3);
	struct receiving r;
	struct sending b;

	WHY("A shutdown says: nothing new, but what was accepted is done.");
	send_now(c, 1);
	send_now(c, 2);
	STEP("close the channel, twice");
	chan_close(c);
	chan_close(c);
	sending_start(&b, c, "B", 3);
	EXPECT_ERR(b.err, -EPIPE, "a new send is refused");
	EXPECT_ERR(chan_try_send(c, &b.message), -EPIPE,
		   "so is one that does not wait");
	sending_drop(&b);
	EXPECT_EQ(recv_now(c), 1, "what was in it is received");
	EXPECT_EQ(recv_now(c), 2, "all of it");
	receiving_start(&r, c);
	EXPECT_ERR(r.err, -EPIPE, "then the end is told");
	receiving_drop(&r);
	numbers_put(c);
}

TEST(close_wakes_whoever_waits_for_room, 3, 2)
{
	static const char *const names[] = { "B", "C", "D" };
	struct chan *c = numbers(1);
	struct sending s[3];
	unsigned int i;

	WHY("There will be no room any more: whoever still waits waits for "
	    "ever, and keeps his task from ending.");
	send_now(c, 0);
	for (i = 0; i < 3; i++)
		sending_start(&s[i], c, names[i], (int)i + 1);
	STEP("close the channel");
	chan_close(c);
	for (i = 0; i < 3; i++) {
		EXPECT_EQ(waiter_wakes(&s[i].waiter), 1, "%s is woken once",
			  names[i]);
		sending_poll(&s[i]);
		EXPECT_ERR(s[i].err, -EPIPE, "the send of %s is refused",
			   names[i]);
		sending_drop(&s[i]);
	}
	EXPECT_EQ(recv_now(c), 0, "what was in it is received");
	numbers_put(c);
}

TEST(close_wakes_the_receiver, 3, 1)
{
	struct chan *c = numbers(1);
	struct receiving r;

	WHY("It waits for a message, and none will come.");
	receiving_start(&r, c);
	STEP("close the channel");
	chan_close(c);
	EXPECT_EQ(waiter_wakes(&r.waiter), 1, "the receiver is woken once");
	receiving_poll(&r);
	EXPECT_ERR(r.err, -EPIPE, "the end is told");
	receiving_drop(&r);
	numbers_put(c);
}

TEST(close_refuses_who_has_a_place_and_has_not_used_it, 3, 2)
{
	struct chan *c = numbers(1);
	struct receiving r;
	struct sending b;

	WHY("The receiver has been told the end: a message that came later "
	    "would be in a channel that nobody looks into.");
	send_now(c, 1);
	sending_start(&b, c, "B", 2);
	EXPECT_EQ(recv_now(c), 1, "a message comes out, and B has its place");
	STEP("close the channel before B has run");
	chan_close(c);
	receiving_start(&r, c);
	EXPECT_ERR(r.err, -EPIPE, "the receiver is told the end");
	receiving_drop(&r);
	STEP("B is polled");
	sending_poll(&b);
	EXPECT_ERR(b.err, -EPIPE, "the send of B is refused");
	EXPECT_EQ(chan_len(c), 0, "nothing is in the channel");
	sending_drop(&b);
	numbers_put(c);
}

/* What a waker does that uses the channel. */
static void use(void *arg)
{
	int m = 9, err = chan_try_send(arg, &m);

	EXPECT_ERR(err, -EPIPE, "who is woken by a close finds it closed");
}

TEST(whoever_a_close_wakes_may_use_the_channel, 3, 2)
{
	struct chan *c = numbers(1);
	struct sending b, d;

	WHY("A waker is foreign code: it may run the task at once, on this "
	    "thread, and the task does what it wants.");
	send_now(c, 1);
	sending_start(&b, c, "B", 2);
	sending_start(&d, c, "D", 3);
	b.waiter.on_wake = d.waiter.on_wake = use;
	b.waiter.arg = d.waiter.arg = c;
	STEP("close the channel: the wakers of B and D send something");
	chan_close(c);
	EXPECT_EQ(waiter_wakes(&b.waiter), 1, "B is woken once");
	EXPECT_EQ(waiter_wakes(&d.waiter), 1, "D is woken once");
	sending_drop(&b);
	sending_drop(&d);
	numbers_put(c);
}

TEST(a_dropped_send_leaves_the_queue, 3, 2)
{
	struct chan *c = numbers(1);
	struct sending a, b, d;

	WHY("Its task did not want to wait any longer. Where it was, there is "
	    "other memory now.");
	send_now(c, 0);
	sending_start(&a, c, "B", 1);
	sending_start(&b, c, "C", 2);
	sending_start(&d, c, "D", 3);
	STEP("drop the sends of C and of B");
	sending_drop(&b);
	sending_drop(&a);
	EXPECT_EQ(queue_len(c), 1, "one is left in the queue");
	EXPECT_EQ(waiter_wakes(&d.waiter), 0, "no place is free: no wake");
	EXPECT_EQ(recv_now(c), 0, "a message comes out");
	EXPECT_EQ(waiter_wakes(&b.waiter) + waiter_wakes(&a.waiter), 0,
		  "nobody is woken who has gone");
	EXPECT_EQ(waiter_wakes(&d.waiter), 1, "D is woken");
	sending_poll(&d);
	sending_is_ready(&d);
	sending_drop(&d);
	EXPECT_EQ(recv_now(c), 3, "a send that was dropped has sent nothing");
	numbers_put(c);
}

TEST(a_dropped_send_passes_its_place_on, 3, 2)
{
	struct chan *c = numbers(1);
	struct sending b, d;

	WHY("The wake-up that B got was the only one for this place. If it "
	    "goes with B, D sleeps beside an empty channel.");
	send_now(c, 1);
	sending_start(&b, c, "B", 2);
	sending_start(&d, c, "D", 3);
	EXPECT_EQ(recv_now(c), 1, "a message comes out, and B has its place");
	STEP("drop the send of B, which was woken and has not run");
	sending_drop(&b);
	EXPECT_EQ(waiter_wakes(&d.waiter), 1, "D is woken in its stead");
	EXPECT_ERR(chan_try_send(c, &b.message), -EAGAIN,
		   "the place is D's, and nobody else's");
	STEP("drop the send of D, too");
	sending_drop(&d);
	EXPECT_EQ(c->granted, 0, "no place is granted any more");
	EXPECT_ERR(chan_try_send(c, &d.message), 0,
		   "when nobody waits, a place that was given back is free");
	EXPECT_EQ(recv_now(c), 3, "the message of D is the only one");
	numbers_put(c);
}

static int discarded[4];

static void discard(void *m)
{
	discarded[*(int *)m]++;
}

TEST(a_receiver_that_goes_leaves_nobody_waiting, 3, 1)
{
	struct sending b;
	struct chan *c;
	int i;

	WHY("A message may own something: whoever will not read it gives that "
	    "back, once.");
	EXPECT_ERR(chan_create(&c, "owners", 2, sizeof(int), discard), 0,
		   "a channel");
	send_now(c, 1);
	EXPECT_EQ(recv_now(c), 1, "this one is received");
	send_now(c, 2);
	send_now(c, 3);
	sending_start(&b, c, "B", 0);
	STEP("put the receiver");
	chan_receiver_put(c);
	EXPECT_EQ(waiter_wakes(&b.waiter), 1, "B is woken");
	sending_poll(&b);
	EXPECT_ERR(b.err, -EPIPE, "the message of B is refused, and B's");
	sending_drop(&b);
	for (i = 0; i < 4; i++)
		EXPECT_EQ(discarded[i], i >= 2,
			  "message %d is discarded so often: those that were "
			  "left once, the others never",
			  i);
	chan_sender_put(c);
}

/* TODO 1: send when full. What TODO 2 will do is done by hand here. */
#include "sending.h"

#include "budget.h"
#include "kit/thread.h"

TEST(messages_are_kept_in_the_order_of_sending, 1, 2)
{
	struct chan *c = numbers(3);
	int i;

	WHY("Who gave two orders wants them carried out in that order.");
	send_now(c, 0);
	send_now(c, 1);
	for (i = 2; i < 10; i++) {
		send_now(c, i);
		EXPECT_EQ(c->len, 3, "three messages are in the channel");
		EXPECT_EQ(take_by_hand(c), i - 2,
			  "the oldest message is the one that was sent first");
	}
	EXPECT_EQ(c->len, 2, "two are left of ten, when eight were taken");
	numbers_put(c);
}

TEST(a_full_channel_makes_its_sender_wait, 1, 2)
{
	struct chan *c = numbers(1);
	struct sending b;

	WHY("That is backpressure: whoever is too fast is slowed down, and "
	    "what waits is one task and not a heap of messages.");
	send_now(c, 1);
	sending_start(&b, c, "B", 2);
	sending_is_pending(&b);
	EXPECT_ERR(chan_try_send(c, &b.message), -EAGAIN,
		   "whoever cannot wait is told that there is no room");
	EXPECT_EQ(c->len, 1, "a channel of capacity 1 has one message");
	EXPECT_EQ(take_by_hand(c), 1, "the message is the one sent first");
	grant_by_hand(c);
	EXPECT_EQ(waiter_wakes(&b.waiter), 1, "B is woken once");
	sending_poll(&b);
	sending_is_ready(&b);
	sending_drop(&b);
	EXPECT_EQ(take_by_hand(c), 2,
		  "then the message of B is in the channel");
	numbers_put(c);
}

TEST(who_has_a_place_is_not_overtaken, 1, 2)
{
	struct chan *c = numbers(1);
	struct sending b, d;

	WHY("Between the moment when B is woken and the one when B runs there "
	    "may be a long time, and others who send. If they took the place, "
	    "B would be woken in vain, again and again.");
	send_now(c, 1);
	sending_start(&b, c, "B", 2);
	sending_is_pending(&b);
	take_by_hand(c);
	grant_by_hand(c);
	sending_start(&d, c, "D", 3);
	sending_is_pending(&d);
	EXPECT_ERR(chan_try_send(c, &d.message), -EAGAIN,
		   "the place of B is no room for others");
	STEP("B runs, and uses its place");
	sending_poll(&b);
	sending_is_ready(&b);
	EXPECT_EQ(c->granted, 0, "no place is granted any more");
	EXPECT_EQ(take_by_hand(c), 2, "the message of B came first");
	grant_by_hand(c);
	sending_poll(&d);
	sending_is_ready(&d);
	sending_drop(&b);
	sending_drop(&d);
	numbers_put(c);
}

TEST(who_is_polled_again_keeps_his_place_in_the_queue, 1, 2)
{
	struct chan *c = numbers(1);
	struct sending b, d;
	int i;

	WHY("A task may be woken by something else, and polls all that it "
	    "waits for.");
	send_now(c, 1);
	sending_start(&b, c, "B", 2);
	sending_start(&d, c, "D", 3);
	STEP("poll the sends of B and D three times more");
	for (i = 0; i < 3; i++) {
		sending_poll(&b);
		sending_is_pending(&b);
		sending_poll(&d);
		sending_is_pending(&d);
	}
	STEP("poll the send of B once more");
	sending_poll(&b);
	EXPECT_EQ(queue_len(c), 2, "two stand in the queue");
	EXPECT(c->waiting.next == &b.send.queue, "B is the first of them");
	EXPECT_EQ(waiter_live(&b.waiter), 1, "one clone of B's waker is kept");
	for (i = 2; i < 4; i++) {
		take_by_hand(c);
		grant_by_hand(c);
		sending_poll(i == 2 ? &b : &d);
		EXPECT_EQ(c->len, 1, "the one whose turn it is has sent");
	}
	sending_drop(&b);
	sending_drop(&d);
	numbers_put(c);
}

TEST(a_send_that_has_moved_wakes_its_new_owner, 1, 2)
{
	struct chan *c = numbers(1);
	struct waiter other;
	struct sending b;

	WHY("A future that was polled by one task may be handed to another: "
	    "the waker of the last poll is the one that counts.");
	send_now(c, 1);
	sending_start(&b, c, "B", 2);
	waiter_init(&other, "the other task", &c->lock);
	STEP("the other task polls the send of B");
	EXPECT_EQ(waiter_poll(&other, &b.send.future, &b.err), POLL_PENDING,
		  "there is still no room");
	EXPECT_EQ(waiter_live(&b.waiter), 0, "B's waker is given back");
	take_by_hand(c);
	grant_by_hand(c);
	EXPECT_EQ(waiter_wakes(&other), 1, "the other task is woken");
	EXPECT_EQ(waiter_wakes(&b.waiter), 0, "B is not");
	sending_poll(&b);
	sending_is_ready(&b);
	sending_drop(&b);
	numbers_put(c);
}

TEST(a_message_wakes_the_receiver_once, 1, 2)
{
	struct chan *c = numbers(2);
	struct waiter r;
	int m = 2;

	WHY("A receiver that is not woken sleeps beside a full channel.");
	waiter_init(&r, "the receiver", &c->lock);
	STEP("the receiver waits: its waker is in the channel");
	c->receiver = waker_clone(&r.waker);
	send_now(c, 1);
	EXPECT_EQ(waiter_wakes(&r), 1, "the first message wakes the receiver");
	STEP("try to send another one");
	EXPECT_ERR(chan_try_send(c, &m), 0, "there is room for a second one");
	EXPECT_EQ(waiter_wakes(&r), 1,
		  "the second message wakes nobody: nobody waits");
	EXPECT_EQ(waiter_live(&r), 0, "no clone of its waker is left");
	numbers_put(c);
}

TEST(a_task_that_only_sends_gives_way, 1, 1)
{
	struct chan *c = numbers(2 * BUDGET_OPS);
	struct kit_self *self = kit_self();
	struct sending s;
	int i;

	WHY("A task whose channel always has room would never stop, and "
	    "whoever is behind it on its worker would never run.");
	self->task = c;
	self->spent = 0;
	for (i = 0; i < BUDGET_OPS; i++)
		send_now(c, i);
	sending_start(&s, c, "the task", i);
	sending_is_pending(&s);
	EXPECT_EQ(waiter_wakes(&s.waiter), 1,
		  "a task that has spent its budget is woken at once");
	EXPECT_EQ(c->len, BUDGET_OPS, "the message is not in the channel yet");
	STEP("the task is polled again");
	self->spent = 0;
	sending_poll(&s);
	sending_is_ready(&s);
	sending_drop(&s);
	self->task = NULL;
	numbers_put(c);
}

TEST(waiting_costs_neither_memory_nor_budget, 1, 1)
{
	struct chan *c = numbers(1);
	struct kit_self *self = kit_self();
	unsigned long allocs = heap_allocs();
	struct sending s;
	int i;

	WHY("A thousand tasks may wait for one slow receiver: each has its "
	    "message already, and is asked again and again.");
	self->task = c;
	self->spent = 0;
	send_now(c, 1);
	sending_start(&s, c, "B", 2);
	for (i = 0; i < 2 * BUDGET_OPS; i++)
		sending_poll(&s);
	sending_is_pending(&s);
	EXPECT_EQ(waiter_wakes(&s.waiter), 0,
		  "whoever waits does not wake himself");
	EXPECT_EQ(self->spent, 1, "only the send that was ready is charged");
	EXPECT_EQ(heap_allocs() - allocs, 0, "nothing is allocated");
	self->task = NULL;
	take_by_hand(c);
	grant_by_hand(c);
	sending_poll(&s);
	sending_is_ready(&s);
	sending_drop(&s);
	numbers_put(c);
}

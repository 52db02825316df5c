/* The channel in every order of its senders and its receiver. */
#include "chan.h"

#include "poller.h"

static struct chan *c;
static struct poller sender[2], receiver;
static int message[2];

static const char *why_stuck(void *arg)
{
	if (c->len)
		return "a message is in the channel, and the receiver sleeps: "
		       "a wake was lost";
	return c->granted || list_is_empty(&c->waiting)
		       ? "whoever was given a place, or the end, sleeps: a "
			 "wake was lost"
		       : "there is room, and a sender sleeps: a wake was lost";
}

static void setup(void)
{
	unsigned int i;

	EXPECT_ERR(chan_create(&c, "numbers", 1, sizeof(int), NULL), 0,
		   "a channel for one number");
	for (i = 0; i < 2; i++)
		parker_init(&sender[i].parker);
	parker_init(&receiver.parker);
	model_stuck(why_stuck, NULL);
}

/* A thread's function: send 1, or 2. Its end tells the receiver nothing. */
static void send_one(void *arg)
{
	unsigned int i = (unsigned int)(uintptr_t)arg;
	struct chan_send s;
	int err;

	message[i] = (int)i + 1;
	s = chan_send(c, &message[i]);
	poller_wait(&sender[i], &s.future, &err);
	EXPECT_ERR(err, 0, "the channel is open: the message is sent");
}

static void start(unsigned int i)
{
	poller_start(&sender[i], i ? "second" : "first", send_one,
		     (void *)(uintptr_t)i);
}

/* Wait for a message; -EPIPE: there is none any more. */
static int receive(void)
{
	struct chan_recv r;
	int m, err;

	r = chan_recv(c, &m);
	poller_wait(&receiver, &r.future, &err);
	return err ? err : m;
}

MODEL(a_message_comes_while_the_receiver_begins_to_wait, 2, 35)
{
	WHY("It may come before, while and after the receiver leaves its "
	    "waker.");
	setup();
	start(0);
	EXPECT_EQ(receive(), 1, "the message is received");
	thread_join(&sender[0].thread);
	chan_sender_put(c);
	chan_receiver_put(c);
}

MODEL(two_senders_share_one_place, 2, 35)
{
	int sum;

	WHY("One of them waits, or both for each other's message to go.");
	setup();
	start(0);
	start(1);
	sum = receive();
	sum += receive();
	EXPECT_EQ(sum, 3, "both messages are received, 1 and 2");
	thread_join(&sender[0].thread);
	thread_join(&sender[1].thread);
	chan_sender_put(c);
	chan_receiver_put(c);
}

static void go(void *arg)
{
	chan_sender_put(c);
}

MODEL(the_last_sender_goes_while_the_receiver_begins_to_wait, 2, 30)
{
	WHY("The end may come before, while and after the receiver leaves its "
	    "waker.");
	setup();
	poller_start(&sender[0], "sender", go, NULL);
	EXPECT_ERR(receive(), -EPIPE, "the receiver is told the end");
	thread_join(&sender[0].thread);
	chan_receiver_put(c);
}

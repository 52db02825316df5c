/* The end of a channel, and of a send, in every order with the other side. */
#include "chan.h"

#include "poller.h"

static struct chan *c;
static struct poller sender[2], receiver;
static int message[2], result[2];
static unsigned int discarded;

static const char *why_stuck(void *arg)
{
	if (c->is_closed)
		return "the channel is closed, and somebody sleeps who waits "
		       "for room: nobody has told him";
	return c->len ? "a message is in the channel, and the receiver sleeps"
		      : "there is room, and a sender sleeps: whoever had the "
			"place has gone with it";
}

static void discard(void *m)
{
	discarded++;
}

/* A channel for one number. */
static void setup(bool is_full)
{
	int m = 0;
	unsigned int i;

	discarded = 0;
	EXPECT_ERR(chan_create(&c, "numbers", 1, sizeof(int), discard), 0,
		   "a channel for one number");
	if (is_full)
		EXPECT_ERR(chan_try_send(c, &m), 0, "there is room for one");
	for (i = 0; i < 2; i++) {
		parker_init(&sender[i].parker);
		message[i] = (int)i + 1;
		result[i] = 1;
	}
	parker_init(&receiver.parker);
	model_stuck(why_stuck, NULL);
}

static void send_until_it_ends(void *arg)
{
	unsigned int i = (unsigned int)(uintptr_t)arg;
	struct chan_send s = chan_send(c, &message[i]);

	poller_wait(&sender[i], &s.future, &result[i]);
	chan_sender_put(c);
}

/* Ask once, and leave when there is no room. */
static void send_once(void *arg)
{
	unsigned int i = (unsigned int)(uintptr_t)arg;
	struct chan_send s = chan_send(c, &message[i]);

	if (poller_poll(&sender[i], &s.future, &result[i]) == POLL_PENDING)
		result[i] = 1;
	future_drop(&s.future);
	chan_sender_put(c);
}

static void start(unsigned int i, void (*fn)(void *))
{
	poller_start(&sender[i], i ? "second" : "first", fn,
		     (void *)(uintptr_t)i);
}

static int receive(void)
{
	struct chan_recv r;
	int m, err;

	r = chan_recv(c, &m);
	poller_wait(&receiver, &r.future, &err);
	return err ? err : m;
}

MODEL(a_close_meets_a_send_that_begins_to_wait, 3, 35)
{
	WHY("It must see that the channel is closed, or be told.");
	setup(true);
	start(0, send_until_it_ends);
	chan_close(c);
	thread_join(&sender[0].thread);
	EXPECT_ERR(result[0], -EPIPE, "the send is refused");
	EXPECT_EQ(receive(), 0, "what was in the channel is received");
	chan_receiver_put(c);
	EXPECT_EQ(discarded, 0, "nothing was left");
}

MODEL(who_leaves_takes_a_place_from_nobody, 3, 35)
{
	int sum = 0;

	WHY("It may be given the place just while it leaves.");
	setup(true);
	chan_sender_get(c);
	start(0, send_once);
	start(1, send_until_it_ends);
	EXPECT_EQ(receive(), 0, "the first message is received");
	sum += receive();
	thread_join(&sender[0].thread);
	if (!result[0])
		sum += receive();
	thread_join(&sender[1].thread);
	EXPECT_ERR(result[1], 0, "whoever stays has sent his message");
	EXPECT_EQ(sum, result[0] ? 2 : 3,
		  "what was sent is received: 2, and 1 unless it left");
	chan_receiver_put(c);
}

MODEL(the_receiver_goes_while_somebody_sends, 3, 30)
{
	WHY("A message is read, discarded, or still its sender's.");
	setup(false);
	start(0, send_until_it_ends);
	chan_receiver_put(c);
	thread_join(&sender[0].thread);
	EXPECT_EQ(discarded, !result[0],
		  "a message that was sent is discarded once, another never");
}

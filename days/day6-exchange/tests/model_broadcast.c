/* Broadcast and oneshot in every order of their two sides. */
#include "broadcast.h"

#include "oneshot.h"
#include "poller.h"

static struct broadcast *b;
static struct broadcast_rx rx;
static struct poller sender, receiver;

static const char *why_stuck(void *arg)
{
	return rx.next < b->next ? "there is a message, and the receiver "
				   "sleeps: a wake was lost"
				 : NULL;
}

static void setup(void)
{
	EXPECT_ERR(broadcast_create(&b, "news", 1, sizeof(int)), 0,
		   "a broadcast that keeps one");
	broadcast_subscribe(b, &rx);
	parker_init(&receiver.parker);
	model_stuck(why_stuck, NULL);
}

static void send_two(void *arg)
{
	int m;

	for (m = 1; m <= 2; m++)
		broadcast_send(b, &m);
	broadcast_put(b);
}

MODEL(each_message_is_read_or_missed, 4, 60)
{
	int64_t n, seen = 0;
	int m = 0, last = 0;
	struct broadcast_recv r;

	WHY("The message that a receiver reads may be written over meanwhile.");
	setup();
	poller_start(&sender, "sender", send_two, NULL);
	for (;;) {
		r = broadcast_recv(&rx, &m);
		poller_wait(&receiver, &r.future, &n);
		if (n < 0)
			break;
		seen += n ? n : 1;
		EXPECT(n || m == seen, "message %d comes as number %d", m,
		       (int)seen);
		last = m;
	}
	EXPECT_EQ(n, -EPIPE, "the end is told");
	EXPECT_EQ(seen, 2, "two were sent: read or missed, that is two");
	EXPECT_EQ(last, 2, "the last one is never missed");
	thread_join(&sender.thread);
	broadcast_unsubscribe(&rx);
}

static void end(void *arg)
{
	broadcast_put(b);
}

MODEL(the_sender_goes_while_a_receiver_begins_to_wait, 4, 40)
{
	struct broadcast_recv r;
	int64_t n;
	int m;

	WHY("The end may come before, while and after it leaves its waker.");
	setup();
	poller_start(&sender, "sender", end, NULL);
	r = broadcast_recv(&rx, &m);
	poller_wait(&receiver, &r.future, &n);
	EXPECT_EQ(n, -EPIPE, "the end is told");
	thread_join(&sender.thread);
	broadcast_unsubscribe(&rx);
}

static struct oneshot *o;
static int sent;

static void answer(void *arg)
{
	int m = 42;

	sent = oneshot_send(o, &m);
}

MODEL(an_answer_comes_while_its_asker_begins_to_wait, 0, 0, kit)
{
	struct oneshot_recv r;
	int m = 0, err;

	EXPECT_ERR(oneshot_create(&o, sizeof(m)), 0, "a oneshot");
	parker_init(&receiver.parker);
	poller_start(&sender, "sender", answer, NULL);
	r = oneshot_recv(o, &m);
	poller_wait(&receiver, &r.future, &err);
	EXPECT_ERR(err, 0, "the answer is received");
	EXPECT_EQ(m, 42, "it is what was sent");
	thread_join(&sender.thread);
	EXPECT_ERR(sent, 0, "it was sent");
}

MODEL(an_answer_comes_while_its_asker_goes, 0, 0, kit)
{
	struct oneshot_recv r;
	int m = 0, err = 1;
	enum poll poll;

	EXPECT_ERR(oneshot_create(&o, sizeof(m)), 0, "a oneshot");
	parker_init(&receiver.parker);
	poller_start(&sender, "sender", answer, NULL);
	r = oneshot_recv(o, &m);
	poll = poller_poll(&receiver, &r.future, &err);
	future_drop(&r.future);
	thread_join(&sender.thread);
	EXPECT(sent == 0 || sent == -EPIPE, "it was sent, or refused");
	EXPECT(poll == POLL_PENDING || (!err && !sent),
	       "what was received was sent");
}

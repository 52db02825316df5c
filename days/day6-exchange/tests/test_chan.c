/* TODO 1: send when full. */
#include "chan.h"
#include "broadcast.h"
#include "oneshot.h"
#include "kit/err.h"
#include "test/test.h"

TEST(a_sender_waits_for_room, 1, 100)
{
	struct chan *c;
	int v = 7, got = 0, err = 1;
	struct chan_send s;
	struct chan_recv r;
	struct waker w = waker_noop();
	struct context cx = { &w };

	EXPECT_ERR(chan_create(&c, "c", 1, sizeof(int), NULL), 0, "x");
	s = chan_send(c, &v);
	EXPECT_EQ(future_poll(&s.future, &cx, &err), POLL_READY, "x");
	EXPECT_ERR(err, 0, "x");
	future_drop(&s.future);
	s = chan_send(c, &v);
	EXPECT_EQ(future_poll(&s.future, &cx, &err), POLL_PENDING, "x");
	r = chan_recv(c, &got);
	EXPECT_EQ(future_poll(&r.future, &cx, &err), POLL_READY, "x");
	EXPECT_EQ(future_poll(&s.future, &cx, &err), POLL_READY, "x");
	EXPECT_EQ(got, 7, "x");
	future_drop(&r.future);
	future_drop(&s.future);
	chan_sender_put(c);
	chan_receiver_put(c);
}

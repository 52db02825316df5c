/* What day 5's console sees of channels. Without points: it is given. */
#include <string.h>

#include "broadcast.h"
#include "chan.h"
#include "console.h"
#include "sched.h"
#include "snapshot.h"

#include "kit/async.h"
#include "kit/err.h"
#include "kit/shm.h"
#include "test/test.h"

/* A task that sends three numbers into a channel that has room for two. */
struct sender {
	struct async async;
	struct chan *c;
	struct chan_send send;
	int i, err;
};

static enum poll sender_poll(struct future *f, struct context *cx, void *out)
{
	struct sender *s = container_of(f, struct sender, async.future);

	ASYNC_BEGIN(&s->async);
	for (s->i = 0; s->i < 3; s->i++) {
		s->send = chan_send(s->c, &s->i);
		AWAIT(&s->send.future, &s->err);
	}
	ASYNC_END(&s->async);
}

static void sender_drop(struct future *f)
{
	struct sender *s = container_of(f, struct sender, async.future);

	async_drop(&s->async);
	chan_sender_put(s->c);
}

static const struct future_ops sender_ops = {
	.poll = sender_poll,
	.drop = sender_drop,
	.size = sizeof(struct sender),
};

static struct reader reader;
static struct snapshot now;

static const struct snap_resource *seen(const char *name)
{
	size_t i;

	EXPECT_ERR(snapshot_take(&now, &reader), 0, "there is memory");
	for (i = 0; i < now.nr_resources; i++)
		if (!strcmp(now.resources[i].name, name))
			return &now.resources[i];
	FAIL("the console knows no %s", name);
}

TEST(the_console_sees_who_waits_for_a_full_channel, 0, 0, kit)
{
	struct console_options o = { .path = "region",
				     .level = CONSOLE_COUNTERS };
	struct sender task = { .async.future.ops = &sender_ops };
	const struct snap_resource *r;
	struct broadcast *b;
	struct sched *s;
	int m = 7;

	shm_remove(o.path);
	EXPECT_ERR(console_start(&o), 0, "the console starts");
	EXPECT_ERR(reader_open(&reader, o.path), 0, "it can be read");
	EXPECT_ERR(chan_create(&task.c, "orders", 2, sizeof(int), NULL), 0,
		   "a channel");
	EXPECT_ERR(broadcast_create(&b, "trades", 4, sizeof(int)), 0, "news");
	broadcast_send(b, &m);
	EXPECT_ERR(sched_create_stepped(&s, 1), 0, "a scheduler");
	EXPECT_ERR(sched_spawn(s, &sender_ops, &task, NULL), 0, "a task");
	EXPECT(sched_step(s, 0), "the task runs");
	r = seen("orders");
	EXPECT_EQ(r->kind, TP_RES_CHANNEL, "it is a channel");
	EXPECT_EQ(r->depth, 2, "two are in it");
	EXPECT_EQ(r->sent, 2, "two were sent");
	EXPECT_EQ(r->waiting, 1, "one task waits for it");
	EXPECT_ERR(chan_try_recv(task.c, &m), 0, "there is a message");
	EXPECT(sched_step(s, 0), "the task runs again");
	r = seen("orders");
	EXPECT_EQ(r->sent, 3, "three were sent");
	EXPECT_EQ(r->taken, 1, "one was received");
	EXPECT_EQ(r->max, 2, "there were never more than two");
	EXPECT_EQ(r->waiting, 0, "nobody waits");
	EXPECT_EQ(r->waits, 1, "one has waited");
	r = seen("trades");
	EXPECT_EQ(r->depth, 1, "one is kept");
	sched_destroy(s);
	chan_receiver_put(task.c);
	broadcast_put(b);
	EXPECT_ERR(snapshot_take(&now, &reader), 0, "there is memory");
	EXPECT_EQ(now.nr_resources, 0, "both are gone");
	snapshot_free(&now);
	reader_close(&reader);
	console_stop();
}

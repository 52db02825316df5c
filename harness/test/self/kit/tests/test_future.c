/* Futures, wakers, and functions that can stop. */
#include "kit/async.h"
#include "kit/future.h"
#include "test/test.h"

struct counter {
	int clones, wakes, drops;
};

static struct waker counter_clone(void *data);

static void counter_wake(void *data)
{
	((struct counter *)data)->wakes++;
	((struct counter *)data)->drops++;
}

static void counter_wake_by_ref(void *data)
{
	((struct counter *)data)->wakes++;
}

static void counter_drop(void *data)
{
	((struct counter *)data)->drops++;
}

static const struct waker_ops counter_ops = {
	.clone = counter_clone,
	.wake = counter_wake,
	.wake_by_ref = counter_wake_by_ref,
	.drop = counter_drop,
};

static struct waker counter_clone(void *data)
{
	((struct counter *)data)->clones++;
	return (struct waker){ &counter_ops, data };
}

TEST(a_waker_is_consumed_once, 0, 1)
{
	struct counter n = { 0 };
	struct waker a = { &counter_ops, &n }, b;

	b = waker_clone(&a);
	EXPECT(waker_is_same(&a, &b), "a clone wakes the same target");
	waker_wake_by_ref(&b);
	waker_wake(&b);
	waker_drop(&b);
	EXPECT_EQ(n.wakes, 2, "by reference and by value");
	EXPECT_EQ(n.drops, 1, "a cleared waker is not dropped again");
	EXPECT_EQ(n.clones, 1, "clones");
	b = waker_noop();
	waker_wake(&b);
}

struct sum {
	struct async async;
	struct yield pause;
	int total, drops;
};

static enum poll sum_poll(struct future *f, struct context *cx, void *out)
{
	struct sum *s = container_of(f, struct sum, async.future);

	ASYNC_BEGIN(&s->async);
	s->total += 1;
	s->pause = yield_now();
	AWAIT(&s->pause.future, NULL);
	s->total += 10;
	s->pause = yield_now();
	AWAIT(&s->pause.future, NULL);
	s->total += 100;
	*(int *)out = s->total;
	ASYNC_END(&s->async);
}

static void sum_drop(struct future *f)
{
	struct sum *s = container_of(f, struct sum, async.future);

	async_drop(&s->async);
	s->drops++;
}

static const struct future_ops sum_ops = {
	.poll = sum_poll,
	.drop = sum_drop,
	.size = sizeof(struct sum),
	.out_size = sizeof(int),
};

TEST(an_async_function_stops_at_each_await, 0, 1)
{
	struct counter n = { 0 };
	struct waker w = { &counter_ops, &n };
	struct context cx = { .waker = &w };
	struct sum s = { .async.future.ops = &sum_ops };
	struct future *f = &s.async.future;
	int out = 0;

	EXPECT_EQ(future_poll(f, &cx, &out), POLL_PENDING, "the first await");
	EXPECT_EQ(s.total, 1, "what ran before it");
	EXPECT_EQ(future_poll(f, &cx, &out), POLL_PENDING, "the second await");
	EXPECT_EQ(out, 0, "no output before the end");
	EXPECT_EQ(future_poll(f, &cx, &out), POLL_READY, "the end");
	EXPECT_EQ(out, 111, "the output");
	EXPECT_EQ(n.wakes, 2, "each yield woke its task");
	future_drop(f);
	EXPECT_EQ(s.drops, 1, "dropped");
}

TEST(an_async_function_is_dropped_where_it_stopped, 0, 1)
{
	struct waker w = waker_noop();
	struct context cx = { .waker = &w };
	struct sum inner = { .async.future.ops = &sum_ops };
	struct async outer = { .waiting = &inner.async.future };
	int out;

	EXPECT_EQ(future_poll(&inner.async.future, &cx, &out), POLL_PENDING,
		  "the inner one waits");
	async_drop(&outer);
	async_drop(&outer);
	EXPECT_EQ(inner.drops, 1, "the awaited future is dropped once");
}

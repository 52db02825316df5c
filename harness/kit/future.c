/* The waker that wakes nobody, and the future that gives way once. */
#include "kit/future.h"

static struct waker noop_clone(void *data)
{
	return waker_noop();
}

static void noop(void *data)
{
}

struct waker waker_noop(void)
{
	static const struct waker_ops ops = {
		.clone = noop_clone,
		.wake = noop,
		.wake_by_ref = noop,
		.drop = noop,
	};

	return (struct waker){ .ops = &ops };
}

static enum poll yield_poll(struct future *f, struct context *cx, void *out)
{
	struct yield *y = container_of(f, struct yield, future);

	if (y->yielded)
		return POLL_READY;
	y->yielded = true;
	waker_wake_by_ref(cx->waker);
	return POLL_PENDING;
}

struct yield yield_now(void)
{
	static const struct future_ops ops = {
		.poll = yield_poll,
		.size = sizeof(struct yield),
	};

	return (struct yield){ .future.ops = &ops };
}

/**
 * @file poller.h
 * What models poll with: a thread that polls for itself, and parks meanwhile.
 */
#ifndef DAY6_TESTS_POLLER_H
#define DAY6_TESTS_POLLER_H

#include "kit/clock.h"
#include "kit/err.h"
#include "kit/future.h"
#include "kit/park.h"
#include "kit/thread.h"
#include "test/model/model.h"

/** A thread, and what it sleeps on. */
struct poller {
	struct thread thread;
	struct parker parker;
};

static inline struct waker poller_clone(void *data);

static inline void poller_wake(void *data)
{
	parker_unpark(data);
}

static inline void poller_forget(void *data)
{
}

static inline struct waker poller_waker(void *parker)
{
	static const struct waker_ops ops = {
		.clone = poller_clone,
		.wake = poller_wake,
		.wake_by_ref = poller_wake,
		.drop = poller_forget,
	};

	return (struct waker){ &ops, parker };
}

static inline struct waker poller_clone(void *data)
{
	return poller_waker(data);
}

/* Poll once. */
static inline enum poll poller_poll(struct poller *p, struct future *f,
				    void *out)
{
	struct waker waker = poller_waker(&p->parker);
	struct context cx = { .waker = &waker };

	return future_poll(f, &cx, out);
}

/* Poll until it is ready, and drop it. */
static inline void poller_wait(struct poller *p, struct future *f, void *out)
{
	unsigned int polls = 0;

	while (poller_poll(p, f, out) == POLL_PENDING) {
		if (++polls > 4)
			FAIL("woken again and again, and never ready");
		parker_park(&p->parker, CLOCK_NEVER);
	}
	future_drop(f);
}

static inline void poller_start(struct poller *p, const char *name,
				void (*fn)(void *), void *arg)
{
	EXPECT_ERR(thread_create(&p->thread, name, fn, arg), 0, "a thread");
}

#endif

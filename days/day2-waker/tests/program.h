/**
 * @file program.h
 * The two tasks of predict_trace.h, on a stepped scheduler.
 */
#ifndef DAY2_TESTS_PROGRAM_H
#define DAY2_TESTS_PROGRAM_H

#include "sched.h"

#include "kit/async.h"
#include "test/test.h"

/** One of the two; which one its letter says. */
struct letter {
	struct async async;
	char name;
	struct yield yield;
};

/** The event, and who waits for it. */
static bool program_is_set;
static struct waker program_waiter;

static inline enum poll program_wait(struct future *f, struct context *cx,
				     void *out)
{
	if (program_is_set)
		return POLL_READY;
	waker_drop(&program_waiter);
	program_waiter = waker_clone(cx->waker);
	return POLL_PENDING;
}

static const struct future_ops program_event_ops = {
	.poll = program_wait,
	.size = sizeof(struct future),
};
static struct future program_event = { .ops = &program_event_ops };

static inline void program_set(void)
{
	program_is_set = true;
	if (program_waiter.ops)
		waker_wake_by_ref(&program_waiter);
}

static inline enum poll letter_poll(struct future *f, struct context *cx,
				    void *out)
{
	struct letter *l = container_of(f, struct letter, async.future);

	ASYNC_BEGIN(&l->async);
	if (l->name == 'R')
		AWAIT(&program_event, NULL);
	if (l->name == 'W') {
		program_set();
		program_set();
		l->yield = yield_now();
		AWAIT(&l->yield.future, NULL);
	}
	ASYNC_END(&l->async);
}

static inline void letter_drop(struct future *f)
{
	async_drop(&container_of(f, struct letter, async.future)->async);
}

static const struct future_ops letter_ops = {
	.poll = letter_poll,
	.drop = letter_drop,
	.size = sizeof(struct letter),
};

static inline void letter_spawn(struct sched *s, char name, struct join *j)
{
	struct letter init = { .async.future.ops = &letter_ops, .name = name };

	EXPECT_ERR(sched_spawn(s, &letter_ops, &init, j), 0,
		   "a task can be spawned");
}

/** Turn worker 0 until it finds nothing. */
static inline void program_run(struct sched *s)
{
	unsigned int n = 0;

	while (sched_step(s, 0))
		if (++n == 100)
			FAIL("the program has not ended after 100 turns");
	waker_drop(&program_waiter);
}

#endif

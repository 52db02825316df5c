/*
 * Two threads, and how often each pair of results came: for the explorer's own
 * tests.
 */
#ifndef SELF_MODEL_TWO_H
#define SELF_MODEL_TWO_H

#include <string.h>

#include "kit/atomic.h"
#include "kit/thread.h"
#include "test/model/model.h"

static _Atomic(int) x, y;
static int seen_a, seen_b;
/* How often each pair of results came, over all schedules. */
static unsigned long outcome[3][3];

static const struct model_options all = { .preemptions = 9 };
static const struct model_options all_weak = { .preemptions = 9,
					       .is_weak = true };

static void two(void (*a)(void *), void (*b)(void *))
{
	struct thread ta, tb;

	atomic_init(&x, 0);
	atomic_init(&y, 0);
	seen_a = seen_b = 0;
	EXPECT_ERR(thread_create(&ta, "a", a, NULL), 0, "a thread");
	EXPECT_ERR(thread_create(&tb, "b", b, NULL), 0, "a thread");
	thread_join(&ta);
	thread_join(&tb);
	outcome[seen_a][seen_b]++;
}

static struct model_result explore(void (*body)(void),
				   const struct model_options *o)
{
	struct model_result r;

	memset(outcome, 0, sizeof(outcome));
	model_explore(body, o, &r);
	return r;
}

#endif

/**
 * @file count.h
 * Wait, with a limit, for something to happen often enough on other threads.
 */
#ifndef DAY1_TESTS_COUNT_H
#define DAY1_TESTS_COUNT_H

#include "kit/clock.h"
#include "kit/compiler.h"
#include "kit/err.h"
#include "kit/lock.h"

/** So long somebody waits for what should come at once. */
#define COUNT_PATIENCE (3 * NSEC_PER_SEC)

/** Something that happens @want times, on any thread. */
struct count {
	struct mutex lock;
	struct cond cond;
	unsigned int have, want;
};

/** Nothing has happened yet; @want times are enough. */
static inline void count_init(struct count *c, unsigned int want)
{
	mutex_init(&c->lock);
	cond_init(&c->cond);
	c->have = 0;
	c->want = want;
}

/** Nobody counts or waits any more. */
static inline void count_fini(struct count *c)
{
	cond_fini(&c->cond);
	mutex_fini(&c->lock);
}

/** It has happened; lock held. */
static inline void __count_one(struct count *c)
{
	if (++c->have == c->want)
		cond_broadcast(&c->cond);
}

/** It has happened. */
static inline void count_one(struct count *c)
{
	mutex_lock(&c->lock);
	__count_one(c);
	mutex_unlock(&c->lock);
}

/** Wait until it has happened often enough; false: not in time. */
static inline bool count_wait(struct count *c)
{
	uint64_t deadline = clock_now() + COUNT_PATIENCE;
	bool enough;

	mutex_lock(&c->lock);
	while (c->have < c->want &&
	       cond_wait(&c->cond, &c->lock, deadline) != -ETIMEDOUT)
		;
	enough = c->have >= c->want;
	mutex_unlock(&c->lock);
	return enough;
}

/** The same for @want times, whatever was wanted before. */
static inline bool count_wait_for(struct count *c, unsigned int want)
{
	mutex_lock(&c->lock);
	c->want = want;
	mutex_unlock(&c->lock);
	return count_wait(c);
}

#endif

/**
 * @file lock.h
 * The door to blocking locks: a mutex and a condition.
 *
 * For the slow paths only: the injection queue, shutdown, thread pools. They
 * block the whole worker thread, so nothing holds one across a poll.
 */
#ifndef KIT_LOCK_H
#define KIT_LOCK_H

#include <pthread.h>

#include "kit/compiler.h"

/** A lock that one thread holds at a time; not recursive. */
struct mutex {
	pthread_mutex_t raw; /**< private */
};

/** Something that threads wait for under a mutex. */
struct cond {
	pthread_cond_t raw; /**< private */
};

/**
 * mutex_init() - make a mutex, not held
 * @m: the caller's memory
 *
 * Context: any thread; does not block.
 */
void mutex_init(struct mutex *m);

/**
 * mutex_fini() - end a mutex that nobody holds
 * @m: an initialised mutex
 *
 * Context: any thread; does not block.
 */
void mutex_fini(struct mutex *m);

/**
 * mutex_lock() - wait until the mutex is ours
 * @m: an initialised mutex that this thread does not hold
 *
 * Orders as an acquire: what the last holder wrote is seen.
 *
 * Context: any thread; may block.
 */
void mutex_lock(struct mutex *m);

/**
 * mutex_trylock() - take the mutex if nobody holds it
 * @m: an initialised mutex that this thread does not hold
 *
 * Orders as mutex_lock() when it is taken.
 *
 * Context: any thread; does not block.
 * Return: true when it is ours.
 */
bool mutex_trylock(struct mutex *m) __must_check;

/**
 * mutex_unlock() - let the next thread in
 * @m: a mutex that this thread holds
 *
 * Orders as a release.
 *
 * Context: the holder; does not block.
 */
void mutex_unlock(struct mutex *m);

/**
 * cond_init() - make a condition that nobody waits for
 * @c: the caller's memory
 *
 * Context: any thread; does not block.
 */
void cond_init(struct cond *c);

/**
 * cond_fini() - end a condition that nobody waits for
 * @c: an initialised condition
 *
 * Context: any thread; does not block.
 */
void cond_fini(struct cond *c);

/**
 * cond_wait() - release the mutex, wait to be woken, take the mutex again
 * @c: the condition
 * @m: a mutex that this thread holds; held again on return
 * @deadline: in ns of clock_now(), or CLOCK_NEVER
 *
 * May return without cause: the caller tests what it waits for in a loop.
 *
 * Context: the holder of @m; blocks.
 * Return: 0 when woken, -ETIMEDOUT when @deadline has passed.
 */
int cond_wait(struct cond *c, struct mutex *m, uint64_t deadline);

/**
 * cond_signal() - wake one waiter
 * @c: the condition
 *
 * Context: any thread, best as holder of the mutex; does not block.
 */
void cond_signal(struct cond *c);

/**
 * cond_broadcast() - wake all waiters
 * @c: the condition
 *
 * Context: any thread, best as holder of the mutex; does not block.
 */
void cond_broadcast(struct cond *c);

#ifdef KIT_MODEL
#include "kit/model.h"

/** @cond internal */
void model_mutex_lock(struct mutex *m, const struct model_site *at);
bool model_mutex_trylock(struct mutex *m, const struct model_site *at);
void model_mutex_unlock(struct mutex *m, const struct model_site *at);
int model_cond_wait(struct cond *c, struct mutex *m, uint64_t deadline,
		    const struct model_site *at);
void model_cond_wake(struct cond *c, bool all, const struct model_site *at);

/** @endcond */

#ifndef KIT_MODEL_RAW
#define mutex_lock(m) model_mutex_lock(m, MODEL_SITE(#m, false))
#define mutex_trylock(m) model_mutex_trylock(m, MODEL_SITE(#m, false))
#define mutex_unlock(m) model_mutex_unlock(m, MODEL_SITE(#m, false))
#define cond_wait(c, m, deadline) \
	model_cond_wait(c, m, deadline, MODEL_SITE(#c, false))
#define cond_signal(c) model_cond_wake(c, false, MODEL_SITE(#c, false))
#define cond_broadcast(c) model_cond_wake(c, true, MODEL_SITE(#c, false))
#endif
#endif

#endif

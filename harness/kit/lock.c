/* Mutex and condition over pthreads; a failure there is a bug of ours. */
#include <time.h>

#include "kit/bug.h"
#include "kit/clock.h"
#include "kit/err.h"
#include "kit/lock.h"

void mutex_init(struct mutex *m)
{
	BUG_ON(pthread_mutex_init(&m->raw, NULL));
}

void mutex_fini(struct mutex *m)
{
	BUG_ON(pthread_mutex_destroy(&m->raw));
}

void mutex_lock(struct mutex *m)
{
	BUG_ON(pthread_mutex_lock(&m->raw));
}

bool mutex_trylock(struct mutex *m)
{
	int err = pthread_mutex_trylock(&m->raw);

	BUG_ON(err && err != EBUSY);
	return !err;
}

void mutex_unlock(struct mutex *m)
{
	BUG_ON(pthread_mutex_unlock(&m->raw));
}

void cond_init(struct cond *c)
{
	pthread_condattr_t attr;

	BUG_ON(pthread_condattr_init(&attr));
	BUG_ON(pthread_condattr_setclock(&attr, CLOCK_MONOTONIC));
	BUG_ON(pthread_cond_init(&c->raw, &attr));
	pthread_condattr_destroy(&attr);
}

void cond_fini(struct cond *c)
{
	BUG_ON(pthread_cond_destroy(&c->raw));
}

int cond_wait(struct cond *c, struct mutex *m, uint64_t deadline)
{
	struct timespec ts = {
		.tv_sec = (time_t)(deadline / NSEC_PER_SEC),
		.tv_nsec = (long)(deadline % NSEC_PER_SEC),
	};
	int err;

	if (deadline == CLOCK_NEVER)
		err = pthread_cond_wait(&c->raw, &m->raw);
	else
		err = pthread_cond_timedwait(&c->raw, &m->raw, &ts);
	BUG_ON(err && err != ETIMEDOUT);
	return -err;
}

void cond_signal(struct cond *c)
{
	BUG_ON(pthread_cond_signal(&c->raw));
}

void cond_broadcast(struct cond *c)
{
	BUG_ON(pthread_cond_broadcast(&c->raw));
}

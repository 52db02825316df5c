/* Loads: locks, threads for what blocks, time, and tasks that wait for ever. */
#include <stdio.h>
#include <unistd.h>

#include "bench.h"

#include "kit/atomic.h"
#include "kit/bug.h"
#include "kit/clock.h"
#include "kit/lock.h"

#include "amutex.h"
#include "blocking.h"
#include "sched.h"
#include "sleep.h"

#define TASKS_MAX 100000

static struct join joins[TASKS_MAX];

/* What these loads wait for. */
struct waits {
	struct load load;
	struct blocking *pool;
	struct blocking_job job;
	struct yield yield;
	long before;
};

static struct waits *waits_of(struct future *f)
{
	return container_of(f, struct waits, load.async.future);
}

/* --- k tasks that take a lock n / k times each ---------------------------------- */
static struct amutex amutex;
static struct mutex mutex;
static uint64_t locked; /* under either */

struct locker {
	struct async async;
	unsigned int left;
	struct amutex_lock lock;
};

static enum poll alocker_poll(struct future *f, struct context *cx, void *out)
{
	struct locker *l = container_of(f, struct locker, async.future);

	ASYNC_BEGIN(&l->async);
	for (; l->left; l->left--) {
		l->lock = amutex_lock(&amutex);
		AWAIT(&l->lock.future, NULL);
		locked++;
		amutex_unlock(&amutex);
	}
	ASYNC_END(&l->async);
}

static enum poll locker_poll(struct future *f, struct context *cx, void *out)
{
	struct locker *l = container_of(f, struct locker, async.future);

	for (; l->left; l->left--) {
		mutex_lock(&mutex);
		locked++;
		mutex_unlock(&mutex);
	}
	return POLL_READY;
}

static const struct future_ops alocker_ops = {
	.poll = alocker_poll,
	.size = sizeof(struct locker),
};

static const struct future_ops locker_ops = {
	.poll = locker_poll,
	.size = sizeof(struct locker),
};

static void lockers_start(struct load *w, const struct future_ops *ops)
{
	struct locker init = { .async.future.ops = ops, .left = w->n / w->k };
	unsigned int i;

	locked = 0;
	amutex_init(&amutex, "bench");
	mutex_init(&mutex);
	load_begin(w);
	for (i = 0; i < w->k; i++)
		BUG_ON(sched_spawn(w->sched, ops, &init, &joins[i]));
}

static double lockers_end(struct load *w)
{
	double ns = load_end(w);

	BUG_ON(locked != w->n / w->k * w->k);
	amutex_fini(&amutex);
	mutex_fini(&mutex);
	return ns;
}

static enum poll amutex_poll(struct future *f, struct context *cx, void *out)
{
	struct load *w = &waits_of(f)->load;

	ASYNC_BEGIN(&w->async);
	lockers_start(w, &alocker_ops);
	for (; w->i < w->k; w->i++)
		AWAIT(&joins[w->i].future, &w->status);
	*(double *)out = lockers_end(w);
	ASYNC_END(&w->async);
}

static enum poll mutex_poll(struct future *f, struct context *cx, void *out)
{
	struct load *w = &waits_of(f)->load;

	ASYNC_BEGIN(&w->async);
	lockers_start(w, &locker_ops);
	for (; w->i < w->k; w->i++)
		AWAIT(&joins[w->i].future, &w->status);
	*(double *)out = lockers_end(w);
	ASYNC_END(&w->async);
}

/* --- n jobs for a thread that may block, one after the other ---------------------- */
static int job_run(void *arg, void *out)
{
	*(uint64_t *)out = 1;
	return 0;
}

static const struct blocking_ops job_ops = { .run = job_run };

static enum poll blocking_poll(struct future *f, struct context *cx, void *out)
{
	struct waits *b = waits_of(f);
	struct load *w = &b->load;

	ASYNC_BEGIN(&w->async);
	BUG_ON(blocking_create(&b->pool, BLOCKING_THREADS_MAX,
			       BLOCKING_KEEP_ALIVE));
	load_begin(w);
	for (; w->i < w->n; w->i++) {
		BUG_ON(blocking_spawn(b->pool, &job_ops, NULL, 0,
				      sizeof(uint64_t), &b->job));
		AWAIT(&b->job.future, &w->status);
	}
	*(double *)out = load_end(w);
	blocking_destroy(b->pool);
	ASYNC_END(&w->async);
}

/* --- n tasks that sleep, each k ns longer than the one before ---------------------- */
static void sleepers_start(struct load *w)
{
	uint64_t start = clock_now() + 10 * NSEC_PER_MSEC;
	struct sleep sleep;
	unsigned int i;

	BUG_ON(w->n > TASKS_MAX);
	for (i = 0; i < w->n; i++) {
		sleep = sleep_until(w->driver, start + (uint64_t)i * w->k);
		BUG_ON(sched_spawn(w->sched, sleep.future.ops, &sleep,
				   &joins[i]));
	}
}

static enum poll timers_poll(struct future *f, struct context *cx, void *out)
{
	struct load *w = &waits_of(f)->load;

	ASYNC_BEGIN(&w->async);
	load_begin(w);
	sleepers_start(w);
	for (; w->i < w->n; w->i++)
		AWAIT(&joins[w->i].future, &w->status);
	*(double *)out = load_end(w);
	ASYNC_END(&w->async);
}

/* --- n tasks that were polled once, and wait for ever: bytes ------------------------ */
static _Atomic(unsigned int) polled;

static enum poll never_poll(struct future *f, struct context *cx, void *out)
{
	/* relaxed: a counter that publishes nothing */
	atomic_fetch_add_explicit(&polled, 1, memory_order_relaxed);
	return POLL_PENDING;
}

static const struct future_ops never_ops = {
	.poll = never_poll,
	.size = sizeof(struct future),
};

/* Bytes of this process that are in memory. */
static long resident(void)
{
	FILE *f = fopen("/proc/self/statm", "r");
	long pages;

	BUG_ON(!f || fscanf(f, "%*d %ld", &pages) != 1);
	fclose(f);
	return pages * sysconf(_SC_PAGESIZE);
}

static enum poll idle_poll(struct future *f, struct context *cx, void *out)
{
	static const struct future never = { &never_ops };
	struct waits *b = waits_of(f);
	struct load *w = &b->load;

	ASYNC_BEGIN(&w->async);
	b->before = resident();
	/* relaxed: as above */
	while (atomic_load_explicit(&polled, memory_order_relaxed) < w->n) {
		for (; w->i < w->n; w->i++) {
			BUG_ON(sched_spawn(w->sched, &never_ops, &never, NULL));
			if (w->i % 128 == 127)
				break;
		}
		w->i += w->i < w->n;
		b->yield = yield_now();
		AWAIT(&b->yield.future, NULL);
	}
	*(double *)out = (double)(resident() - b->before);
	ASYNC_END(&w->async);
}

#define OPS(fn)                                                    \
	(&(const struct future_ops){ .poll = fn,                   \
				     .size = sizeof(struct waits), \
				     .out_size = sizeof(double) })

const struct way wait_ways[] = {
	{ "amutex", OPS(amutex_poll) },	    { "mutex", OPS(mutex_poll) },
	{ "blocking", OPS(blocking_poll) }, { "timers", OPS(timers_poll) },
	{ "idle", OPS(idle_poll) },	    { NULL, NULL },
};

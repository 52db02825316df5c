/*
 * Given: a runtime of its own at low priority, and an executor on it.
 *
 * A thread of ours, the keeper, makes the second scheduler: threads inherit the
 * priority of whoever makes them, and the caller keeps his. The keeper sleeps
 * until the end, and takes down what it has made.
 */
#define pr_fmt(fmt) "dedicated: " fmt

#include <stdio.h>

#include "executor.h"

#include "kit/alloc.h"
#include "kit/clock.h"
#include "kit/err.h"
#include "kit/module.h"
#include "kit/park.h"
#include "kit/printk.h"

/* Of nice(1): 19 would starve beside any other load of the machine. */
#define DEDICATED_NICE 10

/*
 * Key: I set at init, K the keeper's until it says that it is there, then only
 * read, A atomic.
 */
struct dedicated {
	struct thread keeper;
	unsigned int threads;	  /* I: of the second runtime */
	size_t depth;		  /* I: jobs that wait at most */
	struct sched *sched;	  /* K */
	struct executor executor; /* K */
	int err;		  /* K: what making them said */
	struct parker made;	  /* the caller: it is there, or it failed */
	struct parker end;	  /* the keeper: take it down */
	_Atomic(bool) is_made;	  /* A */
	_Atomic(bool) is_over;	  /* A */
};

/* Sleep until another thread has told. */
static void wait_for(struct parker *p, _Atomic(bool) *flag)
{
	/* acquire: pairs with tell() */
	while (!atomic_load_explicit(flag, memory_order_acquire))
		parker_park(p, CLOCK_NEVER);
}

static void tell(struct parker *p, _Atomic(bool) *flag)
{
	/* release: pairs with wait_for(); publishes what was made */
	atomic_store_explicit(flag, true, memory_order_release);
	parker_unpark(p);
}

static int keeper_make(struct dedicated *d)
{
	int err = thread_be_nice(DEDICATED_NICE);

	/* It works without, and is worth a line. */
	if (err)
		pr_warn("no low priority (%s): it competes", err_name(err));
	err = sched_create(&d->sched, d->threads);
	if (err)
		return err;
	err = executor_init(&d->executor, d->sched, d->threads, d->depth);
	if (err)
		sched_destroy(d->sched);
	return err;
}

static void keeper_main(void *arg)
{
	struct dedicated *d = arg;

	d->err = keeper_make(d);
	tell(&d->made, &d->is_made);
	if (d->err)
		return;
	wait_for(&d->end, &d->is_over);
	executor_close(&d->executor);
	/* The loops run until they see the end of the channel: this drains. */
	sched_shutdown(d->sched);
	executor_fini(&d->executor);
	sched_destroy(d->sched);
}

int dedicated_create(struct dedicated **out, const char *name,
		     unsigned int threads, size_t depth)
{
	char keeper[16];
	struct dedicated *d;
	int err;

	if (sched_current()) {
		pr_err("a runtime is started inside a runtime, where waiting "
		       "for it stops a worker: start it before");
		return -EDEADLK;
	}
	if (!threads)
		return -EINVAL;
	d = kit_zalloc(sizeof(*d));
	if (!d)
		return -ENOMEM;
	d->threads = threads;
	d->depth = depth;
	parker_init(&d->made);
	parker_init(&d->end);
	atomic_init(&d->is_made, false);
	atomic_init(&d->is_over, false);
	snprintf(keeper, sizeof(keeper), "%.8s", name);
	err = thread_create(&d->keeper, keeper, keeper_main, d);
	if (err)
		goto free;
	wait_for(&d->made, &d->is_made);
	err = d->err;
	if (err)
		goto join;
	*out = d;
	return 0;
join:
	thread_join(&d->keeper);
free:
	kit_free(d);
	return err;
}
EXPORT_SYMBOL(dedicated_create);

struct executor *dedicated_executor(struct dedicated *d)
{
	return &d->executor;
}
EXPORT_SYMBOL(dedicated_executor);

void dedicated_destroy(struct dedicated *d)
{
	if (!d)
		return;
	tell(&d->end, &d->is_over);
	thread_join(&d->keeper);
	kit_free(d);
}
EXPORT_SYMBOL(dedicated_destroy);

MODULE(dedicated, "a second runtime at low priority", NULL, NULL);

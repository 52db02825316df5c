/* Given: poll one future on the caller's thread, and what wakes that thread. */
#define pr_fmt(fmt) "sched: " fmt

#include "worker.h"

#include "kit/alloc.h"
#include "kit/clock.h"
#include "kit/err.h"
#include "kit/module.h"
#include "kit/printk.h"

struct root *root_create(void)
{
	struct root *r = kit_alloc(sizeof(*r));

	if (!r)
		return NULL;
	atomic_init(&r->refs, 1);
	atomic_init(&r->is_woken, false);
	atomic_init(&r->in_flight, 0);
	parker_init(&r->parker);
	return r;
}
EXPORT_SYMBOL(root_create);

void root_put(struct root *r)
{
	/* acq_rel: the last one sees all that the others did before it frees. */
	if (atomic_fetch_sub_explicit(&r->refs, 1, memory_order_acq_rel) == 1)
		kit_free(r);
}
EXPORT_SYMBOL(root_put);

static void root_wake_by_ref(void *data)
{
	struct root *r = data;

	/* relaxed: whoever reads PARKED below makes it seen, by the permit. */
	atomic_fetch_add_explicit(&r->in_flight, 1, memory_order_relaxed);
	/* release: pairs with the acquire in root_take(). */
	if (!atomic_exchange_explicit(&r->is_woken, true, memory_order_acq_rel))
		parker_unpark(&r->parker);
	/* release: pairs with sched_wait_in_flight(). */
	atomic_fetch_sub_explicit(&r->in_flight, 1, memory_order_release);
}

static void root_wake(void *data)
{
	root_wake_by_ref(data);
	root_put(data);
}

static void root_drop(void *data)
{
	root_put(data);
}

static struct waker root_clone(void *data);

static const struct waker_ops root_waker_ops = {
	.clone = root_clone,
	.wake = root_wake,
	.wake_by_ref = root_wake_by_ref,
	.drop = root_drop,
};

static struct waker root_clone(void *data)
{
	struct root *r = data;

	/* relaxed: whoever clones has a reference; nothing is published. */
	atomic_fetch_add_explicit(&r->refs, 1, memory_order_relaxed);
	return (struct waker){ &root_waker_ops, r };
}

static bool root_is_woken(struct root *r)
{
	/* relaxed: only a hint; root_take() and the permit do the ordering. */
	return atomic_load_explicit(&r->is_woken, memory_order_relaxed);
}

/* Take the wake-up, if there is one. */
static bool root_take(struct root *r)
{
	/* acquire: pairs with root_wake_by_ref(). */
	return root_is_woken(r) &&
	       atomic_exchange_explicit(&r->is_woken, false,
					memory_order_acquire);
}

/* Current-thread: the caller is the worker, and runs tasks in between. */
static void root_drive(struct root *r, struct worker *w, struct future *f,
		       void *out)
{
	struct waker waker = { &root_waker_ops, r };
	struct context cx = { .waker = &waker };

	kit_self()->worker = w;
	for (;;) {
		if (root_take(r) && future_poll(f, &cx, out) == POLL_READY)
			break;
		if (!worker_turn(w) && !root_is_woken(r))
			worker_park(w);
	}
	kit_self()->worker = NULL;
}

/* Multi-thread: the workers run the tasks, the caller sleeps in between. */
static void root_wait(struct root *r, struct future *f, void *out)
{
	struct waker waker = { &root_waker_ops, r };
	struct context cx = { .waker = &waker };

	for (;;) {
		if (root_take(r) && future_poll(f, &cx, out) == POLL_READY)
			break;
		if (!root_is_woken(r))
			parker_park(&r->parker, CLOCK_NEVER);
	}
}

int sched_block_on(struct sched *s, struct future *f, void *out)
{
	struct root *r = s->root;

	if (kit_self()->worker) {
		pr_err("block_on() on a worker's thread stops every task of "
		       "that worker: await the future in the task");
		return -EDEADLK;
	}
	if (s->flavour == SCHED_STEPPED)
		return -EINVAL;
	if (s->flavour == SCHED_THREADS) {
		r = root_create();
		if (!r)
			return -ENOMEM;
	}
	/* relaxed: our own; the first poll needs no wake-up. */
	atomic_store_explicit(&r->is_woken, true, memory_order_relaxed);
	if (s->flavour == SCHED_CURRENT) {
		root_drive(r, &s->workers[0], f, out);
	} else {
		root_wait(r, f, out);
		root_put(r);
	}
	return 0;
}
EXPORT_SYMBOL(sched_block_on);

MODULE(block_on, "poll one future on the caller's thread", NULL, NULL);

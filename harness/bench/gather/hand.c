/*
 * Children that are pending once and woken once, from outside, so and so many
 * before each poll of the parent: what it costs to know who was woken.
 *
 * Tried with the gather at one wake a turn, 92 ns a child (Zen 5, two virtual
 * cores, gcc 12.2), and left, since none comes near the goal of 10 times:
 *
 *	nodes of 64 bytes, or of 32 instead of 40	91 to 95 ns
 *	a futex for the C library's mutex		a lock and an unlock take
 *							9.6 ns, not 11.2
 *	no second look at a list of which the last	78 ns; 49 as before where
 *	  one was popped				100 are woken a turn
 *	a lock that spins, and is let go by a store	63 ns, and 59 with the
 *							former; but who is put to
 *							sleep with it in hand
 *							keeps the others spinning
 *	a list without a lock, as in futures-rs		by count, no fewer locked
 *							instructions: 12 for 13
 */
#define _GNU_SOURCE
#include <stdlib.h>

#include "bench.h"

#include "kit/atomic.h"
#include "kit/bug.h"
#include "kit/clock.h"
#include "kit/future.h"
#include "kit/lock.h"

#include "gather.h"
#include "sched.h"
#include "sweep.h"

struct child {
	struct future future;
	unsigned int index;
	bool done;	    /* ready at the next poll */
	struct waker waker; /* a clone, from its first poll */
};

static struct child children[BENCH_CHILDREN];
static struct future *list[BENCH_CHILDREN];
static unsigned int order[BENCH_CHILDREN];
static uint64_t outs[BENCH_CHILDREN];
static unsigned long polls;
static struct mutex lock;

static enum poll child_poll(struct future *f, struct context *cx, void *out)
{
	struct child *c = container_of(f, struct child, future);

	polls++;
	if (c->done) {
		*(uint64_t *)out = c->index;
		return POLL_READY;
	}
	if (!c->waker.ops)
		c->waker = waker_clone(cx->waker);
	return POLL_PENDING;
}

static enum poll locked_poll(struct future *f, struct context *cx, void *out)
{
	enum poll poll;

	mutex_lock(&lock);
	poll = child_poll(f, cx, out);
	mutex_unlock(&lock);
	return poll;
}

static const struct future_ops child_ops[2] = {
	{ .poll = child_poll,
	  .size = sizeof(struct child),
	  .out_size = sizeof(uint64_t) },
	{ .poll = locked_poll,
	  .size = sizeof(struct child),
	  .out_size = sizeof(uint64_t) },
};

/* The order of the wakes is the same in each run, and in the peers. */
static void order_init(unsigned int n)
{
	uint64_t x = 88172645463325252;
	unsigned int i, j, other;

	for (i = 0; i < n; i++)
		order[i] = i;
	for (i = n - 1; i > 0; i--) {
		x ^= x << 13;
		x ^= x >> 7;
		x ^= x << 17;
		j = x % (i + 1);
		other = order[i];
		order[i] = order[j];
		order[j] = other;
	}
}

/* Where each child is: a spawned one is copied into its task. */
static struct child *place[BENCH_CHILDREN];

static void children_init(unsigned int n, bool with_lock)
{
	unsigned int i;

	for (i = 0; i < n; i++) {
		children[i] = (struct child){
			.future.ops = &child_ops[with_lock],
			.index = i,
		};
		list[i] = &children[i].future;
		place[i] = &children[i];
	}
}

/* Wake the next k; returns how many were woken so far. */
static unsigned int wake_some(unsigned int woken, unsigned int n,
			      unsigned int k)
{
	struct child *c;

	for (; k && woken < n; k--, woken++) {
		c = place[order[woken]];
		c->done = true;
		waker_wake(&c->waker);
	}
	return woken;
}

/* --- who polls: a count of references and one of wakes ----------------------- */
static _Atomic(unsigned long) parent_refs, parent_wakes;

static struct waker parent_clone(void *data)
{
	/* relaxed: counters that publish nothing */
	atomic_fetch_add_explicit(&parent_refs, 1, memory_order_relaxed);
	return *(const struct waker *)data;
}

static void parent_drop(void *data)
{
	/* acq_rel: what dropping a task's reference takes */
	atomic_fetch_sub_explicit(&parent_refs, 1, memory_order_acq_rel);
}

static void parent_wake_by_ref(void *data)
{
	/* relaxed: as above */
	atomic_fetch_add_explicit(&parent_wakes, 1, memory_order_relaxed);
}

static void parent_wake(void *data)
{
	parent_wake_by_ref(data);
	parent_drop(data);
}

static const struct waker_ops parent_ops = { parent_clone, parent_wake,
					     parent_wake_by_ref, parent_drop,
					     NULL };
static struct waker parent = { &parent_ops, &parent };

static void drive(struct future *f, unsigned int n, unsigned int k)
{
	struct context cx = { .waker = &parent };
	unsigned int woken = 0;

	while (future_poll(f, &cx, NULL) == POLL_PENDING)
		woken = wake_some(woken, n, k);
	future_drop(f);
}

static void gather_drive(unsigned int n, unsigned int k)
{
	struct gather g;

	BUG_ON(gather_init_above(&g, 0, list, n, outs, sizeof(outs[0])));
	drive(&g.future, n, k);
}

static void unordered_drive(unsigned int n, unsigned int k)
{
	struct drain d;

	drain_init(&d, list, n, outs, sizeof(outs[0]));
	drive(&d.future, n, k);
}

static void sweep_drive(unsigned int n, unsigned int k)
{
	struct gather_sweep g;

	BUG_ON(gather_sweep_init(&g, list, n, outs, sizeof(outs[0])));
	drive(&g.future, n, k);
}

/* --- a task each --------------------------------------------------------------- */
static struct join joins[BENCH_CHILDREN];

/* A child that tells where it is, once it does not move any more. */
static enum poll task_poll(struct future *f, struct context *cx, void *out)
{
	struct child *c = container_of(f, struct child, future);

	place[c->index] = c;
	return child_poll(f, cx, out);
}

static const struct future_ops task_ops = {
	.poll = task_poll,
	.size = sizeof(struct child),
	.out_size = sizeof(uint64_t),
};

static void spawn_drive(unsigned int n, unsigned int k)
{
	struct child init = { .future.ops = &task_ops };
	unsigned int woken = 0, i = 0;
	struct context cx = { .waker = &parent };
	struct sched *s;
	int status;

	BUG_ON(sched_create_stepped(&s, 1));
	for (init.index = 0; init.index < n; init.index++)
		BUG_ON(sched_spawn(s, &task_ops, &init, &joins[init.index]));
	for (;;) {
		while (sched_step(s, 0))
			;
		while (i < n && future_poll(&joins[i].future, &cx, &status) ==
					POLL_READY) {
			outs[i] = *(const uint64_t *)join_output(&joins[i]);
			future_drop(&joins[i++].future);
		}
		if (i == n)
			break;
		woken = wake_some(woken, n, k);
	}
	sched_destroy(s);
}

/* --- the floor: each child polled, cloned for, woken, polled ------------------- */
static struct child *woken_children[BENCH_CHILDREN];
static unsigned int nr_woken;

static struct waker bare_clone(void *data);

static void bare_wake(void *data)
{
	woken_children[nr_woken++] = data;
	parent_drop(NULL);
}

static void bare_wake_by_ref(void *data)
{
	woken_children[nr_woken++] = data;
}

static const struct waker_ops bare_ops = { bare_clone, bare_wake,
					   bare_wake_by_ref, parent_drop,
					   NULL };

static struct waker bare_clone(void *data)
{
	parent_clone(&parent);
	return (struct waker){ &bare_ops, data };
}

static void floor_drive(unsigned int n, unsigned int k)
{
	struct waker waker = { .ops = &bare_ops };
	struct context cx = { .waker = &waker };
	unsigned int woken = 0, i;

	for (i = 0; i < n; i++) {
		waker.data = &children[i];
		future_poll(list[i], &cx, &outs[i]);
	}
	while (woken < n) {
		nr_woken = 0;
		woken = wake_some(woken, n, k);
		for (i = 0; i < nr_woken; i++)
			future_poll(&woken_children[i]->future, &cx,
				    &outs[woken_children[i]->index]);
	}
}

struct run hand_run(enum way way, unsigned int n, unsigned int k,
		    bool with_lock)
{
	static void (*const ways[])(unsigned int, unsigned int) = {
		[WAY_GATHER] = gather_drive, [WAY_UNORDERED] = unordered_drive,
		[WAY_SWEEP] = sweep_drive,   [WAY_SPAWN] = spawn_drive,
		[WAY_FLOOR] = floor_drive,
	};
	static unsigned int ordered;
	struct run r;
	uint64_t from, begin;
	unsigned int i;

	if (ordered != n)
		order_init(n);
	ordered = n;
	polls = 0;
	mutex_init(&lock);
	from = clock_process_cpu();
	begin = clock_now();
	children_init(n, with_lock);
	ways[way](n, k);
	r.wall = (double)(clock_now() - begin);
	r.ns = (double)(clock_process_cpu() - from);
	r.polls = polls;
	mutex_fini(&lock);
	for (i = 0; i < n; i++)
		BUG_ON(outs[i] != i);
	return r;
}

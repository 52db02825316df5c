/*
 * The same within a runtime: one task that spawns each child and joins it, or
 * that gathers them. The runtime is the current-thread one, with a driver.
 */
#include "bench.h"

#include "kit/bug.h"
#include "kit/clock.h"
#include "kit/future.h"

#include "budget.h"
#include "driver.h"
#include "gather.h"
#include "sched.h"
#include "sleep.h"
#include "sweep.h"

/* A child of any kind. */
struct child {
	union {
		struct future future;
		struct sleep sleep;
	};
	unsigned int yields; /* how often it still gives way */
};

static struct child children[BENCH_CHILDREN];
static struct future *list[BENCH_CHILDREN];
static struct join joins[BENCH_CHILDREN];
static int outs[BENCH_CHILDREN];
static unsigned long polls;

static enum poll yield_poll(struct future *f, struct context *cx, void *out)
{
	struct child *c = container_of(f, struct child, future);

	polls++;
	if (c->yields) {
		c->yields--;
		waker_wake_by_ref(cx->waker);
		return POLL_PENDING;
	}
	*(int *)out = 0;
	return POLL_READY;
}

static enum poll charge_poll(struct future *f, struct context *cx, void *out)
{
	polls++;
	if (budget_spend(cx) == POLL_PENDING)
		return POLL_PENDING;
	*(int *)out = 0;
	return POLL_READY;
}

static const struct future_ops yield_ops = {
	.poll = yield_poll,
	.size = sizeof(struct child),
	.out_size = sizeof(int),
};

static const struct future_ops charge_ops = {
	.poll = charge_poll,
	.size = sizeof(struct child),
	.out_size = sizeof(int),
};

/* The task that has all children. */
struct whole {
	struct future future;
	struct sched *sched;
	struct driver *driver;
	enum way way;
	enum kind kind;
	unsigned int n, k;
	unsigned int next; /* to be joined */
	bool started;
	uint64_t from; /* CPU time of the start */
	union {
		struct gather gather;
		struct gather_sweep sweep;
		struct drain drain;
	};
};

static void child_init(struct child *c, const struct whole *w, unsigned int i,
		       uint64_t start)
{
	*c = (struct child){ .future.ops = &yield_ops };
	switch (w->kind) {
	case KIND_YIELD:
		c->yields = w->k;
		break;
	case KIND_CHARGE:
		c->future.ops = &charge_ops;
		break;
	case KIND_SLEEP:
		c->sleep = sleep_until(w->driver, start + (uint64_t)i * w->k);
	}
}

static void whole_start(struct whole *w)
{
	uint64_t start = clock_now() + NSEC_PER_MSEC;
	struct child *c;
	unsigned int i;

	w->started = true;
	w->from = clock_process_cpu();
	for (i = 0; i < w->n; i++) {
		c = &children[i];
		child_init(c, w, i, start);
		list[i] = &c->future;
		if (w->way == WAY_SPAWN)
			BUG_ON(sched_spawn(w->sched, c->future.ops, c,
					   &joins[i]));
	}
	if (w->way == WAY_GATHER)
		BUG_ON(gather_init_above(&w->gather, 0, list, w->n, outs,
					 sizeof(outs[0])));
	if (w->way == WAY_UNORDERED)
		drain_init(&w->drain, list, w->n, outs, sizeof(outs[0]));
	if (w->way == WAY_SWEEP)
		BUG_ON(gather_sweep_init(&w->sweep, list, w->n, outs,
					 sizeof(outs[0])));
}

/* The joins in the order of the spawns. */
static bool joins_done(struct whole *w, struct context *cx)
{
	int status;

	for (; w->next < w->n; w->next++) {
		if (future_poll(&joins[w->next].future, cx, &status) ==
		    POLL_PENDING)
			return false;
		outs[w->next] = *(const int *)join_output(&joins[w->next]);
		future_drop(&joins[w->next].future);
	}
	return true;
}

static enum poll whole_poll(struct future *f, struct context *cx, void *out)
{
	struct whole *w = container_of(f, struct whole, future);

	if (!w->started)
		whole_start(w);
	if (w->way == WAY_SPAWN) {
		if (!joins_done(w, cx))
			return POLL_PENDING;
	} else {
		if (future_poll(&w->gather.future, cx, NULL) == POLL_PENDING)
			return POLL_PENDING;
		future_drop(&w->gather.future);
	}
	*(double *)out = (double)(clock_process_cpu() - w->from);
	return POLL_READY;
}

struct run within_run(enum way way, enum kind kind, unsigned int n,
		      unsigned int k)
{
	static const struct future_ops whole_ops = {
		.poll = whole_poll,
		.size = sizeof(struct whole),
		.out_size = sizeof(double),
	};
	struct whole init = { .future.ops = &whole_ops,
			      .way = way,
			      .kind = kind,
			      .n = n,
			      .k = k };
	struct join join;
	struct run r;
	int status;

	polls = 0;
	BUG_ON(driver_create(&init.driver));
	BUG_ON(sched_create_driven(&init.sched, 0, &init.driver->park));
	BUG_ON(sched_spawn(init.sched, &whole_ops, &init, &join));
	BUG_ON(sched_block_on(init.sched, &join.future, &status) || status);
	r.ns = *(const double *)join_output(&join);
	r.polls = polls;
	future_drop(&join.future);
	sched_destroy(init.sched);
	driver_destroy(init.driver);
	return r;
}

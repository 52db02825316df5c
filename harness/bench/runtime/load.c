/* A load in a runtime of its own, and what loads have in common. */
#define _GNU_SOURCE
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bench.h"

#include "kit/bug.h"
#include "kit/clock.h"

#include "driver.h"
#include "sched.h"

static enum poll one_poll(struct future *f, struct context *cx, void *out)
{
	*(uint64_t *)out = 1;
	return POLL_READY;
}

const struct future_ops one_ops = {
	.poll = one_poll,
	.size = sizeof(struct future),
	.out_size = sizeof(uint64_t),
};

static uint64_t load_clock(const struct load *w)
{
	return w->is_cpu ? clock_process_cpu() : clock_now();
}

void load_begin(struct load *w)
{
	w->from = load_clock(w);
}

double load_end(const struct load *w)
{
	return (double)(load_clock(w) - w->from);
}

static const struct future_ops *load_ops(const char *name)
{
	const struct way *lists[] = { task_ways, channel_ways, wait_ways };
	const struct way *way;
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(lists); i++)
		for (way = lists[i]; way->name; way++)
			if (!strcmp(way->name, name))
				return way->ops;
	fprintf(stderr, "bench-runtime: no load is called %s\n", name);
	exit(2);
}

double load_run(const char *name, struct place at, unsigned int n,
		unsigned int k)
{
	const struct future_ops *ops = load_ops(name);
	struct load *w = calloc(1, ops->size);
	struct join join;
	double ns;
	int status;

	BUG_ON(!w);
	w->async.future.ops = ops;
	w->n = n;
	w->k = k;
	w->is_cpu = !at.workers;
	BUG_ON(driver_create(&w->driver));
	BUG_ON(sched_create_driven(&w->sched, at.workers, &w->driver->park));
	if (at.is_root) {
		BUG_ON(sched_block_on(w->sched, &w->async.future, &ns));
		future_drop(&w->async.future);
	} else {
		BUG_ON(sched_spawn(w->sched, ops, w, &join));
		BUG_ON(sched_block_on(w->sched, &join.future, &status));
		ns = *(const double *)join_output(&join);
		future_drop(&join.future);
	}
	sched_destroy(w->sched);
	driver_destroy(w->driver);
	free(w);
	return ns;
}

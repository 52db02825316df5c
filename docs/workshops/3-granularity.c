/*
 * Workshop 3: a loop, a set of futures, or a task each? The same children, three ways,
 * with more and more to do in each; CPU time of a current-thread runtime.
 */
#include "common.h"

#include <stdlib.h>

#include "gather.h"
#include "sched.h"
#include "unordered.h"

#include "kit/bug.h"
#include "kit/clock.h"
#include "kit/container.h"
#include "kit/tracepoint.h"

#define CHILDREN_MAX 20000
#define ROWS 5
#define REPEATS 9
#define ROW_ROUNDS 5000000 /* fewer children where each takes long */

static struct knob knobs[] = {
	{ "children", 10000, 100, CHILDREN_MAX, "futures, in the first rows" },
	{ "work", 1, 1, 100, "rounds of work in the first row" },
	{ "yields", 0, 0, 16, "times that a child gives way" },
};

enum way { INLINE, GATHER, UNORDERED, SPAWN, WAYS };

static const char *const way_name[WAYS] = { "one task, a loop",
					    "one task, a gather",
					    "one task, unordered",
					    "a task each" };

/* A child: some work, and perhaps it gives way a few times. */
struct child {
	struct future future;
	unsigned int rounds, yields;
};

static struct child child[CHILDREN_MAX];
static struct future *list[CHILDREN_MAX];
static struct join joins[CHILDREN_MAX];
static uint64_t outs[CHILDREN_MAX];

static enum poll child_poll(struct future *f, struct context *cx, void *out)
{
	struct child *c = container_of(f, struct child, future);
	uint64_t x = 88172645463325252 + c->rounds;
	unsigned int i;

	if (c->yields) {
		c->yields--;
		waker_wake_by_ref(cx->waker);
		return POLL_PENDING;
	}
	for (i = 0; i < c->rounds; i++) { /* xorshift64: about 1 ns */
		x ^= x << 13;
		x ^= x >> 7;
		x ^= x << 17;
	}
	*(uint64_t *)out = x;
	return POLL_READY;
}

static const struct future_ops child_ops = {
	.poll = child_poll,
	.size = sizeof(struct child),
	.out_size = sizeof(uint64_t),
};

/* The task that has all children. */
struct parent {
	struct future future;
	struct sched *s;
	enum way way;
	unsigned int nr, rounds, next;
	bool is_begun, is_asking;
	uint64_t from;
	struct gather gather;
	struct unordered set;
	struct unordered_next ask; /* for the next one of the set */
	struct future *done;
};

static void begin(struct parent *p)
{
	unsigned int i;

	p->is_begun = true;
	p->from = clock_process_cpu();
	if (p->way == UNORDERED)
		BUG_ON(unordered_init(&p->set));
	for (i = 0; i < p->nr; i++) {
		child[i] = (struct child){ .future.ops = &child_ops,
					   .rounds = p->rounds,
					   .yields = knob("yields") };
		list[i] = &child[i].future;
		if (p->way == SPAWN)
			BUG_ON(sched_spawn(p->s, &child_ops, &child[i],
					   &joins[i]));
		if (p->way == UNORDERED)
			BUG_ON(unordered_push(&p->set, list[i], &outs[i]));
	}
	if (p->way == GATHER)
		BUG_ON(gather_init_above(&p->gather, 0, list, p->nr, outs,
					 sizeof(outs[0])));
}

/* One after the other, as an async function with a loop does it. */
static enum poll loop_poll(struct parent *p, struct context *cx)
{
	for (; p->next < p->nr; p->next++) {
		if (future_poll(list[p->next], cx, &outs[p->next]) ==
		    POLL_PENDING)
			return POLL_PENDING;
		future_drop(list[p->next]);
	}
	return POLL_READY;
}

/* In the order in which they are done. */
static enum poll drain_poll(struct parent *p, struct context *cx)
{
	do {
		if (!p->is_asking)
			p->ask = unordered_next(&p->set);
		p->is_asking = true;
		if (future_poll(&p->ask.future, cx, &p->done) == POLL_PENDING)
			return POLL_PENDING;
		future_drop(&p->ask.future);
		p->is_asking = false;
	} while (p->done);
	unordered_fini(&p->set);
	return POLL_READY;
}

static enum poll gather_all_poll(struct parent *p, struct context *cx)
{
	if (future_poll(&p->gather.future, cx, NULL) == POLL_PENDING)
		return POLL_PENDING;
	future_drop(&p->gather.future);
	return POLL_READY;
}

static enum poll join_all_poll(struct parent *p, struct context *cx)
{
	int status;

	for (; p->next < p->nr; p->next++) {
		struct join *j = &joins[p->next];

		if (future_poll(&j->future, cx, &status) == POLL_PENDING)
			return POLL_PENDING;
		outs[p->next] = *(const uint64_t *)join_output(j);
		future_drop(&j->future);
	}
	return POLL_READY;
}

static enum poll parent_poll(struct future *f, struct context *cx, void *out)
{
	static enum poll (*const poll_all[WAYS])(struct parent *,
						 struct context *) = {
		loop_poll, gather_all_poll, drain_poll, join_all_poll
	};
	struct parent *p = container_of(f, struct parent, future);

	if (!p->is_begun)
		begin(p);
	if (poll_all[p->way](p, cx) == POLL_PENDING)
		return POLL_PENDING;
	*(double *)out = (double)(clock_process_cpu() - p->from) / p->nr;
	return POLL_READY;
}

/* ns of CPU a child. */
static double run(enum way way, unsigned int nr, unsigned int rounds)
{
	static const struct future_ops ops = {
		.poll = parent_poll,
		.size = sizeof(struct parent),
		.out_size = sizeof(double),
	};
	struct parent p = {
		.future.ops = &ops, .way = way, .nr = nr, .rounds = rounds
	};
	struct join join;
	double ns;
	int status;

	BUG_ON(sched_create(&p.s, 0));
	BUG_ON(sched_spawn(p.s, &ops, &p, &join));
	BUG_ON(sched_block_on(p.s, &join.future, &status) || status);
	ns = *(const double *)join_output(&join);
	future_drop(&join.future);
	sched_destroy(p.s);
	return ns;
}

/* --- what happened, counted ------------------------------------------------ */
static unsigned int nr_tasks, nr_polls;

static void count(enum tp_event ev, const void *who, uint64_t arg)
{
	nr_tasks += ev == TP_SPAWN;
	nr_polls += ev == TP_POLL_BEGIN;
}

static void count_run(enum way way, unsigned int nr)
{
	nr_tasks = nr_polls = 0;
	/* release: pairs with the acquire in tp_emit(). */
	atomic_store_explicit(&tp_listener, count, memory_order_release);
	run(way, nr, 1);
	atomic_store_explicit(&tp_listener, NULL, memory_order_release);
	printf("%-20s %12u %12u\n", way_name[way], nr_tasks - 1, nr_polls);
}

/* --- one row: medians of interleaved runs ---------------------------------- */
struct row {
	double ns[WAYS];   /* a child */
	double over[WAYS]; /* of the loop, run by run: the median */
};

static struct row measure(unsigned int nr, unsigned int rounds)
{
	double ns[WAYS][REPEATS], over[WAYS][REPEATS];
	struct row row;
	int way, i;

	for (i = -1; i < REPEATS; i++) { /* the first one warms up */
		double once[WAYS];

		for (way = 0; way < WAYS; way++)
			once[way] = run(way, nr, rounds);
		for (way = 0; i >= 0 && way < WAYS; way++) {
			ns[way][i] = once[way];
			over[way][i] = once[way] / once[INLINE];
		}
	}
	for (way = 0; way < WAYS; way++) {
		row.ns[way] = median_of(ns[way], REPEATS);
		row.over[way] = median_of(over[way], REPEATS);
	}
	return row;
}

static void show(const struct row *rows)
{
	static double x[ROWS], y[WAYS][ROWS];
	struct series s[WAYS];
	const struct plot plot = { "what a child costs beside the loop",
				   "ns that the loop takes a child",
				   "times the loop", true, true };
	int i, way;

	for (way = 0; way < WAYS; way++) {
		for (i = 0; i < ROWS; i++) {
			x[i] = rows[i].ns[INLINE];
			y[way][i] = rows[i].over[way];
		}
		s[way] = (struct series){ way_name[way], x, y[way], ROWS };
	}
	plot_show(&plot, s, WAYS);
}

static void print_row(const struct row *r, unsigned int nr, unsigned int rounds)
{
	printf("%-6u %8u %7.1f %7.1f %9.1f %8.1f %6.2f %6.2f %6.2f\n", rounds,
	       nr, r->ns[INLINE], r->ns[GATHER], r->ns[UNORDERED], r->ns[SPAWN],
	       r->over[GATHER] / r->over[SPAWN],
	       r->over[UNORDERED] / r->over[SPAWN], r->over[SPAWN]);
}

int main(int argc, char **argv)
{
	struct row rows[ROWS], *first = &rows[0], *last = &rows[ROWS - 1];
	unsigned int nr, rounds;
	int i, way;

	workshop_begin("3-granularity", argc, argv, knobs, ARRAY_SIZE(knobs));
	rounds = knob("work");
	printf("%-20s %12s %12s\n", "counted", "tasks", "their polls");
	for (way = 0; way < WAYS; way++)
		count_run(way, knob("children"));
	printf("\n%-6s %8s %7s %7s %9s %8s %6s %6s %6s\n", "rounds", "children",
	       "loop", "gather", "unordered", "a task", "g / t", "u / t",
	       "t / l");
	for (i = 0; i < ROWS; i++) {
		nr = knob("children");
		if (nr > ROW_ROUNDS / rounds)
			nr = ROW_ROUNDS / rounds + 8;
		rows[i] = measure(nr, rounds);
		print_row(&rows[i], nr, rounds);
		rounds *= 12;
	}
	show(rows);
	seen(first->over[GATHER] < 0.9 * first->over[SPAWN],
	     "a gather of small futures is cheaper than a task each: %.0f %%",
	     100 * first->over[GATHER] / first->over[SPAWN]);
	seen(first->over[SPAWN] > 3,
	     "a task costs a multiple of a small future: %.1f times",
	     first->over[SPAWN]);
	seen(last->over[SPAWN] < 1.2,
	     "and hardly anything beside a large one: %.2f times",
	     last->over[SPAWN]);
	return workshop_end();
}

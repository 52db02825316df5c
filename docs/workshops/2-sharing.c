/*
 * Workshop 2: a lock, an async lock, or an actor? Tasks share one order book,
 * three ways (day 6, ways.h): what happens for an order is counted, and what it
 * costs is measured in CPU time.
 */
#include "common.h"

#include "sched.h"
#include "ways.h"

#include "kit/async.h"
#include "kit/bug.h"
#include "kit/clock.h"
#include "kit/container.h"
#include "kit/tracepoint.h"

#define TASKS_MAX 256
#define REPEATS 7
#define DEPTH 64

static struct knob knobs[] = {
	{ "orders", 32768, 256, 100000, "of all tasks together" },
	{ "tasks", 64, 1, TASKS_MAX, "that share the book, in the last rows" },
	{ "actor", 1, 0, 1, "0: a second lock in the actor's place" },
};

static const char *const way_name[WAYS] = { "plain lock", "amutex", "actor" };

/* --- a task that has orders ------------------------------------------------ */
struct trader {
	struct async async;
	struct way *way;
	struct order order;
	struct way_submit submit;
	uint64_t random;
	unsigned int left; /* orders to go */
	uint32_t rest;
	int err;
};

static void draw(struct trader *t)
{
	uint64_t x = t->random;

	x ^= x << 13;
	x ^= x >> 7;
	x ^= x << 17;
	t->random = x;
	t->order.id++;
	t->order.side = x & 1 ? BOOK_BUY : BOOK_SELL;
	t->order.quantity = 1 + (x >> 8) % 9;
	t->order.price = 100 + (x >> 16) % 5;
}

static enum poll trader_poll(struct future *f, struct context *cx, void *out)
{
	struct trader *t = container_of(f, struct trader, async.future);

	ASYNC_BEGIN(&t->async);
	for (; t->left; t->left--) {
		draw(t);
		t->submit = way_submit(t->way, &t->order, &t->rest);
		AWAIT(&t->submit.async.future, &t->err);
		BUG_ON(t->err);
	}
	ASYNC_END(&t->async);
}

static void trader_drop(struct future *f)
{
	async_drop(&container_of(f, struct trader, async.future)->async);
}

static void filled(void *arg, const struct fill *fill)
{
	++*(uint64_t *)arg;
}

/* --- a run: ns of CPU an order --------------------------------------------- */

/* Spawns all traders, from a worker: no thread has to be woken for each. */
struct opener {
	struct future future;
	struct way *way;
	struct sched *s;
	unsigned int tasks;
	struct join *join; /* of each */
};

static enum poll opener_poll(struct future *f, struct context *cx, void *out)
{
	static const struct future_ops ops = { .poll = trader_poll,
					       .drop = trader_drop,
					       .size = sizeof(struct trader) };
	struct opener *o = container_of(f, struct opener, future);
	unsigned int i;

	for (i = 0; i < o->tasks; i++) {
		struct trader t = { .async.future.ops = &ops,
				    .way = o->way,
				    .order.kind = BOOK_LIMIT,
				    .order.client = i + 1,
				    .random = 88172645463325252 + i,
				    .left = knob("orders") / o->tasks };

		BUG_ON(sched_spawn(o->s, &ops, &t, &o->join[i]));
	}
	return POLL_READY;
}

static void wait_for(struct sched *s, struct join *j)
{
	int status;

	BUG_ON(sched_block_on(s, &j->future, &status) || status);
	future_drop(&j->future);
}

static void trade(struct way *w, struct sched *s, unsigned int tasks)
{
	static const struct future_ops ops = { .poll = opener_poll,
					       .size = sizeof(struct opener) };
	struct join join[TASKS_MAX], opened;
	struct opener o = { { &ops }, w, s, tasks, join };
	unsigned int i;

	BUG_ON(sched_spawn(s, &ops, &o, &opened));
	wait_for(s, &opened);
	for (i = 0; i < tasks; i++)
		wait_for(s, &join[i]);
}

static double run(enum way_kind kind, unsigned int workers, unsigned int tasks)
{
	uint64_t from, fills = 0;
	struct sched *s;
	struct way *w;
	double ns;

	if (kind == WAY_ACTOR && !knob("actor"))
		kind = WAY_LOCK;
	BUG_ON(sched_create(&s, workers));
	BUG_ON(way_create(&w, kind, knob("orders"), s, DEPTH, filled, &fills));
	from = clock_process_cpu();
	trade(w, s, tasks);
	ns = (double)(clock_process_cpu() - from) /
	     (knob("orders") / tasks * tasks);
	way_destroy(w);
	sched_destroy(s);
	return ns;
}

/* --- what happens, counted on one worker ----------------------------------- */
static struct counts {
	uint64_t polls, wakes;
} counts;

static void count(enum tp_event ev, const void *who, uint64_t arg)
{
	counts.polls += ev == TP_POLL_BEGIN;
	counts.wakes += ev == TP_WAKE;
}

static struct counts count_run(enum way_kind kind, unsigned int tasks)
{
	counts = (struct counts){ 0 };
	/* release: pairs with the acquire in tp_emit(). */
	atomic_store_explicit(&tp_listener, count, memory_order_release);
	run(kind, 0, tasks);
	atomic_store_explicit(&tp_listener, NULL, memory_order_release);
	return counts;
}

/* --- medians of interleaved runs ------------------------------------------- */
struct row {
	double ns[WAYS];
	double over[WAYS]; /* of the plain lock, run by run */
};

static struct row measure(unsigned int workers, unsigned int tasks)
{
	double ns[WAYS][REPEATS], over[WAYS][REPEATS];
	struct row row;
	int i, k;

	for (i = -1; i < REPEATS; i++) { /* the first one warms up */
		double once[WAYS];

		for (k = 0; k < WAYS; k++)
			once[k] = run(k, workers, tasks);
		for (k = 0; i >= 0 && k < WAYS; k++) {
			ns[k][i] = once[k];
			over[k][i] = once[k] / once[WAY_LOCK];
		}
	}
	for (k = 0; k < WAYS; k++) {
		row.ns[k] = median_of(ns[k], REPEATS);
		row.over[k] = median_of(over[k], REPEATS);
	}
	return row;
}

/* A line for each number of workers and of tasks; the bars are the last ones'. */
static unsigned int rows(struct row *row, struct bar *bars, char (*name)[32])
{
	const unsigned int tasks[] = { 1, 8, knob("tasks") };
	unsigned int workers, i, nr = 0;
	struct row *r = row;
	int k;

	printf("\n%-9s %6s %11s %9s %9s %16s\n", "workers", "tasks",
	       "plain lock", "amutex", "actor", "actor / amutex");
	for (workers = 1; workers <= 2; workers++) {
		for (i = 0; i < ARRAY_SIZE(tasks); i++) {
			r = row++;
			*r = measure(workers, tasks[i]);
			printf("%-9u %6u %11.0f %9.0f %9.0f %16.2f\n", workers,
			       tasks[i], r->ns[WAY_LOCK], r->ns[WAY_AMUTEX],
			       r->ns[WAY_ACTOR],
			       r->over[WAY_ACTOR] / r->over[WAY_AMUTEX]);
		}
		for (k = 0; k < WAYS; k++, nr++) {
			snprintf(name[nr], sizeof(name[nr]), "%s, %u worker%s",
				 way_name[k], workers, workers > 1 ? "s" : "");
			bars[nr] = (struct bar){ name[nr], r->ns[k] };
		}
	}
	return nr;
}

/* Polls and wakes an order: alone, and among many. */
static void count_all(struct counts c[2][WAYS])
{
	const unsigned int tasks[2] = { 1, knob("tasks") };
	double orders = knob("orders");
	int i, k;

	printf("%-26s %14s %14s %4u\n%-26s", "counted, on one worker", "1 task",
	       "tasks:", tasks[1], "an order");
	printf("%8s %8s %10s %8s\n", "polls", "wakes", "polls", "wakes");
	for (k = 0; k < WAYS; k++) {
		for (i = 0; i < 2; i++)
			c[i][k] = count_run(k, tasks[i]);
		printf("%-26s%8.2f %8.2f %10.2f %8.2f\n", way_name[k],
		       c[0][k].polls / orders, c[0][k].wakes / orders,
		       c[1][k].polls / orders, c[1][k].wakes / orders);
	}
}

int main(int argc, char **argv)
{
	struct counts c[2][WAYS];
	struct bar bars[2 * WAYS];
	char name[2 * WAYS][32];
	struct row row[6];
	double orders;

	workshop_begin("2-sharing", argc, argv, knobs, ARRAY_SIZE(knobs));
	orders = knob("orders");
	count_all(c);
	bars_show("CPU of an order, ns, with the most tasks", bars,
		  rows(row, bars, name));
	seen(c[0][WAY_LOCK].wakes < orders / 10 &&
		     c[0][WAY_AMUTEX].wakes < orders / 10,
	     "a lock that is free wakes nobody, of either kind");
	seen(c[0][WAY_ACTOR].wakes > 0.9 * orders &&
		     c[1][WAY_ACTOR].wakes > 0.9 * orders,
	     "an actor wakes for each order: %.2f wakes, %.2f among many",
	     c[0][WAY_ACTOR].wakes / orders, c[1][WAY_ACTOR].wakes / orders);
	seen(row[0].over[WAY_ACTOR] > 1.3,
	     "and costs %.1f times the plain lock that nobody else wants",
	     row[0].over[WAY_ACTOR]);
	return workshop_end();
}

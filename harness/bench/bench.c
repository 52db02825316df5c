/*
 * What the reference costs, beside the floor: the least that the same work
 * could cost on this machine, measured in the same run.
 *
 * Each case is the median of 15 interleaved repetitions of many operations:
 * case, floor, case, floor, ... so that a machine that changes its speed
 * changes both. Results: one JSON file, and a table on the terminal.
 */
#define _GNU_SOURCE
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bench/stats.h"
#include "kit/atomic.h"
#include "kit/bug.h"
#include "kit/clock.h"
#include "kit/future.h"
#include "kit/tracepoint.h"

#include "gather.h"
#include "hist.h"
#include "sched.h"
#include "trace.h"

#define REPS 15
#define NR_VALUES 65536

/* One row: @run does @n operations; @floor the least that they need. */
struct bench {
	const char *name;
	const char *floor_name;
	unsigned int n;
	void (*run)(unsigned int n);
	void (*floor)(unsigned int n);
	double ns[REPS], floor_ns[REPS];
};

/* --- a histogram's record -------------------------------------------------- */
static uint64_t values[NR_VALUES];
static struct hist hist;
static uint64_t cells[128];

static void record_run(unsigned int n)
{
	unsigned int i;

	for (i = 0; i < n; i++)
		hist_record(&hist, values[i % NR_VALUES]);
}

static void record_floor(unsigned int n)
{
	unsigned int i;

	for (i = 0; i < n; i++) {
		cells[values[i % NR_VALUES] % 128]++;
		__asm__ volatile("" ::: "memory");
	}
}

/* --- spawn + poll + join --------------------------------------------------- */
static enum poll ready_poll(struct future *f, struct context *cx, void *out)
{
	*(uint64_t *)out = 1;
	return POLL_READY;
}

static const struct future_ops ready_ops = {
	.poll = ready_poll,
	.size = sizeof(struct future),
	.out_size = sizeof(uint64_t),
};

/* Spawns and joins one task after the other, from a worker. */
struct spawner {
	struct future future;
	struct sched *sched;
	struct join join;
	unsigned int left;
	bool joining;
};

static enum poll spawner_poll(struct future *f, struct context *cx, void *out)
{
	static const struct future init = { &ready_ops };
	struct spawner *s = container_of(f, struct spawner, future);
	int status;

	while (s->left) {
		if (!s->joining)
			BUG_ON(sched_spawn(s->sched, &ready_ops, &init,
					   &s->join));
		s->joining = true;
		if (future_poll(&s->join.future, cx, &status) == POLL_PENDING)
			return POLL_PENDING;
		future_drop(&s->join.future);
		s->joining = false;
		s->left--;
	}
	return POLL_READY;
}

static const struct future_ops spawner_ops = {
	.poll = spawner_poll,
	.size = sizeof(struct spawner),
};

static void spawn_run(unsigned int n)
{
	struct spawner init = { .future.ops = &spawner_ops, .left = n };
	struct sched *s;
	struct join join;
	int status;

	BUG_ON(sched_create(&s, 0));
	init.sched = s;
	BUG_ON(sched_spawn(s, &spawner_ops, &init, &join));
	BUG_ON(sched_block_on(s, &join.future, &status));
	future_drop(&join.future);
	sched_destroy(s);
}

/* A task's least: memory, five locked operations, an indirect call. */
static void spawn_floor(unsigned int n)
{
	struct waker w = waker_noop();
	struct context cx = { .waker = &w };
	struct task {
		struct future future;
		_Atomic(uint64_t) state;
		uint64_t out;
	} * t;
	unsigned int i, k;

	for (i = 0; i < n; i++) {
		t = malloc(sizeof(*t) + 64);
		BUG_ON(!t);
		t->future.ops = &ready_ops;
		atomic_init(&t->state, 0);
		__asm__ volatile("" : "+r"(t));
		for (k = 0; k < 5; k++)
			atomic_fetch_add_explicit(&t->state, 1,
						  memory_order_acq_rel);
		future_poll(&t->future, &cx, &t->out);
		free(t);
	}
}

/* --- a child of a gather --------------------------------------------------- */
#define NR_CHILDREN 64

static void gather_run(unsigned int n)
{
	struct waker w = waker_noop();
	struct context cx = { .waker = &w };
	struct future children[NR_CHILDREN], *ptrs[NR_CHILDREN];
	uint64_t outs[NR_CHILDREN];
	struct gather g;
	unsigned int i, k;

	for (i = 0; i < n; i += NR_CHILDREN) {
		for (k = 0; k < NR_CHILDREN; k++) {
			children[k].ops = &ready_ops;
			ptrs[k] = &children[k];
		}
		BUG_ON(gather_init(&g, ptrs, NR_CHILDREN, outs,
				   sizeof(outs[0])));
		BUG_ON(future_poll(&g.future, &cx, NULL) != POLL_READY);
		future_drop(&g.future);
	}
}

static void gather_floor(unsigned int n)
{
	struct waker w = waker_noop();
	struct context cx = { .waker = &w };
	struct future child = { &ready_ops }, *f = &child;
	uint64_t out;
	unsigned int i;

	for (i = 0; i < n; i++) {
		__asm__ volatile("" : "+r"(f));
		future_poll(f, &cx, &out);
	}
}

/* --- trace points ---------------------------------------------------------- */
static void tp_off_run(unsigned int n)
{
	unsigned int i;

	for (i = 0; i < n; i++) {
		tp_poll_begin(&hist, 0);
		__asm__ volatile("" ::: "memory");
	}
}

static void tp_off_floor(unsigned int n)
{
	unsigned int i;

	for (i = 0; i < n; i++) {
		__asm__ volatile(""
				 :
				 : "r"(atomic_load_explicit(
					 &tp_listener, memory_order_relaxed))
				 : "memory");
	}
}

/* The begin and the end of a poll, into a ring. */
static void bracket_run(unsigned int n)
{
	unsigned int i;

	BUG_ON(trace_start(1, 4096));
	for (i = 0; i < n; i++) {
		tp_poll_begin(&hist, 0);
		tp_poll_end(&hist, true);
	}
	trace_free();
}

static void bracket_floor(unsigned int n)
{
	uint64_t sum = 0;
	unsigned int i;

	for (i = 0; i < n; i++)
		sum += clock_trace();
	__asm__ volatile("" : : "r"(sum));
}

static struct bench benches[] = {
	{ "hist_record, mixed values",
	  "array cell + 1",
	  1 << 20,
	  record_run,
	  record_floor,
	  { 0 },
	  { 0 } },
	{ "spawn + poll + join, one worker",
	  "malloc, 5 locked, call, free",
	  100000,
	  spawn_run,
	  spawn_floor,
	  { 0 },
	  { 0 } },
	{ "gather, a ready child of 64",
	  "indirect poll",
	  1 << 17,
	  gather_run,
	  gather_floor,
	  { 0 },
	  { 0 } },
	{ "trace point, nobody listens",
	  "relaxed load",
	  1 << 20,
	  tp_off_run,
	  tp_off_floor,
	  { 0 },
	  { 0 } },
	{ "trace of a poll: begin and end",
	  "one clock reading",
	  1 << 18,
	  bracket_run,
	  bracket_floor,
	  { 0 },
	  { 0 } },
};

static double measure(void (*fn)(unsigned int), unsigned int n)
{
	uint64_t from = clock_now();

	fn(n);
	return (double)(clock_now() - from) / n;
}

static json_t *report(struct bench *b)
{
	double ours = stats_median(b->ns, REPS);
	double floor = stats_median(b->floor_ns, REPS);

	printf("%-34s %8.2f  [%.2f-%.2f]  floor %6.2f  %s\n", b->name, ours,
	       b->ns[0], b->ns[REPS - 1], floor, b->floor_name);
	return json_pack("{s:s, s:s, s:f, s:n, s:n, s:f, s:n}", "name", b->name,
			 "unit", "ns", "ours", ours, "peer", "peer_name",
			 "floor", floor, "ratio");
}

int main(int argc, char **argv)
{
	json_t *cases = json_array(), *doc;
	unsigned int i, r;

	if (argc != 2) {
		fprintf(stderr, "usage: bench OUT.json (make bench)\n");
		return 2;
	}
	stats_draw(values, NR_VALUES);
	hist_init(&hist);
	for (r = 0; r < REPS; r++)
		for (i = 0; i < ARRAY_SIZE(benches); i++) {
			struct bench *b = &benches[i];

			b->ns[r] = measure(b->run, b->n);
			b->floor_ns[r] = measure(b->floor, b->n);
		}
	printf("%-34s %8s  %s\n", "ns per operation, " __VERSION__, "median",
	       "[min-max of 15]");
	for (i = 0; i < ARRAY_SIZE(benches); i++)
		json_array_append_new(cases, report(&benches[i]));
	doc = json_pack("{s:o}", "cases", cases);
	return stats_save(doc, argv[1]);
}

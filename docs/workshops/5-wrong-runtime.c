/*
 * Workshop 5: CPU-bound work on the wrong runtime. First what it does to
 * /health, in virtual time; then what a task costs beside the work in it, in CPU
 * time of this machine.
 */
#include "common.h"

#include <stdlib.h>

#include "executor.h"
#include "parallel.h"

#include "kit/async.h"
#include "kit/bug.h"
#include "kit/clock.h"
#include "kit/container.h"

#define HEALTH_TAKES (20 * NSEC_PER_USEC)
#define HEALTH_EVERY (997 * NSEC_PER_USEC) /* in step with nothing */
#define HEALTHS_MAX 12000
#define ITEMS (1u << 14)
#define MANY_ITEMS (1u << 21)
#define REPEATS 5

static struct knob knobs[] = {
	{ "crunch", 10000, 0, 20000, "us that is computed each time" },
	{ "every", 25, 21, 1000, "ms from one computation to the next" },
	{ "seconds", 2, 1, 10, "of virtual time" },
};

/* --- /health, in virtual time ---------------------------------------------- */
static struct world {
	struct sched *main, *other; /* other: NULL: compute on main */
	struct executor executor;   /* on other */
	uint64_t other_free;	    /* until then the other core computes */
	uint64_t slice;		    /* on main: give way after so many ns */
	unsigned int answered;
} world;

static uint64_t latency[HEALTHS_MAX];

/* The job: on the other core, where it moves nobody's clock but its own. */
static int crunch(void *arg, void *out)
{
	world.other_free = clock_now() + knob("crunch") * NSEC_PER_USEC;
	return 0;
}

struct request {
	struct async async;
	struct blocking_job job;
	struct yield yield;
	uint64_t left;
	int err;
};

static enum poll request_poll(struct future *f, struct context *cx, void *out)
{
	static const struct blocking_ops ops = { .run = crunch };
	struct request *r = container_of(f, struct request, async.future);
	uint64_t slice;

	ASYNC_BEGIN(&r->async);
	if (world.other) {
		r->err = executor_submit(&world.executor,
					 work_create(&ops, 0, 0), &r->job);
		BUG_ON(r->err);
		AWAIT(&r->job.future, &r->err);
		return POLL_READY;
	}
	while (r->left) {
		slice = world.slice < r->left ? world.slice : r->left;
		virtual_advance(slice);
		r->left -= slice;
		r->yield = yield_now();
		AWAIT(&r->yield.future, NULL);
	}
	ASYNC_END(&r->async);
}

static void request_drop(struct future *f)
{
	async_drop(&container_of(f, struct request, async.future)->async);
}

static void request_spawn(void)
{
	static const struct future_ops ops = { .poll = request_poll,
					       .drop = request_drop,
					       .size = sizeof(struct request) };
	struct request r = { .async.future.ops = &ops,
			     .left = knob("crunch") * NSEC_PER_USEC };

	BUG_ON(sched_spawn(world.main, &ops, &r, NULL));
}

struct health {
	struct future future;
	uint64_t due;
};

static enum poll health_poll(struct future *f, struct context *cx, void *out)
{
	virtual_advance(HEALTH_TAKES);
	latency[world.answered++] =
		clock_now() - container_of(f, struct health, future)->due;
	return POLL_READY;
}

static void health_spawn(uint64_t due)
{
	static const struct future_ops ops = { .poll = health_poll,
					       .size = sizeof(struct health) };
	struct health h = { { &ops }, due };

	BUG_ON(sched_spawn(world.main, &ops, &h, NULL));
}

/* What is due comes, then the cores have a turn. */
static void run(void)
{
	uint64_t end = knob("seconds") * NSEC_PER_SEC;
	uint64_t health = HEALTH_EVERY, request = 0;

	while (health < end || world.answered < end / HEALTH_EVERY) {
		if (health < end && clock_now() >= health) {
			health_spawn(health);
			health += HEALTH_EVERY;
			continue;
		}
		if (request < end && clock_now() >= request) {
			request += knob("every") * NSEC_PER_MSEC;
			request_spawn();
			continue;
		}
		if (world.other && clock_now() >= world.other_free)
			sched_step(world.other, 0);
		if (!sched_step(world.main, 0))
			virtual_advance(NSEC_PER_USEC);
	}
}

/* p99 of /health in ns; @slice 0: on an executor of its own. */
static uint64_t health_p99(uint64_t slice)
{
	world = (struct world){ .slice = slice };
	virtual_start(0);
	BUG_ON(sched_create_stepped(&world.main, 1));
	if (!slice) {
		BUG_ON(sched_create_stepped(&world.other, 1));
		BUG_ON(executor_init(&world.executor, world.other, 1, 64));
	}
	run();
	if (!slice)
		executor_close(&world.executor);
	sched_destroy(world.main);
	if (!slice) {
		sched_shutdown(world.other);
		executor_fini(&world.executor);
		sched_destroy(world.other);
	}
	virtual_stop();
	return percentile_of(latency, world.answered, 99);
}

/* --- chunks, in CPU time --------------------------------------------------- */
struct sum {
	const uint64_t *item;
	size_t mask, stride; /* 1: neighbours in memory, too */
	_Atomic(uint64_t) all;
};

static void add_up(void *arg, size_t begin, size_t end)
{
	struct sum *s = arg;
	uint64_t sum = 0;

	for (; begin < end; begin++)
		sum += s->item[(begin * s->stride) & s->mask];
	/* relaxed: only added up; the loop's end orders it. */
	atomic_fetch_add_explicit(&s->all, sum, memory_order_relaxed);
}

/* ns of CPU an item, all threads together. */
static double items_ns(struct executor *e, struct sum *sum, size_t nr,
		       size_t chunk)
{
	double ns[REPEATS];
	struct parallel p;
	struct sched *s;
	uint64_t from;
	int i, err;

	BUG_ON(sched_create(&s, 0));
	for (i = 0; i < REPEATS; i++) {
		BUG_ON(parallel_init(&p, e, add_up, sum, 0, nr, chunk));
		from = clock_process_cpu();
		BUG_ON(sched_block_on(s, &p.future, &err) || err);
		ns[i] = (double)(clock_process_cpu() - from) / nr;
		future_drop(&p.future);
	}
	sched_destroy(s);
	return median_of(ns, REPEATS);
}

/* Prints; ns of a job, and of an item in large chunks. */
static void chunks(double *job, double *item)
{
	static const size_t chunk[] = { 1, 8, 64, 512, 4096, ITEMS };
	struct dedicated *d;
	struct sum sum = { .mask = MANY_ITEMS - 1, .stride = 1 };
	uint64_t *items = calloc(MANY_ITEMS, sizeof(*items));
	struct executor *e;
	double ns, apart;
	size_t i;

	BUG_ON(!items);
	for (i = 0; i < MANY_ITEMS; i++)
		items[i] = i;
	sum.item = items;
	BUG_ON(dedicated_create(&d, "crunch", 2, 64));
	e = dedicated_executor(d);
	printf("\nitems a task  CPU, ns an item    ns a task\n");
	for (i = 0; i < ARRAY_SIZE(chunk); i++) {
		ns = items_ns(e, &sum, ITEMS, chunk[i]);
		printf("%12zu %16.1f %12.0f\n", chunk[i], ns, ns * chunk[i]);
		if (!i)
			*job = ns;
		*item = ns;
	}
	ns = items_ns(e, &sum, MANY_ITEMS, 4096);
	sum.stride = 4099 * 8; /* a page further each time */
	sum.stride |= 1;
	apart = items_ns(e, &sum, MANY_ITEMS, 4096);
	printf("\n%u items in chunks of 4096: neighbours in memory %.1f ns,"
	       "\nfar apart %.1f ns an item\n",
	       MANY_ITEMS, ns, apart);
	dedicated_destroy(d);
	free(items);
}

int main(int argc, char **argv)
{
	static const uint64_t slice_us[] = { 10,   20,	 50,   100,   200,  500,
					     1000, 2000, 5000, 10000, 20000 };
	enum { SLICES = ARRAY_SIZE(slice_us) };
	double x[SLICES], main_ms[SLICES], other_ms[SLICES], job, item;
	const struct series s[] = { { "on the main runtime", x, main_ms,
				      SLICES },
				    { "on an executor", x, other_ms, SLICES } };
	const struct plot plot = { "p99 of /health", "us between two awaits",
				   "ms", true, true };
	double dedicated, whole;
	unsigned int i;

	workshop_begin("5-wrong-runtime", argc, argv, knobs, ARRAY_SIZE(knobs));
	dedicated = health_p99(0) / 1e6;
	printf("%-40s %10s\n%-40s %10.2f\n", "p99 of /health", "ms",
	       "computed on an executor of its own", dedicated);
	for (i = 0; i < SLICES; i++) {
		x[i] = slice_us[i];
		main_ms[i] = health_p99(slice_us[i] * NSEC_PER_USEC) / 1e6;
		other_ms[i] = dedicated;
		printf("on main, giving way after %6.0f us %15.2f\n", x[i],
		       main_ms[i]);
	}
	whole = main_ms[SLICES - 1];
	plot_show(&plot, s, 2);
	chunks(&job, &item);
	printf("a task's overhead is %.4f %% of 10 ms\n", job / 1e5);
	seen(whole >= 5 * dedicated,
	     "/health is %.0f times as good with the work elsewhere",
	     whole / dedicated);
	seen(main_ms[0] * 5 < whole,
	     "on main it helps to give way often: %.2f and %.2f ms", main_ms[0],
	     whole);
	seen(job > 5 * item, "a task of one item costs %.0f times the item",
	     job / item);
	return workshop_end();
}

/*
 * Workshop 1: the 5 % CPU mystery. A server of two workers is slow, in three
 * ways; which one it is, two numbers tell. In virtual time: the same on each
 * machine.
 */
#include "common.h"

#include <math.h>
#include <stdlib.h>

#include "sched.h"
#include "stall.h"
#include "task.h"

#include "kit/async.h"
#include "kit/bug.h"
#include "kit/clock.h"
#include "kit/container.h"
#include "kit/tracepoint.h"

#define WORKERS 2
#define EVENTS_MAX 400000
#define REQUESTS_MAX 60000
#define IO_MAX 4096
#define COMPUTE (50 * NSEC_PER_USEC) /* before the I/O, and after it */
#define IO (300 * NSEC_PER_USEC)

static struct knob knobs[] = {
	{ "rate", 1000, 100, 5000, "requests a second, 0.1 ms of CPU each" },
	{ "block", 40, 0, 200, "ms that one of 25 requests sleeps in a poll" },
	{ "load", 103, 1, 110, "% of both workers, when saturated" },
	{ "away", 10, 0, 50, "ms of each 25 that a core is somebody else's" },
	{ "seconds", 2, 1, 2, "how long" },
};

enum kind { HEALTHY, BLOCKED, SATURATED, NEIGHBOUR, KINDS };

static const char *const kind_name[KINDS] = { "healthy", "blocked worker",
					      "saturated one",
					      "noisy neighbour" };

static const char *const verdict_name[STALL_KIND_NR] = {
	"healthy",   "held lock", "blocking",
	"computing", "neighbour", "saturation"
};

/* A task that waits for its I/O. */
struct io {
	uint64_t due;
	struct waker waker;
};

static struct world {
	enum kind kind;
	struct sched *s;
	unsigned int worker; /* whose turn it is */
	uint64_t time[WORKERS], cpu[WORKERS], run_delay[WORKERS];
	struct io io[IO_MAX];
	unsigned int nr_io, nr_spawned, nr_events;
	uint64_t next_arrival, random;
	bool is_over; /* what is left over is ended, and not counted */
} world;

static struct stall_event events[EVENTS_MAX];
static uint64_t latency[REQUESTS_MAX];
static unsigned int nr_latencies;

/* --- a core, and who has it ------------------------------------------------ */

/* Another process has the core for the first part of each 25 ms. */
static void wait_for_core(void)
{
	uint64_t period = 25 * NSEC_PER_MSEC;
	uint64_t at = (clock_now() + world.worker * period / 2) % period;
	uint64_t away = knob("away") * NSEC_PER_MSEC;

	if (world.kind != NEIGHBOUR || at >= away)
		return;
	world.run_delay[world.worker] += away - at;
	virtual_advance(away - at);
}

/* 10 us at a time: the core may be lost in between. */
static void compute(uint64_t ns)
{
	for (; ns && !world.is_over; ns -= 10 * NSEC_PER_USEC) {
		wait_for_core();
		virtual_advance(10 * NSEC_PER_USEC);
		world.cpu[world.worker] += 10 * NSEC_PER_USEC;
	}
}

/* --- a request ------------------------------------------------------------- */
struct io_wait {
	struct future future;
	bool is_begun;
};

static enum poll io_poll(struct future *f, struct context *cx, void *out)
{
	struct io_wait *w = container_of(f, struct io_wait, future);

	if (w->is_begun)
		return POLL_READY; /* polled again: it was woken */
	w->is_begun = true;
	if (world.is_over)
		return POLL_PENDING; /* and is cancelled */
	BUG_ON(world.nr_io == IO_MAX);
	world.io[world.nr_io++] =
		(struct io){ clock_now() + IO, waker_clone(cx->waker) };
	return POLL_PENDING;
}

static const struct future_ops io_ops = { .poll = io_poll,
					  .size = sizeof(struct io_wait) };

struct request {
	struct async async;
	struct io_wait io;
	unsigned int number;
	uint64_t begun;
};

static enum poll request_poll(struct future *f, struct context *cx, void *out)
{
	struct request *r = container_of(f, struct request, async.future);

	ASYNC_BEGIN(&r->async);
	compute(COMPUTE);
	r->io = (struct io_wait){ .future.ops = &io_ops };
	AWAIT(&r->io.future, NULL);
	compute(COMPUTE);
	/* The mistake: a sleep in a poll. It uses no CPU, and gives none. */
	if (world.kind == BLOCKED && r->number % 25 == 0)
		virtual_advance(knob("block") * NSEC_PER_MSEC);
	if (!world.is_over)
		latency[nr_latencies++] = clock_now() - r->begun;
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
			     .number = ++world.nr_spawned,
			     .begun = clock_now() };

	BUG_ON(sched_spawn(world.s, &ops, &r, NULL));
}

/* --- what day 2's stall.h is told ------------------------------------------ */
static void listen(enum tp_event ev, const void *who, uint64_t arg)
{
	static const uint32_t as[TP_NR] = {
		[TP_SPAWN] = STALL_SPAWN + 1,
		[TP_WAKE] = STALL_WAKE + 1,
		[TP_POLL_BEGIN] = STALL_POLL_BEGIN + 1,
		[TP_POLL_END] = STALL_POLL_END + 1,
	};
	struct task *t = (struct task *)who;
	struct stall_event *e = &events[world.nr_events];
	bool is_poll = ev == TP_POLL_BEGIN || ev == TP_POLL_END;
	unsigned int w = world.worker;

	if (!as[ev])
		return;
	/* The next task has the same address, and cores are at other times. */
	if (ev == TP_SPAWN)
		t->note = world.nr_spawned;
	BUG_ON(world.nr_events++ == EVENTS_MAX);
	*e = (struct stall_event){
		.time = clock_now(),
		.event = as[ev] - 1,
		.worker = is_poll ? w : STALL_NO_WORKER,
		.task = t->note,
		.arg = ev == TP_POLL_END ? arg : 0,
		/* 0 would say that it is not known */
		.cpu = is_poll ? world.cpu[w] + 1 : 0,
		.run_delay = is_poll ? world.run_delay[w] : 0,
	};
}

/* --- a run: what is earliest comes next ------------------------------------ */
static uint64_t rate_of(enum kind kind)
{
	if (kind == SATURATED)
		return WORKERS * NSEC_PER_SEC / (2 * COMPUTE) * knob("load") /
		       100;
	return knob("rate");
}

/* Requests come when they like: exponential gaps. */
static uint64_t gap(void)
{
	uint64_t x = world.random;

	x ^= x << 13;
	x ^= x >> 7;
	x ^= x << 17;
	world.random = x;
	return -log(((x >> 11) + 1) / 9007199254740993.0) * NSEC_PER_SEC /
	       rate_of(world.kind);
}

static struct io *next_io(void)
{
	struct io *first = NULL;
	unsigned int i;

	for (i = 0; i < world.nr_io; i++)
		if (!first || world.io[i].due < first->due)
			first = &world.io[i];
	return first;
}

static void end_io(struct io *io)
{
	struct waker waker = io->waker;

	*io = world.io[--world.nr_io];
	waker_wake(&waker);
}

static void turn(unsigned int w, uint64_t event)
{
	world.worker = w;
	virtual_set(world.time[w]);
	wait_for_core();
	if (sched_step(world.s, w))
		world.time[w] = clock_now();
	else
		world.time[w] = event > clock_now() ? event : clock_now();
}

/* One thing that happens; false: all is done. */
static bool next(uint64_t end)
{
	struct io *io = next_io();
	uint64_t event = world.next_arrival;
	unsigned int w = world.time[1] < world.time[0];

	if (io && io->due < event)
		event = io->due;
	if (event > world.time[w]) {
		if (world.time[w] >= end)
			return false;
		turn(w, event);
		return true;
	}
	virtual_set(event);
	if (io && io->due == event) {
		end_io(io);
	} else {
		request_spawn();
		world.next_arrival += gap();
		if (world.next_arrival > end)
			world.next_arrival = CLOCK_NEVER / 2;
	}
	return true;
}

static void run(enum kind kind)
{
	world = (struct world){ .kind = kind, .random = 88172645463325252 };
	nr_latencies = 0;
	virtual_start(0);
	/* release: pairs with the acquire in tp_emit(). */
	atomic_store_explicit(&tp_listener, listen, memory_order_release);
	BUG_ON(sched_create_stepped(&world.s, WORKERS));
	while (next(knob("seconds") * NSEC_PER_SEC))
		;
	world.is_over = true;
	atomic_store_explicit(&tp_listener, NULL, memory_order_release);
	while (world.nr_io)
		waker_drop(&world.io[--world.nr_io].waker);
	sched_destroy(world.s);
	virtual_stop();
}

/* --- the two numbers ------------------------------------------------------- */
struct row {
	uint64_t poll, delay, p99; /* p99 of each, ns */
	uint64_t own;		   /* of polls, without run delay */
	double cpu;		   /* % of both cores */
	enum stall_kind verdict;
};

static uint64_t wall(const struct stall_poll *p)
{
	return p->end - p->begin;
}

static uint64_t p99_of(const struct stall_trace *t,
		       uint64_t (*what)(const struct stall_poll *p))
{
	uint64_t *v = calloc(t->nr_polls, sizeof(*v)), p99;
	size_t i;

	BUG_ON(!v);
	for (i = 0; i < t->nr_polls; i++)
		v[i] = what(&t->polls[i]);
	p99 = percentile_of(v, t->nr_polls, 99);
	free(v);
	return p99;
}

static uint64_t delay(const struct stall_poll *p)
{
	return p->delay == STALL_UNKNOWN ? 0 : p->delay;
}

static struct row look(void)
{
	static struct stall_trace t;
	struct stall_verdict v;
	struct row r;

	BUG_ON(stall_read(events, world.nr_events, NULL, &t));
	stall_judge(&t, &v);
	r.poll = p99_of(&t, wall);
	r.own = p99_of(&t, stall_own);
	r.delay = p99_of(&t, delay);
	r.p99 = percentile_of(latency, nr_latencies, 99);
	r.cpu = 100.0 * (world.cpu[0] + world.cpu[1]) /
		(WORKERS * knob("seconds") * 1e9);
	r.verdict = v.kind;
	stall_free(&t);
	return r;
}

int main(int argc, char **argv)
{
	struct bar bars[2 * KINDS];
	char name[KINDS][32];
	struct row r[KINDS];
	int k;

	workshop_begin("1-mystery", argc, argv, knobs, ARRAY_SIZE(knobs));
	printf("%-15s %5s %8s %8s %8s %8s  %s\n", "p99, ms", "CPU %", "latency",
	       "poll", "its own", "delay", "verdict");
	for (k = 0; k < KINDS; k++) {
		run(k);
		r[k] = look();
		printf("%-15s %5.1f %8.2f %8.2f %8.2f %8.2f  %s\n",
		       kind_name[k], r[k].cpu, r[k].p99 / 1e6, r[k].poll / 1e6,
		       r[k].own / 1e6, r[k].delay / 1e6,
		       verdict_name[r[k].verdict]);
		snprintf(name[k], 32, "%s poll", kind_name[k]);
		bars[2 * k] = (struct bar){ name[k], r[k].poll / 1e6 };
		bars[2 * k + 1] = (struct bar){ "delay", r[k].delay / 1e6 };
	}
	bars_show("poll_duration and scheduled_delay, p99, ms", bars,
		  2 * KINDS);
	seen(r[HEALTHY].verdict == STALL_HEALTHY && r[HEALTHY].delay < 1000000,
	     "the healthy one is told to be healthy");
	seen(r[BLOCKED].verdict == STALL_BLOCKING &&
		     r[BLOCKED].poll > 100 * r[HEALTHY].poll &&
		     r[BLOCKED].cpu < 10,
	     "blocked: polls are long, and %.0f %% CPU", r[BLOCKED].cpu);
	seen(r[SATURATED].verdict == STALL_SATURATION &&
		     r[SATURATED].poll < 2 * r[HEALTHY].poll &&
		     r[SATURATED].delay > 100 * r[SATURATED].poll,
	     "saturated: polls are short, and the delay is long");
	seen(r[NEIGHBOUR].verdict == STALL_NEIGHBOUR &&
		     r[NEIGHBOUR].own < 2 * r[HEALTHY].poll &&
		     r[NEIGHBOUR].delay > 1000000 && r[NEIGHBOUR].cpu < 10,
	     "a neighbour: short polls, a long delay, and %.0f %% CPU",
	     r[NEIGHBOUR].cpu);
	return workshop_end();
}

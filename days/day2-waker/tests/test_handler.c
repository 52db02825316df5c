/*
 * TODO 7: what the three cures of the handler buy, in virtual time.
 *
 * Two cores. One is the worker's, which the test moves by hand. The other is
 * for the threads of the pools: they are real ones, but each slice that they
 * compute waits until the test has given it the core, to the one that had it
 * least. A slice takes SLICE, on either core; a tick, about every millisecond,
 * brings a small neighbour task, and now and then four requests at once. So the
 * same numbers come out on each machine, however busy it is.
 */
#include <stdio.h>
#include <stdlib.h>

#include "gate.h"
#include "handler.h"
#include "worker.h"

#include "kit/err.h"
#include "kit/thread.h"
#include "test/test.h"

#define SLICE (500 * NSEC_PER_USEC)
#define SLICES 20		   /* of a request: 10 ms */
#define TICK (997 * NSEC_PER_USEC) /* in step with nothing */
#define TICKS 400
#define BURST 4		/* requests at once */
#define BURST_TICKS 100 /* from one burst to the next */
#define REQUESTS (TICKS / BURST_TICKS * BURST)
#define SMALL (10 * NSEC_PER_USEC) /* the poll of a neighbour */

/* A request, and its place in front of the pools' core. */
struct place {
	uint64_t begun;	     /* the request came */
	uint64_t latency;    /* until it was answered */
	unsigned int served; /* slices, on the pools' core */
	bool wants;	     /* a thread waits for the core with it */
	bool may_go;	     /* it may go on */
};

static struct world {
	struct sched *s;
	struct handler_env env;
	struct kit_self *self; /* of the test's thread */
	struct mutex lock;     /* protects the seats, and nr_wanting */
	struct cond changed;   /* a thread wants the core, or got it */
	unsigned int nr_wanting;
	struct place seats[REQUESTS];
	struct place *on_core; /* computes on the pools' core, or NULL */
	uint64_t core_until;   /* end of its slice */
	unsigned int ticks, nr_requests, nr_answered, nr_neighbours;
	uint64_t delays[2][TICKS]; /* of neighbours: woken here, elsewhere */
	unsigned int nr_delays[2];
} world;

static struct blocking *used_pool(void)
{
	return world.env.cure == HANDLER_COMPUTE ? world.env.compute
						 : world.env.blocking;
}

/* Wait for a thread; the test ends if none comes. Lock held. */
static void wait_changed(uint64_t deadline)
{
	cond_wait(&world.changed, &world.lock, deadline);
	if (real_now() >= deadline)
		FAIL("after 3 s a job of the pool has not been taken, or its "
		     "end has woken nobody");
}

static uint64_t patience(void)
{
	return real_now() + GATE_PATIENCE * NSEC_PER_SEC;
}

/* Each thread of the pool that has a job waits for the core, or is on it. */
static void settle(void)
{
	uint64_t deadline = patience();
	struct blocking_stats st;
	unsigned int jobs;

	blocking_stats(used_pool(), &st);
	jobs = st.threads - st.idle + st.depth;
	if (jobs > used_pool()->limit)
		jobs = used_pool()->limit;
	mutex_lock(&world.lock);
	while (world.nr_wanting < jobs)
		wait_changed(deadline);
	mutex_unlock(&world.lock);
}

/* The core is free: to whoever had it least, the older one first. */
static void give_core(void)
{
	struct place *best = NULL;
	unsigned int i;

	settle();
	if (world.on_core)
		return;
	mutex_lock(&world.lock);
	for (i = 0; i < world.nr_requests; i++) {
		struct place *seat = &world.seats[i];

		if (seat->wants && (!best || seat->served < best->served))
			best = seat;
	}
	mutex_unlock(&world.lock);
	world.on_core = best;
	world.core_until = clock_now() + SLICE;
}

/* A slice is over; the last one of a job ends with a wake, which comes. */
static void take_core(void)
{
	struct place *seat = world.on_core;
	unsigned int queued = inject_len(&world.s->inject);
	uint64_t deadline = patience();
	bool is_last;

	world.on_core = NULL;
	mutex_lock(&world.lock);
	is_last = ++seat->served == SLICES;
	seat->wants = false;
	seat->may_go = true;
	world.nr_wanting--;
	cond_broadcast(&world.changed);
	/* The wake says nothing to us: look, and let others run in between. */
	while (is_last && inject_len(&world.s->inject) == queued) {
		cond_wait(&world.changed, &world.lock,
			  real_now() + 20 * NSEC_PER_USEC);
		if (real_now() >= deadline)
			FAIL("after 3 s the end of a job has woken nobody");
	}
	mutex_unlock(&world.lock);
}

/* A small task. Where was it woken: here, by the worker, or elsewhere? */
struct neighbour {
	struct future future;
	uint64_t born;
	bool elsewhere;
};

static void run_until(uint64_t then);

static enum poll neighbour_poll(struct future *f, struct context *cx, void *out)
{
	struct neighbour *n = container_of(f, struct neighbour, future);
	unsigned int *nr = &world.nr_delays[n->elsewhere];

	world.delays[n->elsewhere][(*nr)++] = clock_now() - n->born;
	run_until(clock_now() + SMALL);
	return POLL_READY;
}

static void neighbour_spawn(void)
{
	static const struct future_ops ops = {
		.poll = neighbour_poll,
		.size = sizeof(struct neighbour),
	};
	struct neighbour n = {
		.future.ops = &ops,
		.born = clock_now(),
		.elsewhere = world.ticks % 2,
	};

	world.self->worker = n.elsewhere ? NULL : &world.s->workers[0];
	EXPECT_ERR(sched_spawn(world.s, &ops, &n, NULL), 0,
		   "a task can be spawned");
}

/* A task that handles one request, and takes the time. */
struct client {
	struct future future;
	struct request request;
	struct place *seat;
};

static enum poll client_poll(struct future *f, struct context *cx, void *out)
{
	struct client *c = container_of(f, struct client, future);
	int status;

	if (future_poll(&c->request.async.future, cx, &status) == POLL_PENDING)
		return POLL_PENDING;
	EXPECT_ERR(status, 0, "the request is answered");
	c->seat->latency = clock_now() - c->seat->begun;
	world.nr_answered++;
	return POLL_READY;
}

static void client_drop(struct future *f)
{
	future_drop(
		&container_of(f, struct client, future)->request.async.future);
}

static void client_spawn(void)
{
	static const struct future_ops ops = {
		.poll = client_poll,
		.drop = client_drop,
		.size = sizeof(struct client),
	};
	struct place *seat = &world.seats[world.nr_requests++];
	struct client c = { .future.ops = &ops, .seat = seat };

	seat->begun = clock_now();
	request_init(&c.request, &world.env, seat);
	world.self->worker = NULL;
	EXPECT_ERR(sched_spawn(world.s, &ops, &c, NULL), 0,
		   "a task can be spawned");
}

static void tick(void)
{
	void *worker = world.self->worker;
	unsigned int i;

	if (world.ticks % BURST_TICKS == 0)
		for (i = 0; i < BURST; i++)
			client_spawn();
	neighbour_spawn();
	world.ticks++;
	world.self->worker = worker;
}

/* When something happens next, by itself; CLOCK_NEVER: nothing does. */
static uint64_t next_event(void)
{
	uint64_t next = CLOCK_NEVER;

	if (world.ticks < TICKS)
		next = world.ticks * TICK;
	if (world.on_core && world.core_until < next)
		next = world.core_until;
	return next;
}

/* Time passes on the worker's core: all that happens meanwhile happens. */
static void run_until(uint64_t then)
{
	uint64_t next;

	for (;;) {
		give_core();
		next = next_event();
		if (next > then)
			break;
		if (next > clock_now())
			fake_clock_advance(next - clock_now());
		if (world.on_core && world.core_until <= next)
			take_core();
		else
			tick();
	}
	fake_clock_advance(then - clock_now());
}

/* What the handler calls: a moment of computing, on whichever core. */
static void slice(void *arg)
{
	struct place *seat = arg;

	if (kit_self() == world.self) {
		run_until(clock_now() + SLICE);
		return;
	}
	mutex_lock(&world.lock);
	seat->wants = true;
	world.nr_wanting++;
	cond_broadcast(&world.changed);
	while (!seat->may_go)
		cond_wait(&world.changed, &world.lock, CLOCK_NEVER);
	seat->may_go = false;
	mutex_unlock(&world.lock);
}

/* A line of the table; times in ns. */
struct row {
	uint64_t here, elsewhere; /* p99 of the neighbours' scheduled delay */
	uint64_t mean, last;	  /* of the requests' latency */
	unsigned int threads;	  /* of the pool */
};

static int compare(const void *a, const void *b)
{
	uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;

	return (x > y) - (x < y);
}

static uint64_t p99(unsigned int elsewhere)
{
	unsigned int n = world.nr_delays[elsewhere];

	qsort(world.delays[elsewhere], n, sizeof(uint64_t), compare);
	return world.delays[elsewhere][(n * 99 + 99) / 100 - 1];
}

static void world_begin(enum handler_cure cure)
{
	world = (struct world){
		.self = kit_self(),
		.env = { .cure = cure, .slice = slice, .slices = SLICES },
	};
	mutex_init(&world.lock);
	cond_init(&world.changed);
	fake_clock_start(0);
	EXPECT_ERR(blocking_create(&world.env.blocking, BLOCKING_THREADS_MAX,
				   CLOCK_NEVER),
		   0, "a pool can be made");
	EXPECT_ERR(blocking_create(&world.env.compute, 1, CLOCK_NEVER), 0,
		   "a pool can be made");
	EXPECT_ERR(sched_create_stepped(&world.s, 1), 0,
		   "a scheduler can be made");
}

static void world_end(void)
{
	sched_destroy(world.s);
	blocking_destroy(world.env.blocking);
	blocking_destroy(world.env.compute);
	fake_clock_stop();
	cond_fini(&world.changed);
	mutex_fini(&world.lock);
}

static struct row measure(enum handler_cure cure)
{
	unsigned int i, turns = 0;
	struct row row = { 0 };
	struct blocking_stats st;

	world_begin(cure);
	while (world.nr_answered < REQUESTS ||
	       world.nr_delays[0] + world.nr_delays[1] < TICKS) {
		if (++turns == 100000)
			FAIL("after 100000 turns not all tasks have ended");
		give_core();
		if (!sched_step(world.s, 0)) {
			if (next_event() == CLOCK_NEVER)
				FAIL("tasks wait, and nothing will wake them");
			run_until(next_event());
		}
	}
	blocking_stats(used_pool(), &st);
	row.threads = st.threads;
	row.here = p99(0);
	row.elsewhere = p99(1);
	for (i = 0; i < REQUESTS; i++) {
		row.mean += world.seats[i].latency / REQUESTS;
		if (world.seats[i].latency > row.last)
			row.last = world.seats[i].latency;
	}
	world_end();
	return row;
}

static void show(const char *name, const struct row *r)
{
	printf("| %-14s | %8.2f | %8.2f | %8.2f | %8.2f | %7u |\n", name,
	       (double)r->here / 1e6, (double)r->elsewhere / 1e6,
	       (double)r->mean / 1e6, (double)r->last / 1e6, r->threads);
}

TEST(three_cures_of_a_handler_that_blocks, 7, 1)
{
	static const char *const names[] = { "in the poll", "spawn_blocking",
					     "compute pool", "yielding loop" };
	struct row rows[HANDLER_NR];
	unsigned int i;

	WHY("Which cure is the right one depends on what else waits: for the "
	    "worker, for the cores, for this request.");
	/* The pools first: without them the others show little. */
	for (i = 1; i <= HANDLER_NR; i++) {
		STEP("400 neighbours, 16 requests of 10 ms: %s",
		     names[i % HANDLER_NR]);
		rows[i % HANDLER_NR] = measure(i % HANDLER_NR);
	}
	printf("| %-14s | %8s | %8s | %8s | %8s | threads |\n", "ms", "here",
	       "outside", "mean", "last");
	for (i = 0; i < HANDLER_NR; i++)
		show(names[i], &rows[i]);
	EXPECT(rows[HANDLER_NAIVE].here > 30 * NSEC_PER_MSEC,
	       "in the poll, four requests hold up everybody for 40 ms");
	for (i = HANDLER_SPAWN_BLOCKING; i <= HANDLER_COMPUTE; i++)
		EXPECT(rows[i].here < NSEC_PER_MSEC / 10 &&
			       rows[i].elsewhere < NSEC_PER_MSEC / 10,
		       "on a pool, nobody is held up (%s)", names[i]);
	EXPECT_EQ(rows[HANDLER_SPAWN_BLOCKING].threads, BURST,
		  "spawn_blocking has a thread for each request at a time");
	EXPECT_EQ(rows[HANDLER_COMPUTE].threads, 1,
		  "the compute pool has one for each core to spare");
	EXPECT(rows[HANDLER_COMPUTE].mean <
		       rows[HANDLER_SPAWN_BLOCKING].mean * 3 / 4,
	       "one after the other is sooner than all at once, on average");
	EXPECT(rows[HANDLER_YIELD].here <= SLICE,
	       "a loop that yields holds up the worker for a slice");
}

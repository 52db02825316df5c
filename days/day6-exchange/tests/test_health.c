/*
 * TODO 6: what a dedicated executor is for, in virtual time.
 *
 * Two cores. On one is the main runtime: it answers a request of /health every
 * millisecond, in 20 us, and from time to time 10 ms have to be computed. On the
 * other one is nobody, or an executor. The test moves both by hand, and what
 * they do moves a fake clock: the same numbers on each machine.
 */
#include "executor.h"
#include "hist.h"
#include "pace.h"

#include "kit/async.h"
#include "kit/clock.h"
#include "kit/err.h"
#include "test/test.h"

#define HEALTH_EVERY (997 * NSEC_PER_USEC) /* in step with nothing */
#define HEALTH_TAKES (20 * NSEC_PER_USEC)
#define HEALTHS 2000
#define CRUNCH_EVERY (25 * NSEC_PER_MSEC)
#define CRUNCH_TAKES (10 * NSEC_PER_MSEC)

static struct world {
	struct sched *main;
	struct sched *other;	  /* the executor's, or NULL: compute on main */
	struct executor executor; /* on other */
	struct pace pace;	  /* of /health */
	struct hist latency;	  /* of /health */
	uint64_t next_crunch;	  /* when the next one comes */
	uint64_t other_free;	  /* until then the other core computes */
	unsigned int answered, crunches, crunched;
} world;

/* A computation of 10 ms: whose core is it on? */
static int crunch(void *arg, void *out)
{
	if (sched_current() == world.other)
		world.other_free = clock_now() + CRUNCH_TAKES;
	else
		fake_clock_advance(CRUNCH_TAKES);
	return 0;
}

/* A request for something that has to be computed. */
struct request {
	struct async async;
	struct blocking_job job;
};

static enum poll request_poll(struct future *f, struct context *cx, void *out)
{
	static const struct blocking_ops ops = { .run = crunch };
	struct request *r = container_of(f, struct request, async.future);
	int err;

	ASYNC_BEGIN(&r->async);
	if (!world.other) {
		crunch(NULL, NULL);
	} else {
		err = executor_submit(&world.executor, work_create(&ops, 0, 0),
				      &r->job);
		EXPECT_ERR(err, 0, "the executor accepts it");
		AWAIT(&r->job.future, &err);
		EXPECT_ERR(err, 0, "it was computed");
	}
	world.crunched++;
	ASYNC_END(&r->async);
}

static void request_drop(struct future *f)
{
	async_drop(&container_of(f, struct request, async.future)->async);
}

static void request_spawn(void)
{
	static const struct future_ops ops = {
		.poll = request_poll,
		.drop = request_drop,
		.size = sizeof(struct request),
	};
	struct request r = { .async.future.ops = &ops };

	EXPECT_ERR(sched_spawn(world.main, &ops, &r, NULL), 0, "a task");
	world.crunches++;
}

struct health {
	struct future future;
	uint64_t number;
};

static enum poll health_poll(struct future *f, struct context *cx, void *out)
{
	struct health *h = container_of(f, struct health, future);

	fake_clock_advance(HEALTH_TAKES);
	hist_record_intended(&world.latency, world.pace.start,
			     world.pace.interval, h->number, clock_now());
	world.answered++;
	return POLL_READY;
}

static void health_spawn(uint64_t number)
{
	static const struct future_ops ops = { .poll = health_poll,
					       .size = sizeof(struct health) };
	struct health h = { { &ops }, number };

	EXPECT_ERR(sched_spawn(world.main, &ops, &h, NULL), 0, "a task");
}

/* Both cores run until then. */
static void run_until(uint64_t until)
{
	while (clock_now() < until) {
		if (clock_now() >= world.next_crunch) {
			world.next_crunch += CRUNCH_EVERY;
			request_spawn();
		}
		if (world.other && clock_now() >= world.other_free)
			sched_step(world.other, 0);
		/* A step of 1 us: nothing is due in between that matters. */
		if (!sched_step(world.main, 0))
			fake_clock_advance(NSEC_PER_USEC);
	}
}

/* All of a run; the p99 of /health in ns. */
static uint64_t health_p99(bool is_dedicated)
{
	uint64_t i, p99 = 0;

	world = (struct world){ .answered = 0 };
	fake_clock_start(NSEC_PER_SEC);
	world.next_crunch = clock_now();
	hist_init(&world.latency);
	EXPECT_ERR(sched_create_stepped(&world.main, 1), 0, "a scheduler");
	if (is_dedicated) {
		EXPECT_ERR(sched_create_stepped(&world.other, 1), 0,
			   "a second scheduler");
		EXPECT_ERR(executor_init(&world.executor, world.other, 1, 16),
			   0, "an executor on it");
	}
	pace_init(&world.pace, clock_now(), HEALTH_EVERY);
	world.pace.wait = run_until;
	do {
		i = pace_next(&world.pace);
		health_spawn(i);
	} while (i < HEALTHS - 1);
	run_until(clock_now() + 4 * CRUNCH_EVERY);
	EXPECT_EQ(world.answered, HEALTHS, "each request was answered");
	EXPECT(world.crunched + 2 >= world.crunches,
	       "what was to be computed is computed: %u of %u", world.crunched,
	       world.crunches);
	EXPECT_ERR(hist_percentile(&world.latency, 0.99, &p99), 0, "a p99");
	STEP("p99 of /health: %llu us", (unsigned long long)p99 / 1000);
	if (is_dedicated)
		executor_close(&world.executor);
	sched_destroy(world.main);
	if (is_dedicated) {
		sched_shutdown(world.other);
		executor_fini(&world.executor);
		sched_destroy(world.other);
	}
	return p99;
}

TEST(health_does_not_wait_for_what_computes, 6, 3)
{
	uint64_t on_main, dedicated;

	WHY("10 ms of computing on the main runtime are 10 ms in which it "
	    "answers nobody. /health is late, and the machine is declared "
	    "dead by whoever asks.");
	STEP("compute 10 ms every 25 ms, on the main runtime");
	on_main = health_p99(false);
	STEP("the same on a dedicated executor");
	dedicated = health_p99(true);
	EXPECT(dedicated < 50 * NSEC_PER_USEC,
	       "with nobody in the way it is below 50 us: %llu us",
	       (unsigned long long)dedicated / 1000);
	EXPECT(on_main >= 5 * dedicated,
	       "computing elsewhere makes the p99 of /health at least 5 times "
	       "as good: %llu us and %llu us",
	       (unsigned long long)on_main / 1000,
	       (unsigned long long)dedicated / 1000);
}

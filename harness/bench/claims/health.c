/*
 * What a second runtime does for /health.
 *
 * Two cores in virtual time. On one is the main runtime: a request of /health
 * each 997 us takes 20, and every 25 ms there are 10 ms to compute - there, or
 * on the executor's core.
 */
#include "claims.h"

#include "kit/async.h"
#include "kit/bug.h"
#include "kit/clock.h"

#include "executor.h"
#include "hist.h"
#include "pace.h"
#include "sched.h"

#define CRUNCH_EVERY (25 * NSEC_PER_MSEC)
#define CRUNCH_TAKES (10 * NSEC_PER_MSEC)
#define HEALTHS 2000

static struct {
	struct sched *main, *other;
	struct executor executor;
	struct pace pace;
	struct hist latency;
	uint64_t next_crunch, other_free;
} world;

static int crunch(void *arg, void *out)
{
	if (world.other && sched_current() == world.other)
		world.other_free = clock_now() + CRUNCH_TAKES;
	else
		virtual_pass(CRUNCH_TAKES);
	return 0;
}

struct cruncher {
	struct async async;
	struct blocking_job job;
	int err;
};

static enum poll cruncher_poll(struct future *f, struct context *cx, void *out)
{
	static const struct blocking_ops ops = { .run = crunch };
	struct cruncher *r = container_of(f, struct cruncher, async.future);

	ASYNC_BEGIN(&r->async);
	if (world.other) {
		BUG_ON(executor_submit(&world.executor, work_create(&ops, 0, 0),
				       &r->job));
		AWAIT(&r->job.future, &r->err);
	} else {
		crunch(NULL, NULL);
	}
	ASYNC_END(&r->async);
}

static void cruncher_drop(struct future *f)
{
	async_drop(&container_of(f, struct cruncher, async.future)->async);
}

struct health {
	struct future future;
	uint64_t number;
};

static enum poll health_poll(struct future *f, struct context *cx, void *out)
{
	struct health *h = container_of(f, struct health, future);

	virtual_pass(20 * NSEC_PER_USEC);
	hist_record_intended(&world.latency, world.pace.start,
			     world.pace.interval, h->number, clock_now());
	return POLL_READY;
}

static void run_until(uint64_t until)
{
	static const struct future_ops ops = {
		.poll = cruncher_poll,
		.drop = cruncher_drop,
		.size = sizeof(struct cruncher),
	};
	struct cruncher init = { .async.future.ops = &ops };

	while (clock_now() < until) {
		if (clock_now() >= world.next_crunch) {
			world.next_crunch += CRUNCH_EVERY;
			BUG_ON(sched_spawn(world.main, &ops, &init, NULL));
		}
		if (world.other && clock_now() >= world.other_free)
			sched_step(world.other, 0);
		if (!sched_step(world.main, 0))
			virtual_pass(NSEC_PER_USEC);
	}
}

/* The p99 of /health, us. */
static double health_p99(bool is_separate)
{
	static const struct future_ops ops = { .poll = health_poll,
					       .size = sizeof(struct health) };
	struct health h = { .future.ops = &ops };
	uint64_t p99;

	virtual_start();
	world.other = NULL;
	world.other_free = 0;
	world.next_crunch = clock_now();
	hist_init(&world.latency);
	BUG_ON(sched_create_stepped(&world.main, 1));
	if (is_separate) {
		BUG_ON(sched_create_stepped(&world.other, 1));
		BUG_ON(executor_init(&world.executor, world.other, 1, 16));
	}
	pace_init(&world.pace, clock_now(), 997 * NSEC_PER_USEC);
	world.pace.wait = run_until;
	do {
		h.number = pace_next(&world.pace);
		BUG_ON(sched_spawn(world.main, &ops, &h, NULL));
	} while (h.number < HEALTHS - 1);
	run_until(clock_now() + 4 * CRUNCH_EVERY);
	BUG_ON(hist_percentile(&world.latency, 0.99, &p99));
	if (is_separate)
		executor_close(&world.executor);
	sched_destroy(world.main);
	if (is_separate) {
		sched_shutdown(world.other);
		executor_fini(&world.executor);
		sched_destroy(world.other);
	}
	virtual_stop();
	return (double)p99 / NSEC_PER_USEC;
}

void claim_health(struct claim *c)
{
	claim_count(c, 0, OURS, health_p99(false) / health_p99(true));
}

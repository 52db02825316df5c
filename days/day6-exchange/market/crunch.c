/* Given: tasks that want something computed, again and again. */
#include "inside.h"

#include "kit/clock.h"
#include "kit/module.h"

/** The task. */
struct crunch {
	struct async async;
	struct exchange *x;
	struct blocking_job job;
	struct yield yield;
	int err;
};

/* What a desk computes: paths of a price, at random. Here only the time counts. */
static double compute(uint64_t ns)
{
	uint64_t seed = 88172645463325252, end = clock_now() + ns;
	double sum = 0;
	int i;

	while (clock_now() < end) {
		for (i = 0; i < 256; i++) {
			seed ^= seed << 13;
			seed ^= seed >> 7;
			seed ^= seed << 17;
			sum += (double)(seed >> 40) - (1 << 23);
		}
	}
	return sum;
}

static int run_job(void *arg, void *out)
{
	*(double *)out = compute(*(uint64_t *)arg);
	return 0;
}

static int submit(struct crunch *c)
{
	static const struct blocking_ops ops = { .run = run_job };
	struct blocking_work *w =
		work_create(&ops, sizeof(uint64_t), sizeof(double));

	if (w)
		*(uint64_t *)w->arg = c->x->o.crunch_ns;
	return executor_submit(dedicated_executor(c->x->second), w, &c->job);
}

/*
 * On the main runtime the computation is in the poll itself: what waits behind
 * it on this worker waits as long as it takes. That is the mistake of the day.
 */
static enum poll crunch_poll(struct future *f, struct context *cx, void *out)
{
	struct crunch *c = container_of(f, struct crunch, async.future);
	struct exchange *x = c->x;

	ASYNC_BEGIN(&c->async);
	while (!is_closing(x)) {
		if (!x->second) {
			compute(x->o.crunch_ns);
		} else if (submit(c) == 0) {
			AWAIT(&c->job.future, &c->err);
		}
		count_one(&x->nr_crunched);
		c->yield = yield_now();
		AWAIT(&c->yield.future, NULL);
	}
	ASYNC_END(&c->async);
}

static void crunch_drop(struct future *f)
{
	struct crunch *c = container_of(f, struct crunch, async.future);

	async_drop(&c->async);
	exchange_leave(c->x);
}

int crunch_spawn(struct exchange *x)
{
	static const struct future_ops crunch = {
		.poll = crunch_poll,
		.drop = crunch_drop,
		.size = sizeof(struct crunch),
	};
	struct crunch c = { .async.future.ops = &crunch, .x = x };

	return exchange_spawn(x, &crunch, &c, NULL);
}
EXPORT_SYMBOL(crunch_spawn);

MODULE(crunch, "who wants something computed", NULL, NULL);

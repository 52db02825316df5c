/* Tasks that submit orders to one book. */
#include "traders.h"

#include "sched.h"

#include "kit/async.h"
#include "kit/bug.h"
#include "kit/clock.h"

/** A task that submits its share of orders, which rest and are taken. */
struct trader {
	struct async async;
	struct way *way;
	struct way_submit submit;
	struct order order;
	unsigned int left;
	uint32_t rest;
	int err;
};

static enum poll trader_poll(struct future *f, struct context *cx, void *out)
{
	struct trader *t = container_of(f, struct trader, async.future);

	ASYNC_BEGIN(&t->async);
	for (; t->left; t->left--) {
		t->order.id++;
		t->order.side = t->order.id & 1;
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

static void no_fill(void *arg, const struct fill *fill)
{
}

static void trade(struct sched *s, struct trader *t, unsigned int traders)
{
	struct join join[TRADERS_MAX];
	unsigned int i;
	int status;

	for (i = 0; i < traders; i++) {
		t->order.client = i;
		BUG_ON(sched_spawn(s, t->async.future.ops, t, &join[i]));
	}
	for (i = 0; i < traders; i++) {
		BUG_ON(sched_block_on(s, &join[i].future, &status));
		future_drop(&join[i].future);
	}
}

struct traders_cost traders_run(enum way_kind kind, unsigned int traders,
				unsigned int workers, unsigned int orders)
{
	static const struct future_ops ops = { .poll = trader_poll,
					       .drop = trader_drop,
					       .size = sizeof(struct trader) };
	struct trader t = { .async.future.ops = &ops,
			    .left = orders / traders,
			    .order = { .price = 100, .quantity = 1 } };
	struct traders_cost cost;
	uint64_t wall, cpu;
	struct sched *s;

	BUG_ON(traders > TRADERS_MAX);
	BUG_ON(sched_create(&s, workers));
	BUG_ON(way_create(&t.way, kind, 1024, s, 64, no_fill, NULL));
	wall = clock_now();
	cpu = clock_process_cpu();
	trade(s, &t, traders);
	cost.wall = (double)(clock_now() - wall) / orders;
	cost.cpu = (double)(clock_process_cpu() - cpu) / orders;
	way_destroy(t.way);
	sched_destroy(s);
	return cost;
}

/* Programs that are measured: spawns, items, and tasks that take locks. */
#include <stdlib.h>

#include "claims.h"

#include "kit/async.h"
#include "kit/bug.h"
#include "kit/clock.h"
#include "kit/lock.h"

#include "amutex.h"
#include "sched.h"

/* The machine's first member is a future with its ops set. */
void work_task(unsigned int workers, const void *machine)
{
	const struct future *f = machine;
	struct sched *s;
	struct join join;
	int status;

	BUG_ON(sched_create(&s, workers));
	BUG_ON(sched_spawn(s, f->ops, machine, &join));
	BUG_ON(sched_block_on(s, &join.future, &status) || status);
	future_drop(&join.future);
	sched_destroy(s);
}

/* --- one spawn after the other ------------------------------------------------- */
static enum poll one_poll(struct future *f, struct context *cx, void *out)
{
	*(uint64_t *)out = 1;
	return POLL_READY;
}

static const struct future_ops one_ops = {
	.poll = one_poll,
	.size = sizeof(struct future),
	.out_size = sizeof(uint64_t),
};

struct spawner {
	struct async async;
	struct join join;
	unsigned int left;
	bool is_inline;
	double *ns;
	uint64_t from;
	int status;
};

/* What the capstone calls inline: through the pointer, the value kept. */
static void poll_in_place(struct context *cx, unsigned int n)
{
	struct future one = { &one_ops }, *f = &one;
	uint64_t out;

	while (n--) {
		__asm__ volatile("" : "+r"(f));
		future_poll(f, cx, &out);
		__asm__ volatile("" : : "m"(out));
	}
}

static enum poll spawner_poll(struct future *f, struct context *cx, void *out)
{
	static const struct future init = { &one_ops };
	struct spawner *s = container_of(f, struct spawner, async.future);

	ASYNC_BEGIN(&s->async);
	s->from = clock_process_cpu();
	if (s->is_inline)
		poll_in_place(cx, s->left);
	for (; !s->is_inline && s->left; s->left--) {
		BUG_ON(sched_spawn(sched_current(), &one_ops, &init, &s->join));
		AWAIT(&s->join.future, &s->status);
	}
	*s->ns = (double)(clock_process_cpu() - s->from);
	ASYNC_END(&s->async);
}

static const struct future_ops spawner_ops = {
	.poll = spawner_poll,
	.size = sizeof(struct spawner),
};

double work_spawn(unsigned int n, unsigned int workers)
{
	double ns = 0;
	struct spawner s = { .async.future.ops = &spawner_ops,
			     .left = n,
			     .ns = &ns };

	work_task(workers, &s);
	return ns;
}

double work_inline(unsigned int n)
{
	double ns = 0;
	struct spawner s = { .async.future.ops = &spawner_ops,
			     .left = n,
			     .is_inline = true,
			     .ns = &ns };

	work_task(0, &s);
	return ns;
}

/* --- items, each a little of a loop ---------------------------------------------- */
struct item {
	struct future future;
	unsigned int turns;
};

static uint64_t turn(unsigned int turns)
{
	uint64_t x = 1;
	unsigned int i;

	for (i = 0; i < turns; i++) {
		x = x * 3 + i;
		__asm__ volatile("" : "+r"(x));
	}
	return x;
}

static enum poll item_poll(struct future *f, struct context *cx, void *out)
{
	*(uint64_t *)out = turn(container_of(f, struct item, future)->turns);
	return POLL_READY;
}

static const struct future_ops item_ops = {
	.poll = item_poll,
	.size = sizeof(struct item),
	.out_size = sizeof(uint64_t),
};

struct items {
	struct async async;
	struct item item;
	bool is_spawned;
	unsigned int n;
	unsigned int next;
	struct join *joins;
	double *ns;
	uint64_t from;
	int status;
};

static void items_loop(struct items *s)
{
	unsigned int i;
	uint64_t x;

	for (i = 0; i < s->n; i++) {
		x = turn(s->item.turns);
		__asm__ volatile("" : : "r"(x));
	}
}

static enum poll items_poll(struct future *f, struct context *cx, void *out)
{
	struct items *s = container_of(f, struct items, async.future);
	unsigned int i;

	ASYNC_BEGIN(&s->async);
	s->from = clock_process_cpu();
	if (!s->is_spawned)
		items_loop(s);
	for (i = 0; s->is_spawned && i < s->n; i++)
		BUG_ON(sched_spawn(sched_current(), &item_ops, &s->item,
				   &s->joins[i]));
	for (; s->is_spawned && s->next < s->n; s->next++)
		AWAIT(&s->joins[s->next].future, &s->status);
	*s->ns = (double)(clock_process_cpu() - s->from);
	ASYNC_END(&s->async);
}

static const struct future_ops items_ops = {
	.poll = items_poll,
	.size = sizeof(struct items),
};

double work_items(bool is_spawned, unsigned int n, unsigned int turns)
{
	double ns = 0;
	struct items s = { .async.future.ops = &items_ops,
			   .item = { { &item_ops }, turns },
			   .is_spawned = is_spawned,
			   .n = n,
			   .joins = calloc(n, sizeof(struct join)),
			   .ns = &ns };

	BUG_ON(!s.joins);
	work_task(0, &s);
	free(s.joins);
	return ns;
}

/* --- tasks that take one lock ------------------------------------------------------ */
struct taker {
	struct async async;
	bool is_async;
	unsigned int left;
	struct amutex *amutex;
	struct mutex *plain;
	struct amutex_lock lock;
	struct yield yield;
};

static enum poll taker_poll(struct future *f, struct context *cx, void *out)
{
	struct taker *t = container_of(f, struct taker, async.future);

	ASYNC_BEGIN(&t->async);
	for (; t->left; t->left--) {
		if (!t->is_async) {
			mutex_lock(t->plain);
			mutex_unlock(t->plain);
			continue;
		}
		t->lock = amutex_lock(t->amutex);
		AWAIT(&t->lock.future, NULL);
		/* Held across an await: who else wants it has to wait. */
		t->yield = yield_now();
		AWAIT(&t->yield.future, NULL);
		amutex_unlock(t->amutex);
	}
	ASYNC_END(&t->async);
}

static const struct future_ops taker_ops = {
	.poll = taker_poll,
	.size = sizeof(struct taker),
};

double work_locks(bool is_async, unsigned int n, unsigned int tasks)
{
	struct amutex amutex;
	struct mutex plain;
	struct taker t = { .async.future.ops = &taker_ops,
			   .is_async = is_async,
			   .left = n,
			   .amutex = &amutex,
			   .plain = &plain };
	struct join join[16];
	uint64_t from = clock_process_cpu();
	struct sched *s;
	unsigned int i;
	int status;

	BUG_ON(tasks > ARRAY_SIZE(join));
	amutex_init(&amutex, "claims");
	mutex_init(&plain);
	BUG_ON(sched_create(&s, 0));
	for (i = 0; i < tasks; i++)
		BUG_ON(sched_spawn(s, &taker_ops, &t, &join[i]));
	for (i = 0; i < tasks; i++) {
		BUG_ON(sched_block_on(s, &join[i].future, &status) || status);
		future_drop(&join[i].future);
	}
	sched_destroy(s);
	amutex_fini(&amutex);
	mutex_fini(&plain);
	return (double)(clock_process_cpu() - from);
}

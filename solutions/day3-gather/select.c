/*
 * select: the first child that is ready wins, the others are dropped.
 *
 * No waker and no list of its own: every child has the parent's waker, and a
 * turn asks them all, as the sweep does.
 */
#include "select.h"

#include "kit/err.h"
#include "kit/module.h"
#include "kit/todo.h"

/* A number below n. The step and the mixing are those of splitmix64. */
static size_t select_rand(uint64_t *state, size_t n)
{
	uint64_t z = *state += 0x9e3779b97f4a7c15;

	z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9;
	z = (z ^ (z >> 27)) * 0x94d049bb133111eb;
	return (z ^ (z >> 31)) % n;
}

/* Whom a turn asks first, second, and so on: order[0] to order[n - 1]. */
static void select_order(const struct select *s, unsigned char *order)
{
	/* TODO 7 (10 points), first part: the order of the array when s->random
	 * is NULL, else one drawn by select_rand(): every order is as likely.
	 * Hint: README#todo-7
	 */
	unsigned char last;
	size_t i, j;

	for (i = 0; i < s->n; i++)
		order[i] = i;
	for (i = s->n; s->random && i > 1; i--) {
		j = select_rand(s->random, i);
		last = order[i - 1];
		order[i - 1] = order[j];
		order[j] = last;
	}
	/* STUB: TODO(7, ); */
	/* END */
}

/* Winner and losers alike; a second call finds nobody. */
static void select_drop_all(struct select *s)
{
	/* TODO 7, second part (see above): each child once, however often a
	 * select is ready or dropped after this. Hint: README#todo-7
	 */
	size_t i;

	if (s->is_over)
		return;
	s->is_over = true;
	for (i = 0; i < s->n; i++)
		future_drop(s->child[i]);
	/* STUB: TODO(7, ); */
	/* END */
}

static enum poll select_poll(struct future *f, struct context *cx, void *out)
{
	/* TODO 7, third part (see above): one turn. Ask in the order drawn;
	 * the first that is ready is the last that is asked. Then drop all,
	 * and out is its index. Hint: README#todo-7
	 */
	struct select *s = container_of(f, struct select, future);
	unsigned char order[SELECT_MAX];
	size_t i;

	select_order(s, order);
	for (i = 0; i < s->n; i++) {
		if (future_poll(s->child[order[i]], cx, s->result) ==
		    POLL_PENDING)
			continue;
		select_drop_all(s);
		*(size_t *)out = order[i];
		return POLL_READY;
	}
	return POLL_PENDING;
	/* STUB: return TODO(7, POLL_PENDING); */
	/* END */
}

static void select_drop(struct future *f)
{
	select_drop_all(container_of(f, struct select, future));
}

int select_init(struct select *s, struct future *const children[], size_t n,
		void *result, uint64_t *random)
{
	static const struct future_ops ops = {
		.poll = select_poll,
		.drop = select_drop,
		.size = sizeof(struct select),
		.out_size = sizeof(size_t),
	};
	size_t i;

	if (!n || n > SELECT_MAX)
		return -EINVAL;
	s->future.ops = &ops;
	s->n = n;
	s->result = result;
	s->random = random;
	s->is_over = false;
	for (i = 0; i < n; i++)
		s->child[i] = children[i];
	return 0;
}
EXPORT_SYMBOL(select_init);

MODULE(select, "the first of several futures, the others dropped", NULL, NULL);

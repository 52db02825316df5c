/*
 * The gather: one turn polls the children that were woken, and nobody else.
 */
#include "gather.h"

#include "kit/err.h"
#include "kit/module.h"
#include "kit/todo.h"
#include "ready.h"

/* Has this turn polled enough? Asked before a child is taken off the list. */
static bool turn_is_over(const struct gather *g, size_t polls)
{
	/* TODO 6 (4 points): yield after as many polls as there are children,
	 * so that a child that always wakes itself does not keep the thread
	 * for ever; and at every GATHER_ROUND polls when the parent has been
	 * told already. Hint: README#todo-6
	 */
	if (polls <= 16 * g->ready->n)
		return false;
	return TODO(6, true);
}

/* Poll a child that was popped; the second half of a turn. */
static void child_poll(struct gather *g, struct ready_node *node)
{
	/* TODO 4 (24 points), first half: poll the child with its own waker,
	 * not the parent's. Its result goes to its own place; a child that is
	 * ready is dropped at once, and never polled again however often it
	 * is woken. Hint: README#todo-4
	 */
	TODO(4, );
}

static enum poll gather_poll(struct future *f, struct context *cx, void *out)
{
	/* TODO 4, second half (see above): one turn. Register the parent
	 * first, then poll whoever is on the list until it is empty, the turn
	 * is over, or nobody is left. Hint: README#todo-4
	 */
	return TODO(4, POLL_PENDING);
}

/* Drop the children of a gather that is dropped before it is ready. */
static void children_drop(struct gather *g)
{
	/* TODO 5 (12 points): drop each child that is not dropped yet, woken
	 * or waiting or never polled. Hint: README#todo-5
	 */
	TODO(5, );
}

static void gather_drop(struct future *f)
{
	struct gather *g = container_of(f, struct gather, future);

	/* The children first: they may use their wakers while they go. */
	if (g->left)
		children_drop(g);
	ready_close(g->ready);
}

int gather_init_above(struct gather *g, size_t few,
		      struct future *const children[], size_t n, void *outs,
		      size_t out_size)
{
	static const struct future_ops ops = {
		.poll = gather_poll,
		.drop = gather_drop,
		.size = sizeof(struct gather),
	};
	static char nothing; /* a place for results of no size */
	struct ready *ready;

	if (few && n <= few)
		return gather_sweep_init(&g->sweep, children, n, outs,
					 out_size);
	ready = ready_create(children, n);
	if (!ready)
		return -ENOMEM;
	*g = (struct gather){
		.future.ops = &ops,
		.ready = ready,
		.left = n,
		.outs = out_size ? outs : &nothing,
		.out_size = out_size,
	};
	return 0;
}
EXPORT_SYMBOL(gather_init_above);

int gather_init(struct gather *g, struct future *const children[], size_t n,
		void *outs, size_t out_size)
{
	return gather_init_above(g, GATHER_FEW, children, n, outs, out_size);
}
EXPORT_SYMBOL(gather_init);

MODULE(gather, "many futures in one task, with a ready list", NULL, NULL);

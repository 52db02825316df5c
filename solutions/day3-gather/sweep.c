/*
 * The naive gather: one waker for all, so every turn asks everybody.
 *
 * A finished child's pointer is NULL; that is all the state there is.
 */
#include "sweep.h"

#include "kit/alloc.h"
#include "kit/err.h"
#include "kit/module.h"
#include "kit/todo.h"

static enum poll sweep_poll(struct future *f, struct context *cx, void *out)
{
	/* TODO 1 (8 points): poll every child that is not finished, with the
	 * parent's own waker; its result goes to its own place; a child that
	 * is ready is dropped at once. Hint: README#todo-1
	 */
	struct gather_sweep *g = container_of(f, struct gather_sweep, future);
	struct future *child;
	size_t i;

	for (i = 0; i < g->n; i++) {
		child = g->children[i];
		if (!child)
			continue;
		if (future_poll(child, cx, g->outs + i * g->out_size) ==
		    POLL_PENDING)
			continue;
		g->children[i] = NULL;
		g->left--;
		future_drop(child);
	}
	return g->left ? POLL_PENDING : POLL_READY;
	/* STUB: return TODO(1, POLL_PENDING); */
	/* END */
}

static void sweep_drop(struct future *f)
{
	struct gather_sweep *g = container_of(f, struct gather_sweep, future);
	size_t i;

	for (i = 0; i < g->n; i++)
		if (g->children[i])
			future_drop(g->children[i]);
	kit_free(g->children);
}

int gather_sweep_init(struct gather_sweep *g, struct future *const children[],
		      size_t n, void *outs, size_t out_size)
{
	static const struct future_ops ops = {
		.poll = sweep_poll,
		.drop = sweep_drop,
		.size = sizeof(struct gather_sweep),
	};
	static char nothing; /* a place for results of no size */
	struct future **copy;
	size_t i;

	if (n > SIZE_MAX / sizeof(copy[0]))
		return -ENOMEM;
	copy = kit_alloc(n * sizeof(copy[0]));
	if (!copy)
		return -ENOMEM;
	for (i = 0; i < n; i++)
		copy[i] = children[i];
	*g = (struct gather_sweep){
		.future.ops = &ops,
		.children = copy,
		.n = n,
		.left = n,
		.outs = out_size ? outs : &nothing,
		.out_size = out_size,
	};
	return 0;
}
EXPORT_SYMBOL(gather_sweep_init);

MODULE(sweep, "the naive gather: every turn polls everybody", NULL, NULL);

/*
 * The ready list: a child's wake puts its node here, the gather takes it off.
 *
 * A plain mutex guards the list and the parent's slot together, for a handful
 * of instructions at a time. Nothing foreign runs under it: a waker's own
 * functions may lock, free, or come back here.
 */
#include "ready.h"

#include "kit/alloc.h"
#include "kit/err.h"
#include "kit/module.h"
#include "kit/todo.h"

static void ready_get(struct ready *r)
{
	/* relaxed: the caller holds a reference, so the block stays anyway */
	atomic_fetch_add_explicit(&r->refs, 1, memory_order_relaxed);
}

static void ready_put(struct ready *r)
{
	/*
	 * acq_rel: pairs with itself in the other holders; the release half
	 * hands over what this one did to the block, the acquire half lets
	 * the last one see all of it before the free
	 */
	if (atomic_fetch_sub_explicit(&r->refs, 1, memory_order_acq_rel) > 1)
		return;
	mutex_fini(&r->lock);
	kit_free(r);
}

/* A child was woken: on any thread, perhaps in the middle of its poll. */
static void ready_wake(struct ready_node *node)
{
	/* TODO 2 (18 points): queue the child last, and only once. A child
	 * that was not queued takes the parent's waker, if there is one, out
	 * of its slot, and wakes it after the lock is released.
	 * Hint: README#todo-2
	 */
	TODO(2, );
}

static struct waker node_clone(void *data)
{
	struct ready_node *node = data;

	ready_get(node->ready);
	return ready_waker(node);
}

static void node_wake_by_ref(void *data)
{
	ready_wake(data);
}

static void node_drop(void *data)
{
	struct ready_node *node = data;

	ready_put(node->ready);
}

static void node_wake(void *data)
{
	node_wake_by_ref(data);
	node_drop(data);
}

struct ready *ready_create(struct future *const children[], size_t n)
{
	struct ready *r;
	size_t i;

	if (n > (SIZE_MAX - sizeof(*r)) / sizeof(r->node[0]))
		return NULL;
	r = kit_alloc(sizeof(*r) + n * sizeof(r->node[0]));
	if (!r)
		return NULL;
	atomic_init(&r->refs, 1);
	r->n = n;
	r->fresh = 0;
	mutex_init(&r->lock);
	list_init(&r->woken);
	r->parent.ops = NULL;
	for (i = 0; i < n; i++) {
		r->node[i].ready = r;
		r->node[i].child = children[i];
		r->node[i].queued = false;
	}
	return r;
}
EXPORT_SYMBOL(ready_create);

struct waker ready_waker(struct ready_node *node)
{
	static const struct waker_ops ops = {
		.clone = node_clone,
		.wake = node_wake,
		.wake_by_ref = node_wake_by_ref,
		.drop = node_drop,
	};

	return (struct waker){ .ops = &ops, .data = node };
}
EXPORT_SYMBOL(ready_waker);

void ready_register(struct ready *r, const struct waker *parent)
{
	/* TODO 3 (14 points), first half: leave a clone of the parent's waker
	 * in the slot, and drop the one that is still there. Nothing foreign
	 * runs under the lock. Hint: README#todo-3
	 */
	TODO(3, );
}
EXPORT_SYMBOL(ready_register);

struct ready_node *ready_pop(struct ready *r)
{
	/* First those that were never polled: nobody has their wakers. */
	if (r->fresh < r->n)
		return &r->node[r->fresh++];

	/* TODO 3, second half (see above): take the child that was woken first
	 * off the list; from here on a wake queues it again.
	 * Hint: README#todo-3
	 */
	return TODO(3, NULL);
}
EXPORT_SYMBOL(ready_pop);

bool ready_is_told(struct ready *r)
{
	bool is_told;

	mutex_lock(&r->lock);
	is_told = !r->parent.ops;
	mutex_unlock(&r->lock);
	return is_told;
}
EXPORT_SYMBOL(ready_is_told);

void ready_close(struct ready *r)
{
	struct waker old;

	mutex_lock(&r->lock);
	old = r->parent;
	r->parent.ops = NULL;
	mutex_unlock(&r->lock);
	waker_drop(&old);
	ready_put(r);
}
EXPORT_SYMBOL(ready_close);

MODULE(ready, "which children were woken, and whom to tell", NULL, NULL);

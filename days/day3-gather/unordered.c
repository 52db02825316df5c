/*
 * unordered: a ready list that grows, and gives up one child at a time.
 *
 * A set has a hub: the lock, the list of the woken, the parent's slot. Each
 * child has a node of its own, since it comes and goes by itself. A waker
 * holds its node, and a node holds the hub, so the last waker of a child frees
 * its node, and the last node of a set that is gone frees the hub.
 */
#include "unordered.h"

#include "kit/alloc.h"
#include "kit/atomic.h"
#include "kit/err.h"
#include "kit/list.h"
#include "kit/lock.h"
#include "kit/module.h"
#include "kit/todo.h"

/*
 * Who may touch a field:
 *	I  set at init, then only read
 *	L  under hub->lock
 *	A  atomic
 */
struct unordered_hub {
	_Atomic(size_t) refs;	/* A: the set's, and one per node */
	struct mutex lock;	/* guards the fields marked L */
	struct list_head all;	/* L: nodes of children that have not ended */
	struct list_head woken; /* L: queued nodes, first woken first */
	size_t len;		/* L: nodes on all */
	struct waker parent;	/* L: whom to wake; ops NULL: nobody */
};

struct unordered_node {
	_Atomic(size_t) refs;	   /* A: the set's, and one per waker */
	struct unordered_hub *hub; /* I: a reference */
	struct future *child;	   /* I: dropped when it is off hub->all */
	void *out;		   /* I: where its output goes */
	struct list_head in_all;   /* L: on hub->all until the child ends */
	struct list_head link;	   /* L: on hub->woken while queued */
	bool queued;		   /* L: on woken; for good when it has ended */
};

static void hub_put(struct unordered_hub *hub)
{
	/*
	 * acq_rel: pairs with itself in the other holders; the last one sees
	 * all that they did before it frees
	 */
	if (atomic_fetch_sub_explicit(&hub->refs, 1, memory_order_acq_rel) > 1)
		return;
	mutex_fini(&hub->lock);
	kit_free(hub);
}

static void node_put(struct unordered_node *node)
{
	/* acq_rel: pairs with itself in the other holders, as in hub_put() */
	if (atomic_fetch_sub_explicit(&node->refs, 1, memory_order_acq_rel) > 1)
		return;
	hub_put(node->hub);
	kit_free(node);
}

/* A child was woken, or is new in its set. */
static void node_queue(struct unordered_node *node, bool is_new)
{
	/* TODO 9 (10 bonus points), first part: a new one goes onto the list
	 * of all, and counts. Then either is put last on the list of the
	 * woken, once, and whoever waits is told, as in ready_wake().
	 * Hint: README#todo-9
	 */
	TODO(9, );
}

static void node_wake_by_ref(void *data)
{
	node_queue(data, false);
}

static void node_drop(void *data)
{
	node_put(data);
}

static void node_wake(void *data)
{
	node_wake_by_ref(data);
	node_drop(data);
}

static struct waker node_clone(void *data);

/* The waker of a child, borrowed. */
static struct waker node_waker(struct unordered_node *node)
{
	static const struct waker_ops ops = {
		.clone = node_clone,
		.wake = node_wake,
		.wake_by_ref = node_wake_by_ref,
		.drop = node_drop,
	};

	return (struct waker){ .ops = &ops, .data = node };
}

static struct waker node_clone(void *data)
{
	struct unordered_node *node = data;

	/* relaxed: the caller holds a reference, so the node stays anyway */
	atomic_fetch_add_explicit(&node->refs, 1, memory_order_relaxed);
	return node_waker(node);
}

/* Is the child to be polled again at once? */
static bool node_is_queued(struct unordered_node *node)
{
	bool queued;

	mutex_lock(&node->hub->lock);
	queued = node->queued;
	mutex_unlock(&node->hub->lock);
	return queued;
}

static struct unordered_node *hub_pop(struct unordered_hub *hub)
{
	/* TODO 9, second part (see above): who was woken first, off the list,
	 * or NULL. Hint: README#todo-9
	 */
	return TODO(9, NULL);
}

/* Leave @parent in the slot, or nobody; how many children are there? */
static size_t hub_register(struct unordered_hub *hub, struct waker parent)
{
	struct waker old;
	size_t len;

	mutex_lock(&hub->lock);
	old = hub->parent;
	hub->parent = parent;
	len = hub->len;
	mutex_unlock(&hub->lock);
	waker_drop(&old);
	return len;
}

/* The child has ended, or is not wanted: drop it, let go of the node. */
static void node_leave(struct unordered_node *node)
{
	/* TODO 9, third part (see above): off the lists, so that no later
	 * wake puts it there again; then the child is dropped, and the set's
	 * reference given up. Hint: README#todo-9
	 */
	TODO(9, );
}

static enum poll unordered_poll(struct future *f, struct context *cx, void *out)
{
	/* TODO 9, fourth part (see above): one turn. Register first; nobody
	 * there is ready with NULL; then poll whoever was woken until one is
	 * ready, the list is empty, or the turn is over. Hint: README#todo-9
	 */
	return TODO(9, POLL_PENDING);
}

int unordered_init(struct unordered *u)
{
	struct unordered_hub *hub = kit_alloc(sizeof(*hub));

	if (!hub)
		return -ENOMEM;
	atomic_init(&hub->refs, 1);
	mutex_init(&hub->lock);
	list_init(&hub->all);
	list_init(&hub->woken);
	hub->len = 0;
	hub->parent.ops = NULL;
	u->hub = hub;
	return 0;
}
EXPORT_SYMBOL(unordered_init);

int unordered_push(struct unordered *u, struct future *child, void *out)
{
	struct unordered_node *node = kit_alloc(sizeof(*node));

	if (!node)
		return -ENOMEM;
	atomic_init(&node->refs, 1);
	node->hub = u->hub;
	node->child = child;
	node->out = out;
	node->queued = false;
	/* relaxed: the set holds a reference, so the hub stays anyway */
	atomic_fetch_add_explicit(&u->hub->refs, 1, memory_order_relaxed);
	node_queue(node, true);
	return 0;
}
EXPORT_SYMBOL(unordered_push);

struct unordered_next unordered_next(const struct unordered *u)
{
	static const struct future_ops ops = {
		.poll = unordered_poll,
		.size = sizeof(struct unordered_next),
		.out_size = sizeof(struct future *),
	};

	return (struct unordered_next){ .future.ops = &ops, .hub = u->hub };
}
EXPORT_SYMBOL(unordered_next);

size_t unordered_len(const struct unordered *u)
{
	size_t len;

	mutex_lock(&u->hub->lock);
	len = u->hub->len;
	mutex_unlock(&u->hub->lock);
	return len;
}
EXPORT_SYMBOL(unordered_len);

void unordered_fini(struct unordered *u)
{
	struct waker nobody = { .ops = NULL };
	struct unordered_hub *hub = u->hub;

	/* First the parent: a child may wake another one while it goes. */
	hub_register(hub, nobody);
	/* No lock: nobody pushes any more, and a wake leaves the list alone. */
	while (!list_is_empty(&hub->all))
		node_leave(list_first_entry(&hub->all, struct unordered_node,
					    in_all));
	hub_put(hub);
}
EXPORT_SYMBOL(unordered_fini);

MODULE(unordered, "many futures in one task, as they end", NULL, NULL);

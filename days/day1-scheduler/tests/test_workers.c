/*
 * TODO 8, with 1, 2, 4 and 64 threads: a tree of tasks that yield, spawn, wait
 * for a wake from outside and for each other, and some that wait for ever.
 */
#include "count.h"
#include "tasks.h"

#include "test/test.h"

#define NODES_MAX 1023
#define FOREVER 16 /* so many tasks wait until the shutdown */
#define OUTSIDE 8  /* each so-manieth task waits for the test's thread */

/** A task of the tree, and where it is. */
struct node {
	struct future future;
	unsigned int index;
	unsigned int polls;
	struct join child[2]; /**< their tasks are NULL: there is none */
};

static unsigned int nr_nodes;
static _Atomic(bool) is_polled[NODES_MAX + FOREVER];
static _Atomic(unsigned int) ends[NODES_MAX], drops[NODES_MAX + FOREVER];
static _Atomic(unsigned int) nr_refused, nr_doubled, nr_cancelled;
/** The tasks that have ended; those that wait for the test's thread. */
static struct count ended, outside;
static struct waker outside_waker[NODES_MAX];
static struct sched *s;

/* relaxed: counters; read when the threads are joined. */
static void add_one(_Atomic(unsigned int) *n)
{
	atomic_fetch_add_explicit(n, 1, memory_order_relaxed);
}

static unsigned int value(_Atomic(unsigned int) *n)
{
	return atomic_load_explicit(n, memory_order_relaxed);
}

static enum poll node_poll(struct future *f, struct context *cx, void *out);
static void node_drop(struct future *f);

static const struct future_ops node_ops = {
	.poll = node_poll,
	.drop = node_drop,
	.size = sizeof(struct node),
};

/* Node i has the children 2i + 1 and 2i + 2: a tree that fills an array. */
static void node_spawn(struct sched *on, unsigned int index, struct join *join)
{
	struct node init = { .future.ops = &node_ops, .index = index };

	if (sched_spawn(on, &node_ops, &init, join))
		add_one(&nr_refused);
}

static void node_spawn_children(struct node *n)
{
	unsigned int i, index;

	for (i = 0; i < 2; i++) {
		index = 2 * n->index + 1 + i;
		if (index < nr_nodes)
			node_spawn(sched_current(), index, &n->child[i]);
	}
}

/* Leave the waker to the test's thread. */
static void node_leave_waker(struct context *cx)
{
	mutex_lock(&outside.lock);
	if (outside.have < ARRAY_SIZE(outside_waker))
		outside_waker[outside.have] = waker_clone(cx->waker);
	__count_one(&outside);
	mutex_unlock(&outside.lock);
}

/* Have both children ended? Their handles are dropped then. */
static enum poll node_join_children(struct node *n, struct context *cx)
{
	unsigned int i;
	int status;

	for (i = 0; i < 2; i++) {
		if (!n->child[i].task)
			continue;
		if (future_poll(&n->child[i].future, cx, &status) ==
		    POLL_PENDING)
			return POLL_PENDING;
		if (status)
			add_one(&nr_cancelled);
		future_drop(&n->child[i].future);
	}
	return POLL_READY;
}

static enum poll node_step(struct node *n, struct context *cx)
{
	if (n->index >= nr_nodes)
		return POLL_PENDING;
	switch (n->polls++) {
	case 1:
		node_spawn_children(n);
		/* fall through */
	case 0:
		waker_wake_by_ref(cx->waker);
		return POLL_PENDING;
	case 2:
		if (n->index % OUTSIDE == 0) {
			node_leave_waker(cx);
			return POLL_PENDING;
		}
		/* fall through */
	default:
		return node_join_children(n, cx);
	}
}

static enum poll node_poll(struct future *f, struct context *cx, void *out)
{
	struct node *n = container_of(f, struct node, future);
	enum poll result;

	/* relaxed, both: two polls of a task are ordered by its state word. */
	if (atomic_exchange_explicit(&is_polled[n->index], true,
				     memory_order_relaxed))
		add_one(&nr_doubled);
	result = node_step(n, cx);
	atomic_store_explicit(&is_polled[n->index], false,
			      memory_order_relaxed);
	if (result == POLL_READY) {
		add_one(&ends[n->index]);
		count_one(&ended);
	}
	return result;
}

static void node_drop(struct future *f)
{
	struct node *n = container_of(f, struct node, future);
	unsigned int i;

	for (i = 0; i < 2; i++)
		if (n->child[i].task)
			future_drop(&n->child[i].future);
	add_one(&drops[n->index]);
}

static void start(unsigned int workers, struct join *root)
{
	unsigned int i;

	atomic_init(&nr_refused, 0);
	atomic_init(&nr_doubled, 0);
	atomic_init(&nr_cancelled, 0);
	for (i = 0; i < nr_nodes + FOREVER; i++)
		atomic_init(&drops[i], 0);
	for (i = 0; i < nr_nodes; i++)
		atomic_init(&ends[i], 0);
	count_init(&ended, nr_nodes);
	count_init(&outside, 0);
	STEP("a scheduler; threads: %u", workers);
	EXPECT_ERR(sched_create(&s, workers), 0, "the scheduler was made");
	STEP("%u tasks that wait for ever", FOREVER);
	for (i = 0; i < FOREVER; i++)
		node_spawn(s, nr_nodes + i, NULL);
	STEP("a task that spawns two and waits for them, and so on: %u tasks",
	     nr_nodes);
	node_spawn(s, 0, root);
}

/* Every task ran to its end, and was dropped, once; and so were the others. */
static void expect_ends(unsigned int workers)
{
	unsigned int i, times;

	EXPECT_EQ(value(&nr_refused), 0, "every spawn succeeded");
	EXPECT_EQ(value(&nr_doubled), 0,
		  "no task was polled by two workers at once");
	EXPECT_EQ(value(&nr_cancelled), 0, "no task that can run is cancelled");
	for (i = 0; i < nr_nodes; i++) {
		times = value(&ends[i]);
		EXPECT_EQ(times, 1, "task %u ended once (threads: %u)", i,
			  workers);
	}
	for (i = 0; i < nr_nodes + FOREVER; i++) {
		times = value(&drops[i]);
		EXPECT_EQ(times, 1, "task %u was dropped once (threads: %u)", i,
			  workers);
	}
}

static void run_with(unsigned int workers)
{
	unsigned int i, all = (nr_nodes + OUTSIDE - 1) / OUTSIDE;
	struct join root;
	int status = 1;

	start(workers, &root);
	STEP("wake those that wait for a wake from outside, as they come");
	for (i = 0; i < all; i++) {
		if (!count_wait_for(&outside, i + 1))
			FAIL("after 3 s only %u of %u tasks have asked for a "
			     "wake: the others were lost, or lie in a queue "
			     "(threads: %u)",
			     i, all, workers);
		waker_wake(&outside_waker[i]);
	}
	if (!count_wait(&ended))
		FAIL("after 3 s only %u of %u tasks have ended: the others "
		     "were lost, or lie in a queue (threads: %u)",
		     ended.have, nr_nodes, workers);
	STEP("shut down");
	sched_destroy(s);
	EXPECT_EQ(join_ask(&root, &status), POLL_READY,
		  "the handle of the first task says that it has ended");
	EXPECT_ERR(status, 0, "the first task ran to its end");
	future_drop(&root.future);
	expect_ends(workers);
	count_fini(&ended);
	count_fini(&outside);
}

TEST(every_task_ends_once_with_1_2_4_and_64_threads, 8, 2)
{
	static const unsigned int workers[] = { 1, 2, 4, 64 };
	unsigned int i;

	WHY("No task may be lost, or polled by two workers: not where many "
	    "threads share a core, and not where one does all.");
	nr_nodes = test_is_slow() ? 127 : NODES_MAX;
	for (i = 0; i < ARRAY_SIZE(workers); i++)
		run_with(workers[i]);
}

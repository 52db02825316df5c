/* TODO 2 and 3: the ready list, without a gather around it. */
#include <sched.h>
#include <stdio.h>

#include "child.h"
#include "kit/err.h"
#include "kit/thread.h"
#include "ready.h"

enum { N = 4 };

/* A block of N children, as after a turn: all were polled, nobody is queued. */
static struct ready *ready_quiet(struct child *c)
{
	struct future *list[N];
	struct ready *r;

	children_init(c, list, N);
	r = ready_create(list, N);
	if (!r)
		FAIL("there is no memory for %u children", N);
	r->fresh = N;
	return r;
}

/* The same, with the parent in its slot. */
static struct ready *ready_with_parent(struct child *c, struct parent *p)
{
	struct ready *r = ready_quiet(c);

	parent_init(p);
	p->lock = &r->lock;
	r->parent = waker_clone(&p->waker);
	return r;
}

static void wake(struct ready *r, unsigned int i)
{
	struct waker w = ready_waker(&r->node[i]);

	STEP("wake child %u", i);
	waker_wake_by_ref(&w);
}

/* "2 0 3": the indices on the list, first woken first. */
static const char *queued(struct ready *r)
{
	static char buf[64];
	struct ready_node *node;
	size_t at = 0;

	buf[0] = '\0';
	list_for_each_entry(node, &r->woken, link) {
		if (at > sizeof(buf) - 16)
			FAIL("the list does not end: %s", buf);
		at += snprintf(buf + at, sizeof(buf) - at, "%s%zu",
			       at ? " " : "", (size_t)(node - r->node));
	}
	return at ? buf : "nobody";
}

/* The list of child 1 alone, or torn: two places of a list, one node. */
static void expect_only_child_1(struct ready *r)
{
	struct list_head *link = &r->node[1].link;

	if (r->woken.next != link || r->woken.prev != link ||
	    link->next != &r->woken || link->prev != &r->woken)
		FAIL("a child that was queued already was queued again");
}

/* A thread that does one thing to a ready list. */
struct visitor {
	struct thread thread;
	void (*visit)(struct visitor *v);
	struct ready *r;
	struct parent *parent;
	struct ready_node *node; /* what a pop gave */
	_Atomic(bool) is_done;
};

static void visit_wake(struct visitor *v)
{
	struct waker w = ready_waker(&v->r->node[1]);

	waker_wake_by_ref(&w);
}

static void visit_register(struct visitor *v)
{
	ready_register(v->r, &v->parent->waker);
}

static void visit_pop(struct visitor *v)
{
	v->node = ready_pop(v->r);
}

static void visitor_main(void *arg)
{
	struct visitor *v = arg;

	v->visit(v);
	/* release: pairs with the acquire in visitor_waits() */
	atomic_store_explicit(&v->is_done, true, memory_order_release);
}

/*
 * Does a thread sleep until this lock is free? The GNU C library writes 2 into
 * the lock then, so nothing hangs on how long a thread takes to get there.
 */
static bool is_waited_for(struct mutex *m)
{
	return __atomic_load_n(&m->raw.__data.__lock, __ATOMIC_RELAXED) == 2;
}

/* With the lock held by the caller: does the visitor wait for it? */
static bool visitor_waits(struct visitor *v)
{
	v->node = NULL;
	atomic_init(&v->is_done, false);
	EXPECT_ERR(thread_create(&v->thread, "visitor", visitor_main, v), 0,
		   "there is room for a thread");
	/* acquire: pairs with the release in visitor_main() */
	while (!atomic_load_explicit(&v->is_done, memory_order_acquire)) {
		if (is_waited_for(&v->r->lock))
			return true;
		sched_yield();
	}
	return false;
}

/* What it did, in words. */
static const char *visited(bool waits, bool is_changed)
{
	if (!waits)
		return "it did not wait";
	return is_changed ? "it changed something, then waited" : "it waited";
}

TEST(wake_queues_the_child_and_tells_the_parent, 2, 3)
{
	struct child c[N];
	struct parent p;
	struct ready *r = ready_with_parent(c, &p);

	WHY("Queued without telling is a child that waits for ever; told "
	    "without queueing, the turn finds nobody.");
	wake(r, 2);
	EXPECT_STR(queued(r), "2", "the woken child is on the list");
	EXPECT_EQ(parent_wakes(&p), 1, "the parent is told once");
	ready_close(r);
	EXPECT_EQ(parent_live(&p), 0, "no clone of the parent's waker is left");
}

TEST(second_wake_is_queued_only_once, 2, 3)
{
	struct child c[N];
	struct parent p;
	struct ready *r = ready_with_parent(c, &p);
	unsigned int i;

	WHY("A node is in one place of the list only: a second insertion "
	    "tears the list apart, and a second poll is work for nothing.");
	wake(r, 1);
	STEP("a parent registers");
	r->parent = waker_clone(&p.waker);
	for (i = 0; i < 3; i++)
		wake(r, 1);
	expect_only_child_1(r);
	EXPECT_EQ(parent_wakes(&p), 1,
		  "four wakes of one child are one for the parent");
	ready_close(r);
}

TEST(children_queue_in_the_order_of_their_wakes, 2, 3)
{
	struct child c[N];
	struct parent p;
	struct ready *r = ready_with_parent(c, &p);

	WHY("First woken, first polled: the last one first would let a busy "
	    "child push in before those that have waited.");
	wake(r, 2);
	wake(r, 0);
	wake(r, 3);
	wake(r, 0);
	EXPECT_STR(queued(r), "2 0 3", "the list is in the order of the wakes");
	ready_close(r);
}

TEST(wake_without_a_parent_stays_on_the_list, 2, 3)
{
	struct child c[N];
	struct ready *r = ready_quiet(c);

	WHY("An empty slot means that the parent was told already, or is not "
	    "there yet; what was woken must be there when it comes.");
	STEP("no parent has registered");
	wake(r, 3);
	wake(r, 1);
	EXPECT_STR(queued(r), "3 1",
		   "both children wait on the list, the first woken first");
	ready_close(r);
}

TEST(parent_is_woken_after_the_lock_is_released, 2, 3)
{
	struct child c[N];
	struct parent p;
	struct ready *r = ready_with_parent(c, &p);

	WHY("Whoever is woken may drop the gather at once, and that takes "
	    "this lock: held meanwhile, the thread waits for itself.");
	wake(r, 0);
	EXPECT_EQ(parent_wakes(&p), 1, "the parent is told once");
	if (p.lock_was_held)
		FAIL("the lock was still held during the wake of the parent");
	ready_close(r);
}

TEST(wake_looks_and_queues_under_the_lock, 2, 3)
{
	struct child c[N];
	struct parent p;
	struct ready *r = ready_with_parent(c, &p);
	struct visitor v = { .visit = visit_wake, .r = r };
	bool waits, is_changed;

	WHY("Two threads at one list tear it apart, unless the lock is held "
	    "from the look at the flag to the last change. Other tests find a "
	    "missing lock by luck; make check SAN=thread names the lines.");
	p.lock = NULL;
	STEP("this thread holds the lock; another one wakes child 1");
	mutex_lock(&r->lock);
	waits = visitor_waits(&v);
	is_changed = r->node[1].queued || !list_is_empty(&r->woken);
	if (waits && !is_changed) {
		STEP("queue child 1 before it, then release the lock");
		r->node[1].queued = true;
		list_add_tail(&r->node[1].link, &r->woken);
	}
	mutex_unlock(&r->lock);
	thread_join(&v.thread);
	EXPECT_STR(visited(waits, is_changed), "it waited",
		   "a wake waits while another thread holds the lock");
	expect_only_child_1(r);
	EXPECT_EQ(parent_wakes(&p), 0,
		  "a wake that finds the child queued tells nobody");
	ready_close(r);
}

TEST(pop_takes_the_child_that_was_woken_first, 3, 3)
{
	static const unsigned int order[] = { 2, 0, 3 };
	struct child c[N];
	struct parent p;
	struct ready *r = ready_with_parent(c, &p);
	struct ready_node *node;
	unsigned int i, index;

	WHY("The list is the gather's memory of who was woken, in order.");
	for (i = 0; i < 3; i++)
		wake(r, order[i]);
	for (i = 0; i < 3; i++) {
		STEP("pop");
		node = ready_pop(r);
		if (!node)
			FAIL("pop %u of 3 found nobody", i + 1);
		index = node - r->node;
		EXPECT_EQ(index, order[i],
			  "pop %u of 3 takes child %u, the first on the list",
			  i + 1, order[i]);
	}
	STEP("pop");
	if (ready_pop(r))
		FAIL("three children were woken, and a fourth pop found one");
	ready_close(r);
}

TEST(wake_after_the_pop_queues_the_child_again, 3, 3)
{
	struct child c[N];
	struct parent p;
	struct ready *r = ready_with_parent(c, &p);
	struct ready_node *node;

	WHY("The wake may come while the popped child is in its poll, after "
	    "it looked for what it waits for: it must be polled once more.");
	wake(r, 1);
	STEP("pop it, as if to poll it");
	node = ready_pop(r);
	if (node != &r->node[1])
		FAIL("child 1 was woken, and the pop did not take it");
	wake(r, 1);
	STEP("pop");
	node = ready_pop(r);
	if (node != &r->node[1])
		FAIL("a wake that came after the pop was lost");
	STEP("pop");
	EXPECT(!ready_pop(r), "one wake after the pop leads to one more");
	ready_close(r);
}

TEST(newest_parent_is_the_one_that_is_woken, 3, 3)
{
	struct child c[N];
	struct parent old, new;
	struct ready *r = ready_quiet(c);

	WHY("A gather may move to another task between two polls: a wake for "
	    "the task where it was wakes nobody.");
	parent_init(&old);
	parent_init(&new);
	STEP("the old parent registers, then the new one");
	ready_register(r, &old.waker);
	ready_register(r, &new.waker);
	wake(r, 0);
	EXPECT_EQ(parent_wakes(&old), 0,
		  "the parent that was left is not woken");
	EXPECT_EQ(parent_wakes(&new), 1, "the parent that polls now is woken");
	ready_close(r);
}

TEST(each_registered_waker_is_consumed_once, 3, 2)
{
	struct child c[N];
	struct parent p;
	struct ready *r = ready_quiet(c);

	WHY("Each clone of a waker holds its task in memory.");
	parent_init(&p);
	STEP("the same parent registers three times");
	ready_register(r, &p.waker);
	ready_register(r, &p.waker);
	ready_register(r, &p.waker);
	EXPECT_EQ(parent_live(&p), 1,
		  "one clone of the parent's waker is there, in the slot");
	wake(r, 0);
	EXPECT_EQ(parent_wakes(&p), 1, "the parent is told once");
	STEP("the parent registers again");
	ready_register(r, &p.waker);
	EXPECT_EQ(parent_live(&p), 1,
		  "one clone of the parent's waker is there, in the slot");
	STEP("the gather goes: ready_close()");
	ready_close(r);
	EXPECT_EQ(parent_live(&p), 0, "no clone of the parent's waker is left");
}

TEST(register_and_pop_change_the_list_under_the_lock, 3, 3)
{
	struct child c[N];
	struct parent p, new;
	struct ready *r = ready_with_parent(c, &p);
	struct visitor v = { .r = r, .parent = &new };
	bool waits, is_changed;

	WHY("While the gather registers or pops, other threads wake its "
	    "children: the same list, the same slot, the same lock.");
	p.lock = NULL;
	parent_init(&new);
	STEP("this thread holds the lock; another one registers a parent");
	v.visit = visit_register;
	mutex_lock(&r->lock);
	waits = visitor_waits(&v);
	is_changed = r->parent.data != &p;
	mutex_unlock(&r->lock);
	thread_join(&v.thread);
	EXPECT_STR(
		visited(waits, is_changed), "it waited",
		"ready_register() waits while another thread holds the lock");
	wake(r, 1);
	STEP("this thread holds the lock; another one pops");
	v.visit = visit_pop;
	mutex_lock(&r->lock);
	waits = visitor_waits(&v);
	is_changed = !r->node[1].queued || list_is_empty(&r->woken);
	mutex_unlock(&r->lock);
	thread_join(&v.thread);
	EXPECT_STR(visited(waits, is_changed), "it waited",
		   "ready_pop() waits while another thread holds the lock");
	if (v.node != &r->node[1])
		FAIL("child 1 was woken, and the pop did not take it");
	ready_close(r);
}

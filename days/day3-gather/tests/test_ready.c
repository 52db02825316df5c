/* TODO 2 and 3: the ready list, without a gather around it. */
#include <stdio.h>

#include "child.h"
#include "ready.h"

enum { N = 4 };

/* A block of N children, as after a turn: nobody is queued. */
static struct ready *ready_quiet(struct child *c)
{
	struct future *list[N];
	struct ready *r;
	unsigned int i;

	children_init(c, list, N);
	r = ready_create(list, N);
	EXPECT(r, "there is memory for %u children", N);
	for (i = 0; i < N; i++) {
		list_del(&r->node[i].link);
		r->node[i].queued = false;
	}
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
	return buf;
}

TEST(wake_queues_the_child_and_tells_the_parent, 2, 4)
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
	EXPECT_EQ(parent_live(&p), 0, "the parent's waker is consumed once");
}

TEST(second_wake_is_queued_only_once, 2, 4)
{
	struct child c[N];
	struct parent p;
	struct ready *r = ready_with_parent(c, &p);
	unsigned int i;

	WHY("A node is in one place of the list only: a second insertion "
	    "tears the list apart, and a second poll is work for nothing.");
	wake(r, 1);
	r->parent = waker_clone(&p.waker);
	for (i = 0; i < 3; i++)
		wake(r, 1);
	EXPECT(r->node[1].link.next == &r->woken &&
		       r->woken.next->next == &r->woken,
	       "a child that is queued was queued again");
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
	EXPECT_STR(queued(r), "3 1", "both wait on the list");
	ready_close(r);
}

TEST(parent_is_woken_after_the_lock_is_released, 2, 4)
{
	struct child c[N];
	struct parent p;
	struct ready *r = ready_with_parent(c, &p);

	WHY("Whoever is woken may drop the gather at once, and that takes "
	    "this lock: held meanwhile, the thread waits for itself.");
	wake(r, 0);
	EXPECT_EQ(parent_wakes(&p), 1, "the parent is told once");
	EXPECT(!p.lock_was_held, "the lock was still held during the wake");
	ready_close(r);
}

TEST(pop_takes_the_child_that_was_woken_first, 3, 3)
{
	static const unsigned int order[] = { 2, 0, 3 };
	struct child c[N];
	struct parent p;
	struct ready *r = ready_with_parent(c, &p);
	struct ready_node *node;
	unsigned int i;

	WHY("The list is the gather's memory of who was woken, in order.");
	for (i = 0; i < 3; i++)
		wake(r, order[i]);
	for (i = 0; i < 3; i++) {
		STEP("pop");
		node = ready_pop(r);
		EXPECT(node, "pop %u of 3 finds a child", i + 1);
		EXPECT_EQ(node - r->node, order[i],
			  "pop %u of 3 takes the first on the list", i + 1);
	}
	EXPECT(!ready_pop(r), "the list is empty after three pops");
	ready_close(r);
}

TEST(wake_after_the_pop_queues_the_child_again, 3, 4)
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
	EXPECT(node == &r->node[1], "the pop takes child 1");
	wake(r, 1);
	STEP("pop");
	node = ready_pop(r);
	EXPECT(node == &r->node[1], "a wake that came after the pop was lost");
	EXPECT(!ready_pop(r), "one wake after the pop is one more poll");
	ready_close(r);
}

TEST(newest_parent_is_the_one_that_is_woken, 3, 4)
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

TEST(each_registered_waker_is_consumed_once, 3, 3)
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
	EXPECT_EQ(parent_live(&p), 1, "one clone is in the slot");
	wake(r, 0);
	EXPECT_EQ(parent_wakes(&p), 1, "the parent is told once");
	ready_register(r, &p.waker);
	EXPECT_EQ(parent_live(&p), 1, "one clone is in the slot again");
	STEP("close");
	ready_close(r);
	EXPECT_EQ(parent_live(&p), 0, "no clone is left");
}

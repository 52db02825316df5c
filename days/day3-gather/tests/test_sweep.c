/* TODO 1: the naive sweep. */
#include "child.h"
#include "sweep.h"

static void sweep_start(struct gather_sweep *g, struct future *const list[],
			unsigned int n, int *outs)
{
	EXPECT_ERR(gather_sweep_init(g, list, n, outs, sizeof(outs[0])), 0,
		   "there is memory for a sweep over %u children", n);
}

TEST(sweep_without_children_is_ready_at_once, 1, 2)
{
	struct gather_sweep g;
	struct parent p;

	WHY("Nobody is left to wake the parent: pending would be for ever.");
	parent_init(&p);
	sweep_start(&g, NULL, 0, NULL);
	STEP("poll a sweep over no children");
	EXPECT_POLL(turn(&g.future, &p), "ready",
		    "a sweep over nobody has nothing to wait for");
	future_drop(&g.future);
}

TEST(sweep_puts_results_in_the_order_of_submission, 1, 2)
{
	struct child c[4];
	struct future *list[4];
	struct gather_sweep g;
	struct parent p;
	int outs[4] = { 0 };
	unsigned int i;

	WHY("The caller knows its children by their place, not by their "
	    "speed.");
	parent_init(&p);
	children_init(c, list, 4);
	sweep_start(&g, list, 4, outs);
	STEP("poll a sweep over four children, none is ready");
	EXPECT_POLL(turn(&g.future, &p), "pending",
		    "four children wait, so the sweep waits");
	for (i = 4; i-- > 0;) {
		STEP("finish child %u", i);
		child_finish(&c[i]);
		EXPECT_POLL(turn(&g.future, &p), i ? "pending" : "ready",
			    "the sweep is ready when the last child is, and "
			    "not before");
	}
	for (i = 0; i < 4; i++)
		EXPECT_EQ(outs[i], 100 + i,
			  "the result of child %u stands in its place", i);
	future_drop(&g.future);
}

TEST(sweep_polls_every_unfinished_child_every_turn, 1, 2)
{
	enum { N = 10000 };
	static struct child c[N];
	static struct future *list[N];
	static int outs[N];
	static unsigned int order[N];
	unsigned long n = test_is_slow() ? N / 10 : N;
	struct gather_sweep g;
	struct parent p;
	unsigned int i;

	WHY("One waker for all does not say who woke: each wake costs a poll "
	    "of everybody who is left.");
	parent_init(&p);
	children_init(c, list, n);
	shuffle(order, n);
	sweep_start(&g, list, n, outs);
	STEP("poll %lu children, none is ready", n);
	turn(&g.future, &p);
	STEP("wake one at a time, poll the sweep after each");
	for (i = 0; i < n; i++) {
		child_finish(&c[order[i]]);
		EXPECT_EQ(parent_wakes(&p), i + 1,
			  "each child that is woken wakes the parent");
		turn(&g.future, &p);
	}
	EXPECT_EQ(children_polls(c, n), n + n * (n + 1) / 2,
		  "%lu children cost n + n(n+1)/2 polls", n);
	for (i = 0; i < n; i++)
		if (!c[i].finished)
			FAIL("child %u was finished by hand, and the sweep did "
			     "not ask it",
			     i);
	future_drop(&g.future);
}

TEST(sweep_drops_each_child_exactly_once, 1, 2)
{
	struct child c[3];
	struct future *list[3];
	struct gather_sweep g;
	struct parent p;
	int outs[3];
	unsigned int i;

	WHY("Dropped twice is a double free, never dropped is a leak.");
	parent_init(&p);
	children_init(c, list, 3);
	sweep_start(&g, list, 3, outs);
	c[1].done = true;
	STEP("poll: child 1 is ready, 0 and 2 are not");
	turn(&g.future, &p);
	EXPECT_EQ(c[1].drops, 1, "a child that is ready is dropped at once");
	EXPECT_EQ(c[0].drops + c[2].drops, 0,
		  "children that wait are not dropped");
	STEP("drop the sweep");
	future_drop(&g.future);
	for (i = 0; i < 3; i++)
		EXPECT_EQ(c[i].drops, 1, "child %u is dropped once", i);
	EXPECT_EQ(parent_live(&p), 0, "no waker of the parent is left");
}

/* TODO 6: a turn ends, however busy a child is. */
#include "drive.h"

TEST(child_that_wakes_itself_does_not_keep_the_thread, 6, 2)
{
	struct child c[4];
	struct future *list[4];
	struct gather g;
	struct parent p;
	unsigned int i, wakes;
	unsigned long polls;
	int outs[4];

	WHY("All other tasks of this thread wait until the turn is over.");
	parent_init(&p);
	children_init(c, list, 4);
	c[1].self_wakes = 2 * CHILD_MANY;
	gather_start(&g, list, 4, outs);
	for (i = 1; i <= 5; i++) {
		STEP("turn %u; child 1 wakes itself in each of its polls", i);
		polls = children_polls(c, 4);
		wakes = parent_wakes(&p);
		EXPECT_POLL(turn(&g.future, &p), "pending",
			    "nobody has finished, so the gather waits");
		polls = children_polls(c, 4) - polls;
		if (polls > 4)
			FAIL("one turn over 4 children made %lu polls", polls);
		if (!polls)
			FAIL("the busy child was not polled in turn %u", i);
		if (parent_wakes(&p) == wakes)
			FAIL("the turn ended early, and nobody told the parent "
			     "to come back");
	}
	c[1].self_wakes = 0;
	finish_all(&g, &p, c, 4);
	future_drop(&g.future);
}

TEST(siblings_of_a_busy_child_get_their_turn, 6, 2)
{
	struct child c[4];
	struct future *list[4];
	struct gather g;
	struct parent p;
	unsigned int i, before;
	int outs[4];

	WHY("First woken, first polled holds for the busy child too: it goes "
	    "to the back of the list.");
	parent_init(&p);
	children_init(c, list, 4);
	c[0].self_wakes = 2 * CHILD_MANY;
	gather_start(&g, list, 4, outs);
	STEP("poll; child 0 wakes itself in each of its polls");
	turn(&g.future, &p);
	for (i = 1; i < 4; i++) {
		STEP("wake child %u", i);
		before = c[i].polls;
		child_wake(&c[i]);
		STEP("poll the gather");
		turn(&g.future, &p);
		EXPECT_EQ(c[i].polls, before + 1,
			  "child %u is polled in the turn after its wake", i);
	}
	c[0].self_wakes = 0;
	finish_all(&g, &p, c, 4);
	future_drop(&g.future);
}

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
	c[2].self_wakes = 2 * CHILD_MANY;
	gather_start(&g, list, 4, outs);
	for (i = 1; i <= 5; i++) {
		STEP("turn %u; children 1 and 2 wake themselves in each of "
		     "their polls",
		     i);
		polls = children_polls(c, 4);
		wakes = parent_wakes(&p);
		EXPECT_POLL(turn(&g.future, &p), "pending",
			    "nobody has finished, so the gather waits");
		polls = children_polls(c, 4) - polls;
		if (polls > 4)
			FAIL("one turn over 4 children made %lu polls", polls);
		if (!polls)
			FAIL("the busy children were not polled in turn %u", i);
		if (parent_wakes(&p) == wakes)
			FAIL("the turn ended early, and nobody told the parent "
			     "to come back");
	}
	c[1].self_wakes = 0;
	c[2].self_wakes = 0;
	finish_all(&g, &p, c, 4);
	future_drop(&g.future);
}

TEST(siblings_of_a_busy_child_get_their_turn, 6, 1)
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

/* A child that wants one operation of those that a poll of the task may do. */
struct spender {
	struct future future;
	unsigned int *budget; /* what is left of them */
	unsigned long *polls; /* of all children together */
};

enum { SPENDERS = 4000, BUDGET = 128 };

static enum poll spender_poll(struct future *f, struct context *cx, void *out)
{
	struct spender *s = container_of(f, struct spender, future);

	if (++*s->polls == 64 * SPENDERS)
		FAIL("%lu polls, and %u children that want one operation each "
		     "have not finished",
		     *s->polls, SPENDERS);
	if (!*s->budget) {
		waker_wake_by_ref(cx->waker);
		return POLL_PENDING;
	}
	--*s->budget;
	*(int *)out = 1;
	return POLL_READY;
}

TEST(spent_budget_does_not_make_it_quadratic, 6, 1)
{
	static const struct future_ops ops = { .poll = spender_poll,
					       .size = sizeof(struct spender),
					       .out_size = sizeof(int) };
	static struct spender s[SPENDERS];
	static struct future *list[SPENDERS];
	static int outs[SPENDERS];
	unsigned int budget, turns = 0, i;
	unsigned long polls = 0;
	struct gather g;
	struct parent p;

	WHY("A task may do 128 operations in a poll (day 2). Whoever comes "
	    "after that is pending and wakes itself: to ask all of those in "
	    "each turn makes n * n / 256 polls.");
	parent_init(&p);
	for (i = 0; i < SPENDERS; i++) {
		s[i] = (struct spender){ { &ops }, &budget, &polls };
		list[i] = &s[i].future;
	}
	gather_start(&g, list, SPENDERS, outs);
	STEP("poll a gather over %u children that want an operation each; "
	     "%u are done in a turn",
	     SPENDERS, BUDGET);
	do {
		budget = BUDGET;
		if (++turns == SPENDERS)
			FAIL("%u turns, and the gather is not ready", turns);
	} while (turn(&g.future, &p) == POLL_PENDING);
	if (polls > 2 * SPENDERS)
		FAIL("%u children that want an operation each were asked %lu "
		     "times: all that are left, in each turn",
		     SPENDERS, polls);
	future_drop(&g.future);
}

/*
 * A set of futures in every order of a turn, of a child that is woken from
 * another thread, and of one that is pushed from there.
 */
#include "unordered.h"

#include "kit/err.h"
#include "two_children.h"

static struct unordered set;
static int pushed;

static void push(void *arg)
{
	pushed = unordered_push(&set, &child[1].future, &outs[1]);
}

/* The next child that ends: its index, or -1 when there is none. */
static int next(bool may_wait)
{
	struct unordered_next n = unordered_next(&set);
	struct future *done = NULL;
	unsigned int polls = 0;

	while (parent_poll(&n.future, &done) == POLL_PENDING) {
		if (!may_wait)
			return -1;
		EXPECT(++polls < 8, "two children need a few turns");
		parker_park(&parker, CLOCK_NEVER);
	}
	future_drop(&n.future);
	return done ? (int)(container_of(done, struct child, future) - child)
		    : -1;
}

static const char *why_stuck(void *arg)
{
	return "a child can go on, and whoever waits for it sleeps: a wake "
	       "was lost";
}

static void setup(void)
{
	children_init();
	pushed = -EBUSY;
	EXPECT_ERR(unordered_init(&set), 0, "a set");
	EXPECT_ERR(unordered_push(&set, &child[0].future, &outs[0]), 0,
		   "a child");
	model_stuck(why_stuck, NULL);
}

static void teardown(unsigned int n)
{
	unordered_fini(&set);
	children_fini(n);
}

MODEL(a_child_is_pushed_while_another_one_waits, 9, 4, bonus)
{
	struct thread t;

	WHY("Whoever waits for the next one may be about to sleep: a push "
	    "must be seen, or tell.");
	setup();
	child[1].is_done = true;
	EXPECT_ERR(thread_create(&t, "pusher", push, NULL), 0, "a thread");
	EXPECT_EQ(next(true), 1, "the child that was pushed ends");
	thread_join(&t);
	EXPECT_ERR(pushed, 0, "the push");
	EXPECT_EQ(outs[1], 2, "its output is where the push said");
	teardown(2);
}

MODEL(a_child_is_pushed_while_another_one_wakes, 9, 3, bonus)
{
	struct thread a, b;
	int first;

	WHY("A push and a wake go onto the same list, and one of the two "
	    "takes the parent's waker.");
	setup();
	child[1].is_done = true;
	EXPECT_EQ(next(false), -1, "nothing is done yet");
	EXPECT_ERR(thread_create(&a, "waker", child_complete, &child[0]), 0,
		   "a thread");
	EXPECT_ERR(thread_create(&b, "pusher", push, NULL), 0, "a thread");
	first = next(true);
	thread_join(&a);
	thread_join(&b);
	EXPECT_EQ(next(true), !first, "the other one ends, too");
	EXPECT_EQ(next(true), -1, "nobody is left");
	teardown(2);
}

MODEL(a_child_may_be_woken_while_its_set_ends, 9, 3, bonus)
{
	struct thread a;

	WHY("The child's waker outlives the set: what it points to must, "
	    "too.");
	setup();
	EXPECT_EQ(next(false), -1, "nothing is done yet");
	EXPECT_ERR(thread_create(&a, "waker", child_complete, &child[0]), 0,
		   "a thread");
	unordered_fini(&set);
	thread_join(&a);
	EXPECT_ERR(unordered_init(&set), 0, "a set");
	teardown(1);
}

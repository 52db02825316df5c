/*
 * The gather's ready list in every order of a poll and of children that are
 * woken from other threads.
 */
#include "gather.h"
#include "ready.h"

#include "kit/err.h"
#include "two_children.h"

static struct gather gather;

static enum poll poll_once(void)
{
	return parent_poll(&gather.future, NULL);
}

static const char *why_stuck(void *arg)
{
	return child[0].is_done && child[1].is_done
		       ? "every child is done, and the parent sleeps: a wake "
			 "was lost"
		       : NULL;
}

static void setup(void)
{
	static struct future *children[NR];
	unsigned int i;

	children_init();
	for (i = 0; i < NR; i++)
		children[i] = &child[i].future;
	EXPECT_ERR(gather_init_above(&gather, 0, children, NR, outs,
				     sizeof(outs[0])),
		   0, "a gather with a ready list");
	/* On the list from the first poll on: that is what is explored. */
	gather.ready->fresh = NR;
	for (i = 0; i < NR; i++) {
		gather.ready->node[i].queued = true;
		list_add_tail(&gather.ready->node[i].link,
			      &gather.ready->woken);
	}
	model_stuck(why_stuck, NULL);
}

static void start(struct thread *t, unsigned int i)
{
	EXPECT_ERR(thread_create(t, i ? "second" : "first", child_complete,
				 &child[i]),
		   0, "a thread");
}

MODEL(children_that_are_woken_from_two_threads_are_polled, 4, 50)
{
	struct thread a, b;
	unsigned int polls = 0;

	WHY("A child may be woken before, while and after it is polled; and "
	    "two at once share the list.");
	setup();
	start(&a, 0);
	start(&b, 1);
	while (poll_once() == POLL_PENDING) {
		EXPECT(++polls < 8, "two children need a few polls");
		parker_park(&parker, CLOCK_NEVER);
	}
	thread_join(&a);
	thread_join(&b);
	future_drop(&gather.future);
	EXPECT_EQ(outs[0], 1, "the first result is in the first place");
	EXPECT_EQ(outs[1], 2, "the second one in the second");
	children_fini(NR);
}

MODEL(a_child_may_be_woken_while_the_gather_is_dropped, 5, 50)
{
	struct thread a;

	WHY("The child's waker outlives the gather: what it points to must, "
	    "too.");
	setup();
	EXPECT_EQ(poll_once(), POLL_PENDING, "nothing is done yet");
	start(&a, 0);
	future_drop(&gather.future);
	thread_join(&a);
	children_fini(NR);
}

static void wake_child(void *arg)
{
	waker_wake_by_ref(arg);
}

MODEL(two_wakes_of_a_child_queue_it_once, 3, 50)
{
	struct future *none[1] = { &child[0].future };
	struct ready *r = ready_create(none, 1);
	struct ready_node *node;
	struct waker waker;
	struct thread a, b;

	WHY("Both see that it is not queued: it is on the list twice.");
	EXPECT(r, "a block");
	node = ready_pop(r);
	EXPECT(node, "a new child counts as woken");
	waker = ready_waker(node);
	EXPECT_ERR(thread_create(&a, "first", wake_child, &waker), 0,
		   "a thread");
	EXPECT_ERR(thread_create(&b, "second", wake_child, &waker), 0,
		   "a thread");
	thread_join(&a);
	thread_join(&b);
	EXPECT(ready_pop(r) == node, "the child is on the list");
	EXPECT(!ready_pop(r), "it is there once");
	ready_close(r);
}

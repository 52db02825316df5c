/*
 * A set of futures in every order of a turn, of a child that is woken from
 * another thread, and of one that is pushed from there.
 */
#include "unordered.h"

#include "kit/clock.h"
#include "kit/err.h"
#include "kit/lock.h"
#include "kit/park.h"
#include "kit/thread.h"
#include "test/model/model.h"

/** A child that another thread completes. */
struct child {
	struct future future;
	struct mutex lock;
	bool is_done;	    /* under the lock */
	struct waker waker; /* likewise: who is to be told */
	unsigned int drops;
};

static struct child child[2];
static struct parker parker;
static struct unordered set;
static int outs[2], pushed;

static enum poll child_poll(struct future *f, struct context *cx, void *out)
{
	struct child *c = container_of(f, struct child, future);
	bool is_done;

	mutex_lock(&c->lock);
	is_done = c->is_done;
	if (!is_done) {
		waker_drop(&c->waker);
		c->waker = waker_clone(cx->waker);
	}
	mutex_unlock(&c->lock);
	if (is_done)
		*(int *)out = (int)(c - child) + 1;
	return is_done ? POLL_READY : POLL_PENDING;
}

static void child_drop(struct future *f)
{
	container_of(f, struct child, future)->drops++;
}

static const struct future_ops child_ops = {
	.poll = child_poll,
	.drop = child_drop,
	.size = sizeof(struct child),
	.out_size = sizeof(int),
};

static void complete(void *arg)
{
	struct child *c = arg;
	struct waker waker;

	mutex_lock(&c->lock);
	c->is_done = true;
	waker = c->waker;
	c->waker = (struct waker){ 0 };
	mutex_unlock(&c->lock);
	if (waker.ops)
		waker_wake(&waker);
}

static void push(void *arg)
{
	pushed = unordered_push(&set, &child[1].future, &outs[1]);
}

/* The parent's waker: it wakes the thread that polls. */
static struct waker parent_clone(void *data);

static void parent_wake(void *data)
{
	parker_unpark(data);
}

static void parent_drop(void *data)
{
}

static const struct waker_ops parent_ops = { parent_clone, parent_wake,
					     parent_wake, parent_drop, NULL };

static struct waker parent_clone(void *data)
{
	return (struct waker){ &parent_ops, data };
}

/* The next child that ends: its index, or -1 when there is none. */
static int next(bool may_wait)
{
	struct waker waker = { &parent_ops, &parker };
	struct context cx = { .waker = &waker };
	struct unordered_next n = unordered_next(&set);
	struct future *done = NULL;
	unsigned int polls = 0;

	while (future_poll(&n.future, &cx, &done) == POLL_PENDING) {
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
	unsigned int i;

	for (i = 0; i < 2; i++) {
		child[i] = (struct child){ .future.ops = &child_ops };
		mutex_init(&child[i].lock);
	}
	parker_init(&parker);
	pushed = -EBUSY;
	EXPECT_ERR(unordered_init(&set), 0, "a set");
	EXPECT_ERR(unordered_push(&set, &child[0].future, &outs[0]), 0,
		   "a child");
	model_stuck(why_stuck, NULL);
}

static void teardown(unsigned int n)
{
	unsigned int i;

	unordered_fini(&set);
	for (i = 0; i < 2; i++) {
		waker_drop(&child[i].waker);
		EXPECT_EQ(child[i].drops, i < n, "child %u is dropped once", i);
		mutex_fini(&child[i].lock);
	}
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
	EXPECT_ERR(thread_create(&a, "waker", complete, &child[0]), 0,
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
	EXPECT_ERR(thread_create(&a, "waker", complete, &child[0]), 0,
		   "a thread");
	unordered_fini(&set);
	thread_join(&a);
	EXPECT_ERR(unordered_init(&set), 0, "a set");
	teardown(1);
}

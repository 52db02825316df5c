/**
 * @file two_children.h
 * What models need: two children that other threads complete, and a parent
 * that is a thread. Only tests include this file.
 */
#ifndef DAY3_TWO_CHILDREN_H
#define DAY3_TWO_CHILDREN_H

#include "kit/clock.h"
#include "kit/future.h"
#include "kit/lock.h"
#include "kit/park.h"
#include "kit/thread.h"
#include "test/model/model.h"

#define NR 2

/** A child that another thread completes. */
struct child {
	struct future future;
	struct mutex lock;
	bool is_done;	    /* under the lock */
	struct waker waker; /* likewise: who is to be told */
	unsigned int drops;
};

static struct child child[NR];
static struct parker parker;
static int outs[NR];

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

/** A thread's function: the child is done, and whoever waits for it told. */
static void child_complete(void *arg)
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

static void children_init(void)
{
	unsigned int i;

	for (i = 0; i < NR; i++) {
		child[i] = (struct child){ .future.ops = &child_ops };
		mutex_init(&child[i].lock);
	}
	parker_init(&parker);
}

/** The first @n were dropped, once each. */
static void children_fini(unsigned int n)
{
	unsigned int i;

	for (i = 0; i < NR; i++) {
		waker_drop(&child[i].waker);
		EXPECT_EQ(child[i].drops, i < n, "child %u is dropped once", i);
		mutex_fini(&child[i].lock);
	}
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

/** Poll in the parent's place. */
static enum poll parent_poll(struct future *f, void *out)
{
	struct waker waker = { &parent_ops, &parker };
	struct context cx = { .waker = &waker };

	return future_poll(f, &cx, out);
}

#endif

/* A latch, and the future that waits for it. */
#include "latch.h"

void latch_init(struct latch *l)
{
	mutex_init(&l->lock);
	list_init(&l->waiting);
	l->is_open = false;
}

void latch_fini(struct latch *l)
{
	mutex_fini(&l->lock);
}

/* The waker of one who waits; none when nobody does. */
static struct waker take_one(struct latch *l)
{
	struct waker waker = { NULL, NULL };
	struct latch_wait *w;

	mutex_lock(&l->lock);
	l->is_open = true;
	if (!list_is_empty(&l->waiting)) {
		w = list_first_entry(&l->waiting, struct latch_wait, link);
		list_del_init(&w->link);
		waker = w->waker;
		w->waker.ops = NULL;
	}
	mutex_unlock(&l->lock);
	return waker;
}

/* Used without the lock: a waker is foreign code. */
void latch_open(struct latch *l)
{
	struct waker waker;

	while ((waker = take_one(l)).ops)
		waker_wake(&waker);
}

/*
 * Looks and registers under one lock, so that an opening in between cannot be
 * missed. The task may have moved to another waker since the last poll.
 */
static enum poll latch_wait_poll(struct future *f, struct context *cx,
				 void *out)
{
	struct latch_wait *w = container_of(f, struct latch_wait, future);
	struct waker old = { NULL, NULL };
	bool is_open;

	(void)out;
	if (!w->was_polled)
		list_init(&w->link);
	w->was_polled = true;
	mutex_lock(&w->latch->lock);
	is_open = w->latch->is_open;
	if (!is_open && list_is_empty(&w->link))
		list_add_tail(&w->link, &w->latch->waiting);
	if (!is_open && !waker_is_same(&w->waker, cx->waker)) {
		old = w->waker;
		w->waker = waker_clone(cx->waker);
	}
	mutex_unlock(&w->latch->lock);
	waker_drop(&old);
	return is_open ? POLL_READY : POLL_PENDING;
}

static void latch_wait_drop(struct future *f)
{
	struct latch_wait *w = container_of(f, struct latch_wait, future);
	struct waker old;

	if (!w->was_polled)
		return;
	mutex_lock(&w->latch->lock);
	list_del_init(&w->link);
	old = w->waker;
	w->waker.ops = NULL;
	mutex_unlock(&w->latch->lock);
	waker_drop(&old);
}

static const struct future_ops latch_wait_ops = {
	.poll = latch_wait_poll,
	.drop = latch_wait_drop,
	.size = sizeof(struct latch_wait),
};

struct latch_wait latch_wait(struct latch *l)
{
	return (struct latch_wait){
		.future.ops = &latch_wait_ops,
		.latch = l,
	};
}

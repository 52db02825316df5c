/*
 * amutex: a lock that may be held across an await.
 *
 * Nobody waits for it while it is free: an unlock frees it only when nobody
 * waits, and else makes the oldest waiter its owner at once. So whoever finds
 * it free may take it, and overtakes nobody.
 *
 *	NEW --- free: take it --------------------> GIVEN --- poll: ready --> OVER
 *	 |                                            ^         |
 *	 +--- held: wait ---> WAITING --- unlock -----+         | drop: pass it on
 *	                         |                              v
 *	                         +--- drop: leave the list --> OVER
 */
#include "amutex.h"
#include "budget.h"
#include "slot.h"

#include "kit/bug.h"
#include "kit/module.h"
#include "kit/todo.h"

void amutex_init_at(struct amutex *m, const char *name, const char *where)
{
	mutex_init(&m->lock);
	m->res = (struct tp_res){ TP_RES_LOCK, name, where, 0 };
	m->is_held = false;
	list_init(&m->waiting);
	tp_res_new(&m->res);
}
EXPORT_SYMBOL(amutex_init_at);

void amutex_fini(struct amutex *m)
{
	BUG_ON(m->is_held || !list_is_empty(&m->waiting));
	tp_res_gone(&m->res);
	mutex_fini(&m->lock);
}
EXPORT_SYMBOL(amutex_fini);

/* Lock held. Have it if it is free, which it never is while others wait. */
static bool __amutex_take(struct amutex *m)
{
	if (m->is_held)
		return false;
	m->is_held = true;
	return true;
}

/*
 * Lock held. The one who has it does not want it any more: it is the oldest
 * waiter's, or free. Returns whom the caller wakes, without the lock; or none.
 */
static struct waker __amutex_pass(struct amutex *m)
{
	struct waker next = slot_none();
	/* TODO 5 (12 points), first part: nobody waits: it is free. Else it is
	 * never free: the oldest waiter leaves the list, and owns it from now
	 * on, before it runs. Hint: README#todo-5
	 */
	struct amutex_lock *l;

	if (list_is_empty(&m->waiting)) {
		m->is_held = false;
		return next;
	}
	l = list_first_entry(&m->waiting, struct amutex_lock, queue);
	list_del(&l->queue);
	l->state = AMUTEX_GIVEN;
	next = slot_take(&l->waker);
	/* STUB: TODO(5, next); */
	/* END */
	return next;
}

/*
 * Is the lock ours? If not, and there is a waker, wait for it. The waker that
 * is not wanted afterwards, old or new, is left in @waker: whoever drops it
 * runs foreign code, which is not for under the lock.
 */
static bool amutex_lock_is_ours(struct amutex_lock *l, struct waker *waker)
{
	struct amutex *m = l->mutex;
	bool is_ours;

	mutex_lock(&m->lock);
	/* TODO 5, second part (see above): a NEW one takes it, if it can
	 * (__amutex_take()); a GIVEN one has it. Else, if there is a waker:
	 * slot_put() it, and see to it that we are in the list, once.
	 */
	if (l->state == AMUTEX_NEW && __amutex_take(m))
		l->state = AMUTEX_GIVEN;
	is_ours = l->state == AMUTEX_GIVEN;
	if (!is_ours && waker->ops) {
		slot_put(&l->waker, waker);
		if (l->state == AMUTEX_NEW)
			list_add_tail(&l->queue, &m->waiting);
		l->state = AMUTEX_WAITING;
	}
	/* STUB: is_ours = TODO(5, false); */
	/* END */
	mutex_unlock(&m->lock);
	return is_ours;
}

/* Not for each poll: only whoever has no budget left asks. */
static bool amutex_lock_is_new(struct amutex_lock *l)
{
	bool is_new;

	mutex_lock(&l->mutex->lock);
	is_new = l->state == AMUTEX_NEW;
	mutex_unlock(&l->mutex->lock);
	return is_new;
}

static enum poll amutex_lock_poll(struct future *f, struct context *cx,
				  void *out)
{
	struct amutex_lock *l = container_of(f, struct amutex_lock, future);
	struct waker waker = slot_none();
	bool is_ours;

	/* A task that must give way does so before it has the lock: else all
	 * others queue up for it meanwhile, and a fair queue never empties. */
	if (!budget_left() && amutex_lock_is_new(l) &&
	    budget_spend(cx) == POLL_PENDING)
		return POLL_PENDING;
	is_ours = amutex_lock_is_ours(l, &waker);
	if (!is_ours) {
		BUG_ON(!slot_has_waker(cx));
		waker = waker_clone(cx->waker);
		/* Again: it may have become ours meanwhile. */
		is_ours = amutex_lock_is_ours(l, &waker);
		waker_drop(&waker);
	}
	if (!is_ours) {
		tp_wait(&l->mutex->res, TP_WAIT_LOCK, 0);
		return POLL_PENDING;
	}
	/* Given to us, and no budget: it stays ours. */
	if (budget_spend(cx) == POLL_PENDING)
		return POLL_PENDING;
	/* Without the lock: one that is in no list is nobody's but ours. */
	l->state = AMUTEX_OVER;
	tp_lock(&l->mutex->res);
	l->mutex = NULL;
	return POLL_READY;
}

static void amutex_lock_drop(struct future *f)
{
	struct amutex_lock *l = container_of(f, struct amutex_lock, future);
	struct waker next = slot_none(), own;

	if (!l->mutex)
		return;
	mutex_lock(&l->mutex->lock);
	own = slot_take(&l->waker);
	/* TODO 5, third part (see above): who waits leaves the list; who was
	 * given the lock and has not used it passes it on.
	 */
	if (l->state == AMUTEX_WAITING)
		list_del(&l->queue);
	else if (l->state == AMUTEX_GIVEN)
		next = __amutex_pass(l->mutex);
	l->state = AMUTEX_OVER;
	/* STUB: TODO(5, ); */
	/* END */
	mutex_unlock(&l->mutex->lock);
	waker_drop(&own);
	slot_wake(&next);
}

struct amutex_lock amutex_lock(struct amutex *m)
{
	static const struct future_ops ops = {
		.poll = amutex_lock_poll,
		.drop = amutex_lock_drop,
		.size = sizeof(struct amutex_lock),
	};

	return (struct amutex_lock){ .future.ops = &ops, .mutex = m };
}
EXPORT_SYMBOL(amutex_lock);

bool amutex_trylock(struct amutex *m)
{
	bool is_ours;

	mutex_lock(&m->lock);
	is_ours = __amutex_take(m);
	if (is_ours)
		tp_lock(&m->res);
	mutex_unlock(&m->lock);
	return is_ours;
}
EXPORT_SYMBOL(amutex_trylock);

void amutex_unlock(struct amutex *m)
{
	struct waker next;

	mutex_lock(&m->lock);
	BUG_ON(!m->is_held);
	tp_unlock(&m->res);
	next = __amutex_pass(m);
	mutex_unlock(&m->lock);
	slot_wake(&next);
}
EXPORT_SYMBOL(amutex_unlock);

MODULE(amutex, "a lock that may be held across an await", NULL, NULL);

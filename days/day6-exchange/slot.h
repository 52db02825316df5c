/**
 * @file slot.h
 * A place for one waker: what every primitive of this day keeps under its lock.
 *
 * A waker is foreign code: its clone, its wake and its drop may take locks, free
 * memory, or come back to where they were called from. So none of them is called
 * with a lock held. What happens under the lock is only that a waker changes its
 * place:
 *
 *	mutex_lock(&x->lock);
 *	if (!is_due(x) && !slot_holds(&x->slot, cx))
 *		spare = slot_clone(&x->lock, cx);	gives the lock up meanwhile
 *	if (!is_due(x))					so look again
 *		slot_put(&x->slot, &spare);
 *	else
 *		other = slot_take(&x->other);
 *	mutex_unlock(&x->lock);
 *	waker_drop(&spare);
 *	slot_wake(&other);
 */
#ifndef DAY6_SLOT_H
#define DAY6_SLOT_H

#include "kit/compiler.h"
#include "kit/future.h"
#include "kit/lock.h"

/**
 * slot_none() - no waker
 *
 * Context: any thread; does not block.
 * Return: a waker that is none.
 */
static inline struct waker slot_none(void)
{
	return (struct waker){ NULL, NULL };
}

/**
 * slot_has_waker() - is there anybody to wake?
 * @cx: of a poll
 *
 * Context: any thread; does not block.
 * Return: false when a poll in it must not wait.
 */
static inline bool slot_has_waker(const struct context *cx)
{
	return cx->waker && cx->waker->ops;
}

/**
 * slot_holds() - is the one who polls in the slot already?
 * @slot: a waker, or none
 * @cx: of the poll
 *
 * A task is polled with the same waker again and again; whoever finds it in the
 * slot saves a clone. Another one means that the future has moved to another
 * parent, which is the one to be woken from now on.
 *
 * Context: the holder of the slot's lock; does not block.
 * Return: true when a clone of the context's waker is in @slot.
 */
static inline bool slot_holds(const struct waker *slot,
			      const struct context *cx)
{
	return slot->ops && slot_has_waker(cx) &&
	       waker_is_same(slot, cx->waker);
}

/**
 * slot_clone() - clone the waker of a poll without the lock
 * @lock: held by the caller; given up meanwhile, and held again on return
 * @cx: of the poll
 *
 * Context: the holder of @lock; may block to have it again.
 * Return: the clone, the caller's; none if the context has no waker.
 */
static inline struct waker slot_clone(struct mutex *lock,
				      const struct context *cx)
{
	struct waker w = slot_none();

	if (!slot_has_waker(cx))
		return w;
	mutex_unlock(lock);
	w = waker_clone(cx->waker);
	mutex_lock(lock);
	return w;
}

/**
 * slot_put() - leave a waker in the slot
 * @slot: a waker, or none
 * @spare: from slot_clone(), or none: then @slot stays as it is; afterwards what
 *	was in the slot, to be dropped without the lock
 *
 * Context: the holder of the slot's lock; does not block.
 */
static inline void slot_put(struct waker *slot, struct waker *spare)
{
	struct waker old = *slot;

	if (!spare->ops)
		return;
	*slot = *spare;
	*spare = old;
}

/**
 * slot_take() - whom to wake, or to drop, once the lock is free
 * @slot: a waker, or none; empty afterwards
 *
 * Context: the holder of the slot's lock; does not block.
 * Return: what was in it.
 */
static inline struct waker slot_take(struct waker *slot)
{
	struct waker w = *slot;

	slot->ops = NULL;
	return w;
}

/**
 * slot_wake() - wake what was taken out of a slot
 * @w: a waker, consumed, or none
 *
 * Context: any thread, without a lock.
 */
static inline void slot_wake(struct waker *w)
{
	if (w->ops)
		waker_wake(w);
}

#endif

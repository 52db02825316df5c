/**
 * @file unordered.h
 * Many futures in one task, the outputs in the order of completion. Bonus.
 *
 * As a gather, a set gives each child a waker of its own and polls those that
 * were woken. It hands out one child at a time, as soon as that is ready, and
 * more children may be pushed while it runs.
 *
 *	struct unordered set;
 *
 *	err = unordered_init(&set);
 *	...
 *	err = unordered_push(&set, &m->a.future, &m->a_out);
 *	err = unordered_push(&set, &m->b.future, &m->b_out);
 *	...
 *	m->next = unordered_next(&set);
 *	AWAIT(&m->next.future, &m->done);	which one: NULL when none is left
 *	...
 *	unordered_fini(&set);
 *
 * Who owns a child: the set, from unordered_push() on. The machine, and the
 * room for its output, stay the caller's memory.
 *
 * When it is dropped: exactly once; right after it is ready, before it is
 * handed out, or by unordered_fini(). A next that is dropped drops nothing:
 * the children and what they got done stay in the set, so it may lose a
 * select.
 *
 * A wake after the end: a waker of a child that has ended, or of a set that
 * is gone, queues nothing and tells nobody. It keeps a small block in memory
 * until it is dropped.
 *
 * Source: futures-rs, FuturesUnordered.
 */
#ifndef DAY3_UNORDERED_H
#define DAY3_UNORDERED_H

#include "kit/future.h"

struct unordered_hub;

/** A set of futures; moving it is fine. */
struct unordered {
	struct unordered_hub *hub; /**< private: a reference */
};

/** A future: the next child that ends; its output is a struct future *. */
struct unordered_next {
	struct future future;	   /**< private: embedded first */
	struct unordered_hub *hub; /**< private: borrowed from the set */
};

/**
 * unordered_init() - make a set with nobody in it
 * @u: the caller's memory; ended by unordered_fini()
 *
 * Context: any thread; does not block.
 * Return: 0; -ENOMEM when there is no memory.
 */
int unordered_init(struct unordered *u) __must_check;

/**
 * unordered_push() - put a future into a set
 * @u: the set; borrowed
 * @child: a future that was not polled yet; stays the caller's memory and must
 *	stay where it is until it is handed out or @u ends; consumed on success
 * @out: receives its output before it is handed out; borrowed likewise; may be
 *	NULL if it has none
 *
 * The one allocation of a child is made here. Whoever waits for the next one
 * is woken, and polls the new child.
 *
 * Context: any thread, a child's poll included, but not the drop of a child;
 * takes the set's lock for a moment.
 * Return: 0; -ENOMEM when there is no memory, and nothing is consumed.
 */
int unordered_push(struct unordered *u, struct future *child, void *out)
	__must_check;

/**
 * unordered_next() - make a future that waits for the next child to end
 * @u: the set; borrowed until the future is dropped
 *
 * Its output is the child, whose output is where unordered_push() was told to
 * write it; NULL when the set is empty. That is no end: whoever pushes again
 * can wait again.
 *
 * A turn gives way after as many polls as there were children, and when two
 * children were woken in their own poll: what such a child waits for may be
 * the next turn of the task, as with a budget that is spent.
 *
 * One at a time; it allocates nothing, and dropping it loses nothing.
 *
 * Context: any thread; does not block.
 * Return: the machine.
 */
struct unordered_next unordered_next(const struct unordered *u);

/**
 * unordered_len() - how many children are in a set
 * @u: the set; borrowed
 *
 * Context: any thread; takes the set's lock for a moment.
 * Return: children that were pushed and not handed out.
 */
size_t unordered_len(const struct unordered *u);

/**
 * unordered_fini() - drop what is left in a set, and end it
 * @u: the set; nobody is in another call on it, no next is left
 *
 * Context: any thread; takes the set's lock for a moment.
 */
void unordered_fini(struct unordered *u);

#endif

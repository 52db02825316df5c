/**
 * @file joinset.h
 * Tasks that belong together: what is left is aborted when the set ends.
 *
 * A spawned task runs on by itself, whoever still cares. A join set holds the
 * handles of some, hands each out as its task ends (unordered.h), and aborts
 * the rest with itself. Any future whose output is an int is a handle; how its
 * task is aborted says the caller, for day 1's:
 *
 *	static void cancel(struct future *handle)
 *	{
 *		join_cancel(container_of(handle, struct join, future));
 *	}
 *
 *	err = joinset_init(&set, cancel);
 *	...
 *	err = sched_spawn(s, &ops, &machine, &m->join[i]);
 *	err = joinset_push(&set, &m->task[i], &m->join[i].future);
 *	...
 *	m->next = joinset_next(&set);
 *	AWAIT(&m->next.future, &m->done);	NULL when none is left
 *	...
 *	joinset_fini(&set);
 *
 * Who owns a handle: the set, from joinset_push() until it is handed out; then
 * the caller, who may ask it for the task's output, and drops it.
 *
 * When it is dropped: by the set only when the set ends first, right after the
 * task was aborted.
 *
 * A wake after the end tells nobody, as with unordered. An aborted task may
 * still be in its last poll when joinset_fini() returns; whoever must know that
 * it is over calls joinset_abort_all() and waits until none is left.
 *
 * Source: Tokio's JoinSet.
 */
#ifndef DAY3_JOINSET_H
#define DAY3_JOINSET_H

#include "kit/list.h"
#include "unordered.h"

/** A set of tasks; stays where it is until it ends. */
struct joinset {
	struct unordered set;		 /**< private */
	struct list_head tasks;		 /**< private: not handed out */
	void (*abort)(struct future *h); /**< private */
};

/** One task of a set; the caller's memory, until it is handed out. */
struct joinset_task {
	struct future future;  /**< private: embedded first; the set polls it */
	struct future *handle; /**< the caller's again once handed out */
	int status;	       /**< what the handle said, once handed out */
	struct joinset *set;   /**< private: NULL once the task has ended */
	struct list_head link; /**< private: on set->tasks */
};

/**
 * joinset_init() - make a set with no task in it
 * @s: the caller's memory; ended by joinset_fini()
 * @abort: asks the task of a handle to end; borrows the handle, does not block
 *
 * Context: any thread; does not block.
 * Return: 0; -ENOMEM when there is no memory.
 */
int joinset_init(struct joinset *s, void (*abort)(struct future *h))
	__must_check;

/**
 * joinset_push() - put a task into a set
 * @s: the set; borrowed
 * @t: the caller's memory; stays where it is until it is handed out or @s ends
 * @handle: a future that was not polled yet; stays where it is likewise;
 *	consumed on success
 *
 * Context: the owner of the set; as for unordered_push().
 * Return: 0; -ENOMEM when there is no memory, and nothing is consumed.
 */
int joinset_push(struct joinset *s, struct joinset_task *t,
		 struct future *handle) __must_check;

/**
 * joinset_next() - make a future that waits for the next task to end
 * @s: the set; borrowed until the future is dropped
 *
 * Its output is for joinset_task().
 *
 * Context: as for unordered_next().
 * Return: the machine.
 */
struct unordered_next joinset_next(const struct joinset *s);

/**
 * joinset_task() - the task that was handed out
 * @done: output of joinset_next()
 *
 * Context: any thread; does not block.
 * Return: the task, whose handle is the caller's again; NULL when the set was
 * empty.
 */
static inline struct joinset_task *joinset_task(struct future *done)
{
	return done ? container_of(done, struct joinset_task, future) : NULL;
}

/**
 * joinset_abort_all() - ask all tasks to end
 * @s: the set; borrowed
 *
 * They stay in the set: each is handed out when it has ended, with what its
 * handle says then.
 *
 * Context: the owner of the set, not within its turn; does not block.
 */
void joinset_abort_all(struct joinset *s);

/**
 * joinset_fini() - abort what is left in a set, and end it
 * @s: the set; no next is left
 *
 * Context: the owner of the set; does not block.
 */
void joinset_fini(struct joinset *s);

#endif

/**
 * @file live.h
 * The list of tasks that have not ended.
 *
 * Only shutdown needs it: a task that waits for an event that never comes is
 * in no queue, and nobody else could find it. Each worker has a list of its
 * own, so that workers do not meet at one lock with every spawn.
 *
 * Source: Tokio's runtime/task/list.rs (OwnedTasks), which is sharded too.
 */
#ifndef DAY1_LIVE_H
#define DAY1_LIVE_H

#include "kit/compiler.h"
#include "kit/list.h"
#include "kit/lock.h"

struct task;

/**
 * A list of live tasks.
 *
 * Key: L under ->lock.
 */
struct live {
	struct mutex lock;	 /**< protects everything else in here */
	struct list_head tasks;	 /**< L: by task->live, oldest first */
	struct list_head doomed; /**< L: those that shutdown has cancelled */
	bool is_closed;		 /**< L: no task is added any more */
};

/**
 * live_init() - make an empty list
 * @l: the caller's memory
 *
 * Context: before anybody else can see @l; does not block.
 */
void live_init(struct live *l);

/**
 * live_fini() - end an empty list
 * @l: a list that nobody uses any more
 *
 * Context: the last user; does not block.
 */
void live_fini(struct live *l);

/**
 * live_add() - a task is born
 * @l: the list
 * @t: the task; borrowed until live_del()
 *
 * Context: any thread; takes the lock for a moment.
 * Return: 0; -ESHUTDOWN after live_close().
 */
int live_add(struct live *l, struct task *t) __must_check;

/**
 * live_del() - a task has ended
 * @t: a task that is on a list
 *
 * Context: any thread; takes the lock for a moment.
 */
void live_del(struct task *t);

/**
 * live_close() - no task is born any more
 * @l: the list
 *
 * Context: any thread; takes the lock for a moment.
 */
void live_close(struct live *l);

/**
 * live_cancel_all() - ask every task on the list to end, the oldest first
 * @l: a list that is closed
 *
 * Context: any thread; takes the lock for a moment, again and again.
 */
void live_cancel_all(struct live *l);

/**
 * live_is_empty() - has every task ended?
 * @l: the list
 *
 * Context: any thread; takes the lock for a moment.
 * Return: true when no task is on the list.
 */
bool live_is_empty(struct live *l);

#endif

/**
 * @file live.h
 * The list of tasks that nobody else could find.
 *
 * Only shutdown needs it: a task that waits for an event that never comes is
 * in no queue. So a task is added when it is about to be idle for the first
 * time, and stays until it ends. One that runs through without a pause never
 * is: it is in a queue, or on a worker, and shutdown waits for both. But what
 * is spawned from outside is added at once, since between the spawn and the
 * queue it would be nowhere.
 *
 * Each worker has a list of its own, so that workers do not meet at one lock.
 *
 * Source: Tokio's runtime/task/list.rs (OwnedTasks), which is sharded too, and
 * has every task from its birth on.
 */
#ifndef DAY1_LIVE_H
#define DAY1_LIVE_H

#include "kit/atomic.h"
#include "kit/compiler.h"
#include "kit/list.h"
#include "kit/lock.h"

struct task;

/**
 * A list of live tasks.
 *
 * Key: L under ->lock, A atomic.
 */
struct live {
	struct mutex lock;	 /**< protects everything else in here */
	struct list_head tasks;	 /**< L: by task->live, oldest first */
	struct list_head doomed; /**< L: those that shutdown has cancelled */
	_Atomic(bool) is_closed; /**< A: none is born; written under ->lock */
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
 * live_is_closed() - may no task be born any more?
 * @l: the list of the worker that asks
 *
 * A worker that spawns is awake, and shutdown waits for it: so it may look, and
 * be late, where live_add() must look under the lock.
 *
 * Context: the worker; does not block.
 * Return: true after live_close().
 */
bool live_is_closed(struct live *l);

/**
 * live_add() - a task is born outside of the workers
 * @l: the list
 * @t: the task; borrowed until live_del()
 *
 * Context: any thread; takes the lock for a moment.
 * Return: 0; -ESHUTDOWN after live_close().
 */
int live_add(struct live *l, struct task *t) __must_check;

/**
 * live_keep() - a task is about to be idle: have it on a list
 * @l: a list, closed or not
 * @t: the task; borrowed until live_del(); nothing happens when it is on one
 *
 * Context: whoever runs @t; takes the lock for a moment, once in a task's life.
 */
void live_keep(struct live *l, struct task *t);

/**
 * live_del() - a task has ended
 * @t: the task; nothing happens when it is on no list
 *
 * Context: whoever runs @t; takes the lock for a moment.
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

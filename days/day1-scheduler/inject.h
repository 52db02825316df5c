/**
 * @file inject.h
 * The injection queue: what comes from outside, and what overflows.
 *
 * One queue for all workers, first in first out: a list behind a lock. It
 * does not allocate, since the link is inside the task; so a wake cannot fail.
 * The length is kept beside it, so that a worker with nothing to do asks
 * without the lock.
 *
 * Source: Tokio's runtime/scheduler/inject.rs; Go's global run queue.
 */
#ifndef DAY1_INJECT_H
#define DAY1_INJECT_H

#include "kit/atomic.h"
#include "kit/compiler.h"
#include "kit/list.h"
#include "kit/lock.h"

struct runq;
struct task;

/**
 * An injection queue.
 *
 * Key: L under ->lock, A atomic.
 */
struct inject {
	struct mutex lock; /**< protects the list, and writes of the length */
	struct list_head tasks;	   /**< L: oldest first, by task->queue */
	_Atomic(unsigned int) len; /**< A: written under ->lock, read by all */
};

/**
 * inject_init() - make an empty queue
 * @in: the caller's memory
 *
 * Context: before anybody else can see @in; does not block.
 */
void inject_init(struct inject *in);

/**
 * inject_fini() - end an empty queue
 * @in: a queue that nobody uses any more
 *
 * Context: the last user; does not block.
 */
void inject_fini(struct inject *in);

/**
 * inject_len() - how many tasks are queued
 * @in: the queue
 *
 * Context: any thread; does not block.
 * Return: the number; old when it comes, but a task that was pushed before,
 *         and is still there, is not missed.
 */
static inline unsigned int inject_len(struct inject *in)
{
	/* seq_cst: the load of the store-load pair in worker_park(). */
	return atomic_load_explicit(&in->len, memory_order_seq_cst);
}

/**
 * inject_push() - put a task last
 * @in: the queue
 * @t: a task that is in no queue; the queue takes it over
 *
 * Context: any thread; takes the lock for a moment.
 */
void inject_push(struct inject *in, struct task *t);

/**
 * inject_push_array() - put many tasks last, with one lock
 * @in: the queue
 * @tasks: tasks that are in no queue, oldest first; the queue takes them over
 * @n: how many
 *
 * Context: any thread; takes the lock for a moment.
 */
void inject_push_array(struct inject *in, struct task *const *tasks,
		       unsigned int n);

/**
 * inject_pop() - take the oldest task
 * @in: the queue
 *
 * Context: any thread; takes the lock for a moment unless the queue is empty.
 * Return: the task, now the caller's; NULL when there is none.
 */
struct task *inject_pop(struct inject *in);

/**
 * inject_pop_batch() - take the oldest task, and fill a ring with the next
 * @in: the queue
 * @q: the caller's own ring, which has room for @max - 1
 * @max: at most this many tasks are taken, and at most RUNQ_SIZE / 2
 *
 * Context: a worker; takes the lock for a moment unless the queue is empty.
 * Return: the task, now the caller's; NULL when there is none.
 */
struct task *inject_pop_batch(struct inject *in, struct runq *q,
			      unsigned int max);

#endif

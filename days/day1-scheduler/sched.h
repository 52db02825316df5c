/**
 * @file sched.h
 * The scheduler: spawn tasks, run them on workers, join them, shut down.
 *
 * A task is a future that the scheduler owns and polls. Spawning copies it
 * into one block of memory; a worker polls it; a waker brings it back when it
 * can go on; the join handle hears of the end.
 *
 *	struct sched *s;
 *	struct join j;
 *	int status;
 *
 *	sched_create(&s, 0);
 *	sched_spawn(s, &ops, &machine, &j);
 *	sched_block_on(s, &j.future, &status);
 *	future_drop(&j.future);
 *	sched_destroy(s);
 *
 * Three flavours: current-thread (one worker, driven by the caller),
 * multi-thread (a thread for each worker), and stepped (many workers and no
 * thread: a test moves each by hand). What a worker looks like inside is in
 * worker.h; the task's state word is in task.h.
 */
#ifndef DAY1_SCHED_H
#define DAY1_SCHED_H

#include "kit/compiler.h"
#include "kit/future.h"
#include "kit/tracepoint.h"

struct park_driver;
struct sched;
struct task;

/** More workers than this are a mistake of the caller. */
#define SCHED_WORKERS_MAX 256

/**
 * What the spawner keeps of a task: a future that is ready when the task has
 * ended. Its output is an int: 0, or -ECANCELED when the task was cancelled.
 *
 * The handle is dropped exactly once, with future_drop(), ready or not; AWAIT()
 * does it by itself. It may be dropped after the scheduler is gone.
 */
struct join {
	struct future future; /**< set by sched_spawn() */
	struct task *task;    /**< private: a reference to the task's block */
};

/**
 * sched_create() - make a scheduler
 * @out: receives the scheduler, owned by the caller; untouched on error
 * @workers: 0: current-thread flavour, driven by sched_block_on() or
 *           sched_step() on the caller's thread; else that many threads
 *
 * Context: any thread but a worker's; does not block. On failure the threads
 *          that were started are joined, and nothing is left behind.
 * Return: 0; -EINVAL above SCHED_WORKERS_MAX; -ENOMEM; -EAGAIN when the system
 *         has no room for another thread.
 */
int sched_create(struct sched **out, unsigned int workers) __must_check;

/**
 * sched_create_driven() - the same, with a driver to sleep in
 * @out: receives the scheduler, owned by the caller; untouched on error
 * @workers: as for sched_create()
 * @driver: events of the outside world, such as day 2's struct driver; must
 *          outlive the scheduler; NULL: none
 *
 * One worker at a time sleeps in the driver, the others on a futex; a busy
 * worker glances at it every so many turns. See seat.h.
 *
 * Context: as for sched_create().
 * Return: as for sched_create().
 */
int sched_create_driven(struct sched **out, unsigned int workers,
			struct park_driver *driver) __must_check;

/**
 * sched_create_stepped() - make a scheduler whose workers are moved by hand
 * @out: receives the scheduler, owned by the caller; untouched on error
 * @workers: number of workers, at least 1
 *
 * No thread is started: sched_step() is one turn of one worker, so a test
 * decides every interleaving.
 *
 * Context: any thread; does not block.
 * Return: 0; -EINVAL for 0 or more than SCHED_WORKERS_MAX; -ENOMEM.
 */
int sched_create_stepped(struct sched **out, unsigned int workers) __must_check;

/**
 * sched_step() - one turn of one worker, on the caller's thread
 * @s: a stepped or current-thread scheduler
 * @worker: index from 0
 *
 * The worker picks at most one task and polls it once.
 *
 * Context: one thread at a time; blocks only if the task does.
 * Return: true when a task was polled (or dropped, because it was cancelled),
 *         false when the worker found nothing to do.
 */
bool sched_step(struct sched *s, unsigned int worker);

/**
 * sched_spawn() - start a task
 * @s: the scheduler
 * @ops: functions and sizes of the future; must outlive the task
 * @init: ops->size bytes, whose first member is a struct future with its ops
 *        set; copied into the task's block. Consumed on success, untouched on
 *        error
 * @join: the caller's memory, receives the handle; NULL: nobody will ask
 *
 * One allocation: header, state word, future and output are one block. From a
 * worker of @s the task goes to the worker's LIFO slot, from any other thread
 * to the injection queue. The text of @ops, and the place of the call in the
 * source, stay with the task: see sched_spawn_at().
 *
 * Context: any thread; may take a lock for a moment.
 * Return: 0; -ENOMEM; -ESHUTDOWN after sched_shutdown() has begun; -EINVAL
 *         when ops->size is too small for a future.
 * Source: the single block is that of Tokio's runtime/task/core.rs.
 */
#define sched_spawn(s, ops, init, join) \
	sched_spawn_at(s, ops, init, join, TP_PLACE(#ops))

/**
 * sched_spawn_at() - start a task on behalf of somebody else
 * @s: as for sched_spawn()
 * @ops: as for sched_spawn()
 * @init: as for sched_spawn()
 * @join: as for sched_spawn()
 * @place: where it is spawned, for whoever lists tasks; static. A function that
 *         spawns for its caller passes on the caller's place
 *
 * Context: as for sched_spawn().
 * Return: as for sched_spawn().
 */
int sched_spawn_at(struct sched *s, const struct future_ops *ops,
		   const void *init, struct join *join,
		   const struct tp_place *place) __must_check;

/**
 * sched_block_on() - poll a future on the caller's thread until it is ready
 * @s: the scheduler; not stepped
 * @f: the future; borrowed, not dropped
 * @out: receives its output; room for f->ops->out_size bytes
 *
 * Current-thread flavour: the caller becomes the worker and runs tasks between
 * two polls of @f. Multi-thread flavour: the caller sleeps between two polls.
 *
 * Context: no worker's thread; one caller at a time in the current-thread
 *          flavour; blocks.
 * Return: 0 when @out is written; -EDEADLK on a worker's thread; -EINVAL for
 *         a stepped scheduler; -ENOMEM. On an error @f was not polled.
 */
int sched_block_on(struct sched *s, struct future *f, void *out) __must_check;

/**
 * sched_shutdown() - run what can run, cancel the rest
 * @s: the scheduler
 *
 * Three steps. From the first moment on, sched_spawn() refuses with
 * -ESHUTDOWN. Then tasks run, and wake each other, until none is queued and
 * none is running. What is still there is pending for ever: each such task is
 * cancelled, its future dropped, its join handle told -ECANCELED. A second
 * call does nothing.
 *
 * A task that always wakes itself keeps the second step from ending; cancel
 * it first. Wakers may be used at any time, also after sched_destroy().
 *
 * Context: no worker's thread, one thread at a time; for current-thread and
 *          stepped the thread that drives it, which runs the tasks; blocks.
 */
void sched_shutdown(struct sched *s);

/**
 * sched_destroy() - shut down, join the threads, free
 * @s: the scheduler; consumed; NULL is fine
 *
 * Nobody may be in another call on @s. Wakers and join handles that are left
 * stay valid, since they refer to the block of their task.
 *
 * Context: as for sched_shutdown().
 */
void sched_destroy(struct sched *s);

/**
 * sched_current() - the scheduler whose worker runs on this thread
 *
 * Context: any thread; does not block.
 * Return: the scheduler, borrowed; NULL when this thread is no worker.
 */
struct sched *sched_current(void);

/**
 * join_output() - the output of a task that has ended
 * @j: a handle that was ready with status 0 and is not dropped yet
 *
 * Context: the owner of the handle; does not block.
 * Return: ops->out_size bytes in the task's own block; borrowed until the
 *         handle is dropped.
 */
const void *join_output(const struct join *j);

/**
 * join_cancel() - ask a task to end
 * @j: a handle that is not dropped yet; it stays
 *
 * The future is dropped at the task's next scheduling point: a queued or
 * pending one is not polled again, a running one ends with its poll. If that
 * poll makes it ready, or it had ended before, the request comes too late and
 * the status is 0.
 *
 * Context: any thread; may take a lock for a moment.
 */
void join_cancel(struct join *j);

#endif

/**
 * @file blocking.h
 * A pool of threads for what blocks: file reads, locks, long computations.
 *
 *	task                          pool                        thread
 *	----                          ----                        ------
 *	blocking_spawn() -- work --> [queue: first in, first out]
 *	    |                         |    grows up to the limit
 *	poll: pending, waker left     +------------------------> run
 *	    |                                                      |
 *	poll: ready, output copied <------- wake ------------- work_end()
 *
 * A worker that blocks holds up every task behind it; a thread of this pool
 * holds up nobody. Threads are made when work is queued and nobody is free for
 * it, up to a limit, and end when there was nothing to do for a while.
 *
 * A job is a future, struct blocking_job, embedded in whatever waits for it.
 * What the thread reads and writes is not in there but in a block of its own,
 * struct blocking_work: a future may be dropped at any time, and a thread
 * cannot be stopped.
 *
 * Source: Tokio's runtime/blocking/pool.rs: the limit of 512, the keep-alive of
 * 10 s, and the last exiting thread, which the next one joins.
 */
#ifndef DAY2_BLOCKING_H
#define DAY2_BLOCKING_H

#include "kit/atomic.h"
#include "kit/clock.h"
#include "kit/future.h"
#include "kit/list.h"
#include "kit/lock.h"
#include "kit/thread.h"

/** More threads than this are a mistake of the caller. */
#define BLOCKING_THREADS_MAX 512
/** How long a thread without work stays, for whoever has no better idea. */
#define BLOCKING_KEEP_ALIVE (10 * NSEC_PER_SEC)

struct blocking_thread;

/**
 * A pool.
 *
 * Key: I set at init, L under ->lock.
 */
struct blocking {
	unsigned int limit;	 /**< I: at most so many threads */
	uint64_t keep_alive;	 /**< I: ns; CLOCK_NEVER: none ever retires */
	struct mutex lock;	 /**< protects everything below */
	struct cond wanted;	 /**< work was queued, or the end has come */
	struct cond gone;	 /**< the last thread has retired */
	struct list_head queue;	 /**< L: by work->queue, oldest first */
	unsigned int depth;	 /**< L: length of ->queue */
	unsigned int nr_threads; /**< L: those that have not retired */
	unsigned int nr_busy;	 /**< L: of these, those that have a job */
	unsigned int nr_made;	 /**< L: threads made so far */
	bool is_shut;		 /**< L: nothing is queued any more */
	struct blocking_thread *last; /**< L: retired, not joined yet */
	uint64_t told; /**< L: the state that TP_POOL told last */
};

/** A thread of a pool; freed by whoever joins it. */
struct blocking_thread {
	struct thread thread;  /**< joined by the one that retires next */
	struct blocking *pool; /**< I: whose it is, until it retires */
	unsigned int number;   /**< I: from 1, in the order of their making */
};

/** What is to be seen of a pool from outside; a snapshot. */
struct blocking_stats {
	unsigned int threads; /**< that exist and have not retired */
	unsigned int idle;    /**< of these, those without a job */
	unsigned int depth;   /**< jobs that no thread has taken yet */
};

/** How a pool ends. */
enum blocking_end {
	BLOCKING_DRAIN,	  /**< what is queued still runs */
	BLOCKING_ABANDON, /**< what is queued never runs */
};

/* The pool: blocking.c, yours -------------------------------------------- */

/**
 * blocking_create() - make a pool without threads
 * @out: receives the pool, owned by the caller; untouched on error
 * @limit: at most so many threads, 1 to BLOCKING_THREADS_MAX
 * @keep_alive: ns after which a thread without work ends; 0: at once;
 *              CLOCK_NEVER: it stays until the pool ends
 *
 * Context: any thread; does not block.
 * Return: 0; -EINVAL for a limit out of range; -ENOMEM.
 */
int blocking_create(struct blocking **out, unsigned int limit,
		    uint64_t keep_alive) __must_check;

struct blocking_work;

/**
 * blocking_submit() - queue work, and see to it that somebody comes for it
 * @b: the pool
 * @w: work that is in no queue; the pool's on success, untouched on error
 *
 * A thread is free for each piece of work in the queue, or one more is made,
 * or the limit is reached. So work that waits for other work in the queue does
 * not wait for ever while threads could still be made.
 *
 * A thread that cannot be made is no error as long as there is at least one:
 * the work waits for it. With none at all nobody would ever come.
 *
 * Context: any thread; takes the lock for a moment, and may make a thread.
 * Return: 0; -ESHUTDOWN when the pool has ended; -EAGAIN or -ENOMEM when there
 *         is no thread, and none can be made.
 */
int blocking_submit(struct blocking *b, struct blocking_work *w) __must_check;

/**
 * blocking_next() - what a thread of the pool does next
 * @t: the thread, which has no job
 *
 * Takes the oldest work. If there is none, waits for it: until the pool ends,
 * or until keep_alive has passed. Then the thread retires: it is counted no
 * more, leaves itself in ->last to be joined, tells a shutdown that waits for
 * the last one, and joins and frees the thread that retired before it.
 *
 * All that another thread may see of this happens under the lock at once: a
 * submit finds either a thread that will look into the queue again, or none.
 *
 * Context: the thread @t; blocks.
 * Return: work, which is now the thread's; NULL: the thread has retired, and
 *         has no part in the pool any more.
 */
struct blocking_work *blocking_next(struct blocking_thread *t);

/**
 * blocking_stats() - how many threads there are, and how much waits for them
 * @b: the pool
 * @st: receives the numbers, all of one moment
 *
 * A job that was dropped while it was queued counts until a thread passes it.
 *
 * Context: any thread; takes the lock for a moment.
 */
void blocking_stats(struct blocking *b, struct blocking_stats *st);

/**
 * blocking_shutdown() - take no more work, and wait for the threads
 * @b: the pool
 * @how: whether what is queued still runs; if not, its futures are ready with
 *       -ECANCELED
 * @deadline: in ns of clock_now(); 0: do not wait; CLOCK_NEVER: without limit
 *
 * A thread cannot be stopped: what runs goes on in any case, and after an
 * abandon the pool must stay until it has ended. A second call may abandon
 * what the first one wanted to drain.
 *
 * Context: no thread of the pool; blocks until @deadline.
 * Return: 0: no thread is left; -ETIMEDOUT: some still run.
 */
int blocking_shutdown(struct blocking *b, enum blocking_end how,
		      uint64_t deadline);

/**
 * blocking_destroy() - drain, wait for all threads, join the last one, free
 * @b: the pool; consumed; NULL is fine
 *
 * Call blocking_shutdown() with BLOCKING_ABANDON first in order not to drain.
 * Futures of jobs may be polled and dropped afterwards.
 *
 * Context: no thread of the pool; blocks.
 */
void blocking_destroy(struct blocking *b);

/* Work and its future: job.c, given --------------------------------------- */

/**
 * The functions of one kind of work. Both get the block's own memory.
 */
struct blocking_ops {
	/** Runs on the pool's thread. Returns 0 or -errno, the status. */
	int (*run)(void *arg, void *out);
	/**
	 * The future was dropped before it was ready, so nobody will ask:
	 * give back what @arg holds, and @out if @has_run. May be NULL; must
	 * not block.
	 */
	void (*discard)(void *arg, void *out, bool has_run);
};

/** Where a piece of work is. */
enum work_state {
	WORK_NEW,     /**< not submitted */
	WORK_QUEUED,  /**< waits for a thread */
	WORK_RUNNING, /**< a thread is in run() */
	WORK_DONE,    /**< status and output are final */
};

/**
 * What a thread and a future share: one block, with argument and output.
 *
 * Key: I set at init, P under the lock of the pool, A atomic, L under ->lock.
 */
struct blocking_work {
	struct list_head queue;		/**< P: link in pool->queue */
	const struct blocking_ops *ops; /**< I: what is to be done */
	_Atomic(unsigned int) refs;	/**< A: the pool's and the future's */
	struct mutex lock;		/**< protects the six below */
	enum work_state state;		/**< L: where it is */
	bool has_run;			/**< L: run() was called */
	bool is_told;			/**< L: the future was ready */
	bool is_dropped;		/**< L: the future is gone */
	int status;			/**< L: final when DONE */
	struct waker waker;		/**< L: whom the end wakes; or none */
	void *out;		 /**< I: the output, behind the argument */
	size_t out_size;	 /**< I: bytes of the output */
	_Alignas(16) char arg[]; /**< the thread's while RUNNING */
};

/**
 * The future of a job. Its output is an int, the status: what run() returned,
 * or -ECANCELED when the pool was abandoned before it ran.
 *
 * It may be moved until its first poll, and is dropped exactly once. Dropped
 * before a thread took it, it never runs; dropped while it runs, the result is
 * thrown away, and the block stays until the thread is done with it.
 */
struct blocking_job {
	struct future future;	    /**< set by blocking_start() */
	struct blocking_work *work; /**< private: a reference to the block */
};

/**
 * __blocking_tell() - emit tp_pool() if the pool's state is a new one
 * @b: the pool; its lock is held
 *
 * Context: any thread; does not block.
 */
void __blocking_tell(struct blocking *b);

/**
 * blocking_tell() - the same, and takes the lock; nobody listens: does nothing
 * @b: the pool
 *
 * What blocking_submit() and blocking_next() change is told after them, by
 * whoever called them. So states that last for a moment only may be passed
 * over, but the last one told is the one that holds.
 *
 * Context: any thread; may take the lock for a moment.
 */
void blocking_tell(struct blocking *b);

/**
 * work_create() - a block for work that is not submitted yet
 * @ops: functions; must outlive the work
 * @arg_size: bytes of the argument, to be filled in at ->arg
 * @out_size: bytes of the output; zeroed
 *
 * Context: any thread; may take the allocator's lock.
 * Return: the block, owned by the caller; NULL when there is no memory.
 */
struct blocking_work *work_create(const struct blocking_ops *ops,
				  size_t arg_size, size_t out_size);

/**
 * work_queue() - work is about to be put into a queue
 * @w: from work_create(), filled in; from here on it has two owners, whoever
 *     takes it out of the queue, and the future
 * @job: receives the future
 *
 * For whoever has a queue of his own; blocking_start() does it for the pool's.
 *
 * Context: the owner of @w, before anybody else sees it; does not block.
 */
void work_queue(struct blocking_work *w, struct blocking_job *job);

/**
 * work_refuse() - the queue did not take it: free it, without discard()
 * @w: work after work_queue() that no queue has; consumed, and its future is
 *     none: it must not be polled or dropped
 *
 * Context: the owner of @w; may take the allocator's lock.
 */
void work_refuse(struct blocking_work *w);

/**
 * work_run() - a thread took the work: run it, unless nobody waits for it
 * @w: QUEUED work, which no queue has any more; borrowed
 *
 * Context: the pool's thread; blocks as long as the work does.
 */
void work_run(struct blocking_work *w);

/**
 * work_end() - the work is over: tell whoever waits
 * @w: work after work_run(), or one that is never run; the pool's reference is
 *     consumed
 *
 * Context: any thread; runs the waker, and discard() if the future is gone.
 */
void work_end(struct blocking_work *w);

/**
 * blocking_start() - submit a block that was filled in
 * @b: the pool
 * @w: from work_create(); consumed, on an error too, after which it is freed
 *     without discard()
 * @job: the caller's memory; receives the future; untouched on error
 *
 * Context: any thread; takes locks for a moment, and may make a thread.
 * Return: as blocking_submit(); -ENOMEM when @w is NULL.
 */
int blocking_start(struct blocking *b, struct blocking_work *w,
		   struct blocking_job *job) __must_check;

/**
 * blocking_spawn() - run a function on the pool
 * @b: the pool
 * @ops: functions; must outlive the work
 * @arg: @arg_size bytes; copied
 * @arg_size: bytes of the argument
 * @out_size: bytes of the output
 * @job: the caller's memory; receives the future; untouched on error
 *
 * The work starts now, whether or not the future is ever polled.
 *
 * Context: any thread; takes locks for a moment, and may make a thread.
 * Return: as blocking_start().
 */
int blocking_spawn(struct blocking *b, const struct blocking_ops *ops,
		   const void *arg, size_t arg_size, size_t out_size,
		   struct blocking_job *job) __must_check;

/**
 * blocking_output() - copy the output of a job
 * @job: a future that was ready, with a status other than -ECANCELED from an
 *       abandoned pool, and is not dropped yet
 * @out: receives as many bytes as the output has
 *
 * Context: the owner of the job; does not block.
 */
void blocking_output(const struct blocking_job *job, void *out);

#endif

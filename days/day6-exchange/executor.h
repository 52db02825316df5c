/**
 * @file executor.h
 * A second runtime for work that computes: threads of its own, at low priority.
 *
 *	task on the main runtime        executor
 *	------------------------        --------
 *	executor_submit() -- job --> [channel, bounded]
 *	   |                            | the loops take turns to receive
 *	poll: pending                   +--> loop 0, 1, ...: run the job
 *	   |                                        |
 *	poll: ready, output copied <---- wake ------+
 *
 * A long computation on the main runtime makes everybody on that worker wait,
 * /health included. Here it shares nothing with the others but the processor,
 * and that it gives up first: its threads are nicer than the main ones.
 *
 * It is made of the week's pieces: a scheduler (day 1) whose tasks, the loops,
 * take jobs (day 2's blocking_work) out of one channel (chan.h). A channel has
 * one receiver, so they take turns under a lock that may be held across an
 * await (amutex.h): whoever waits for a job holds it, the others wait for it.
 *
 * A job is a future. Dropped before a loop took it, it never runs; dropped
 * while it runs, its result is thrown away.
 *
 * Source: the DedicatedExecutor of InfluxDB IOx: a second Tokio runtime for
 * DataFusion's plans, so that network tasks are not held up.
 */
#ifndef DAY6_EXECUTOR_H
#define DAY6_EXECUTOR_H

#include "amutex.h"
#include "blocking.h"
#include "chan.h"
#include "sched.h"

#include "kit/thread.h"

/** More loops than this are a mistake of the caller. */
#define EXECUTOR_LOOPS_MAX 256

struct executor;

/**
 * An executor.
 *
 * Key: I set at init, A atomic.
 */
struct executor {
	struct chan *jobs;	    /**< I: of struct blocking_work * */
	struct amutex turn;	    /**< whose turn it is to receive */
	struct join *loops;	    /**< I: the ends of nr_loops tasks */
	unsigned int nr_loops;	    /**< I: jobs that run at a time, at most */
	_Atomic(uint64_t) accepted; /**< A: by executor_submit() */
	_Atomic(uint64_t) refused;  /**< A: after executor_close() */
};

/* executor.c: yours -------------------------------------------------------- */

/**
 * executor_init() - make an executor on a scheduler that is there
 * @e: the caller's memory; stays until executor_fini()
 * @s: where the loops run; borrowed as long
 * @loops: jobs that run at a time, 1 to EXECUTOR_LOOPS_MAX
 * @depth: jobs that wait at most, 1 to CHAN_CAPACITY_MAX
 *
 * With memory for some of the loops only there are fewer, and a line in the
 * message ring says so: one is enough for every job to run.
 *
 * Context: any thread; does not block. On an error nothing is left behind.
 * Return: 0; -EINVAL for a number out of range; -ENOMEM; -ESHUTDOWN when @s is.
 */
int executor_init(struct executor *e, struct sched *s, unsigned int loops,
		  size_t depth) __must_check;

/**
 * executor_submit() - give it a job
 * @e: the executor
 * @w: from work_create(), filled in; consumed, on an error too, after which it
 *	is freed without discard()
 * @job: the caller's memory; receives the future; untouched on error
 *
 * The job runs whether or not the future is ever polled - unless it is dropped
 * before. Output and status are those of blocking.h.
 *
 * Context: any thread; takes locks for a moment.
 * Return: 0; -EAGAIN when as many jobs as fit are waiting; -ESHUTDOWN after
 *	executor_close(): then there is a warning in the message ring, too,
 *	since whoever still submits has not been told to end; -ENOMEM when @w is NULL.
 */
int executor_submit(struct executor *e, struct blocking_work *w,
		    struct blocking_job *job) __must_check;

/**
 * executor_close() - accept no more jobs
 * @e: the executor
 *
 * From here on executor_submit() refuses; what was accepted before still runs.
 * A job is either accepted, and then it runs, or refused: there is no third.
 *
 * Context: any thread; takes locks for a moment.
 */
void executor_close(struct executor *e);

/**
 * executor_fini() - end an executor whose loops have ended
 * @e: the executor, closed, and its scheduler shut down: that runs the loops
 *	until each has seen the end of the channel
 *
 * A job that no loop has taken by then - the scheduler was shut down before the
 * executor was closed - ends with -ECANCELED.
 *
 * Context: the last user; does not block.
 */
void executor_fini(struct executor *e);

/* dedicated.c: given ------------------------------------------------------- */

/** A runtime of its own, and an executor on it. */
struct dedicated;

/**
 * dedicated_create() - threads at low priority, and an executor on them
 * @out: receives it, owned by the caller; untouched on error
 * @name: at most 8 characters, for ps; copied
 * @threads: of the second runtime, and jobs that run at a time
 * @depth: jobs that wait at most
 *
 * Context: no worker's thread: a runtime inside a runtime would hold up the
 *	outer one each time that it is waited for; blocks until it is there.
 * Return: 0; -EDEADLK on a worker's thread, and a line that says so; -EINVAL;
 *	-ENOMEM; -EAGAIN when the system has no room for a thread. On an error
 *	nothing is left behind.
 */
int dedicated_create(struct dedicated **out, const char *name,
		     unsigned int threads, size_t depth) __must_check;

/**
 * dedicated_executor() - the executor, to submit to
 * @d: it
 *
 * Context: any thread; does not block.
 * Return: borrowed until dedicated_destroy().
 */
struct executor *dedicated_executor(struct dedicated *d);

/**
 * dedicated_destroy() - refuse new jobs, finish those accepted, end the threads
 * @d: it; consumed; NULL is fine
 *
 * Nobody may be in executor_submit() any more when this returns.
 *
 * Context: no worker's thread; blocks until the last job has run.
 */
void dedicated_destroy(struct dedicated *d);

#endif

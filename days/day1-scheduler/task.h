/**
 * @file task.h
 * A task: one block of memory, one state word, and the transitions between
 * its states.
 *
 *	             spawn
 *	               v
 *	  +-----> SCHEDULED ---- a worker takes it ----> RUNNING
 *	  |            ^                                 |  |  |
 *	  | wake       +---- woken during the poll ------+  |  |
 *	  |                                                 |  |
 *	 idle <------------- pending -----------------------+  +---> DONE
 *
 * Many threads may hold a waker of the task, one may hold its join handle,
 * and at most one worker polls it. They never wait for each other: each makes
 * one atomic change of the state word, and the change that it made tells it
 * what it has to do next. That is what enum task_next is for.
 *
 * Who may touch what:
 *	the future and the output: the worker that moved the task to RUNNING,
 *	  until it moves it to idle or DONE; the output after DONE: the handle.
 *	the queue link: whoever moved the task to SCHEDULED, until it is queued;
 *	  then the queue, until a worker takes it out.
 *	the join waker: the handle while TASK_JOIN_WAKER is clear and the task is
 *	  not DONE; the worker that moved the task to DONE if it was set. While
 *	  it is set nobody writes it: the handle may compare it at any moment.
 *	the block: whoever drops the last reference frees it.
 *
 * Source: the state word is that of Tokio's runtime/task/state.rs, cut down.
 */
#ifndef DAY1_TASK_H
#define DAY1_TASK_H

#include "kit/atomic.h"
#include "kit/future.h"
#include "kit/list.h"

struct sched;
struct tp_place;
struct worker;
struct live;

/** The bits of the state word. References are counted above them. */
enum task_bit {
	/** Queued, or will be when the running poll ends: a wake may rest. */
	TASK_SCHEDULED = 1u << 0,
	/** A worker is in the task's poll, and alone may touch the future. */
	TASK_RUNNING = 1u << 1,
	/** The future is dropped, the status and output are final. */
	TASK_DONE = 1u << 2,
	/** Somebody asked the task to end: it is not polled again. */
	TASK_CANCELLED = 1u << 3,
	/** join_waker is filled in, and whoever finishes the task wakes it. */
	TASK_JOIN_WAKER = 1u << 4,
	/** One reference; the count takes all bits from here up. */
	TASK_REF = 1u << 8,
};

/** What a transition asks of the one who made it. */
enum task_next {
	TASK_NOTHING,	/**< no more; the task may be gone already */
	TASK_SUBMIT,	/**< put it into a queue: nobody else will */
	TASK_POLL,	/**< poll it: it is yours */
	TASK_CANCEL,	/**< drop its future: it is yours, and ends here */
	TASK_WAKE_JOIN, /**< wake join_waker: it is yours */
};

/**
 * A task, as its block begins; the future and the output follow.
 *
 * Key: I set at init, A atomic, Q whoever queues it, L under the lock of
 * ->home, R the worker that runs it, J see "join waker" above, N only whoever
 * listens at the trace points, in an event of the thread that owns the task.
 */
struct task {
	_Atomic(uint64_t) state;      /**< A: enum task_bit, and references */
	struct sched *sched;	      /**< I: valid until DONE */
	struct live *home;	      /**< R: list that it is on; or NULL */
	struct list_head queue;	      /**< Q: link in the injection queue */
	struct list_head live;	      /**< L: link in ->home */
	struct waker join_waker;      /**< J: whom the end of the task wakes */
	void *out;		      /**< I: the output, behind the future */
	const struct tp_place *place; /**< I: where it was spawned */
	uint64_t note;		      /**< N: 0 at birth */
	int status;		  /**< R: 0 or -ECANCELED, final when DONE */
	_Alignas(16) char body[]; /**< R: the future */
};

/**
 * task_future() - the future inside a task's block
 * @t: the task; borrowed
 *
 * Context: any thread may ask; see above who may touch it.
 * Return: the future, borrowed.
 */
static inline struct future *task_future(struct task *t)
{
	return (struct future *)t->body;
}

/**
 * task_to_scheduled() - the task was woken
 * @t: the task; borrowed
 *
 * An idle task becomes SCHEDULED, and the caller has to queue it. A running
 * one is marked SCHEDULED: the worker that polls it looks at the end. With one
 * that is SCHEDULED already, or DONE, there is nothing to do. Whatever the
 * case, what the caller wrote before is seen by the next poll.
 *
 * Context: any thread that holds a reference; does not block.
 * Return: TASK_SUBMIT or TASK_NOTHING.
 */
enum task_next task_to_scheduled(struct task *t) __must_check;

/**
 * task_to_running() - a worker took the task from a queue
 * @t: a SCHEDULED task; borrowed
 *
 * SCHEDULED is cleared here, before the poll: a wake that comes while the poll
 * runs sets it again, and is not lost.
 *
 * Context: the worker; does not block.
 * Return: TASK_POLL, or TASK_CANCEL when somebody asked it to end.
 */
enum task_next task_to_running(struct task *t) __must_check;

/**
 * task_to_idle() - the poll returned POLL_PENDING
 * @t: a RUNNING task; borrowed
 *
 * A task that was asked to end stays RUNNING, so that nobody else touches it
 * while its future is dropped. Any other one is RUNNING no more.
 *
 * Context: the worker that polled it; does not block.
 * Return: TASK_CANCEL; TASK_SUBMIT when the task was woken during the poll and
 *         is SCHEDULED; else TASK_NOTHING, and @t may not be touched again.
 */
enum task_next task_to_idle(struct task *t) __must_check;

/**
 * task_to_done() - the task has ended, and its future is dropped
 * @t: a RUNNING task whose status and output are final; borrowed
 *
 * Context: the worker that polled it, holding a reference; does not block.
 * Return: TASK_WAKE_JOIN or TASK_NOTHING.
 */
enum task_next task_to_done(struct task *t) __must_check;

/**
 * task_to_cancelled() - somebody asks the task to end
 * @t: the task; borrowed
 *
 * Context: any thread that holds a reference; does not block.
 * Return: TASK_SUBMIT when the task was idle: it is SCHEDULED now, and a
 *         worker will drop it; else TASK_NOTHING.
 */
enum task_next task_to_cancelled(struct task *t) __must_check;

/**
 * task_create() - one block with a task that is SCHEDULED, and in no queue
 * @s: its scheduler; borrowed until the task is DONE
 * @ops: functions and sizes of the future
 * @init: ops->size bytes; copied
 * @refs: references to begin with: the scheduler's, and the handle's
 * @place: where it is spawned; static
 *
 * Context: any thread; may take the allocator's lock.
 * Return: the task, owned by the caller; NULL when there is no memory.
 */
struct task *task_create(struct sched *s, const struct future_ops *ops,
			 const void *init, unsigned int refs,
			 const struct tp_place *place);

/**
 * task_get() - take one more reference
 * @t: the task; the caller holds a reference already
 *
 * Context: any thread; does not block.
 */
void task_get(struct task *t);

/**
 * task_put() - give a reference back; the last one frees the block
 * @t: the task; the reference is consumed
 *
 * Context: any thread; may take the allocator's lock.
 */
void task_put(struct task *t);

/**
 * task_wake() - bring a task back into a queue, if it is not there yet
 * @t: the task; borrowed
 *
 * Context: any thread that holds a reference; may take a lock for a moment.
 */
void task_wake(struct task *t);

/**
 * task_cancel() - ask a task to end, and queue it if nobody else would
 * @t: the task; borrowed
 *
 * Context: any thread that holds a reference; may take a lock for a moment.
 */
void task_cancel(struct task *t);

/**
 * task_run() - poll a task once, and do what follows
 * @t: a SCHEDULED task that was just taken from a queue
 * @w: the worker that took it
 *
 * Context: the worker; blocks only if the future does.
 */
void task_run(struct task *t, struct worker *w);

#endif

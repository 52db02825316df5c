/**
 * @file worker.h
 * The inside of the scheduler: what a worker has, and what its turn is made of.
 *
 *	   spawn, wake                        overflow
 *	       |                     +----------------------------+
 *	       |  from a task        |                            v
 *	       +------------> [slot] -> [ring: 256 tasks]   [injection queue]
 *	       |                |            |  ^ |               ^  |
 *	       |                |            |  | +- steal half   |  |
 *	       |                +--> poll <--+  +-- a batch ------|--+
 *	       |  from any other thread                           |
 *	       +--------------------------------------------------+
 *
 * One turn of a worker picks one task and polls it. The slot holds the task
 * that was woken last: what it needs is still in the cache. It is not stolen,
 * and a worker that has one is awake by construction.
 *
 * This header is for the day's own files and its tests; users of the scheduler
 * include sched.h.
 */
#ifndef DAY1_WORKER_H
#define DAY1_WORKER_H

#include "idle.h"
#include "inject.h"
#include "live.h"
#include "runq.h"
#include "sched.h"
#include "seat.h"
#include "task.h"

#include "kit/park.h"
#include "kit/thread.h"

/** Every so many turns the injection queue comes first. */
#define SCHED_INJECT_TICK 61
/** At most so many polls in a row come out of the slot. */
#define SCHED_SLOT_POLLS 3

/** Every so many turns a busy worker glances at the driver. */
#define SCHED_DRIVE_TICK 61

/** Who moves the workers. */
enum sched_flavour {
	SCHED_CURRENT, /**< one worker, moved by the caller's thread */
	SCHED_STEPPED, /**< moved by a test, with sched_step() */
	SCHED_THREADS, /**< a thread each */
};

/**
 * A worker.
 *
 * Key: I set at init, W only the worker itself, L under the lock of
 * ->sched->idle, N whoever listens at the trace points; the other parts have
 * keys of their own.
 */
struct worker {
	struct sched *sched;	  /**< I: whose worker it is */
	unsigned int index;	  /**< I: from 0 */
	unsigned int tick;	  /**< W: turns so far */
	unsigned int slot_polls;  /**< W: polls in a row out of the slot */
	struct task *slot;	  /**< W: the LIFO slot, or NULL */
	uint32_t rand;		  /**< W: where the next search starts */
	bool is_searching;	  /**< W: counted in idle->nr_searching */
	bool is_away;		  /**< I: no worker any more; see below */
	struct runq ring;	  /**< pushed and popped by the worker */
	struct live live;	  /**< tasks that were spawned here */
	struct seat seat;	  /**< its way into the driver */
	struct list_head sleeper; /**< L: link in idle->sleepers */
	struct parker *parker;	  /**< I: where it sleeps */
	struct parker own_parker; /**< sleeps here, unless current-thread */
	/** W: its thread; multi-thread flavour only */
	struct worker_thread *thread;
	_Atomic(uint64_t) note; /**< N: 0 at birth */
};

/**
 * A thread of a worker, freed by whoever joins it.
 *
 * Most workers keep theirs. But a task that must block can hand the worker,
 * queues and all, to a new thread (day 2, block_in_place()), and end its poll
 * on the old one, which belongs to no worker from then on: it leaves.
 *
 * Key: I set at init.
 */
struct worker_thread {
	struct thread thread; /**< joined by sched_stop(), or worker_leave() */
	struct worker away;   /**< I: in place of the worker it gave away */
};

/**
 * A scheduler.
 *
 * Key: I set at init, O the thread that shuts down, A atomic, L under the lock
 * of ->idle; the other parts have keys of their own.
 */
struct sched {
	enum sched_flavour flavour;	 /**< I: who moves the workers */
	unsigned int nr_workers;	 /**< I: at least 1 */
	struct inject inject;		 /**< tasks that no worker has yet */
	struct idle idle;		 /**< who sleeps, and who searches */
	unsigned int nr_away;		 /**< L: threads that have to leave */
	struct worker_thread *left;	 /**< L: left last, not joined yet */
	bool is_shut;			 /**< O: shutdown has begun */
	_Atomic(bool) is_stopped;	 /**< A: threads end when all is done */
	_Atomic(unsigned int) in_flight; /**< A: threads in sched_inject() */
	struct root *root;		 /**< I: current-thread flavour only */
	struct park_driver *driver;	 /**< I: or NULL; borrowed */
	_Atomic(bool) is_driven;	 /**< A: a worker is in the driver */
	struct worker workers[];	 /**< I: ->nr_workers of them */
};

/* sched.c: yours ---------------------------------------------------------- */

/**
 * sched_submit() - put a task that is SCHEDULED into a queue
 * @t: the task; consumed in the sense that any worker may run it from here on
 * @yielded: the task was woken while it was polled, most often by itself: it
 *           wants to give way
 *
 * On a worker of the task's scheduler: into the slot, and the task that was
 * there moves to the ring; with @yielded to the end of the ring. On any other
 * thread, a worker of another scheduler included: sched_inject().
 *
 * Emits tp_schedule() for the slot; worker_push() and sched_inject() emit their
 * own.
 *
 * Context: any thread; may take a lock for a moment.
 */
void sched_submit(struct task *t, bool yielded);

/**
 * sched_notify() - there is a task that anybody may take: is somebody needed?
 * @s: the scheduler
 *
 * Wakes one parked worker, if there is one and nobody searches. Called after
 * the task is in a ring or in the injection queue. Emits tp_unpark() with the
 * index of the worker, before it is unparked.
 *
 * Context: any thread; may take a lock for a moment.
 */
void sched_notify(struct sched *s);

/**
 * worker_next() - what the worker polls in this turn
 * @w: the worker
 *
 * Counts the turn in ->tick, then looks, in this order: in every
 * SCHED_INJECT_TICK-th turn (the 61st, the 122nd, ...) at the injection queue;
 * the slot, at most SCHED_SLOT_POLLS times in a row (then its task goes to the
 * end of the ring); the ring; a batch of the injection queue; the other
 * workers.
 *
 * Context: the worker; may take a lock for a moment.
 * Return: a task that is SCHEDULED, now the worker's; NULL: nothing to do.
 */
struct task *worker_next(struct worker *w);

/**
 * worker_park() - sleep until there may be something to do
 * @w: a worker whose last turn found nothing
 *
 * No wake-up is lost: a task that is submitted at any moment is seen either
 * here, before falling asleep, or by whoever submits it, who then sees a
 * parked worker.
 *
 * Context: the worker; blocks. On return it counts as searching.
 */
void worker_park(struct worker *w);

/* worker.c: given ---------------------------------------------------------- */

/**
 * worker_self() - the worker of a scheduler that runs on this thread
 * @s: the scheduler
 *
 * Context: any thread; does not block.
 * Return: the worker; NULL when this thread is none of @s.
 */
static inline struct worker *worker_self(const struct sched *s)
{
	struct worker *w = kit_self()->worker;

	return w && w->sched == s && !w->is_away ? w : NULL;
}

/**
 * worker_push() - put a task at the end of the ring, where it can be stolen
 * @w: the worker
 * @t: the task; consumed
 *
 * Emits the trace point, pushes, and notifies.
 *
 * Context: the worker; may take a lock for a moment.
 */
void worker_push(struct worker *w, struct task *t);

/**
 * worker_take_batch() - take a fair share of the injection queue
 * @w: a worker whose ring is empty
 *
 * The first task is returned, the others go into the ring.
 *
 * Context: the worker; may take a lock for a moment.
 * Return: a task; NULL when the injection queue is empty.
 */
struct task *worker_take_batch(struct worker *w);

/**
 * worker_steal() - search the other workers' rings, from a random one on
 * @w: a worker whose ring is empty
 *
 * Context: the worker; does not block.
 * Return: a task, with others in the ring; NULL when all rings are empty.
 */
struct task *worker_steal(struct worker *w);

/**
 * worker_turn() - pick one task and poll it
 * @w: the worker
 *
 * Context: the worker; blocks only if the task does.
 * Return: false when there was nothing to do.
 */
bool worker_turn(struct worker *w);

/**
 * worker_start() - give a worker a new thread
 * @w: a worker without a thread, or the caller's own
 *
 * The new thread is the worker when this returns 0, and @w is the caller's no
 * more.
 *
 * Context: before the worker runs, or the worker; does not block.
 * Return: 0; -ENOMEM; -EAGAIN when the system has no room for a thread.
 */
int worker_start(struct worker *w) __must_check;

/**
 * worker_join() - wait for a thread of a worker, and free it
 * @t: a thread that ends by itself; consumed; NULL is fine
 *
 * Context: any thread but @t; blocks.
 */
void worker_join(struct worker_thread *t);

/**
 * worker_main() - what the thread of a worker runs
 * @arg: the worker
 *
 * Ends when the scheduler is stopped, or when the poll that it came back from
 * has given the worker away.
 *
 * Context: the worker's thread.
 */
void worker_main(void *arg);

/**
 * sched_inject() - put a task into the injection queue, and notify
 * @t: the task; consumed
 *
 * Context: any thread; may take a lock for a moment. It is counted while it is
 *          in here: sched_destroy() waits until nobody is.
 */
void sched_inject(struct task *t);

/**
 * sched_has_work() - is a task in the injection queue or in any ring?
 * @s: the scheduler
 *
 * Context: any thread; does not block. Looks seq_cst: see worker_park().
 * Return: true when there is one.
 */
bool sched_has_work(struct sched *s);

/* join.c: given ------------------------------------------------------------ */

/** The future inside a struct join. */
extern const struct future_ops join_ops;

/* block_on.c: given -------------------------------------------------------- */

/**
 * What wakes the thread that is in sched_block_on(). It outlives the call, as
 * long as somebody has a waker of it.
 *
 * Key: A atomic.
 */
struct root {
	_Atomic(unsigned int) refs;	 /**< A: the last one frees it */
	_Atomic(bool) is_woken;		 /**< A: the future is to be polled */
	_Atomic(unsigned int) in_flight; /**< A: threads that wake it now */
	struct parker parker;		 /**< where the thread sleeps */
};

/**
 * root_create() - make a root with one reference
 *
 * Context: any thread; may take the allocator's lock.
 * Return: the root, owned by the caller; NULL when there is no memory.
 */
struct root *root_create(void);

/**
 * root_put() - give a reference back
 * @r: the root; the reference is consumed
 *
 * Context: any thread; may take the allocator's lock.
 */
void root_put(struct root *r);

#endif

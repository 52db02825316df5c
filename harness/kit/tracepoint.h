/**
 * @file tracepoint.h
 * Places in a runtime where somebody may listen.
 *
 * A trace point costs one load and one branch when nobody does. Tests bring a
 * plain recorder; day 2 writes the ring that a console can read. An earlier
 * day thus reaches a later one without naming it.
 *
 * Here are the listener, and the events of tasks and workers; what tasks wait
 * for, and hold, is in tracewait.h.
 *
 * Source: tracepoints of the Linux kernel; the events are those that Tokio's
 * console and its trace hooks use.
 */
#ifndef KIT_TRACEPOINT_H
#define KIT_TRACEPOINT_H

#include "kit/atomic.h"
#include "kit/compiler.h"
#include "kit/thread.h"

/** Where a scheduled task was put. */
enum tp_queue {
	TP_LIFO,      /**< the worker's LIFO slot */
	TP_LOCAL,     /**< the worker's ring */
	TP_INJECTION, /**< the shared injection queue */
};

/**
 * What happened; the comment says what @arg holds. A task as @arg is its
 * address, and 0 stands for "no task: a thread from outside, or a driver".
 */
enum tp_event {
	TP_SPAWN,      /**< task created; arg: the task that spawned it */
	TP_WAKE,       /**< a waker of the task was used; arg: who used it */
	TP_SCHEDULE,   /**< task was queued; arg: enum tp_queue */
	TP_POLL_BEGIN, /**< poll starts; arg: the worker's index */
	TP_POLL_END,   /**< poll returned; arg: 1 when ready, else 0 */
	TP_CANCEL,     /**< task ends cancelled; arg 0 */
	TP_STEAL,      /**< who: NULL; arg: see tp_steal() */
	TP_OVERFLOW, /**< who: NULL; arg: tasks moved to the injection queue */
	TP_PARK,     /**< who: NULL; arg: the worker's index */
	TP_UNPARK,   /**< who: NULL; arg: index of the worker that is woken */
	TP_RESUME,   /**< who: NULL; arg: index of the worker that was parked */
	TP_DROP,     /**< the task's future was dropped; arg 0 */
	TP_JOIN,     /**< the task's end was seen; arg: by which task */
	TP_IO_READY, /**< who: NULL; arg: the descriptor that is ready */
	TP_TIMER,    /**< who: NULL; arg: ns by which the timer fired late */
	TP_BLOCKING_BEGIN, /**< who: the job, or NULL; arg: the thread's number */
	TP_BLOCKING_END,   /**< the same */
	TP_STOP,	   /**< who: the scheduler, about to be freed; arg 0 */
	TP_CLONE, /**< a waker of the task was cloned; arg: by which task */
	TP_WAKER_DROP, /**< one is dropped, or used up; arg: by which task */
	TP_WAIT,       /**< who: what is waited for; arg: see tp_wait() */
	TP_YIELD,      /**< the task's budget is spent: it gives way; arg 0 */
	TP_IO_ADD,  /**< who: NULL; arg: the descriptor, watched from here on */
	TP_IO_DEL,  /**< who: NULL; arg: the descriptor, watched no more */
	TP_POOL,    /**< who: a blocking pool; arg: see tp_pool() */
	TP_RES_NEW, /**< who: a resource, a struct tp_res; arg 0 */
	TP_RES_GONE, /**< who: the resource; arg 0 */
	TP_SEND,     /**< who: a channel; arg: messages in it afterwards */
	TP_RECV,     /**< the same */
	TP_LOCK,     /**< who: a lock; arg: which task has it */
	TP_UNLOCK,   /**< who: a lock; arg: which task had it */
	TP_FREE,     /**< the task's block is freed next; arg 0 */
	TP_NR
};

/**
 * A place in the source; static, one for each place.
 *
 * Key: I set at init, A atomic.
 */
struct tp_place {
	const char *what;	/**< I: the text of an argument, say */
	const char *where;	/**< I: "file:line" */
	_Atomic(uint64_t) note; /**< A: whoever listens; 0 at first */
};

/**
 * TP_PLACE() - this place
 * @text: what there is to say about it; a string literal
 *
 * Context: inside a function; any thread.
 * Return: its struct tp_place, the same one each time.
 */
#define TP_PLACE(text)                                                  \
	({                                                              \
		static struct tp_place __place = { text, KIT_HERE, 0 }; \
		&__place;                                               \
	})

/**
 * tp_is_account() - does an event keep accounts, rather than tell a story?
 * @ev: the event
 *
 * These are for a listener that knows at each moment what there is: who holds
 * wakers, what is waited for, how many threads a pool has. A trace, a text or a
 * picture of what happened leaves them out, since a wait stands there as a
 * pending poll already, and a clone is no news of a task's way.
 *
 * Context: any thread; does not block.
 * Return: true when a trace leaves it out.
 */
static inline bool tp_is_account(enum tp_event ev)
{
	return ev == TP_STOP || ev == TP_CLONE || ev == TP_WAKER_DROP ||
	       ev == TP_WAIT || ev == TP_POOL || ev == TP_RES_NEW ||
	       ev == TP_RES_GONE || ev == TP_FREE;
}

/**
 * tp_who_is_task() - is an event about a task?
 * @ev: the event
 *
 * Context: any thread; does not block.
 * Return: true when who is a task, or NULL.
 */
static inline bool tp_who_is_task(enum tp_event ev)
{
	return ev < TP_BLOCKING_BEGIN || ev == TP_CLONE ||
	       ev == TP_WAKER_DROP || ev == TP_YIELD || ev == TP_IO_ADD ||
	       ev == TP_IO_DEL || ev == TP_FREE;
}

/**
 * tp_arg_is_task() - does an event say which task did it?
 * @ev: the event
 *
 * Context: any thread; does not block.
 * Return: true when the argument is a task, or 0.
 */
static inline bool tp_arg_is_task(enum tp_event ev)
{
	return ev == TP_SPAWN || ev == TP_WAKE || ev == TP_JOIN ||
	       ev == TP_CLONE || ev == TP_WAKER_DROP || ev == TP_LOCK ||
	       ev == TP_UNLOCK;
}

/**
 * Listener; runs on the thread of the event and must not block.
 * @who identifies the task (its address), or is NULL.
 */
typedef void tp_listener_fn(enum tp_event ev, const void *who, uint64_t arg);

/** The listener, or NULL. */
extern _Atomic(tp_listener_fn *) tp_listener;

/**
 * tp_emit() - tell the listener, if there is one
 * @ev: what happened
 * @who: the task that it happened to, or NULL; borrowed
 * @arg: see enum tp_event
 *
 * Context: any thread; the listener runs here and does not block.
 */
static inline void tp_emit(enum tp_event ev, const void *who, uint64_t arg)
{
	/* acquire: pairs with the release store of whoever starts listening. */
	tp_listener_fn *fn =
		atomic_load_explicit(&tp_listener, memory_order_acquire);

	if (unlikely(fn))
		fn(ev, who, arg);
}

/**
 * tp_is_heard() - does anybody listen?
 *
 * For whoever would have to work for what it emits.
 *
 * Context: any thread; does not block.
 * Return: a hint: tp_emit() looks again.
 */
static inline bool tp_is_heard(void)
{
	/* relaxed: only a hint, through which nothing is read. */
	return unlikely(
		atomic_load_explicit(&tp_listener, memory_order_relaxed));
}

/**
 * tp_emit_by() - the same, with the task that is polled on this thread as @arg
 * @ev: what happened
 * @who: the task that it happened to, or a lock; borrowed
 *
 * Context: any thread; as for tp_emit().
 */
static inline void tp_emit_by(enum tp_event ev, const void *who)
{
	/* Nobody listens: no call. */
	if (tp_is_heard())
		tp_emit(ev, who, (uintptr_t)kit_self()->task);
}

/** tp_spawn() - @task was created */
static inline void tp_spawn(const void *task)
{
	tp_emit_by(TP_SPAWN, task);
}

/** tp_wake() - a waker of @task was used */
static inline void tp_wake(const void *task)
{
	tp_emit_by(TP_WAKE, task);
}

/** tp_schedule() - @task was queued at @q */
static inline void tp_schedule(const void *task, enum tp_queue q)
{
	tp_emit(TP_SCHEDULE, task, q);
}

/** tp_poll_begin() - worker @index begins to poll @task */
static inline void tp_poll_begin(const void *task, unsigned int index)
{
	tp_emit(TP_POLL_BEGIN, task, index);
}

/** tp_poll_end() - the poll of @task returned, @ready or pending */
static inline void tp_poll_end(const void *task, bool ready)
{
	tp_emit(TP_POLL_END, task, ready);
}

/** tp_cancel() - @task ends cancelled */
static inline void tp_cancel(const void *task)
{
	tp_emit(TP_CANCEL, task, 0);
}

/** What TP_STEAL's argument holds: three numbers in 32 bits. */
enum tp_steal {
	TP_STEAL_TASKS = 1u << 12,   /**< modulo this: how many tasks */
	TP_STEAL_WORKERS = 1u << 10, /**< then the victim, then the thief */
};

/** tp_steal() - worker @thief took @n tasks from worker @victim */
static inline void tp_steal(unsigned int n, unsigned int victim,
			    unsigned int thief)
{
	tp_emit(TP_STEAL, NULL,
		((uint64_t)thief * TP_STEAL_WORKERS + victim) * TP_STEAL_TASKS +
			n);
}

/**
 * tp_steal_tasks() - how many tasks were stolen
 * @arg: of TP_STEAL
 *
 * Context: any thread; does not block.
 * Return: the number.
 */
static inline unsigned int tp_steal_tasks(uint64_t arg)
{
	return arg % TP_STEAL_TASKS;
}

/**
 * tp_steal_victim() - the worker that had them
 * @arg: of TP_STEAL
 *
 * Context: any thread; does not block.
 * Return: its index.
 */
static inline unsigned int tp_steal_victim(uint64_t arg)
{
	return arg / TP_STEAL_TASKS % TP_STEAL_WORKERS;
}

/**
 * tp_steal_thief() - the worker that has them now
 * @arg: of TP_STEAL
 *
 * Context: any thread; does not block.
 * Return: its index.
 */
static inline unsigned int tp_steal_thief(uint64_t arg)
{
	return (unsigned int)(arg / TP_STEAL_TASKS / TP_STEAL_WORKERS);
}

/** tp_overflow() - @n tasks went from a full ring to the injection queue */
static inline void tp_overflow(unsigned int n)
{
	tp_emit(TP_OVERFLOW, NULL, n);
}

/** tp_park() - worker @index goes to sleep */
static inline void tp_park(unsigned int index)
{
	tp_emit(TP_PARK, NULL, index);
}

/** tp_unpark() - worker @index is woken */
static inline void tp_unpark(unsigned int index)
{
	tp_emit(TP_UNPARK, NULL, index);
}

/** tp_resume() - worker @index, which was parked, is awake */
static inline void tp_resume(unsigned int index)
{
	tp_emit(TP_RESUME, NULL, index);
}

/** tp_drop() - the future of @task was dropped */
static inline void tp_drop(const void *task)
{
	tp_emit(TP_DROP, task, 0);
}

/** tp_join() - the end of @task was seen through its join handle */
static inline void tp_join(const void *task)
{
	tp_emit_by(TP_JOIN, task);
}

/** tp_io_ready() - the driver heard that @fd is ready */
static inline void tp_io_ready(int fd)
{
	tp_emit(TP_IO_READY, NULL, (uint64_t)fd);
}

/** tp_timer() - a timer fired, @late ns after its time */
static inline void tp_timer(uint64_t late)
{
	tp_emit(TP_TIMER, NULL, late);
}

/** tp_blocking_begin() - thread @index of the blocking pool begins @job */
static inline void tp_blocking_begin(const void *job, unsigned int index)
{
	tp_emit(TP_BLOCKING_BEGIN, job, index);
}

/** tp_blocking_end() - thread @index of the blocking pool has done @job */
static inline void tp_blocking_end(const void *job, unsigned int index)
{
	tp_emit(TP_BLOCKING_END, job, index);
}

/** tp_free() - the block of @task is freed next: nobody refers to it */
static inline void tp_free(const void *task)
{
	tp_emit(TP_FREE, task, 0);
}

/** tp_stop() - scheduler @s has no thread any more, and is freed next */
static inline void tp_stop(const void *s)
{
	tp_emit(TP_STOP, s, 0);
}

/** tp_clone() - there is one more waker of @task */
static inline void tp_clone(const void *task)
{
	tp_emit_by(TP_CLONE, task);
}

/** tp_waker_drop() - there is one waker less of @task */
static inline void tp_waker_drop(const void *task)
{
	tp_emit_by(TP_WAKER_DROP, task);
}

/** tp_yield() - the budget of @task is spent: it gives way */
static inline void tp_yield(const void *task)
{
	tp_emit(TP_YIELD, task, 0);
}

#endif

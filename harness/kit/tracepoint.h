/**
 * @file tracepoint.h
 * Places in a runtime where somebody may listen.
 *
 * A trace point costs one load and one branch when nobody does. Tests bring a
 * plain recorder; day 2 writes the ring that a console can read. An earlier
 * day thus reaches a later one without naming it.
 *
 * Source: tracepoints of the Linux kernel; the events are those that Tokio's
 * console and its trace hooks use.
 */
#ifndef KIT_TRACEPOINT_H
#define KIT_TRACEPOINT_H

#include "kit/atomic.h"
#include "kit/compiler.h"

/** Where a scheduled task was put. */
enum tp_queue {
	TP_LIFO,      /**< the worker's LIFO slot */
	TP_LOCAL,     /**< the worker's ring */
	TP_INJECTION, /**< the shared injection queue */
};

/** What happened; the comment says what @arg holds. */
enum tp_event {
	TP_SPAWN,      /**< task created; arg 0 */
	TP_WAKE,       /**< a waker of the task was used; arg 0 */
	TP_SCHEDULE,   /**< task was queued; arg: enum tp_queue */
	TP_POLL_BEGIN, /**< poll starts; arg: the worker's index */
	TP_POLL_END,   /**< poll returned; arg: 1 when ready, else 0 */
	TP_CANCEL,     /**< task ends cancelled; arg 0 */
	TP_STEAL,      /**< who: NULL; arg: number of tasks taken */
	TP_OVERFLOW, /**< who: NULL; arg: tasks moved to the injection queue */
	TP_PARK,     /**< who: NULL; arg: the worker's index */
	TP_UNPARK,   /**< who: NULL; arg: index of the worker that is woken */
	TP_NR
};

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

/** tp_spawn() - @task was created */
static inline void tp_spawn(const void *task)
{
	tp_emit(TP_SPAWN, task, 0);
}

/** tp_wake() - a waker of @task was used */
static inline void tp_wake(const void *task)
{
	tp_emit(TP_WAKE, task, 0);
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

/** tp_steal() - @n tasks were stolen */
static inline void tp_steal(unsigned int n)
{
	tp_emit(TP_STEAL, NULL, n);
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

#endif

/**
 * @file idle.h
 * Who sleeps, and who searches: the register that a submit looks into.
 *
 * A worker without a task is in one of two states.
 *	searching: awake, looks through the other workers' rings.
 *	parked: in the register, asleep or about to be.
 * A submit wakes a parked worker only when nobody searches: the searcher will
 * find the task. When the last searcher has found a task and there is more
 * work, it wakes the next one. So a burst of work wakes workers one after the
 * other, and a single task wakes one.
 *
 * Source: Go's "spinning" threads, runtime/proc.go; Tokio's
 * runtime/scheduler/multi_thread/idle.rs.
 */
#ifndef DAY1_IDLE_H
#define DAY1_IDLE_H

#include "kit/atomic.h"
#include "kit/compiler.h"
#include "kit/list.h"
#include "kit/lock.h"

struct worker;

/**
 * The register.
 *
 * Key: L under ->lock, A atomic.
 */
struct idle {
	struct mutex lock; /**< protects the list, and writes of nr_parked */
	struct cond quiet; /**< signalled when all workers are parked */
	struct list_head sleepers; /**< L: by worker->sleeper, last one first */
	_Atomic(unsigned int) nr_parked;    /**< A: written under ->lock */
	_Atomic(unsigned int) nr_searching; /**< A: workers that search */
};

/**
 * idle_init() - make a register in which everybody is awake
 * @idle: the caller's memory
 *
 * Context: before anybody else can see @idle; does not block.
 */
void idle_init(struct idle *idle);

/**
 * idle_fini() - end a register
 * @idle: a register that nobody uses any more
 *
 * Context: the last user; does not block.
 */
void idle_fini(struct idle *idle);

/**
 * idle_enter() - a worker enters itself as parked, and searches no more
 * @w: the worker
 *
 * From here on a submit may pick it, and give it a permit to wake up with.
 * Emits the trace point for parking first.
 *
 * Context: the worker; takes the lock for a moment. Its two counters are
 *          written seq_cst: see worker_park().
 */
void idle_enter(struct worker *w);

/**
 * idle_leave() - a worker is awake again, and searches
 * @w: the worker, after idle_enter(), whether it was picked or not
 *
 * Emits the trace point for the end of parking.
 *
 * Context: the worker; takes the lock for a moment.
 */
void idle_leave(struct worker *w);

/**
 * idle_pick() - take a worker out of the register, to wake it
 * @idle: the register
 *
 * Looks again, under the lock, whether anybody searches. The worker that is
 * picked counts as searching from here on.
 *
 * Context: any thread; takes the lock for a moment.
 * Return: the worker, which the caller must unpark; NULL when nobody is parked
 *         or somebody searches.
 */
struct worker *idle_pick(struct idle *idle);

/**
 * idle_search() - a worker begins to search, if it does not already
 * @w: the worker
 *
 * Context: the worker; does not block.
 */
void idle_search(struct worker *w);

/**
 * idle_found() - a worker ends its search
 * @w: the worker; nothing happens when it does not search
 *
 * Context: the worker; does not block.
 * Return: true when it was the last one that searched.
 */
bool idle_found(struct worker *w);

#endif

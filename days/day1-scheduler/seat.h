/**
 * @file seat.h
 * Where a worker sleeps when the scheduler has a driver.
 *
 * A driver (epoll and timers, on day 2) has one seat: one worker sleeps in it,
 * the others on a futex of their own. Whoever is about to sleep tries to take
 * the seat, and whoever wakes up gives it back, so no worker is the driver for
 * good. Nobody misses it: as long as a worker is awake it will look for the
 * seat before it sleeps, or glance at the driver every SCHED_DRIVE_TICK turns;
 * and when all sleep, the one that fell asleep last found the seat free, or
 * another one in it.
 *
 *	worker 0   run | turn in the driver ......... | run | run | glance | run
 *	worker 1   run | run | futex ............................. woken | run
 *
 * A submit that wakes a worker must know where it sleeps: a futex for the one,
 * an interrupt of the driver for the other. The answer is in ->where, one word
 * that is only exchanged: whoever writes "notified" learns from the old value
 * what has to be woken, and a worker that is about to sleep and finds
 * "notified" does not.
 *
 * The parker of the worker calls this file through kit/park.h, and the driver
 * is called through it, too: nothing here names day 2.
 *
 * Source: the four states and the shared driver are those of Tokio's
 * runtime/scheduler/multi_thread/park.rs.
 */
#ifndef DAY1_SEAT_H
#define DAY1_SEAT_H

#include "kit/atomic.h"
#include "kit/compiler.h"
#include "kit/park.h"

struct sched;
struct worker;

/** Where a worker is. */
enum seat_where {
	SEAT_AWAKE,    /**< not asleep, and nobody has called */
	SEAT_SLEEPS,   /**< on ->own, or about to be */
	SEAT_DRIVES,   /**< in the driver, or about to be */
	SEAT_NOTIFIED, /**< it was called; the next sleep ends at once */
};

/**
 * What a worker has of it.
 *
 * Key: I set at init, A atomic.
 */
struct seat {
	struct park_driver door; /**< I: what the worker's parker calls */
	struct worker *worker;	 /**< I: whose it is */
	_Atomic(uint32_t) where; /**< A: enum seat_where */
	struct parker own;	 /**< sleeps here while another one drives */
};

/**
 * seat_init() - let a worker's parker go through its seat, if there is a driver
 * @w: a worker whose ->parker and ->sched->driver are set
 *
 * Context: before anybody else can see @w; does not block.
 */
void seat_init(struct worker *w);

/**
 * seat_glance() - look at the driver without sleeping, unless somebody is there
 * @w: a worker that is awake
 *
 * Context: the worker; does not block.
 */
void seat_glance(struct worker *w);

#endif

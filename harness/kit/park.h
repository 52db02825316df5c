/**
 * @file park.h
 * The door to sleep: park the calling thread, unpark it from another one.
 *
 * A parker holds one permit. park takes the permit, or sleeps until there is
 * one; unpark gives it, and gives no second one. A permit given before the
 * sleep is not lost: that is the whole point.
 *
 * A driver (day 2: epoll and timers) may take a parker over. Its thread then
 * sleeps in the driver, where a descriptor or a timer can end the sleep too.
 *
 * Source: java.util.concurrent.LockSupport; Rust's std::thread::park; the
 * three states are those of Tokio's runtime/park.rs.
 */
#ifndef KIT_PARK_H
#define KIT_PARK_H

#include "kit/atomic.h"
#include "kit/compiler.h"

struct park_driver;

/** What a driver does in place of the plain sleep. */
struct park_driver_ops {
	/** Sleep until @deadline, an event, or interrupt(). */
	void (*turn)(struct park_driver *d, uint64_t deadline);
	/** End the sleep; once given it holds for the next turn too. */
	void (*interrupt)(struct park_driver *d);
};

/** Embedded in the driver. */
struct park_driver {
	const struct park_driver_ops *ops; /**< set at init */
};

/** States of a parker. */
enum park_state {
	PARK_EMPTY,  /**< awake, no permit */
	PARK_PARKED, /**< asleep, or about to be */
	PARK_PERMIT, /**< a permit waits to be taken */
};

/**
 * One sleeper.
 *
 * Key: I set at init, A atomic.
 */
struct parker {
	_Atomic(uint32_t) state;    /**< A: enum park_state */
	struct park_driver *driver; /**< I: sleeps here if not NULL; borrowed */
};

/**
 * parker_init() - make a parker without a permit
 * @p: the caller's memory
 *
 * Context: any thread; does not block.
 */
void parker_init(struct parker *p);

/**
 * parker_park() - take the permit, or sleep until there is one
 * @p: the calling thread's parker
 * @deadline: in ns of clock_now(), or CLOCK_NEVER
 *
 * What was written before the parker_unpark() is seen after this returns
 * true (acquire). May return false early, when a driver had events.
 *
 * Context: one thread at a time; blocks.
 * Return: true when a permit was taken, false when not.
 */
bool parker_park(struct parker *p, uint64_t deadline);

/**
 * parker_unpark() - give the permit; wake the sleeper if there is one
 * @p: any thread's parker
 *
 * Orders as a release. Costs a system call only if the thread sleeps.
 *
 * Context: any thread; does not block.
 */
void parker_unpark(struct parker *p);

#endif

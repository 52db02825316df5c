/**
 * @file sleep.h
 * A future that is ready at a time.
 *
 * Never early. Late by what epoll's milliseconds add, and by how long the task
 * then waits for a worker.
 */
#ifndef DAY2_SLEEP_H
#define DAY2_SLEEP_H

#include "driver.h"

#include "kit/future.h"

/** A sleep. All of it is private. */
struct sleep {
	struct future future;  /**< its output is an int, 0 or -errno */
	struct driver *driver; /**< who has the timer */
	uint64_t deadline;     /**< in ns of clock_now() */
	int err;	       /**< 0, or what was wrong with the delay */
	struct timer timer;    /**< runs while the future is pending */
};

/**
 * sleep_until() - sleep to a point in time
 * @d: the driver; borrowed until the future is dropped
 * @deadline: in ns of clock_now(); in the past: ready at the first poll;
 *            CLOCK_NEVER: never ready
 *
 * Context: any thread; does not block.
 * Return: the future. Its output is 0; -EINVAL when it is polled with a context
 *         that has no waker; -ENOMEM.
 */
struct sleep sleep_until(struct driver *d, uint64_t deadline);

/**
 * sleep_for() - sleep for some time, from now on
 * @d: the driver; borrowed until the future is dropped
 * @ns: nanoseconds; negative: the output is -EINVAL, at the first poll
 *
 * A delay that goes beyond the end of the clock ends just before CLOCK_NEVER,
 * in 584 years.
 *
 * Context: any thread; does not block.
 * Return: the future, as for sleep_until().
 */
struct sleep sleep_for(struct driver *d, int64_t ns);

#endif

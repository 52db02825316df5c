/**
 * @file clock.h
 * The door to time: nanoseconds of a clock that never goes back.
 *
 * A test replaces the source with a clock that it moves by hand; no test
 * waits for real time to pass.
 */
#ifndef KIT_CLOCK_H
#define KIT_CLOCK_H

#include "kit/compiler.h"

#define NSEC_PER_USEC 1000ull	   /**< ns of a microsecond */
#define NSEC_PER_MSEC 1000000ull   /**< ns of a millisecond */
#define NSEC_PER_SEC 1000000000ull /**< ns of a second */

/** A point in time that never comes: wait without limit. */
#define CLOCK_NEVER UINT64_MAX

/** The fake clock, or NULL for the real one; set while no thread runs. */
extern uint64_t (*clock_source)(void);

/**
 * clock_now() - the time
 *
 * The real clock is CLOCK_MONOTONIC: about 20-50 ns a read, ten times what a
 * histogram record costs.
 *
 * Context: any thread; does not block; no system call (vDSO).
 * Return: nanoseconds since an arbitrary start.
 */
uint64_t clock_now(void);

/**
 * clock_trace() - the time, for what is read twice a poll
 *
 * Counts on the processor's own counter, which costs less than half of what
 * clock_now() does. Only where the kernel trusts that counter, too, and only
 * once clock_trace_init() has compared the two; else it is clock_now(). The
 * same fake clock stands in for both.
 *
 * Context: any thread; does not block; no system call.
 * Return: nanoseconds of clock_now(), give or take 0.01 % of what has passed
 *         since clock_trace_init().
 */
uint64_t clock_trace(void);

/**
 * clock_trace_init() - compare the processor's counter with the clock
 *
 * The first call takes a millisecond, later ones nothing.
 *
 * Context: one thread at a time, while nobody is in clock_trace().
 */
void clock_trace_init(void);

#endif

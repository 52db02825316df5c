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

#endif

/**
 * @file pace.h
 * A load that keeps its schedule: when an operation is due was decided before
 * the first one ran, and no answer changes it.
 *
 *	pace_init(&p, clock_now(), NSEC_PER_MSEC);
 *	while (...) {
 *		i = pace_next(&p);		waits until operation i is due
 *		...				send it, wait for the answer
 *		hist_record_intended(&h, p.start, p.interval, i, clock_now());
 *	}
 *
 * What is due while one waits for an answer is not left out: pace_next() lets it
 * go at once. And a timer is late, too: how much of the latency is the pace's
 * own is counted, and belongs beside the result.
 */
#ifndef DAY4_PACE_H
#define DAY4_PACE_H

#include "hist.h"

/** A schedule, and how well it was kept; belongs to one thread. */
struct pace {
	uint64_t start;	   /**< when operation 0 is due, in ns of clock_now() */
	uint64_t interval; /**< ns from one to the next */
	uint64_t next;	   /**< the operation that pace_next() lets go next */
	uint64_t behind;   /**< how many were due before they were asked for */
	struct hist late;  /**< of those waited for: let go so long after */
	/** Waits until the clock is @until, or a little later. */
	void (*wait)(uint64_t until);
};

/**
 * pace_init() - a schedule that nothing of has happened yet
 * @p: the caller's memory
 * @start: when operation 0 is due, in ns of clock_now()
 * @interval: ns from one operation to the next
 *
 * Context: any thread; does not block. There is no pace_fini().
 */
void pace_init(struct pace *p, uint64_t start, uint64_t interval);

/**
 * pace_next() - wait until the next operation is due
 * @p: schedule; borrowed
 *
 * Sleeps until shortly before and spins from there, since a timer is late by
 * more than most operations take.
 *
 * Context: the thread that @p belongs to; blocks, unless the operation is due.
 * Return: its number, from 0, and none left out.
 */
uint64_t pace_next(struct pace *p);

#endif

/**
 * @file timeout.h
 * A future that may not take longer than another one.
 *
 * The work and a timer are polled in one task, with the parent's waker. Any
 * future is a timer that is ready when time is up: day 2's struct sleep, or
 * an event that says "give up".
 *
 * Who is asked first: in the first turn the work, so that work that need not
 * wait arms no timer. In later turns the timer, then the work all the same:
 * work that spends its task's budget in every poll would else leave none for
 * the timer, and never be stopped. When both are ready the work wins: a result
 * that is there is not thrown away.
 *
 * Who owns the two: the timeout, from timeout_init() on. The machines stay
 * the caller's memory.
 *
 * When they are dropped: exactly once each; both in the poll that is ready,
 * or both when the timeout is dropped before that. Work that ran out of time
 * is dropped in the middle: what it had got done within itself is gone.
 *
 * A wake after the end: whoever still holds a clone of the parent's waker
 * wakes the task for nothing. The timeout is not touched by it.
 *
 * Source: tokio::time::timeout, and its care for a budget that is spent.
 */
#ifndef DAY3_TIMEOUT_H
#define DAY3_TIMEOUT_H

#include "kit/future.h"

/** A future whose output is an int: 0, -ETIMEDOUT, or the timer's error. */
struct timeout {
	struct future future; /**< private: embedded first */
	struct future *work;  /**< private: NULL once both were dropped */
	struct future *timer; /**< private */
	void *result;	      /**< private: for the work's output */
	bool is_armed;	      /**< private: the timer was polled */
};

/**
 * timeout_init() - make a future that gives another one only so long
 * @t: the caller's memory; may be moved until its first poll
 * @work: a future that was not polled yet; stays the caller's memory and must
 *	stay where it is until @t is ready or dropped; consumed
 * @timer: the same; its output is an int, 0 or -errno, or it has none
 * @result: receives the output of @work, exactly when the output of @t is 0;
 *	borrowed until @t is ready or dropped
 *
 * The output of @t is 0 when the work was ready; -ETIMEDOUT when only the
 * timer was; -errno when that is what the timer said: work that cannot be
 * timed does not go on for ever.
 *
 * Makes no allocation. Drop it with future_drop(&t->future), ready or not.
 *
 * Context: any thread; does not block.
 * Source: tokio::time::timeout.
 */
void timeout_init(struct timeout *t, struct future *work, struct future *timer,
		  void *result);

#endif

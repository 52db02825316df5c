/**
 * @file timer.h
 * Timers in the order of their deadlines.
 *
 * A binary heap in an array: the earliest deadline is in front, every timer is
 * no later than its two children, and each knows its own place, so that one
 * can be taken out of the middle.
 *
 *	               [0] 10
 *	        [1] 20         [2] 15
 *	    [3] 70  [4] 21  [5] 40  [6] 16        children of i: 2i + 1, 2i + 2
 *
 * Why a heap and not a wheel: the driver needs the earliest deadline itself,
 * exactly, to tell epoll how long to sleep. A heap has it in front. A wheel of
 * slots (Linux, Tokio) adds and cancels in constant time, but rounds deadlines
 * to its slot, has to move far timers inward as time goes by, and must search
 * for the next slot that is not empty. With 100,000 sleeps a heap is 17 levels
 * deep; that is where we stop.
 *
 * Nothing here locks or asks for the time: the driver does.
 *
 * Source: Williams' heapsort, 1964; the place in the timer as in libuv and in
 * Go's runtime/time.go.
 */
#ifndef DAY2_TIMER_H
#define DAY2_TIMER_H

#include "kit/alloc.h"
#include "kit/clock.h"
#include "kit/future.h"

/** Where a timer is that is in no heap. */
#define TIMER_IDLE UINT32_MAX

/**
 * A timer; embedded in the future that waits for it, and not moved while it is
 * in a heap. Zero is not a valid one: see timer_init().
 */
struct timer {
	uint64_t deadline;  /**< in ns of clock_now() */
	uint64_t seq;	    /**< among equal deadlines, the smaller is first */
	unsigned int index; /**< place in the heap, or TIMER_IDLE */
	struct waker waker; /**< whom to wake; its owner's, unless in a heap */
};

/** A heap of timers; whoever owns it, locks it. */
struct timers {
	struct timer **heap; /**< [0] is the earliest; borrowed */
	unsigned int nr;     /**< timers in it */
	unsigned int room;   /**< places in the array */
	uint64_t next_seq;   /**< for the next timer that is added */
};

/**
 * timer_init() - make a timer that is in no heap
 * @t: the caller's memory
 *
 * Context: before anybody else can see @t; does not block.
 */
static inline void timer_init(struct timer *t)
{
	t->index = TIMER_IDLE;
	t->waker.ops = NULL;
}

/**
 * timers_init() - make an empty heap; it needs no memory yet
 * @ts: the caller's memory
 *
 * Context: before anybody else can see @ts; does not block.
 */
static inline void timers_init(struct timers *ts)
{
	ts->heap = NULL;
	ts->nr = 0;
	ts->room = 0;
	ts->next_seq = 0;
}

/**
 * timers_fini() - end a heap; timers that are in it are forgotten
 * @ts: a heap that nobody uses any more
 *
 * Context: the last user; may take the allocator's lock.
 */
static inline void timers_fini(struct timers *ts)
{
	kit_free(ts->heap);
}

/**
 * timers_next() - when is the next one due?
 * @ts: the heap
 *
 * Context: the owner; does not block.
 * Return: the earliest deadline; CLOCK_NEVER when there is none.
 */
static inline uint64_t timers_next(const struct timers *ts)
{
	return ts->nr ? ts->heap[0]->deadline : CLOCK_NEVER;
}

/**
 * timers_grow() - make room for one more timer
 * @ts: the heap
 *
 * Context: the owner; may take the allocator's lock.
 * Return: 0; -ENOMEM, and the heap is as it was.
 */
int timers_grow(struct timers *ts) __must_check;

/* timer.c: yours ----------------------------------------------------------- */

/**
 * timers_add() - put a timer into the heap
 * @ts: the heap
 * @t: a timer whose deadline is set; borrowed until it is expired or cancelled
 *
 * Sets its ->seq, so that among equal deadlines the one that was added first
 * is first.
 *
 * Context: the owner; O(log n), and sometimes an allocation.
 * Return: 0; -EEXIST when it is in a heap already; -ENOMEM. On an error
 *         nothing has changed.
 */
int timers_add(struct timers *ts, struct timer *t) __must_check;

/**
 * timers_cancel() - take a timer out, wherever it is
 * @ts: the heap
 * @t: a timer; one that is in no heap is left alone
 *
 * Context: the owner; O(log n).
 * Return: true when it was in the heap; false when it had expired, or was
 *         never added.
 */
bool timers_cancel(struct timers *ts, struct timer *t);

/**
 * timers_expire() - take the earliest timer out, if it is due
 * @ts: the heap
 * @now: in ns of clock_now()
 *
 * A timer is due from its deadline on, and never before.
 *
 * Context: the owner; O(log n).
 * Return: the timer, which is in no heap now; NULL when none is due.
 */
struct timer *timers_expire(struct timers *ts, uint64_t now);

#endif

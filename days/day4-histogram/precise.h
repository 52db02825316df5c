/**
 * @file precise.h
 * The finer histogram: 128 counters to every doubling, for 24 KiB instead of 1.
 *
 * hist.h is off by up to 18.93 %. Where that is too much, a doubling is split
 * into 128 parts of the same width, so that a percentile is less than 1/128 =
 * 0.79 % too high, and exact below 256:
 *
 *	v       0 1 2 ... 255  256 257  258 259  ...  510 511  512 .. 515  ...
 *	index   0 1 2 ... 255    256      257    ...    383        384     ...
 *
 * 3,072 counters reach 2^30 ns = 1.07 s; 7,296 reach 2^63, and 7,424 take every
 * 64-bit number. Quantiles have their ranks from hist_rank().
 *
 * A bonus: nothing else of the week needs this file.
 *
 * Read next: README.md, "Beyond the day".
 */
#ifndef DAY4_PRECISE_H
#define DAY4_PRECISE_H

#include "kit/compiler.h"

#define PRECISE_BITS 7 /**< 2^7 parts of each doubling */
#define PRECISE_1S 30  /**< bits of a value up to 1.07 s, in nanoseconds */
#define PRECISE_MIN 8  /**< fewest bits that a histogram can be made for */
#define PRECISE_MAX 64 /**< and the most: all values */

/** How many counters values of @bits bits take: 3,072 for PRECISE_1S. */
#define PRECISE_COUNTERS(bits) (((bits)-PRECISE_BITS + 1) << PRECISE_BITS)

/**
 * struct precise - one histogram
 *
 * Belongs to one thread at a time, like struct hist. I: set at init and never
 * changed. The count is the sum of the counters, and stands nowhere else.
 */
struct precise {
	uint64_t *counters; /**< I: borrowed, or behind this struct */
	unsigned int nr;    /**< I: how many */
	uint64_t sum; /**< of all values; stays at UINT64_MAX once too large */
	uint64_t min; /**< smallest value; UINT64_MAX while empty */
	uint64_t max; /**< largest value; 0 while empty */
};

/**
 * precise_init() - make a histogram empty, in the caller's memory
 * @h: the caller's memory; borrowed; whatever it held is forgotten
 * @counters: PRECISE_COUNTERS(@bits) of them, the caller's, which stay as long
 *            as @h is used; borrowed
 * @bits: values of more bits than this go into the last counter; from
 *        PRECISE_MIN to PRECISE_MAX, anything else is a bug
 *
 * Context: the thread that @h belongs to; does not block. There is no
 * precise_fini(): nothing is allocated.
 */
void precise_init(struct precise *h, uint64_t *counters, unsigned int bits);

/**
 * precise_create() - allocate an empty histogram and its counters, at once
 * @h: out, for precise_destroy(); untouched on error
 * @bits: as in precise_init()
 *
 * Context: any thread; one allocation.
 * Return: 0; -EINVAL for @bits that precise_init() does not take; -ENOMEM.
 */
int precise_create(struct precise **h, unsigned int bits) __must_check;

/**
 * precise_destroy() - free what precise_create() made
 * @h: histogram; consumed; NULL is fine
 *
 * Context: any thread.
 */
void precise_destroy(struct precise *h);

/**
 * precise_index() - which counter a value belongs to, had it any number of them
 * @v: value; any 64-bit number
 *
 * A value below 256 is its own index. Of a larger one the 8 highest bits count.
 *
 * Context: any thread; does not block.
 * Return: from 0 to PRECISE_COUNTERS(PRECISE_MAX) - 1, without a gap.
 */
unsigned int precise_index(uint64_t v);

/**
 * precise_upper() - the largest value of a counter
 * @index: what precise_index() returns; a larger one counts as the largest
 *
 * Context: any thread; does not block.
 * Return: the bound, inclusive; UINT64_MAX for the very last.
 */
uint64_t precise_upper(unsigned int index);

/**
 * precise_record() - count one value
 * @h: histogram; borrowed
 * @v: value; one of more bits than @h was made for goes into the last counter,
 *     and min, max and sum take it as it is
 *
 * The same few instructions whatever @v is: no loop and no floating point.
 *
 * Context: the thread that @h belongs to; does not block.
 */
void precise_record(struct precise *h, uint64_t v);

/**
 * precise_record_corrected() - count a value, and those that it kept away
 * @h: histogram; borrowed
 * @v: value, for instance the latency of one request
 * @interval: time between two requests; 0: nothing was kept away
 *
 * A caller that waits for the answer before it sends again has left out the
 * requests due meanwhile: they would have taken @v - @interval, @v - 2 *
 * @interval, and so on, as long as that is at least @interval. They are counted
 * a counter at a time, so the cost is bounded by the counters, however small
 * @interval is.
 *
 * This is a guess after the fact. It knows nothing of the backlog that drains
 * after a stall: where you can, record hist_since_due() instead.
 *
 * Context: the thread that @h belongs to; does not block.
 * Source: HdrHistogram's hdr_record_corrected_value(), which loops over values.
 */
void precise_record_corrected(struct precise *h, uint64_t v, uint64_t interval);

/**
 * precise_count() - how many values were recorded
 * @h: histogram; borrowed
 *
 * Context: the thread that @h belongs to; reads all counters.
 * Return: the sum of the counters.
 */
uint64_t precise_count(const struct precise *h);

/**
 * precise_quantiles() - the values of several quantiles, in one pass
 * @h: histogram; borrowed
 * @q: @n quantiles from 0 to 1 as hist_rank() takes them, none smaller than the
 *     one before it; borrowed
 * @out: @n values, one for each of @q; borrowed; untouched on error
 * @n: how many
 * @clamp: say what is known exactly: rank 1 is min, the last rank is max, and
 *         nothing is above max
 *
 * Without @clamp each answer is the upper bound of the counter that holds the
 * value of that rank: never below the true value, and less than 1/128 above.
 * The last counter has no bound, since it takes what is too large; its answer
 * is max, and the promise about the error does not hold.
 *
 * Context: the thread that @h belongs to; does not block; reads all
 * counters once, however many quantiles there are.
 * Return: 0; -EINVAL if a quantile is refused by hist_rank() or smaller than
 * the one before; -ENODATA if @h is empty.
 */
int precise_quantiles(const struct precise *h, const double *q, uint64_t *out,
		      unsigned int n, bool clamp) __must_check;

/**
 * precise_merge() - add what another histogram holds
 * @into: histogram that grows; borrowed
 * @from: histogram that is added; borrowed and left as it is; may be empty
 *
 * Afterwards @into is exactly what it would be had all values of @from been
 * recorded in it. That is possible only where both are made for values of the
 * same size: what @from keeps in its last counter has no place in a larger one.
 *
 * Context: the thread that both belong to; does not block.
 * Return: 0; -EINVAL if they are not, and then nothing was added.
 */
int precise_merge(struct precise *into, const struct precise *from)
	__must_check;

#endif

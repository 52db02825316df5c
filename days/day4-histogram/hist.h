/**
 * @file hist.h
 * A histogram of latencies: 128 counters, four to every doubling of the value.
 *
 * An average hides the slow tenth of a percent, and keeping every sample costs
 * 8 bytes each and a sort. 128 counters answer "how slow is the slowest 1 %?"
 * for 1 ns to 4.29 s, off by less than 18.93 % and never too low.
 *
 *	bucket(v) = floor(4 * log2(v)), at most 127; 0 goes where 1 goes
 *
 *	v        1  2  3  4  5  6  7  8 9  10 11  ...  2^31.75 and above
 *	bucket   0  4  6  8  9 10 11  12    13    ...  127
 *
 * Read next: README.md, then hist.c from the top.
 */
#ifndef DAY4_HIST_H
#define DAY4_HIST_H

#include "kit/compiler.h"

/** Four for each doubling up to 2^32; a model build may shrink it. */
#ifndef HIST_BUCKETS
#define HIST_BUCKETS 128
#endif

/**
 * struct hist - one histogram
 *
 * Belongs to one thread at a time: whoever shares one brings the lock, or
 * records into one per thread and merges (see hist_merge()). There is no count
 * of the records on purpose: it is the sum of the buckets, and a second counter
 * could disagree with them.
 */
struct hist {
	uint64_t buckets[HIST_BUCKETS]; /**< records per bucket */
	uint64_t sum; /**< of all values; stays at UINT64_MAX once too large */
	uint64_t min; /**< smallest value; UINT64_MAX while empty */
	uint64_t max; /**< largest value; 0 while empty */
};

/**
 * hist_init() - make a histogram empty
 * @h: the caller's memory; borrowed; whatever it held is forgotten
 *
 * Context: the thread that @h belongs to; does not block. Nothing is allocated,
 * so there is no hist_fini().
 */
void hist_init(struct hist *h);

/**
 * hist_bucket() - which bucket a value falls into
 * @v: value, for instance nanoseconds; any 64-bit number
 *
 * Exact for every value: integers only, because a rounded logarithm puts values
 * at a bucket's edge on the wrong side of it. Buckets 1, 2, 3, 5 and 7 stay
 * empty for ever, since no integer lies between their edges.
 *
 * Context: any thread; does not block.
 * Return: floor(4 * log2(v)) from 0 to 127; 0 for @v = 0; 127 for all of
 * 2^31.75 (3,611,622,603) and above, however large.
 */
unsigned int hist_bucket(uint64_t v);

/**
 * hist_upper() - the largest value that belongs to a bucket or one below it
 * @bucket: number from 0 to 127; a larger one counts as 127
 *
 * Inclusive: hist_upper(9) is 5, and 5 itself lies in bucket 9. A bucket that
 * no integer falls into has the upper bound of the one below it.
 *
 * Context: any thread; does not block.
 * Return: the bound in the unit of the values; UINT64_MAX for 127, which takes
 * everything that is too large and therefore has no bound.
 */
uint64_t hist_upper(unsigned int bucket);

/**
 * hist_record() - count one value
 * @h: histogram; borrowed
 * @v: value
 *
 * The same few instructions whatever @v is and however much @h holds: no loop,
 * no floating point, no allocation, no system call. A sum that does not fit
 * into 64 bits stays at UINT64_MAX instead of starting again from 0.
 *
 * Context: the thread that @h belongs to; does not block.
 */
void hist_record(struct hist *h, uint64_t v);

/**
 * hist_count() - how many values were recorded
 * @h: histogram; borrowed
 *
 * Context: the thread that @h belongs to; does not block. Adds up the buckets:
 * a reader pays for it, not the one who records.
 * Return: the number of values.
 */
uint64_t hist_count(const struct hist *h);

/**
 * hist_rank() - the position of a quantile among sorted values
 * @q: quantile from 0 to 1, rounded to a millionth: 0.99 is "p99"
 * @n: number of values
 * @rank: out, from 1 to @n; borrowed; untouched on error
 *
 * Nearest rank: the smallest position at or below which at least the share @q
 * of all values lies, ceil(q * n). Computed in integers after @q was rounded,
 * since in floating point 0.55 * 100 is more than 55. @q = 0 has rank 1.
 *
 * Context: any thread; does not block.
 * Return: 0; -EINVAL if @q is below 0, above 1 or not a number, and this comes
 * first; -ENODATA if @n is 0.
 * Source: the nearest-rank definition; Hyndman and Fan, "Sample Quantiles in
 * Statistical Packages" (1996), their first definition.
 */
int hist_rank(double q, uint64_t n, uint64_t *rank) __must_check;

/**
 * hist_percentile() - the value that the share @q of all values does not exceed
 * @h: histogram; borrowed
 * @q: quantile from 0 to 1, see hist_rank()
 * @out: out, in the unit of the values; borrowed; untouched on error
 *
 * Gives the upper bound of the bucket that holds the value of that rank: never
 * less than the true one, and less than 2^(1/4) = 1.1893 times as much. Where
 * that bucket is 127 there is no bound; then it is the largest value recorded,
 * and the promise about the error does not hold.
 *
 * Context: the thread that @h belongs to; does not block; reads all buckets.
 * Return: 0; -EINVAL or -ENODATA as hist_rank() has it.
 */
int hist_percentile(const struct hist *h, double q, uint64_t *out) __must_check;

/**
 * hist_merge() - add what another histogram holds
 * @into: histogram that grows; borrowed
 * @from: histogram that is added; borrowed and left as it is; may be empty
 *
 * Afterwards @into is exactly what it would be had all values of @from been
 * recorded in it. Percentiles cannot be averaged; histograms can be added.
 *
 * Context: the thread that both belong to; does not block.
 */
void hist_merge(struct hist *into, const struct hist *from);

/**
 * hist_mean() - the average
 * @h: histogram; borrowed
 *
 * Context: the thread that @h belongs to; does not block.
 * Return: sum / count, rounded down: of the values, not of their buckets; too
 * low once the sum stays at UINT64_MAX; 0 while empty.
 */
uint64_t hist_mean(const struct hist *h);

/**
 * hist_min() - the smallest value recorded
 * @h: histogram; borrowed
 *
 * Context: the thread that @h belongs to; does not block.
 * Return: the value itself, not its bucket's edge; 0 while empty.
 */
uint64_t hist_min(const struct hist *h);

/**
 * hist_max() - the largest value recorded
 * @h: histogram; borrowed
 *
 * Context: the thread that @h belongs to; does not block.
 * Return: the value itself, not its bucket's edge; 0 while empty.
 */
uint64_t hist_max(const struct hist *h);

/**
 * hist_since_due() - how long somebody waited for an operation
 * @start: clock at which operation 0 was due, in nanoseconds
 * @interval: nanoseconds from one due time to the next; 0 if all were due at
 *            @start
 * @i: number of this operation, from 0
 * @now: clock at its end, in nanoseconds
 *
 * Operation @i was due at @start + @i * @interval, and whoever waited for it
 * waited from then on, whether or not the program got round to sending it. The
 * due time is computed in 128 bits, where it always fits.
 *
 * Context: any thread; does not block; reads no clock.
 * Return: nanoseconds; 0 for an operation that ended before it was due.
 * Source: "coordinated omission", the term is Gil Tene's; wrk2 measures so.
 */
uint64_t hist_since_due(uint64_t start, uint64_t interval, uint64_t i,
			uint64_t now);

/**
 * hist_record_intended() - count a latency from when it should have begun
 * @h: histogram; borrowed
 * @start: as hist_since_due() has it, like all that follow
 * @interval: from one due time to the next
 * @i: number of this operation
 * @now: clock at its end
 *
 * Context: the thread that @h belongs to; does not block; reads no clock.
 */
void hist_record_intended(struct hist *h, uint64_t start, uint64_t interval,
			  uint64_t i, uint64_t now);

#endif

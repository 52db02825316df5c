/**
 * @file distribution.h
 * A histogram for people and for other programs: a chart, SVG, CSV, and the
 * text form that plotters of HdrHistogram read.
 *
 * A struct distribution is a view of either histogram; it copies nothing, and
 * stands as long as what it shows is left alone.
 */
#ifndef DAY4_DISTRIBUTION_H
#define DAY4_DISTRIBUTION_H

#include <stdio.h>

#include "hist.h"
#include "precise.h"

/** What is shown: counters, and where each of them ends. */
struct distribution {
	const char *name;		 /**< for a legend; borrowed */
	const uint64_t *counters;	 /**< borrowed */
	unsigned int nr;		 /**< how many */
	unsigned int per_doubling;	 /**< how many from v to 2 v */
	uint64_t (*upper)(unsigned int); /**< bound of a counter, inclusive */
	uint64_t min; /**< smallest value; any if it is empty */
	uint64_t max; /**< largest value; likewise */
};

/** How many lines an SVG has, at most. */
#define DISTRIBUTION_SERIES 6

/**
 * distribution_of_hist() - a view of a histogram of 128 buckets
 * @name: what it is called; borrowed
 * @h: histogram; borrowed
 *
 * Context: the thread that @h belongs to; does not block.
 * Return: the view.
 */
static inline struct distribution distribution_of_hist(const char *name,
						       const struct hist *h)
{
	return (struct distribution){ .name = name,
				      .counters = h->buckets,
				      .nr = HIST_BUCKETS,
				      .per_doubling = 4,
				      .upper = hist_upper,
				      .min = h->min,
				      .max = h->max };
}

/**
 * distribution_of_precise() - a view of a finer histogram
 * @name: what it is called; borrowed
 * @h: histogram; borrowed
 *
 * Context: the thread that @h belongs to; does not block.
 * Return: the view.
 */
static inline struct distribution
distribution_of_precise(const char *name, const struct precise *h)
{
	return (struct distribution){ .name = name,
				      .counters = h->counters,
				      .nr = h->nr,
				      .per_doubling = 1u << PRECISE_BITS,
				      .upper = precise_upper,
				      .min = h->min,
				      .max = h->max };
}

/**
 * distribution_print_chart() - a line a doubling, for a terminal of 80 columns
 * @f: where to; borrowed
 * @d: what is shown; borrowed
 *
 * A bar's length is the share of the values, and at least a dot where there is
 * any: the tail is what one looks for.
 *
 * Context: any thread; writes to @f.
 */
void distribution_print_chart(FILE *f, const struct distribution *d);

/**
 * distribution_print_csv() - a line a counter that is not empty
 * @f: where to; borrowed
 * @d: what is shown; borrowed
 * @nr: how many of them; the first column is their name, and no name has a
 *	quotation mark in it
 *
 * Context: any thread; writes to @f.
 */
void distribution_print_csv(FILE *f, const struct distribution *d,
			    unsigned int nr);

/**
 * distribution_print_percentiles() - HdrHistogram's percentile distribution
 * @f: where to; borrowed
 * @d: what is shown; borrowed
 * @unit: values are divided by this, 1e6 for milliseconds
 *
 * Lines of value, percentile, count up to there, and 1 / (1 - percentile); five
 * of them until half of what is left of the percentile is done. Comments with
 * mean, standard deviation and maximum come last; the first two are those of
 * the counters' middles. Buckets and SubBuckets are what HdrHistogram means by
 * them: doublings, the first of which begins at 0 and so has counters for two.
 *
 * Context: any thread; writes to @f.
 * Source: the output of HdrHistogram's outputPercentileDistribution(), in its
 * columns.
 */
void distribution_print_percentiles(FILE *f, const struct distribution *d,
				    double unit);

/**
 * distribution_print_svg() - several of them over one axis
 * @f: where to; borrowed
 * @d: what is shown; borrowed
 * @nr: how many of them, at most DISTRIBUTION_SERIES
 *
 * Across: the value, a doubling as wide as the next, in nanoseconds. Up: the
 * share of values that are larger, from 1 to 1 in 100,000, on a logarithmic
 * axis: p99 is where a line crosses 1 %.
 *
 * Context: any thread; writes to @f.
 */
void distribution_print_svg(FILE *f, const struct distribution *d,
			    unsigned int nr);

#endif

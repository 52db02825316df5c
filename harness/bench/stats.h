/**
 * @file stats.h
 * What all benches do: draw values, take medians, keep what came.
 */
#ifndef BENCH_STATS_H
#define BENCH_STATS_H

#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>

#include "kit/compiler.h"

/** Mixed latencies, ns: every doubling from 1 ns to 1 s is equally likely. */
static inline void stats_draw(uint64_t *values, unsigned int n)
{
	uint64_t x = 88172645463325252; /* xorshift64 */
	unsigned int i;

	for (i = 0; i < n; i++) {
		x ^= x << 13;
		x ^= x >> 7;
		x ^= x << 17;
		values[i] = (x & 0x3fffffff) >> (x >> 32) % 30;
	}
}

static inline int stats_compare(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

/** The median; @v is sorted then. */
static inline double stats_median(double *v, unsigned int n)
{
	qsort(v, n, sizeof(*v), stats_compare);
	return v[n / 2];
}

/** A median, and between what the true one is with 95 %. */
struct stats_interval {
	double median;
	double low, high;
	unsigned int n; /**< samples; 0: there is none of this */
};

/**
 * The interval by the order of the samples: the true median is below the r-th
 * of n with the chance that fewer than r of n fair coins fall heads. With less
 * than six samples no r will do: then the least and the greatest. @v is sorted.
 */
static inline struct stats_interval stats_interval(double *v, unsigned int n)
{
	struct stats_interval i = { .n = n };
	double chance = 1, sum = 0;
	unsigned int r;

	if (!n)
		return i;
	i.median = stats_median(v, n);
	for (r = 0; r < n; r++)
		chance /= 2;
	/* chance: of exactly r heads */
	for (r = 0; r < n / 2; r++) {
		sum += chance;
		if (sum > 0.025)
			break;
		chance = chance * (n - r) / (r + 1);
	}
	r = r ? r - 1 : 0;
	i.low = v[r];
	i.high = v[n - 1 - r];
	return i;
}

/** Write @doc, and give it back; what the program's status is to be. */
static inline int stats_save(json_t *doc, const char *path)
{
	int err = json_dump_file(doc, path, JSON_INDENT(2));

	json_decref(doc);
	if (err)
		fprintf(stderr, "bench: cannot write %s\n", path);
	return err ? 1 : 0;
}

#endif

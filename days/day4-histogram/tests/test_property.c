/**
 * @file test_property.c
 * Day 4: what holds of any values whatever, for both histograms. The values
 * are drawn from the seed that stands in REPLAY; each round begins with it.
 */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "hist.h"
#include "precise.h"
#include "test/test.h"

#define ROUNDS 20
#define NR 1000
#define QUANTILES 101
#define COUNTERS PRECISE_COUNTERS(PRECISE_1S)

static uint64_t values[NR]; /* of this round */
static unsigned int nr;

static int by_value(const void *a, const void *b)
{
	uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;

	return (x > y) - (x < y);
}

/* 1 to NR values, all below 2^30: of any size, or close together. */
static void draw(unsigned int round)
{
	unsigned int i, bits = 1 + test_rand() % 30;

	nr = 1 + test_rand() % NR;
	STEP("round %u of seed %" PRIu64 ": %u values", round, test_seed(), nr);
	for (i = 0; i < nr; i++) {
		if (round % 2)
			bits = 1 + test_rand() % 30;
		values[i] = test_rand() >> (64 - bits);
	}
}

/* The same in either case: @k quantiles that do not fall, 0 and 1 among them.
 */
static void draw_quantiles(double *q, unsigned int k)
{
	unsigned int i;

	for (i = 0; i < k; i++)
		q[i] = (i * 1000000 / (k - 1)) / 1e6;
}

static void expect_same_hist(const struct hist *a, const struct hist *b)
{
	EXPECT(!memcmp(a, b, sizeof(*a)),
	       "both ways lead to the same buckets, sum, min and max");
}

TEST(merge_does_not_mind_the_order, 6, 0, bonus)
{
	struct hist part[2], ab, ba, all;
	unsigned int round, i;

	WHY("Threads end in any order; the report must not show in which.");
	for (round = 0; round < ROUNDS; round++) {
		draw(round);
		hist_init(&part[0]);
		hist_init(&part[1]);
		hist_init(&all);
		for (i = 0; i < nr; i++) {
			hist_record(&part[test_rand() % 2], values[i]);
			hist_record(&all, values[i]);
		}
		ab = part[0];
		hist_merge(&ab, &part[1]);
		ba = part[1];
		hist_merge(&ba, &part[0]);
		expect_same_hist(&ab, &ba);
		expect_same_hist(&ab, &all);
	}
}

TEST(a_percentile_never_falls_and_is_within_the_bound, 5, 0, bonus)
{
	double q[QUANTILES];
	unsigned int round, i;

	WHY("A p99 below p90 makes the reader doubt all the rest.");
	draw_quantiles(q, QUANTILES);
	for (round = 0; round < ROUNDS; round++) {
		struct hist h;
		uint64_t v, rank, before = 0;

		draw(round);
		hist_init(&h);
		for (i = 0; i < nr; i++)
			hist_record(&h, values[i]);
		qsort(values, nr, sizeof(values[0]), by_value);
		for (i = 0; i < QUANTILES; i++) {
			EXPECT_ERR(hist_percentile(&h, q[i], &v), 0,
				   "there is a percentile");
			EXPECT_ERR(hist_rank(q[i], nr, &rank), 0,
				   "there is a rank");
			EXPECT(v >= before,
			       "the quantile %g, %" PRIu64
			       ", is not below the one before, %" PRIu64,
			       q[i], v, before);
			/* 0 lies in the bucket of 1. */
			rank = values[rank - 1] ? values[rank - 1] : 1;
			EXPECT(v >= rank && (v - rank) * 10000 < rank * 1893,
			       "the quantile %g of %" PRIu64 " is said to be "
			       "%" PRIu64
			       ": not lower, less than 18.93 %% more",
			       q[i], rank, v);
			before = v;
		}
	}
}

TEST(precise_merge_does_not_mind_the_order, 9, 0, bonus)
{
	static uint64_t space[4][COUNTERS];
	struct precise part[2], ba, all;
	unsigned int round, i, k;

	WHY("Threads end in any order; the report must not show in which.");
	for (round = 0; round < ROUNDS; round++) {
		draw(round);
		precise_init(&part[0], space[0], PRECISE_1S);
		precise_init(&part[1], space[1], PRECISE_1S);
		precise_init(&ba, space[2], PRECISE_1S);
		precise_init(&all, space[3], PRECISE_1S);
		for (i = 0; i < nr; i++) {
			precise_record(&part[test_rand() % 2], values[i]);
			precise_record(&all, values[i]);
		}
		for (k = 2; k--;)
			EXPECT_ERR(precise_merge(&ba, &part[k]), 0,
				   "histograms of one size are merged");
		EXPECT_ERR(precise_merge(&part[0], &part[1]), 0,
			   "histograms of one size are merged");
		for (k = 0; k < 2; k++) {
			const struct precise *h = k ? &ba : &part[0];

			EXPECT(!memcmp(h->counters, all.counters,
				       sizeof(space[0])),
			       "both ways lead to the same counters");
			EXPECT(h->sum == all.sum && h->min == all.min &&
				       h->max == all.max,
			       "both ways lead to the same sum, min and max");
		}
	}
}

TEST(precise_quantiles_never_fall_and_are_within_the_bound, 9, 0, bonus)
{
	static uint64_t counters[COUNTERS];
	double q[QUANTILES];
	uint64_t out[2][QUANTILES];
	unsigned int round, i;

	WHY("Less than 1/128 too high, never too low, and no order but the "
	    "right one.");
	draw_quantiles(q, QUANTILES);
	for (round = 0; round < ROUNDS; round++) {
		struct precise h;
		uint64_t rank, true_one;

		draw(round);
		precise_init(&h, counters, PRECISE_1S);
		for (i = 0; i < nr; i++)
			precise_record(&h, values[i]);
		qsort(values, nr, sizeof(values[0]), by_value);
		for (i = 0; i < 2; i++)
			EXPECT_ERR(precise_quantiles(&h, q, out[i], QUANTILES,
						     i),
				   0, "there are quantiles");
		for (i = 0; i < QUANTILES; i++) {
			EXPECT_ERR(hist_rank(q[i], nr, &rank), 0,
				   "there is a rank");
			true_one = values[rank - 1];
			EXPECT(out[0][i] >= true_one &&
				       (out[0][i] - true_one) * 128 <= true_one,
			       "the quantile %g of %" PRIu64 " is said to be "
			       "%" PRIu64 ": not lower, less than 1/128 more",
			       q[i], true_one, out[0][i]);
			EXPECT(out[1][i] >= true_one &&
				       out[1][i] <= out[0][i] &&
				       out[1][i] <= h.max,
			       "clamped, %g is between the true value and what "
			       "it was, and not above max",
			       q[i]);
			EXPECT(!i || (out[0][i] >= out[0][i - 1] &&
				      out[1][i] >= out[1][i - 1]),
			       "%g is not below the quantile before it", q[i]);
		}
	}
}

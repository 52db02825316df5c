/**
 * @file test_quantile.c
 * Day 4, TODO 4 and 5: nearest rank in integers, and percentiles.
 */
#include <inttypes.h>
#include <math.h>

#include "edge.h"
#include "hist.h"
#include "kit/err.h"
#include "test/test.h"

/* The rank, or the test fails; @q is written in millionths. */
static void expect_rank(unsigned int millionths, uint64_t n, uint64_t want)
{
	uint64_t rank = 0;

	EXPECT_ERR(hist_rank(millionths / 1e6, n, &rank), 0,
		   "the quantile %g of %" PRIu64 " values has a rank",
		   millionths / 1e6, n);
	EXPECT_EQ(rank, want,
		  "the quantile %g of %" PRIu64 " values has the rank "
		  "%" PRIu64,
		  millionths / 1e6, n, want);
}

TEST(p99_of_10000_is_the_9900th, 4, 4)
{
	WHY("One rank too low at p99 reports the wrong sample for half of all "
	    "sample counts.");
	STEP("ask for ranks of p99, the median, and others, of few and many");
	expect_rank(990000, 10000, 9900);
	expect_rank(990000, 10001, 9901);
	expect_rank(990000, 10049, 9949);
	expect_rank(500000, 1, 1);
	expect_rank(500000, 2, 1);
	expect_rank(500000, 3, 2);
	expect_rank(250000, 5, 2);
	expect_rank(900000, 9, 9);
}

TEST(a_rank_is_exact_where_floating_point_is_not, 4, 4)
{
	static const unsigned int q[] = { 70000,  280000, 550000, 999000,
					  500000, 900000, 999900, 999999 };
	unsigned int i;
	uint64_t n;

	WHY("0.07 * 100 is 7.000000000000001 to the machine, and rounded up "
	    "that is the 8th of 100.");
	STEP("ask for ranks that are whole numbers: 0.07 of 100, and others");
	expect_rank(70000, 100, 7);
	expect_rank(280000, 100, 28);
	expect_rank(550000, 100, 55);
	expect_rank(999000, 1000, 999);
	STEP("eight quantiles, and every count up to 2,000");
	for (i = 0; i < ARRAY_SIZE(q); i++)
		for (n = 1; n <= 2000; n++)
			expect_rank(q[i], n, (q[i] * n + 999999) / 1000000);
}

TEST(rank_0_is_the_first_and_rank_1_the_last, 4, 2)
{
	WHY("Ranks count from 1; a rank of 0 is no value at all.");
	STEP("ask for the ranks of the quantiles 0, 0.000001 and 1");
	expect_rank(0, 1, 1);
	expect_rank(0, 1000, 1);
	expect_rank(1, 1000, 1);
	expect_rank(1000000, 1, 1);
	expect_rank(1000000, 1000, 1000);
}

TEST(a_rank_among_very_many_does_not_overflow, 4, 2)
{
	WHY("A million times a large count needs more than 64 bits.");
	STEP("ask for ranks among 10^18 values and more");
	expect_rank(500000, 1ull << 62, 1ull << 61);
	expect_rank(1000000, INT64_MAX, INT64_MAX);
	expect_rank(999999, 1000000000000000000, 999999000000000000);
}

TEST(a_rank_refuses_what_is_no_quantile, 4, 2)
{
	static const double bad[] = { -0.1, -1e-9, 1.0000001, 1.1,
				      99,   NAN,   INFINITY,  -INFINITY };
	uint64_t rank = 12345;
	unsigned int i;

	WHY("99 instead of 0.99 is an easy slip, and a quantile computed from "
	    "0/0 is not a number: both want an answer, not a guess.");
	for (i = 0; i < ARRAY_SIZE(bad); i++) {
		STEP("ask for the quantile %g", bad[i]);
		EXPECT_ERR(hist_rank(bad[i], 100, &rank), -EINVAL,
			   "%g is not a quantile from 0 to 1", bad[i]);
		EXPECT_ERR(hist_rank(bad[i], 0, &rank), -EINVAL,
			   "%g is refused before the count is looked at",
			   bad[i]);
	}
	STEP("ask for a quantile of no values");
	EXPECT_ERR(hist_rank(0.5, 0, &rank), -ENODATA,
		   "no values have no median");
	EXPECT_EQ(rank, 12345, "a call that is refused writes no rank");
}

static uint64_t percentile(const struct hist *h, double q)
{
	uint64_t v = 0;

	EXPECT_ERR(hist_percentile(h, q, &v), 0,
		   "a histogram with values has a percentile at %g", q);
	return v;
}

TEST(a_percentile_is_its_buckets_upper_bound, 5, 3)
{
	struct hist h;
	unsigned int i;

	WHY("Within a bucket nothing is known but its edges; the upper one "
	    "never promises too much.");
	hist_init(&h);
	STEP("record 1 to 1000, then a million");
	for (i = 1; i <= 1000; i++)
		hist_record(&h, i);
	hist_record(&h, 1000000);
	STEP("ask for p10, p50, p99 and p0");
	EXPECT_EQ(percentile(&h, 0.1), 107,
		  "p10 is the bound of the bucket of 101, which is 107");
	EXPECT_EQ(percentile(&h, 0.5), 511,
		  "p50 is the bound of the bucket of 501, which is 511");
	EXPECT_EQ(percentile(&h, 0.99), 1023,
		  "p99 is the bound of the bucket of 991, which is 1,023");
	EXPECT_EQ(percentile(&h, 0), 1, "p0 is the smallest value, 1");
}

TEST(a_percentile_stops_at_the_value_of_that_rank, 5, 3)
{
	const uint64_t million = edge(80) - 1; /* 2^19.75 is the last below */
	struct hist h;

	WHY("When exactly half of the values are fast, the median is a fast "
	    "one; one step too far reports the slow half.");
	hist_init(&h);
	STEP("record 5 twice, and 1,000,000 twice");
	hist_record(&h, 5);
	hist_record(&h, 5);
	hist_record(&h, 1000000);
	hist_record(&h, 1000000);
	STEP("ask for p25, p50, p51 and p100");
	EXPECT_EQ(percentile(&h, 0.25), 5, "p25 is the 1st of 4 values, 5");
	EXPECT_EQ(percentile(&h, 0.5), 5, "p50 is the 2nd of 4 values, 5");
	EXPECT_EQ(percentile(&h, 0.51), million,
		  "p51 is the 3rd of 4 values, the bound of the bucket of "
		  "1,000,000");
	EXPECT_EQ(percentile(&h, 1), million,
		  "p100 is the last of 4 values, the bound of the bucket of "
		  "1,000,000");
}

TEST(a_percentile_in_the_last_bucket_is_the_largest_value, 5, 1)
{
	struct hist h;

	WHY("The last bucket has no upper bound; the largest value is the only "
	    "true thing left to say.");
	hist_init(&h);
	STEP("record 5, and 2^40");
	hist_record(&h, 5);
	hist_record(&h, 1ull << 40);
	STEP("ask for p50 and p100");
	EXPECT_EQ(percentile(&h, 0.5), 5, "p50 is the 1st of 2 values, 5");
	EXPECT_EQ(percentile(&h, 1), 1ull << 40,
		  "p100 is the 2nd of 2 values, 2^40");
}

TEST(a_percentile_of_nothing_is_an_error, 5, 2)
{
	uint64_t v = 12345;
	struct hist h;

	WHY("An empty histogram that answers 0 is reported as very fast.");
	hist_init(&h);
	STEP("ask an empty histogram for p99, and for the quantile 1.5");
	EXPECT_ERR(hist_percentile(&h, 0.99, &v), -ENODATA,
		   "an empty histogram has no p99");
	EXPECT_ERR(hist_percentile(&h, 1.5, &v), -EINVAL,
		   "1.5 is not a quantile, empty histogram or not");
	STEP("record 100; ask for the quantile -0.5, and for not-a-number");
	hist_record(&h, 100);
	EXPECT_ERR(hist_percentile(&h, -0.5, &v), -EINVAL,
		   "-0.5 is not a quantile");
	EXPECT_ERR(hist_percentile(&h, NAN, &v), -EINVAL,
		   "not-a-number is not a quantile");
	EXPECT_EQ(v, 12345, "a call that is refused writes no percentile");
}

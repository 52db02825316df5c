/**
 * @file test_bucket.c
 * Day 4, TODO 1 and 2: the bucket of a value, and the bucket's upper bound.
 */
#include <inttypes.h>
#include <limits.h>

#include "edge.h"
#include "hist.h"
#include "test/test.h"

/* A value, the bucket that it belongs to, and the same in words. */
static void expect_bucket(uint64_t v, unsigned int want)
{
	EXPECT_EQ(hist_bucket(v), want,
		  "the value %" PRIu64 " belongs to bucket %u", v, want);
}

TEST(every_doubling_is_four_buckets_further, 1, 3)
{
	unsigned int k;

	WHY("Four buckets to a doubling is what makes the error the same at "
	    "10 ns and at 1 s.");
	STEP("ask for the buckets of 1, 2, 4, 8, ... up to 2^31");
	for (k = 0; k < 32; k++)
		expect_bucket(1ull << k, 4 * k);
}

TEST(the_first_sixteen_values_are_where_the_formula_puts_them, 1, 4)
{
	static const unsigned int want[] = { 0,	 4,  6,	 8,  9,	 10, 11, 12,
					     12, 13, 13, 14, 14, 15, 15, 16 };
	unsigned int i;

	WHY("Small values are where two integers share a bucket for the first "
	    "time.");
	STEP("ask for the buckets of 1, 2, 3, ... up to 16");
	for (i = 0; i < ARRAY_SIZE(want); i++)
		expect_bucket(i + 1, want[i]);
}

TEST(a_value_at_a_buckets_edge_is_on_the_right_side, 1, 7)
{
	unsigned int k, below;

	WHY("A rounded logarithm is right nearly everywhere; the values it "
	    "gets wrong lie at the edges.");
	STEP("for each bucket: its first value, the one before, the one after");
	for (k = 0, below = 0; k < HIST_BUCKETS; k++) {
		uint64_t v = edge(k);

		/* No integer between this edge and the next: never hit. */
		if (v == edge(k + 1))
			continue;
		if (k > 0)
			expect_bucket(v - 1, below);
		expect_bucket(v, k);
		if (v + 1 < edge(k + 1))
			expect_bucket(v + 1, k);
		below = k;
	}
}

TEST(five_buckets_are_never_hit, 1, 2)
{
	unsigned int hits[HIST_BUCKETS] = { 0 };
	unsigned int v, k;

	WHY("Between 1 and 2 lies no integer, so a bucket that covers a "
	    "quarter of that stretch stays empty.");
	STEP("ask for the buckets of 1 to 65,535");
	for (v = 1; v < 65536; v++) {
		k = hist_bucket(v);
		if (k >= 64)
			FAIL("the value %u was put into bucket %u, and 2^16 "
			     "begins bucket 64",
			     v, k);
		hits[k]++;
	}
	for (k = 0; k < 64; k++) {
		if (k == 1 || k == 2 || k == 3 || k == 5 || k == 7)
			EXPECT_EQ(hits[k], 0, "no value hits bucket %u", k);
		else if (!hits[k])
			FAIL("none of these values hit bucket %u", k);
	}
}

TEST(zero_goes_where_one_goes, 1, 2)
{
	WHY("Two clock readings can be equal; 0 has no logarithm, and the "
	    "number of its leading zeros is undefined for the compiler.");
	STEP("ask for the buckets of 0 and 1");
	expect_bucket(0, 0);
	expect_bucket(1, 0);
}

TEST(all_from_2_to_32_on_goes_into_the_last_bucket, 1, 2)
{
	unsigned int k;

	WHY("A value that is too large must be seen as too large: cut off to "
	    "32 bits, 4.3 seconds would be filed as a few nanoseconds.");
	STEP("the last values below 2^32");
	expect_bucket(edge(127) - 1, 126);
	expect_bucket(edge(127), 127);
	expect_bucket(UINT32_MAX, 127);
	for (k = 32; k < 64; k++) {
		STEP("2^%u, and a little more", k);
		expect_bucket(1ull << k, 127);
		expect_bucket((1ull << k) + 5, 127);
	}
	STEP("2^64 - 1");
	EXPECT_EQ(hist_bucket(UINT64_MAX), 127,
		  "the largest 64-bit value belongs to bucket 127");
}

/* Four billion values: about ten seconds. */
TEST(every_value_below_2_to_32_has_its_bucket, 1, 0, bonus, long, plain,
     timeout = 120)
{
	unsigned int k;
	uint64_t v = 1, end;

	WHY("Every value once: what no sample of values can promise.");
	STEP("ask for the buckets of 1 to 2^32 - 1");
	for (k = 0; k < HIST_BUCKETS; k++)
		for (end = edge(k + 1); v < end; v++)
			if (hist_bucket(v) != k)
				expect_bucket(v, k);
}

TEST(the_upper_bound_is_the_last_value_of_the_bucket, 2, 4)
{
	unsigned int k;

	WHY("A bound that is one too high belongs to the next bucket; a report "
	    "that prints it and reads it back moves by 19 %.");
	STEP("compare each bucket's bound with where the next one begins");
	for (k = 0; k < HIST_BUCKETS - 1; k++) {
		/* Dead buckets: the next test. */
		if (edge(k) == edge(k + 1))
			continue;
		EXPECT_EQ(hist_upper(k), edge(k + 1) - 1,
			  "the upper bound of bucket %u is its last value", k);
	}
}

TEST(a_dead_bucket_has_the_bound_of_the_one_below, 2, 1)
{
	static const unsigned int dead[] = { 1, 2, 3, 5, 7 };
	static const unsigned int live[] = { 0, 0, 0, 4, 6 };
	static const unsigned int bound[] = { 1, 1, 1, 2, 3 };
	unsigned int i;

	WHY("Bounds that never fall keep percentiles in order.");
	STEP("ask for the bounds of the buckets 1, 2, 3, 5 and 7");
	for (i = 0; i < ARRAY_SIZE(dead); i++)
		EXPECT_EQ(hist_upper(dead[i]), bound[i],
			  "bucket %u, which no value hits, has the bound of "
			  "bucket %u",
			  dead[i], live[i]);
}

TEST(the_last_bucket_has_no_bound, 2, 2)
{
	static const unsigned int last[] = { 127, 128, 1000, UINT_MAX };
	unsigned int i;

	WHY("Bucket 127 takes all that is too large; to give it a bound would "
	    "claim that nothing was larger.");
	for (i = 0; i < ARRAY_SIZE(last); i++) {
		STEP("ask for the bound of bucket %u", last[i]);
		EXPECT_EQ(hist_upper(last[i]), UINT64_MAX,
			  "the bound of bucket %u is the largest 64-bit "
			  "number",
			  last[i]);
	}
	STEP("ask for the bound of bucket 126");
	EXPECT_EQ(hist_upper(126), edge(127) - 1,
		  "bucket 126 still has a bound of its own");
}

TEST(the_upper_bound_is_less_than_19_percent_too_high, 2, 2)
{
	unsigned int i;

	WHY("This is the promise of the whole day: never too low, and too high "
	    "by less than the factor 2^(1/4).");
	STEP("10,000 random values from 1 to 2^31");
	for (i = 0; i < 10000; i++) {
		uint64_t v = 1 + (test_rand() >> (33 + test_rand() % 31));
		uint64_t upper = hist_upper(hist_bucket(v));
		unsigned __int128 v2 = (unsigned __int128)v * v;
		unsigned __int128 u2 = (unsigned __int128)upper * upper;

		if (upper < v)
			FAIL("the bound of %" PRIu64 " is below it: %" PRIu64,
			     v, upper);
		/* upper < 2^(1/4) v, to the fourth power */
		EXPECT(upper <= UINT32_MAX && u2 * u2 < 2 * (v2 * v2),
		       "the bound of %" PRIu64 ", %" PRIu64
		       ", is less than 18.93 %% above it",
		       v, upper);
	}
}

/**
 * @file test_record.c
 * Day 4, TODO 3: count a value, in constant time.
 */
#include <fenv.h>
#include <inttypes.h>

#include "hist.h"
#include "test/cost.h"
#include "test/test.h"

TEST(a_recorded_value_is_counted_in_its_bucket, 3, 4)
{
	/* bucket 9 holds 5 alone; 40 begins at 1024; 127 takes the rest */
	static const uint64_t values[] = { 5, 5, 5, 1024, 1217, 1ull << 40 };
	struct hist h;
	unsigned int i;

	WHY("Each value is one count in one bucket, whatever came before it.");
	hist_init(&h);
	for (i = 0; i < ARRAY_SIZE(values); i++) {
		STEP("record %" PRIu64, values[i]);
		hist_record(&h, values[i]);
	}
	EXPECT_EQ(h.buckets[9], 3, "bucket 9 counts 5 three times");
	EXPECT_EQ(h.buckets[40], 2, "bucket 40 counts 1,024 and 1,217");
	EXPECT_EQ(h.buckets[127], 1, "bucket 127, the last, counts 2^40");
	for (i = 0; i < HIST_BUCKETS; i++)
		if (i != 9 && i != 40 && i != 127)
			EXPECT_EQ(h.buckets[i], 0, "no value hits bucket %u",
				  i);
}

TEST(the_count_is_the_number_of_records, 3, 2)
{
	struct hist h;
	unsigned int i;

	WHY("Percentiles are positions among all records; a count that differs "
	    "from the buckets moves every one of them.");
	hist_init(&h);
	STEP("count an empty histogram");
	EXPECT_EQ(hist_count(&h), 0, "the count of nothing is 0");
	STEP("record 0 to 999");
	for (i = 0; i < 1000; i++)
		hist_record(&h, i);
	EXPECT_EQ(hist_count(&h), 1000, "1,000 records are counted");
	STEP("then add 5,000,000,000 records to bucket 60 by hand");
	h.buckets[60] += 5000000000ull;
	EXPECT_EQ(hist_count(&h), 5000001000ull,
		  "the count goes on beyond 32 bits");
}

TEST(sum_min_and_max_follow_every_record, 3, 2)
{
	struct hist h;

	WHY("The average and the extremes are exact only if they are taken "
	    "from the values; the buckets no longer know them.");
	hist_init(&h);
	STEP("record 700");
	hist_record(&h, 700);
	EXPECT_EQ(h.min, 700, "min is the smallest value so far");
	EXPECT_EQ(h.max, 700, "max is the largest value so far");
	STEP("record 30 and 100000");
	hist_record(&h, 30);
	hist_record(&h, 100000);
	EXPECT_EQ(h.min, 30, "min is the smallest value so far");
	EXPECT_EQ(h.max, 100000, "max is the largest value so far");
	EXPECT_EQ(h.sum, 100730, "sum is that of all values so far");
	STEP("record 0");
	hist_record(&h, 0);
	EXPECT_EQ(h.min, 0, "0 is a value like any other, and the smallest");
}

TEST(a_sum_that_is_too_large_stays_at_its_limit, 3, 2)
{
	struct hist h;

	WHY("A sum that starts again from 0 turns the slowest run into the "
	    "best average.");
	hist_init(&h);
	STEP("record 2^64 - 1, then 10");
	hist_record(&h, UINT64_MAX);
	hist_record(&h, 10);
	EXPECT_EQ(h.sum, UINT64_MAX,
		  "a sum that is too large stays at the largest number");
	EXPECT_EQ(h.max, UINT64_MAX, "max is the largest value so far");
	EXPECT_EQ(h.min, 10, "min is the smallest value so far");
}

TEST(a_record_uses_no_floating_point, 3, 1)
{
	struct hist h;
	unsigned int k;
	int inexact;

	WHY("A logarithm costs four times as much as the whole record, and a "
	    "rounded one files values at the edges wrongly.");
	hist_init(&h);
	STEP("clear the processor's mark for rounded results, record 32 "
	     "values");
	feclearexcept(FE_ALL_EXCEPT);
	for (k = 0; k < 32; k++)
		hist_record(&h, (5ull << k) / 3);
	inexact = fetestexcept(FE_INEXACT);
	EXPECT_STR(inexact ? "some result was" : "none", "none",
		   "no result is rounded by floating point in a record");
	EXPECT_EQ(hist_count(&h), 32, "all of them are in a bucket");
}

/* Instructions for 64 records of one value. */
static uint64_t cost_of_64(struct hist *h, uint64_t v)
{
	unsigned int i;

	cost_begin();
	for (i = 0; i < 64; i++)
		hist_record(h, v);
	return cost_end();
}

TEST(a_record_costs_the_same_for_any_value_and_any_count, 3, 4, cost)
{
	uint64_t least = UINT64_MAX, most = 0, early, late;
	struct hist h;
	unsigned int i;

	WHY("A search through the buckets makes slow operations slower to "
	    "record than fast ones, and so disturbs what it measures.");
	hist_init(&h);
	hist_record(&h, 0);
	for (i = 0; i < 40; i += 3) {
		uint64_t cost = cost_of_64(&h, (7ull << i) / 4);

		least = cost < least ? cost : least;
		most = cost > most ? cost : most;
	}
	STEP("64 records of one value: from %" PRIu64 " to %" PRIu64
	     " instructions, depending on the value",
	     least, most);
	if ((most - least) / 64 > 32)
		FAIL("the dearest value costs %" PRIu64
		     " instructions more than the cheapest; 32 are allowed",
		     (most - least) / 64);

	early = cost_of_64(&h, 1000);
	STEP("record 4,096 more values");
	for (i = 0; i < 4096; i++)
		hist_record(&h, 1000 + i);
	late = cost_of_64(&h, 1000);
	EXPECT_EQ(hist_count(&h), 1 + 16 * 64 + i,
		  "what was recorded is in a bucket");
	cost_report("record", late);
	if (late > early + 64)
		FAIL("64 records cost %" PRIu64
		     " instructions at first, and %" PRIu64 " after %u more",
		     early, late, i);
}

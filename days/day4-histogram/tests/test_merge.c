/**
 * @file test_merge.c
 * Day 4, TODO 6 and 7: merge; mean, min, max, and the empty histogram.
 */
#include <inttypes.h>

#include "hist.h"
#include "test/test.h"

/* Two histograms hold the same, or the test fails; @which is the first. */
static void expect_same(const struct hist *got, const struct hist *want,
			const char *which)
{
	unsigned int i;

	for (i = 0; i < HIST_BUCKETS; i++)
		EXPECT_EQ(got->buckets[i], want->buckets[i],
			  "bucket %u of %s holds its values, each once", i,
			  which);
	EXPECT_EQ(got->sum, want->sum, "the sum of %s is that of its values",
		  which);
	EXPECT_EQ(got->min, want->min,
		  "the min of %s is the smallest of its values", which);
	EXPECT_EQ(got->max, want->max,
		  "the max of %s is the largest of its values", which);
}

TEST(merging_equals_recording_together, 6, 4)
{
	struct hist a, b, b_before, both;
	unsigned int i;

	WHY("Each thread records into a histogram of its own; the report must "
	    "not depend on how the work was shared out.");
	hist_init(&a);
	hist_init(&b);
	hist_init(&both);
	STEP("1,000 values: each goes into one of two, and into a third");
	for (i = 0; i < 1000; i++) {
		uint64_t v = test_rand() >> (24 + test_rand() % 40);

		hist_record(test_rand() % 3 ? &a : &b, v);
		hist_record(&both, v);
	}
	b_before = b;
	STEP("merge the second into the first");
	hist_merge(&a, &b);
	expect_same(&a, &both, "the merged histogram");
	expect_same(&b, &b_before, "the second, left as it was,");
}

TEST(merging_keeps_the_extremes_of_both, 6, 2)
{
	struct hist low, high, h;

	WHY("The slowest request of the week is in one worker's histogram "
	    "only.");
	hist_init(&low);
	hist_init(&high);
	hist_record(&low, 3);
	hist_record(&high, 9000);
	STEP("merge 9000 into 3");
	h = low;
	hist_merge(&h, &high);
	EXPECT_EQ(h.min, 3, "min is the smallest of both, 3");
	EXPECT_EQ(h.max, 9000, "max is the largest of both, 9000");
	STEP("merge 3 into 9000");
	h = high;
	hist_merge(&h, &low);
	EXPECT_EQ(h.min, 3,
		  "min is the smallest of both, 3, which came with the merge");
	EXPECT_EQ(h.max, 9000,
		  "max is the largest of both, 9000, which was there before");
	STEP("merge a sum of 9000 into one of 2^64 - 6");
	low.sum = UINT64_MAX - 5;
	hist_merge(&low, &high);
	EXPECT_EQ(low.sum, UINT64_MAX,
		  "a sum that is too large stays at the largest number");
}

TEST(merging_with_an_empty_one_changes_nothing, 6, 3)
{
	struct hist h, empty, before;

	WHY("A worker that had nothing to do must not drag the minimum to 0.");
	hist_init(&h);
	hist_init(&empty);
	hist_record(&h, 50);
	hist_record(&h, 70);
	before = h;
	STEP("merge an empty one into {50, 70}");
	hist_merge(&h, &empty);
	expect_same(&h, &before, "{50, 70}");
	STEP("merge {50, 70} into an empty one");
	hist_merge(&empty, &h);
	expect_same(&empty, &before, "{50, 70}");
	STEP("merge an empty one into an empty one, then record 60");
	hist_init(&h);
	hist_init(&empty);
	hist_merge(&h, &empty);
	hist_record(&h, 60);
	EXPECT_EQ(h.min, 60, "60 is the only value, so the smallest");
	EXPECT_EQ(h.max, 60, "60 is the only value, so the largest");
}

TEST(mean_min_and_max_are_exact, 7, 3)
{
	struct hist a, b;

	WHY("They are taken from the values, so they owe nothing to the width "
	    "of a bucket.");
	hist_init(&a);
	hist_init(&b);
	STEP("record 100, 1001, 10000");
	hist_record(&a, 100);
	hist_record(&a, 1001);
	hist_record(&a, 10000);
	EXPECT_EQ(hist_min(&a), 100, "the minimum is the smallest value, 100");
	EXPECT_EQ(hist_max(&a), 10000,
		  "the maximum is the largest value, 10000");
	EXPECT_EQ(hist_mean(&a), 3700, "the mean is 11,101 / 3, rounded down");
	STEP("merge a histogram that holds 7");
	hist_record(&b, 7);
	hist_merge(&a, &b);
	EXPECT_EQ(hist_min(&a), 7, "the minimum after the merge is 7");
	EXPECT_EQ(hist_max(&a), 10000,
		  "the maximum after the merge is still 10000");
	EXPECT_EQ(hist_mean(&a), 2777,
		  "the mean after the merge is 11,108 / 4, rounded down");
}

TEST(an_empty_histogram_answers_0, 7, 3)
{
	struct hist h;

	WHY("A report is often printed before the first request: no division "
	    "by zero, and no minimum of 18 quintillion.");
	hist_init(&h);
	STEP("ask an empty histogram for its mean, minimum and maximum");
	EXPECT_EQ(hist_mean(&h), 0, "the mean of nothing is given as 0");
	EXPECT_EQ(hist_min(&h), 0, "the minimum of nothing is given as 0");
	EXPECT_EQ(hist_max(&h), 0, "the maximum of nothing is given as 0");
}

TEST(one_value_is_its_own_mean_min_and_max, 7, 2)
{
	static const uint64_t values[] = { 0, 1, 1000, UINT32_MAX, UINT64_MAX };
	unsigned int i;

	WHY("A single value is where 'empty' and 'smallest so far' are easily "
	    "mixed up, above all when it is 0.");
	for (i = 0; i < ARRAY_SIZE(values); i++) {
		uint64_t v = values[i];
		struct hist h;

		hist_init(&h);
		STEP("record only %" PRIu64, v);
		hist_record(&h, v);
		EXPECT_EQ(hist_mean(&h), v, "a single value is the mean, too");
		EXPECT_EQ(hist_min(&h), v,
			  "a single value is the minimum, too");
		EXPECT_EQ(hist_max(&h), v,
			  "a single value is the maximum, too");
	}
}

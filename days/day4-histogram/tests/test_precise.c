/**
 * @file test_precise.c
 * Day 4, the bonus TODO 9: the finer histogram, of 128 counters to a doubling.
 */
#include <inttypes.h>
#include <math.h>
#include <string.h>

#include "hist.h"
#include "kit/alloc.h"
#include "kit/clock.h"
#include "kit/err.h"
#include "kit/fault.h"
#include "precise.h"
#include "test/test.h"

#define COUNTERS PRECISE_COUNTERS(PRECISE_1S)

static uint64_t counters[COUNTERS];

static void expect_index(uint64_t v, unsigned int want)
{
	EXPECT_EQ(precise_index(v), want,
		  "the value %" PRIu64 " belongs to counter %u", v, want);
}

/* What the histogram @h says of the quantile @q. */
static uint64_t quantile(const struct precise *h, double q, bool clamp)
{
	uint64_t v = 0;

	EXPECT_ERR(precise_quantiles(h, &q, &v, 1, clamp), 0,
		   "a histogram that holds values has quantiles");
	return v;
}

TEST(a_small_value_has_a_counter_of_its_own, 9, 1, bonus)
{
	unsigned int v;

	WHY("128 parts of a doubling that has no more than 128 integers lose "
	    "nothing.");
	STEP("ask for the counters and the bounds of 0 to 255");
	for (v = 0; v < 256; v++) {
		expect_index(v, v);
		EXPECT_EQ(precise_upper(v), v, "counter %u holds %u alone", v,
			  v);
	}
}

TEST(a_counter_ends_where_the_next_begins, 9, 2, bonus)
{
	unsigned __int128 end;
	uint64_t start = 0, width;
	unsigned int i;

	WHY("A value on the wrong side of an edge is counted for a neighbour, "
	    "and its percentile may be too low.");
	STEP("for each counter: its first value, its last, its bound");
	for (i = 0; i < PRECISE_COUNTERS(64); i++) {
		/* 256 of width 1, 128 of 2, 128 of 4, ... */
		width = i < 256 ? 1 : 1ull << (i / 128 - 1);
		end = (unsigned __int128)start + width - 1;
		expect_index(start, i);
		expect_index(end, i);
		EXPECT_EQ(precise_upper(i), (uint64_t)end,
			  "the bound of counter %u is its last value", i);
		start = end + 1;
	}
	EXPECT_EQ(start, 0, "the last counter ends with the last number");
	STEP("ask for the bounds of counters that are not there");
	EXPECT_EQ(precise_upper(i), UINT64_MAX,
		  "a counter too far counts as the last");
}

/* Four billion values: about ten seconds. */
TEST(every_value_below_2_to_32_has_its_counter, 9, 0, bonus, long, plain,
     timeout = 120)
{
	uint64_t v = 0, end = 0;
	unsigned int i;

	WHY("Every value once: what no sample of values can promise.");
	STEP("ask for the counters of 0 to 2^32 - 1");
	for (i = 0; i < PRECISE_COUNTERS(32); i++) {
		end += i < 256 ? 1 : 1ull << (i / 128 - 1);
		for (; v < end; v++)
			if (precise_index(v) != i)
				expect_index(v, i);
	}
	EXPECT_EQ(v, 1ull << 32, "3,328 counters reach 2^32");
}

TEST(the_counters_take_the_memory_that_was_asked_for, 9, 1, bonus)
{
	struct precise *h = NULL;

	WHY("24 KiB a histogram is what one can afford for each worker; 58 KiB "
	    "is for those who need all of 64 bits.");
	EXPECT_EQ(COUNTERS, 3072, "3,072 counters reach one second");
	EXPECT_EQ(PRECISE_COUNTERS(63), 7296, "7,296 counters reach 2^63");
	STEP("ask for values of 7 bits, and of 65");
	EXPECT_ERR(precise_create(&h, 7), -EINVAL, "7 bits are too few");
	EXPECT_ERR(precise_create(&h, 65), -EINVAL, "65 bits are too many");
	STEP("ask for all of 64 bits, twice: there is no memory at first");
	fault_set(FAULT_ALLOC, 1, -ENOMEM);
	EXPECT_ERR(precise_create(&h, 64), -ENOMEM, "no memory is an error");
	EXPECT(!h, "on error nothing is handed out");
	EXPECT_ERR(precise_create(&h, 64), 0, "now there is memory");
	STEP("record 2^63 + 1");
	precise_record(h, (1ull << 63) + 1);
	EXPECT_EQ(h->counters[PRECISE_COUNTERS(63)], 1,
		  "the first counter of the last doubling counts it");
	precise_destroy(h);
}

TEST(what_is_too_large_is_counted_last_and_kept_as_max, 9, 1, bonus)
{
	struct precise h;

	WHY("A value that is too large must show, and not as one of the "
	    "largest that still fit.");
	precise_init(&h, counters, PRECISE_1S);
	STEP("record 5, and 2^40, into a histogram that reaches 2^30");
	precise_record(&h, 5);
	precise_record(&h, 1ull << 40);
	EXPECT_EQ(h.counters[COUNTERS - 1], 1, "the last counter counts 2^40");
	EXPECT_EQ(precise_count(&h), 2, "two values are counted");
	EXPECT_EQ(h.sum, (1ull << 40) + 5, "the sum is that of the values");
	EXPECT_EQ(quantile(&h, 1, false), 1ull << 40,
		  "of the last counter the answer is max");
	EXPECT_EQ(quantile(&h, 0, false), 5, "of the others it is the bound");
}

TEST(several_quantiles_are_answered_at_once, 9, 2, bonus)
{
	static const double q[] = { 0, 0.5, 0.5, 0.99, 0.999, 1 };
	static const uint64_t rank[] = { 1, 500, 500, 990, 999, 1000 };
	static const double falling[] = { 0.5, 0.99, 0.9 };
	static const double bad[] = { 0.5, 0.99, NAN };
	uint64_t out[ARRAY_SIZE(q)] = { 0 };
	struct precise h;
	unsigned int i;

	WHY("A report asks for six quantiles; six walks over 3,072 counters "
	    "would be five too many.");
	precise_init(&h, counters, PRECISE_1S);
	STEP("ask an empty histogram");
	EXPECT_ERR(precise_quantiles(&h, q, out, 6, true), -ENODATA,
		   "an empty histogram has no quantile");
	STEP("record 1,000, 2,000, ... up to 1,000,000");
	for (i = 1; i <= 1000; i++)
		precise_record(&h, 1000 * i);
	STEP("ask for six quantiles, two of them the same");
	EXPECT_ERR(precise_quantiles(&h, q, out, 6, false), 0,
		   "six quantiles are answered");
	for (i = 0; i < ARRAY_SIZE(q); i++)
		EXPECT_EQ(out[i], precise_upper(precise_index(1000 * rank[i])),
			  "quantile %g is the bound of the value of rank "
			  "%" PRIu64,
			  q[i], rank[i]);
	STEP("ask for 0.5, 0.99, 0.9; and for 0.5, 0.99, not-a-number");
	memset(out, 0, sizeof(out));
	EXPECT_ERR(precise_quantiles(&h, falling, out, 3, false), -EINVAL,
		   "quantiles out of order are refused");
	EXPECT_ERR(precise_quantiles(&h, bad, out, 3, false), -EINVAL,
		   "a quantile that is not a number is refused");
	EXPECT_EQ(out[0], 0, "on error nothing is written");
}

TEST(both_ends_are_exact_on_request, 9, 1, bonus)
{
	struct precise h;

	WHY("A p100 above the largest value that there was is a number that "
	    "nobody can find in a log.");
	precise_init(&h, counters, PRECISE_1S);
	STEP("record 123,456,789 alone");
	precise_record(&h, 123456789);
	EXPECT(quantile(&h, 1, false) > 123456789,
	       "without clamp p100 is the bound of a counter");
	EXPECT_EQ(quantile(&h, 1, true), 123456789, "p100 is max");
	EXPECT_EQ(quantile(&h, 0, true), 123456789, "p0 is min");
	STEP("record 123,456,780 and 5,000,000, too");
	precise_record(&h, 123456780);
	precise_record(&h, 5000000);
	EXPECT_EQ(quantile(&h, 0, true), 5000000, "p0 is min");
	EXPECT_EQ(quantile(&h, 0.5, true), 123456789,
		  "the value of rank 2 is in the counter of max, and is not "
		  "above it");
}

TEST(only_histograms_of_one_size_are_merged, 9, 1, bonus)
{
	struct precise h, *all;

	WHY("What lies in the last counter because it was too large has no "
	    "place in a larger histogram.");
	precise_init(&h, counters, PRECISE_1S);
	precise_record(&h, 77);
	EXPECT_ERR(precise_create(&all, 64), 0, "there is memory");
	precise_record(all, 88);
	STEP("merge a histogram for one second and one for all values");
	EXPECT_ERR(precise_merge(all, &h), -EINVAL,
		   "histograms of two sizes are not merged");
	EXPECT_ERR(precise_merge(&h, all), -EINVAL,
		   "histograms of two sizes are not merged");
	EXPECT_EQ(precise_count(&h), 1, "nothing was added");
	EXPECT_EQ(h.max, 77, "nothing was added");
	precise_destroy(all);
}

/* Two histograms hold the same. */
static void expect_same(const struct precise *got, const struct precise *want)
{
	unsigned int i;

	for (i = 0; i < got->nr; i++)
		EXPECT_EQ(got->counters[i], want->counters[i],
			  "counter %u counts each of its values once", i);
	EXPECT_EQ(got->sum, want->sum, "the sum is that of all values");
	EXPECT_EQ(got->min, want->min, "min is the smallest of all values");
	EXPECT_EQ(got->max, want->max, "max is the largest of all values");
}

TEST(a_correction_adds_what_was_kept_away, 9, 1, bonus)
{
	static uint64_t other[COUNTERS];
	struct precise h, want;
	unsigned int i;
	uint64_t v, interval, missing;

	WHY("A loop over a stall of an hour takes longer than the stall was "
	    "short; by counters it is the same thing, in no time.");
	for (i = 0; i < 300; i++) {
		v = test_rand() >> (33 + test_rand() % 12);
		interval = 1 + v / (1 + test_rand() % 2000);
		STEP("record %" PRIu64 ", one every %" PRIu64, v, interval);
		precise_init(&h, counters, PRECISE_1S);
		precise_init(&want, other, PRECISE_1S);
		precise_record_corrected(&h, v, interval);
		precise_record(&want, v);
		for (missing = v; missing >= 2 * interval;) {
			missing -= interval;
			precise_record(&want, missing);
		}
		expect_same(&h, &want);
	}
	STEP("record 0 at an interval of 0");
	precise_init(&h, counters, PRECISE_1S);
	precise_record_corrected(&h, 0, 0);
	EXPECT_EQ(precise_count(&h), 1, "without an interval nothing is added");
	STEP("record 2^50 at an interval of 1");
	precise_record_corrected(&h, 1ull << 50, 1);
	EXPECT_EQ(precise_count(&h), (1ull << 50) + 1,
		  "2^50 values are counted, and the 0 before");
	EXPECT_EQ(h.sum, UINT64_MAX, "a sum that is too large stays");
}

TEST(p99_of_the_stalled_load_is_920_ms, 9, 0, bonus)
{
	static uint64_t space[2][COUNTERS];
	const uint64_t start = 77 * NSEC_PER_SEC;
	struct precise naive, intended, corrected;
	uint64_t i, sent, now = start;

	WHY("What 128 buckets call 1,073 ms is 920.2 ms; a correction "
	    "afterwards forgets the backlog, and says 900.2.");
	precise_init(&naive, space[0], PRECISE_1S);
	precise_init(&intended, space[1], PRECISE_1S);
	precise_init(&corrected, counters, PRECISE_1S);
	STEP("1000 requests/s for 10 s, 0.2 ms each, one stalls for 1 s");
	for (i = 0; i < 10000; i++) {
		sent = start + i * NSEC_PER_MSEC;
		if (sent < now)
			sent = now;
		now = sent + 200 * NSEC_PER_USEC +
		      (i == 2000 ? NSEC_PER_SEC : 0);
		precise_record(&naive, now - sent);
		precise_record(&intended,
			       hist_since_due(start, NSEC_PER_MSEC, i, now));
		/* A closed loop sends only 9,000 in that time. */
		if (i <= 2000 || i > 3000)
			precise_record_corrected(&corrected, now - sent,
						 NSEC_PER_MSEC);
	}
	EXPECT_EQ(quantile(&naive, 0.99, false),
		  precise_upper(precise_index(200000)),
		  "timed from the send, p99 is 0.2 ms");
	EXPECT_EQ(quantile(&intended, 0.99, false),
		  precise_upper(precise_index(920200000)),
		  "timed from when it was due, p99 is 920.2 ms");
	EXPECT_EQ(quantile(&corrected, 0.99, false),
		  precise_upper(precise_index(900200000)),
		  "corrected afterwards, p99 is 900.2 ms");
}

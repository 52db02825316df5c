/**
 * @file test_intended.c
 * Day 4, TODO 8: timing from the intended start. The time is virtual.
 */
#include <inttypes.h>
#include <stdio.h>

#include "hist.h"
#include "kit/clock.h"
#include "test/test.h"

/* A load that is slow once: 1000 requests a second for 10 seconds. */
#define LOAD_REQUESTS 10000
#define LOAD_INTERVAL NSEC_PER_MSEC
#define LOAD_SERVICE (200 * NSEC_PER_USEC)
#define LOAD_STALL NSEC_PER_SEC
#define LOAD_STALLED 2000 /* the request that meets the stall */

TEST(a_latency_counts_from_the_due_time, 8, 3)
{
	struct hist h;

	WHY("A user who had to wait in line was waiting, too.");
	hist_init(&h);
	STEP("start at 5000, one every 100; the third was due at 5200");
	hist_record_intended(&h, 5000, 100, 2, 5230);
	EXPECT_EQ(h.max, 30, "an end at 5230 is 30 after it was due");
	STEP("the 11th was due at 6000 and ended at 6700");
	hist_record_intended(&h, 5000, 100, 10, 6700);
	EXPECT_EQ(h.max, 700, "an end at 6700 is 700 after it was due");
	STEP("an interval of 0: all due at 5000, and one ended at 6000");
	hist_record_intended(&h, 5000, 0, 7, 6000);
	EXPECT_EQ(h.max, 1000, "an end at 6000 is 1000 after the start");
	EXPECT_EQ(h.min, 30, "30 is still the smallest value so far");
	EXPECT_EQ(h.buckets[19], 1, "bucket 19 counts the 30 once");
}

TEST(an_end_before_the_due_time_is_0, 8, 1)
{
	struct hist h;

	WHY("An unsigned difference below 0 is a latency of 584 years.");
	hist_init(&h);
	STEP("due at 1100, ended at 1040");
	hist_record_intended(&h, 1000, 100, 1, 1040);
	EXPECT_EQ(h.max, 0, "what ended before it was due took 0");
	EXPECT_EQ(h.buckets[0], 1, "bucket 0 counts that 0 once");
}

TEST(a_due_time_does_not_overflow, 8, 2)
{
	struct hist h;

	WHY("A due time that wraps to the past invents a stall; in 128 bits "
	    "start + i * interval always fits.");
	hist_init(&h);
	STEP("request 2^32 at one every 2^32: due at 2^64, ended at 1000");
	hist_record_intended(&h, 0, 1ull << 32, 1ull << 32, 1000);
	EXPECT_EQ(h.max, 0, "what ended before it was due took 0");
	STEP("start at 2^64 - 1, one every 10; the second ended at 500");
	hist_record_intended(&h, UINT64_MAX, 10, 1, 500);
	EXPECT_EQ(h.max, 0, "what ended before it was due took 0");
	STEP("due at 2^33 (no. 8 at one every 2^30), ended 70 later");
	hist_record_intended(&h, 0, 1ull << 30, 8, (1ull << 33) + 70);
	EXPECT_EQ(h.max, 70, "an end at 2^33 + 70 is 70 after it was due");
}

/* The p99 of one view of the same run. */
static uint64_t p99(const struct hist *h, const char *view)
{
	uint64_t v = 0;

	STEP("ask for p99 %s", view);
	EXPECT_ERR(hist_percentile(h, 0.99, &v), 0,
		   "10,000 requests have a p99");
	return v;
}

/* From @least to @most ns. */
static void expect_within(uint64_t v, uint64_t least, uint64_t most,
			  const char *claim)
{
	char got[32], want[64];

	snprintf(got, sizeof(got), "%" PRIu64, v);
	snprintf(want, sizeof(want), "from %" PRIu64 " to %" PRIu64 " ns",
		 least, most);
	EXPECT_STR(v >= least && v <= most ? want : got, want, "%s", claim);
}

TEST(a_stall_of_a_second_shows_at_p99, 8, 4)
{
	const uint64_t start = 77 * NSEC_PER_SEC;
	struct hist naive, intended;
	uint64_t i, v;

	WHY("A generator that waits for the slow answer does not send what "
	    "would have met the stall, and so leaves it out.");
	fake_clock_start(start);
	hist_init(&naive);
	hist_init(&intended);
	STEP("1000 requests/s for 10 s, 0.2 ms each, one stalls for 1 s");
	for (i = 0; i < LOAD_REQUESTS; i++) {
		uint64_t due = start + i * LOAD_INTERVAL;
		uint64_t sent = clock_now();

		if (sent < due) {
			fake_clock_advance(due - sent);
			sent = due;
		}
		fake_clock_advance(LOAD_SERVICE);
		if (i == LOAD_STALLED)
			fake_clock_advance(LOAD_STALL);
		hist_record(&naive, clock_now() - sent);
		hist_record_intended(&intended, start, LOAD_INTERVAL, i,
				     clock_now());
	}
	v = p99(&naive, "from the actual send");
	expect_within(v, 200000, 237841,
		      "from the actual send, p99 is 0.2 ms within 18.93 % and "
		      "shows no stall");
	/* 101st slowest: 1000.2 ms - 100 * 0.8 ms */
	v = p99(&intended, "from the intended start");
	expect_within(
		v, 920200000, 1094308999,
		"from the intended start, p99 is 920.2 ms within 18.93 %");
}

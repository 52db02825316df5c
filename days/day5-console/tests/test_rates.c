/**
 * @file test_rates.c
 * Day 5, TODO 2: what two readings of a worker say.
 */
#include <inttypes.h>
#include <string.h>

#include "metrics.h"

#include "kit/clock.h"
#include "test/test.h"

/* A reading at @now with every counter at some number of its own. */
static struct metrics_reading reading_at(uint64_t now, uint64_t step)
{
	struct metrics_reading r = { .now = now };
	unsigned int i;

	for (i = 0; i < METRIC_NR; i++)
		r.v[i] = 1000 + step * (i + 1);
	return r;
}

/* The result is not clean memory: all of it has to be written. */
static struct metrics_rates rates_of(const struct metrics_reading *before,
				     const struct metrics_reading *after)
{
	struct metrics_rates r;

	memset(&r, 0x5a, sizeof(r));
	metrics_rates(before, after, &r);
	return r;
}

/* A rate in millionths; what is no such number is the largest one. */
static uint64_t millionths(double rate)
{
	return rate >= 0 && rate < 1e12 ? (uint64_t)(rate * 1e6 + 0.5)
					: UINT64_MAX;
}

static bool is_time(unsigned int i)
{
	return i == METRIC_BUSY || i == METRIC_SEARCH || i == METRIC_PARKED;
}

TEST(each_counter_has_its_own_difference, 2, 2)
{
	struct metrics_reading a = reading_at(5000, 0);
	struct metrics_reading b = reading_at(5000 + NSEC_PER_SEC, 7);
	struct metrics_rates r;
	unsigned int i;

	WHY("The sum since the start says what was; the difference says what "
	    "is.");
	STEP("two readings; counter i is larger by 7 * (i + 1)");
	b.v[METRIC_POLLS] = a.v[METRIC_POLLS] + 6000000000ull;
	r = rates_of(&a, &b);
	EXPECT_EQ(r.ns, NSEC_PER_SEC, "a second lies between the readings");
	EXPECT_EQ(r.delta[METRIC_POLLS], 6000000000ull,
		  "a difference may need more than 32 bits");
	for (i = 1; i < METRIC_NR; i++)
		EXPECT_EQ(r.delta[i], 7 * (i + 1), "the difference of \"%s\"",
			  metric_info[i].name);
}

TEST(a_rate_is_a_number_a_second_and_of_a_time_a_share, 2, 2)
{
	static const uint64_t windows[] = { 10 * NSEC_PER_MSEC,
					    250 * NSEC_PER_MSEC, NSEC_PER_SEC,
					    3 * NSEC_PER_SEC };
	unsigned int w, i;

	WHY("Readings do not come at equal times: only what was divided by the "
	    "time between them can be compared.");
	for (w = 0; w < ARRAY_SIZE(windows); w++) {
		uint64_t ns = windows[w];
		struct metrics_reading a = reading_at(NSEC_PER_SEC, 0);
		struct metrics_reading b = reading_at(NSEC_PER_SEC + ns, 0);
		struct metrics_rates r;

		STEP("%llu ms apart: 12 of each, a quarter of the time",
		     ns / NSEC_PER_MSEC);
		for (i = 0; i < METRIC_NR; i++)
			b.v[i] = a.v[i] + (is_time(i) ? ns / 4 : 12);
		r = rates_of(&a, &b);
		for (i = 0; i < METRIC_NR; i++)
			EXPECT_EQ(millionths(r.rate[i]),
				  is_time(i) ? 250000
					     : 12000000 * NSEC_PER_SEC / ns,
				  "millionths of the rate of \"%s\", in %s",
				  metric_info[i].name,
				  is_time(i) ? "shares of the time"
					     : "a second");
	}
}

TEST(a_worker_stuck_in_a_poll_is_busy_all_the_time, 2, 2)
{
	struct metrics_reading a = reading_at(NSEC_PER_SEC, 0);
	struct metrics_reading b = reading_at(2 * NSEC_PER_SEC, 0);
	struct metrics_rates r;
	unsigned int i;

	WHY("A worker inside one poll for seconds adds nothing to its counters "
	    "meanwhile. It looks idle, and is what you are looking for.");
	STEP("no counter moves within a second, nothing is polled");
	r = rates_of(&a, &b);
	EXPECT_EQ(r.delta[METRIC_BUSY], 0,
		  "a worker that does not poll is "
		  "not busy");
	STEP("the same, but it has been inside a poll since before");
	a.running_since = b.running_since = NSEC_PER_SEC / 2;
	r = rates_of(&a, &b);
	EXPECT_EQ(r.delta[METRIC_BUSY], NSEC_PER_SEC,
		  "it was busy for all of the second");
	EXPECT_EQ(millionths(r.rate[METRIC_BUSY]), 1000000,
		  "millionths of the time that it was busy");
	for (i = 0; i < METRIC_NR; i++)
		if (i != METRIC_BUSY)
			EXPECT_EQ(r.delta[i], 0,
				  "a poll in progress adds to the busy time "
				  "only, not to \"%s\"",
				  metric_info[i].name);
}

/* Seven readings around one poll, from 1,300 to 4,700 ms, of a worker that
 * was busy for 42 ms before, and is for 200 ms in the last window. */
static const struct {
	unsigned int at, counted, since, busy; /* all in ms; busy: wanted */
	const char *what;
} windows[] = {
	{ 1000, 42, 0, 0, "" },
	{ 2000, 42, 1300, 700, "in which the poll begins" },
	{ 3000, 42, 1300, 1000, "all inside the poll" },
	{ 3010, 42, 1300, 10, "of 10 ms inside the poll" },
	{ 4000, 42, 1300, 990, "all inside the poll, too" },
	{ 5000, 42 + 3400, 0, 700, "in which the poll ends" },
	{ 6000, 42 + 3600, 0, 200, "after it" },
};

static struct metrics_reading window(unsigned int i)
{
	struct metrics_reading r = reading_at(windows[i].at * NSEC_PER_MSEC, 0);

	r.v[METRIC_BUSY] = windows[i].counted * NSEC_PER_MSEC;
	r.running_since = windows[i].since * NSEC_PER_MSEC;
	return r;
}

TEST(a_long_poll_counts_once_over_all_windows, 2, 3)
{
	struct metrics_reading first = window(0), a = first, b;
	uint64_t sum = 0;
	unsigned int i;

	WHY("When the long poll ends, all of its time is added to the counter "
	    "at once. What earlier windows have shown of it must not be shown "
	    "again.");
	for (i = 1; i < ARRAY_SIZE(windows); i++, a = b) {
		struct metrics_rates r;

		b = window(i);
		r = rates_of(&a, &b);
		STEP("from %u to %u ms, %s", windows[i - 1].at, windows[i].at,
		     windows[i].what);
		EXPECT_EQ(r.delta[METRIC_BUSY] / NSEC_PER_USEC,
			  windows[i].busy * 1000,
			  "the busy time of this window is told, in us");
		sum += r.delta[METRIC_BUSY];
	}
	EXPECT_EQ(sum, 3600 * NSEC_PER_MSEC, "ns busy in all windows together");
	EXPECT_EQ(rates_of(&first, &b).delta[METRIC_BUSY], sum,
		  "one window over all of it says the same");
}

/* A worker's life: polls of random lengths with random pauses. */
struct life {
	uint64_t now, next; /* ns; when the poll, or the pause, ends */
	uint64_t begin;	    /* ns: of the poll; 0: a pause */
	uint64_t counted;   /* ns: polls that have ended */
	uint64_t busy;	    /* ns: in polls, up to now */
};

static void live_up_to(struct life *l, uint64_t until)
{
	while (l->now < until) {
		uint64_t to = l->next < until ? l->next : until;

		l->busy += l->begin ? to - l->now : 0;
		l->now = to;
		if (to != l->next)
			return;
		l->counted += l->begin ? to - l->begin : 0;
		l->begin = l->begin ? 0 : to;
		l->next = to + 1 + test_rand() % (test_rand() % 8 ? 900 : 9000);
	}
}

TEST(of_any_polls_no_ns_is_missing_and_none_is_counted_twice, 2, 1)
{
	struct life l = { .now = 1000, .next = 1200 };
	struct metrics_reading a = reading_at(1000, 0), b = a;
	unsigned int i;

	WHY("Windows that add up are the only ones that can be trusted.");
	STEP("2,000 random windows over random polls and pauses");
	a.v[METRIC_BUSY] = b.v[METRIC_BUSY] = 0;
	for (i = 0; i < 2000; i++, a = b) {
		uint64_t before = l.busy;
		struct metrics_rates r;

		live_up_to(&l, l.now + 1 + test_rand() % 3000);
		b.now = l.now;
		b.v[METRIC_BUSY] = l.counted;
		b.running_since = l.begin;
		r = rates_of(&a, &b);
		EXPECT_EQ(r.delta[METRIC_BUSY], l.busy - before,
			  "ns busy from %" PRIu64 " to %" PRIu64, a.now, b.now);
		EXPECT(r.rate[METRIC_BUSY] >= 0 && r.rate[METRIC_BUSY] <= 1,
		       "a share of the time is from 0 to 1");
	}
}

TEST(counters_that_go_back_count_as_nothing, 2, 1)
{
	struct metrics_reading a = reading_at(NSEC_PER_SEC, 500);
	struct metrics_reading b = reading_at(2 * NSEC_PER_SEC, 500);
	struct metrics_rates r;

	WHY("A worker's place is used again by the next runtime. Below 0 there "
	    "is no rate; as an unsigned number it would be a huge one.");
	STEP("one counter goes back by 1, one on by 9; the rest stays");
	b.v[METRIC_STEALS]--;
	b.v[METRIC_PARKS] += 9;
	r = rates_of(&a, &b);
	EXPECT_EQ(r.delta[METRIC_STEALS], 0, "a counter that goes back is 0");
	EXPECT_EQ(millionths(r.rate[METRIC_STEALS]), 0, "and so is its rate");
	EXPECT_EQ(r.delta[METRIC_PARKS], 9, "another one goes on as before");
	STEP("of a poll in progress for 600 ms only 400 ms were counted then");
	a.running_since = a.now - 600 * NSEC_PER_MSEC;
	b.v[METRIC_BUSY] = a.v[METRIC_BUSY] + 400 * NSEC_PER_MSEC;
	EXPECT_EQ(rates_of(&a, &b).delta[METRIC_BUSY], 0,
		  "with the poll in progress the busy time has gone back");
	STEP("1,000 ns more, and a poll that begins 50 ns after the reading");
	a.running_since = 0;
	b = a;
	b.now += NSEC_PER_SEC;
	b.v[METRIC_BUSY] += 1000;
	b.running_since = b.now + 50;
	EXPECT_EQ(rates_of(&a, &b).delta[METRIC_BUSY], 1000,
		  "a poll that begins later has taken no time yet");
}

static void expect_nothing(const struct metrics_reading *before,
			   const struct metrics_reading *after)
{
	struct metrics_rates r = rates_of(before, after);
	unsigned int i;

	EXPECT_EQ(r.ns, 0, "no time lies between the two");
	for (i = 0; i < METRIC_NR; i++) {
		EXPECT_EQ(r.delta[i], 0,
			  "nothing is counted in no time, no "
			  "\"%s\"",
			  metric_info[i].name);
		EXPECT_EQ(millionths(r.rate[i]), 0,
			  "the rate in no time is 0, not infinite");
	}
}

TEST(without_a_time_between_them_readings_say_nothing, 2, 1)
{
	struct metrics_reading a = reading_at(NSEC_PER_SEC, 3);
	struct metrics_reading b = reading_at(NSEC_PER_SEC, 8);

	WHY("The first frame has no reading before it, and a file that is "
	    "replayed stands still.");
	a.running_since = b.running_since = 7;
	STEP("the first reading, none before it");
	expect_nothing(NULL, &a);
	STEP("two readings of the same ns");
	expect_nothing(&a, &b);
	STEP("the second one is older: someone stepped back");
	b.now--;
	expect_nothing(&a, &b);
}

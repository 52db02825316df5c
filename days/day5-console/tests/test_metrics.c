/**
 * @file test_metrics.c
 * Day 5, TODO 1: counters that one thread writes, and all read.
 */
#include <inttypes.h>
#include <string.h>

#include "metrics.h"

#include "kit/err.h"
#include "kit/thread.h"
#include "test/cost.h"
#include "test/step.h"
#include "test/test.h"

static uint64_t count_of(const struct metrics *m, enum metric which)
{
	return atomic_load_explicit(&m->v[which], memory_order_relaxed);
}

static uint64_t mean_of(const struct metrics *m)
{
	return atomic_load_explicit(&m->mean_poll, memory_order_relaxed);
}

TEST(each_count_goes_into_its_own_counter_at_once, 1, 1)
{
	static struct metrics m;
	unsigned int i;

	WHY("Whoever looks now shall see all that has happened up to now: a "
	    "worker that is stuck publishes nothing later.");
	STEP("for each counter in turn: count 1, then 5,000,000,000");
	for (i = 0; i < METRIC_NR; i++) {
		metric_add(&m, i, 1);
		EXPECT_EQ(count_of(&m, i), 1, "\"%s\" has counted 1",
			  metric_info[i].name);
		metric_add(&m, i, 5000000000ull);
		EXPECT_EQ(count_of(&m, i), 5000000001ull,
			  "\"%s\" goes on beyond 32 bits", metric_info[i].name);
	}
	for (i = 0; i < METRIC_NR; i++)
		EXPECT_EQ(count_of(&m, i), 5000000001ull,
			  "\"%s\" is changed by its own counts only",
			  metric_info[i].name);
	EXPECT_EQ(mean_of(&m), 0, "the mean of the polls is no counter");
}

/* One count and one mean, for the single steps. */
static void count_and_mean(void *arg)
{
	metric_add(arg, METRIC_POLLS, 1);
	metric_mean(arg, 700);
}

/* plain: sanitizers and valgrind have instructions of their own. */
TEST(counting_takes_no_locked_instruction, 1, 2, plain)
{
	static struct metrics m;

	WHY("Nobody else writes these counters. A locked instruction waits for "
	    "all earlier stores, several times in each poll.");
	STEP("count a poll and take it into the mean, an instruction at a "
	     "time");
	EXPECT_EQ(step_count_locked(count_and_mean, &m), 0,
		  "no instruction of a count or a mean locks memory");
	EXPECT_EQ(count_of(&m, METRIC_POLLS), 1, "the poll was counted");
}

/* A count in the middle of which another process reads. */
struct watched {
	struct metrics m;
	uint64_t seen;
};

static void count_two(void *arg)
{
	struct watched *w = arg;

	metric_add(&w->m, METRIC_BUSY, 2);
}

static void look(void *arg)
{
	struct watched *w = arg;

	w->seen = count_of(&w->m, METRIC_BUSY);
}

/* plain: as above. */
TEST(a_reader_sees_the_old_count_or_the_new_one, 1, 1, plain)
{
	const uint64_t before = UINT32_MAX;
	static struct watched w;
	unsigned int k;

	WHY("A reader takes what it sees for true: half a number is a "
	    "difference of billions.");
	STEP("count 2 on top of %" PRIu64 "; another process reads in the "
	     "middle",
	     before);
	STEP("once more for each instruction, until the count has ended");
	for (k = 1; k < 300; k++) {
		atomic_store_explicit(&w.m.v[METRIC_BUSY], before,
				      memory_order_relaxed);
		if (!step_interrupt(count_two, &w, k, look, &w))
			break;
		if (w.seen != before)
			EXPECT_EQ(
				w.seen, before + 2,
				"what is seen after instruction %u is the old "
				"count or the new one",
				k);
	}
	EXPECT_EQ(count_of(&w.m, METRIC_BUSY), before + 2, "2 were counted");
}

/* A worker of its own: counts, and takes means. */
struct counting {
	struct metrics m;
	unsigned int nr;
	_Atomic(bool) done;
};

static void count_many(void *arg)
{
	struct counting *c = arg;
	unsigned int i;

	for (i = 0; i < c->nr; i++) {
		metric_add(&c->m, METRIC_POLLS, 1);
		metric_add(&c->m, METRIC_BUSY, 3);
		metric_mean(&c->m, 1000);
	}
	atomic_store_explicit(&c->done, true, memory_order_release);
}

/* Read while it counts, a bounded number of times: never less than before. */
static uint64_t watch_grow(const struct counting *c)
{
	uint64_t last = 0, now;
	unsigned int i;

	for (i = 0; i < 100000; i++) {
		bool done =
			atomic_load_explicit(&c->done, memory_order_acquire);

		now = count_of(&c->m, METRIC_POLLS);
		if (now < last)
			return now;
		last = now;
		if (done)
			break;
	}
	return UINT64_MAX;
}

TEST(two_workers_count_at_the_same_time_and_lose_nothing, 1, 1)
{
	static struct counting c[2];
	struct thread t[2];
	uint64_t less;
	unsigned int i;
	int err[2];

	WHY("Each worker has counters of its own, so that none waits for "
	    "another; nothing may be kept in a place that both use.");
	STEP("two threads count 20,011 and 30,023 polls of 3 ns, we read");
	c[0].nr = 20011;
	c[1].nr = 30023;
	for (i = 0; i < 2; i++)
		err[i] = thread_create(&t[i], "counts", count_many, &c[i]);
	less = err[0] ? UINT64_MAX : watch_grow(&c[0]);
	for (i = 0; i < 2; i++)
		if (!err[i])
			thread_join(&t[i]);
	EXPECT_ERR(err[0] ? err[0] : err[1], 0, "two threads");
	if (less != UINT64_MAX)
		FAIL("while it was counted, a counter went back to %" PRIu64,
		     less);
	for (i = 0; i < 2; i++) {
		EXPECT_EQ(count_of(&c[i].m, METRIC_POLLS), c[i].nr,
			  "worker %u has counted all of its polls", i);
		EXPECT_EQ(count_of(&c[i].m, METRIC_BUSY), 3 * c[i].nr,
			  "worker %u has counted all of its ns", i);
		EXPECT_EQ(mean_of(&c[i].m), 1000,
			  "the mean of equal polls is one of them");
	}
}

TEST(a_count_costs_a_handful_of_instructions, 1, 1, cost)
{
	static struct metrics m;
	uint64_t count, limit;
	unsigned int i;

	WHY("Counters stay on in production only if nobody has to ask what "
	    "they cost.");
	cost_begin();
	for (i = 0; i < 1000; i++) {
		metric_add(&m, METRIC_POLLS, 1);
		metric_add(&m, METRIC_BUSY, i);
	}
	count = cost_end();
	cost_report("count", count);
	STEP("2,000 counts; instructions counted");
	limit = cost_reference("count") * 3 / 2;
	EXPECT_EQ(count_of(&m, METRIC_POLLS), 1000, "each was counted");
	if (limit && count > limit)
		EXPECT_EQ(count / 2000, limit / 2000,
			  "a count takes at most 1.5 times the instructions "
			  "of the reference");
}

TEST(of_the_mean_the_newest_poll_is_a_tenth, 1, 2)
{
	/* (9 * mean + ns) / 10, rounded down, by hand */
	static const struct {
		uint64_t ns, mean;
	} polls[] = {
		{ 1000, 1000 },	  { 2000, 1100 },
		{ 0, 990 },	  { 9, 891 },
		{ 10, 802 },	  { 11, 722 },
		{ 722, 722 },	  { 731, 722 },
		{ 732, 723 },	  { 5000000000, 500000650 },
		{ 0, 450000585 },
	};
	static struct metrics m;
	unsigned int i;

	WHY("An average since the start hides what happens now; a tenth of "
	    "the newest follows within some twenty polls.");
	for (i = 0; i < ARRAY_SIZE(polls); i++) {
		STEP("a poll of %" PRIu64 " ns", polls[i].ns);
		metric_mean(&m, polls[i].ns);
		EXPECT_EQ(mean_of(&m), polls[i].mean,
			  "the mean is nine tenths of the old one, and one "
			  "tenth of the poll; the first poll is the mean");
	}
	memset(&m, 0, sizeof(m));
	STEP("a new worker: polls of 0, 0 and 100 ns");
	metric_mean(&m, 0);
	EXPECT_EQ(mean_of(&m), 1,
		  "a first poll of 0 ns counts as 1: there was "
		  "one");
	metric_mean(&m, 0);
	EXPECT_EQ(mean_of(&m), 1, "the mean never gets to 0 again");
	metric_mean(&m, 100);
	EXPECT_EQ(mean_of(&m), 10, "so 100 ns do not look like the first poll");
}

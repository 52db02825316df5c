/**
 * @file test_recorder.c
 * Day 4, the bonus TODO 10: several threads record, another one reads.
 */
#include <inttypes.h>
#include <string.h>

#include "kit/err.h"
#include "kit/fault.h"
#include "kit/thread.h"
#include "recorder.h"
#include "test/test.h"

static struct recorder *make_recorder(unsigned int nr)
{
	struct recorder *r = NULL;

	EXPECT_ERR(recorder_create(&r, nr), 0, "there is memory");
	return r;
}

static struct recorder_shard *join(struct recorder *r)
{
	struct recorder_shard *s = recorder_join(r);

	EXPECT(s, "there is a shard for each thread");
	return s;
}

TEST(each_thread_has_a_shard_of_its_own, 10, 2, bonus)
{
	struct recorder_shard *a, *b;
	struct recorder *r = NULL;

	WHY("Two threads that add to one counter by load and store lose "
	    "counts, and nobody sees which.");
	STEP("make a recorder for none, for too many, without memory, for two");
	EXPECT_ERR(recorder_create(&r, 0), -EINVAL, "0 threads are refused");
	EXPECT_ERR(recorder_create(&r, 4097), -EINVAL,
		   "more threads than fit are refused");
	fault_set(FAULT_ALLOC, 1, -ENOMEM);
	EXPECT_ERR(recorder_create(&r, 2), -ENOMEM, "no memory is an error");
	r = make_recorder(2);
	STEP("join three times");
	a = join(r);
	b = join(r);
	EXPECT(a != b, "the second has a shard of its own");
	EXPECT(!recorder_join(r), "for the third there is none");
	EXPECT(!recorder_join(r), "and there is still none");
	recorder_destroy(r);
}

TEST(reading_adds_the_shards_up, 10, 2, bonus)
{
	struct recorder *r = make_recorder(3);
	struct recorder_shard *shard[2] = { join(r), join(r) };
	struct hist h, want;
	unsigned int i;

	WHY("The report must not depend on how the work was shared out; a "
	    "shard that nobody took must not either.");
	STEP("record 1,000 values of any size into two of three shards");
	hist_init(&want);
	for (i = 0; i < 1000; i++) {
		uint64_t v = test_rand() >> (24 + test_rand() % 40);

		recorder_record(shard[test_rand() % 2], v);
		hist_record(&want, v);
	}
	recorder_read(r, &h);
	EXPECT(!memcmp(h.buckets, want.buckets, sizeof(h.buckets)),
	       "each value is counted once, in its bucket");
	EXPECT_EQ(h.sum, want.sum, "the sum is that of all values");
	EXPECT_EQ(h.min, want.min, "min is the smallest of all values");
	EXPECT_EQ(h.max, want.max, "max is the largest of all values");
	STEP("record 2^64 - 1, twice");
	recorder_record(shard[0], UINT64_MAX);
	recorder_record(shard[0], UINT64_MAX);
	recorder_read(r, &h);
	EXPECT_EQ(h.sum, UINT64_MAX, "a sum that is too large stays");
	recorder_destroy(r);
}

TEST(an_interval_holds_what_is_new, 10, 2, bonus)
{
	struct recorder *r = make_recorder(2);
	struct recorder_shard *s = join(r);
	struct hist h;

	WHY("A chart over time needs the last second, not the sum of all that "
	    "came before.");
	STEP("record 5 and 2000; ask; record 0 and 1500; ask");
	recorder_record(s, 5);
	recorder_record(s, 2000);
	recorder_interval(r, &h);
	EXPECT_EQ(hist_count(&h), 2, "the first interval has two values");
	EXPECT_EQ(h.sum, 2005, "their sum is 2005");
	EXPECT_EQ(hist_min(&h), 5, "min is what all times have");
	EXPECT_EQ(hist_max(&h), 2000, "max is what all times have");
	recorder_record(s, 0);
	recorder_record(s, 1500);
	recorder_interval(r, &h);
	EXPECT_EQ(hist_count(&h), 2, "the second interval has two values");
	EXPECT_EQ(h.sum, 1500, "their sum is 1500");
	EXPECT_EQ(hist_min(&h), 0, "min is the lower edge of the bucket of 0");
	EXPECT_EQ(hist_max(&h), 1722,
		  "max is the upper bound of the bucket of 1500");
	STEP("record 1800 in an interval of its own");
	recorder_record(s, 1800);
	recorder_interval(r, &h);
	EXPECT_EQ(hist_min(&h), 1723, "min is the lower edge of its bucket");
	EXPECT_EQ(hist_max(&h), 2000, "max is not above that of all times");
	STEP("ask again, when nothing is new");
	recorder_interval(r, &h);
	EXPECT_EQ(hist_count(&h), 0, "nothing is new");
	EXPECT_EQ(h.sum, 0, "nothing is new");
	STEP("record 0, which adds nothing to the sum; ask");
	recorder_record(s, 0);
	recorder_interval(r, &h);
	EXPECT_EQ(hist_count(&h), 1, "a value of 0 is a value");
	recorder_read(r, &h);
	EXPECT_EQ(hist_count(&h), 6, "reading still has all of them");
	recorder_destroy(r);
}

struct writer {
	struct thread thread;
	struct recorder *recorder;
	struct recorder_shard *shard;
	unsigned int n;
	_Atomic(bool) is_done;
};

static void write_values(void *arg)
{
	struct writer *w = arg;
	unsigned int i;

	w->shard = recorder_join(w->recorder);
	for (i = 0; w->shard && i < w->n; i++)
		recorder_record(w->shard, i);
	/* relaxed: only says when to stop looking; thread_join() orders. */
	atomic_store_explicit(&w->is_done, true, memory_order_relaxed);
}

static bool is_done(struct writer *w)
{
	return atomic_load_explicit(&w->is_done, memory_order_relaxed);
}

/* A histogram that was read while others record is in itself consistent. */
static void expect_consistent(const struct hist *h)
{
	uint64_t v;

	if (!hist_count(h))
		return;
	EXPECT_ERR(hist_percentile(h, 1, &v), 0,
		   "the count is that of the buckets, so p100 is in one");
	EXPECT(hist_min(h) <= hist_max(h), "min is not above max");
	EXPECT(hist_bucket(hist_max(h)) >= hist_bucket(v),
	       "max is known of each value that is counted");
}

TEST(two_threads_and_a_reader_lose_nothing, 10, 4, bonus)
{
	const unsigned int n = test_is_slow() ? 20000 : 200000;
	struct recorder *r = make_recorder(2);
	struct writer w[2];
	struct hist h, merged;
	unsigned int i;

	WHY("The reader stops nobody, and yet each value is in one interval "
	    "and in one only.");
	STEP("two threads record 0 to %u each; take intervals meanwhile",
	     n - 1);
	hist_init(&merged);
	for (i = 0; i < 2; i++) {
		w[i] = (struct writer){ .recorder = r, .n = n };
		EXPECT_ERR(thread_create(&w[i].thread, "writer", write_values,
					 &w[i]),
			   0, "a thread");
	}
	for (i = 0; i < 100000 && !(is_done(&w[0]) && is_done(&w[1])); i++) {
		recorder_interval(r, &h);
		expect_consistent(&h);
		hist_merge(&merged, &h);
		recorder_read(r, &h);
		expect_consistent(&h);
	}
	for (i = 0; i < 2; i++)
		thread_join(&w[i].thread);
	STEP("both have ended; take the last interval");
	recorder_interval(r, &h);
	hist_merge(&merged, &h);
	recorder_read(r, &h);
	EXPECT(w[0].shard && w[1].shard, "each thread had a shard");
	EXPECT_EQ(hist_count(&h), 2 * n, "each record is counted once");
	EXPECT_EQ(h.sum, (uint64_t)n * (n - 1), "the sum is that of both");
	EXPECT(!memcmp(merged.buckets, h.buckets, sizeof(h.buckets)),
	       "each record was in one interval");
	EXPECT_EQ(merged.sum, h.sum, "the intervals' sums add up");
	recorder_destroy(r);
}

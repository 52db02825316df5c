/*
 * The recorder in every order of two threads: a value is published with its
 * sum, min and max, and no two threads share a shard. There are 4 buckets here
 * (Kbuild), so values are 1, in the first, and 2^40, in the last.
 */
#include "kit/thread.h"
#include "recorder.h"
#include "test/model/model.h"

#define LARGE (1ull << 40)

static struct recorder *recorder;

static void setup(unsigned int nr)
{
	EXPECT_ERR(recorder_create(&recorder, nr), 0, "there is memory");
}

static void record_large(void *arg)
{
	struct recorder_shard *s = recorder_join(recorder);

	EXPECT(s, "there is a shard for each thread");
	recorder_record(s, LARGE);
}

static void start(struct thread *t, const char *name)
{
	EXPECT_ERR(thread_create(t, name, record_large, NULL), 0, "a thread");
}

MODEL(a_value_that_is_counted_is_in_sum_and_max, 10, 50)
{
	struct thread a;
	struct hist first, second;
	uint64_t v;

	WHY("The last bucket has no bound: its percentile is max, and one that "
	    "is not stored yet would be 0.");
	setup(1);
	start(&a, "writer");
	recorder_interval(recorder, &first);
	if (hist_count(&first)) {
		EXPECT_ERR(hist_percentile(&first, 1, &v), 0, "it has a p100");
		EXPECT_EQ(v, LARGE, "the value that is counted is in max");
		EXPECT_EQ(first.sum, LARGE, "and in the sum");
	}
	thread_join(&a);
	recorder_interval(recorder, &second);
	EXPECT_EQ(hist_count(&first) + hist_count(&second), 1,
		  "the value is in one interval");
	EXPECT_EQ(first.sum + second.sum, LARGE, "and so is its sum");
	recorder_destroy(recorder);
}

MODEL(two_threads_that_join_at_once_lose_nothing, 10, 50)
{
	struct thread a;
	struct hist h;

	WHY("Whoever shares a shard stores what another one has just counted.");
	setup(2);
	start(&a, "second");
	record_large(NULL);
	thread_join(&a);
	recorder_read(recorder, &h);
	EXPECT_EQ(hist_count(&h), 2, "both values are counted");
	EXPECT_EQ(h.sum, 2 * LARGE, "both are in the sum");
	recorder_destroy(recorder);
}

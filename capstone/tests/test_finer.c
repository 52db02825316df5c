/*
 * What is given and uses the finer of day 4's histograms: those that run.c
 * fills, and crowd.c, whose spawners have a shard each.
 */
#include "crowd.h"
#include "precise.h"
#include "recorder.h"
#include "work.h"

/* The clock stands still but for the work: 100, 200 and 300 ns by turns. */
static const uint64_t hundreds[] = { 100, 200, 300 };

static void work_init(void)
{
	memset(&work, 0, sizeof(work));
	work.latency = hundreds;
	work.nr_latency = ARRAY_SIZE(hundreds);
}

TEST(finer_histograms_take_what_the_rows_take, 4, 0, kit)
{
	struct report_config cfg = { .work = &prototype.future,
				     .rounds = 2,
				     .singles = 3,
				     .batches = 3,
				     .batch = 2 };
	struct precise *fine[REPORT_WAYS];
	static struct report report;
	unsigned int way;

	WHY("Two histograms of the same samples must not disagree by more than "
	    "their error.");
	STEP("six single operations of 100, 200 and 300 ns; batches of two");
	for (way = 0; way < REPORT_WAYS; way++)
		EXPECT_ERR(precise_create(&fine[way], PRECISE_1S), 0,
			   "there is a histogram");
	cfg.fine = fine;
	work_init();
	clk.tick = 1;
	clock_source = clk_read;
	EXPECT_ERR(report_run(&cfg, &report), 0, "the report is made");
	clock_source = NULL;
	for (way = 0; way < REPORT_WAYS; way++) {
		const struct report_row *row = &report.row[way];

		EXPECT_EQ(precise_count(fine[way]), row->n,
			  "as many samples in the finer histogram");
		EXPECT_EQ(fine[way]->max, row->max, "the same maximum");
		EXPECT_EQ(fine[way]->sum, row->hist.sum, "the same sum");
		precise_destroy(fine[way]);
	}
}

TEST(spawners_of_a_crowd_record_each_operation_once, 2, 0, kit)
{
	const struct crowd crowd = { .work = &prototype.future,
				     .spawners = 3,
				     .rounds = 2,
				     .singles = 6 };
	struct recorder *r;
	struct hist h;

	WHY("A shard that two share loses what both record at once; a round "
	    "that is forgotten must not be among those that count.");
	STEP("three spawners on one worker, two rounds of six each");
	EXPECT_ERR(recorder_create(&r, 3), 0, "there is a recorder");
	work_init();
	clock_source = clk_read;
	EXPECT_ERR(crowd_run(&crowd, r), 0, "the run ends well");
	clock_source = NULL;
	recorder_read(r, &h);
	recorder_destroy(r);
	EXPECT_EQ(work.finished, 3 * 3 * 6,
		  "two rounds, and one that is forgotten");
	EXPECT_EQ(hist_count(&h), 3 * 2 * 6, "each operation is recorded once");
	EXPECT_EQ(hist_min(&h), 100, "the shortest took 100 ns");
	EXPECT(h.sum >= 12 * 600,
	       "an operation takes at least what its work does");
}

TEST(crowd_that_cannot_be_is_refused, 2, 0, kit)
{
	const struct crowd good = { .work = &prototype.future,
				    .spawners = 2,
				    .rounds = 1,
				    .singles = 1 };
	struct crowd bad = good;
	struct recorder *r;

	WHY("A spawner without a shard would record nowhere.");
	EXPECT_ERR(recorder_create(&r, 1), 0, "there is a recorder");
	STEP("two spawners, and a recorder for one");
	EXPECT_ERR(crowd_run(&good, r), -EINVAL, "a shard is missing");
	STEP("a crowd of nobody, no rounds, rounds of nothing");
	bad.spawners = 0;
	EXPECT_ERR(crowd_run(&bad, r), -EINVAL, "nobody spawns");
	bad = good;
	bad.rounds = 0;
	EXPECT_ERR(crowd_run(&bad, r), -EINVAL, "no round is none");
	bad = good;
	bad.singles = 0;
	EXPECT_ERR(crowd_run(&bad, r), -EINVAL, "a round of nothing is none");
	recorder_destroy(r);
}

TEST(no_memory_for_a_crowd_leaves_nothing_behind, 2, 0, kit)
{
	const struct crowd crowd = { .work = &prototype.future,
				     .spawners = 2,
				     .rounds = 1,
				     .singles = 3 };
	int err = -ENOMEM;
	unsigned int k;

	WHY("Whichever allocation fails, spawners that run must end before "
	    "what they borrow is freed.");
	STEP("a run in which the first allocation fails, then the second, ...");
	for (k = 1; err && k <= 100; k++) {
		unsigned long live;
		struct recorder *r;

		EXPECT_ERR(recorder_create(&r, 2), 0, "there is a recorder");
		live = heap_live();
		work_init();
		fault_set(FAULT_ALLOC, k, -ENOMEM);
		err = crowd_run(&crowd, r);
		fault_set(FAULT_ALLOC, 0, 0);
		EXPECT(!err || err == -ENOMEM, "it fails with -ENOMEM, or not");
		EXPECT_EQ(heap_live(), live, "nothing is left of attempt %u",
			  k);
		EXPECT_EQ(work.drops, work.started,
			  "each operation is dropped, in attempt %u", k);
		recorder_destroy(r);
	}
	EXPECT_ERR(err, 0, "with all the memory it wants, it runs");
	EXPECT(k > 10, "it wants more than ten allocations");
}

/* Work that counts nothing: op_poll() is for one thread. */
static enum poll plain_poll(struct future *f, struct context *cx, void *out)
{
	const uint64_t value = 1;

	memcpy(out, &value, sizeof(value));
	return POLL_READY;
}

static const struct future_ops plain_ops = {
	.poll = plain_poll,
	.size = sizeof(struct future),
	.out_size = sizeof(uint64_t),
};

TEST(spawners_on_threads_lose_nothing, 2, 0, kit, timeout = 20)
{
	static const struct future plain = { .ops = &plain_ops };
	const struct crowd crowd = { .work = &plain,
				     .workers = 2,
				     .spawners = 3,
				     .rounds = 20,
				     .singles = 50 };
	struct recorder *r;
	struct hist h;

	WHY("A spawner may go from one worker to another; its shard goes with "
	    "it, and still has one writer at a time.");
	STEP("three spawners on two workers, 20 rounds of 50 each");
	EXPECT_ERR(recorder_create(&r, 3), 0, "there is a recorder");
	EXPECT_ERR(crowd_run(&crowd, r), 0, "the run ends well");
	recorder_read(r, &h);
	recorder_destroy(r);
	EXPECT_EQ(hist_count(&h), 3 * 20 * 50,
		  "each operation is recorded once");
}

/* The three loops, each on work whose every move is known: see work.h. */
#include "work.h"

static void expect_counts(unsigned int n)
{
	EXPECT_EQ(work.started, n, "%u operations are made and polled", n);
	EXPECT_EQ(work.finished, n, "every operation is polled until ready");
	EXPECT_EQ(work.drops, n, "every operation is dropped exactly once");
}

/* Latencies that no mistake adds up to by chance. */
static const uint64_t latency[] = { 1000, 200, 30, 4, 50000, 600000 };

/* Two groups of three, each with a clock read in it and what it allocates. */
static void expect_times(enum report_way way, unsigned int allocs)
{
	static const char *const words[] = { "no allocation", "one allocation",
					     "", "three allocations" };
	uint64_t ns[2] = { 0, 0 };
	struct run r = { .way = way, .groups = 2, .group = 3, .ns = ns };

	work.latency = latency;
	work.nr_latency = ARRAY_SIZE(latency);
	clk.tick = 7;
	clk.alloc = 11;
	STEP("two groups of three: 1000+200+30 ns, 4+50000+600000 ns");
	STEP("a clock read takes 7 ns, an allocation 11 ns");
	EXPECT_ERR(run_loop(&r), 0, "the loop ends well");
	EXPECT_EQ(ns[0], 1230 + 7 + allocs * 11,
		  "the first group's time is that of its three operations, %s, "
		  "and one clock read",
		  words[allocs]);
	EXPECT_EQ(ns[1], 650004 + 7 + allocs * 11,
		  "the second group's time is that of its three operations, "
		  "%s, and one clock read",
		  words[allocs]);
	EXPECT_EQ(r.reads, 4, "the clock is read twice a group");
}

static void expect_outputs(enum report_way way)
{
	uint64_t ns[2], outs[4] = { 0 };
	struct run r = {
		.way = way,
		.groups = 2,
		.group = 4,
		.ns = ns,
		.outs = outs,
	};
	unsigned int i;

	STEP("two groups of four; operation i has the output %d + i", OUT_BASE);
	EXPECT_ERR(run_loop(&r), 0, "the loop ends well");
	for (i = 0; i < 4; i++)
		EXPECT_EQ(outs[i], OUT_BASE + 4 + i,
			  "outs[%u] holds the output of operation %u of the "
			  "last group",
			  i, i);
}

/* TODO 1 ------------------------------------------------------------------ */

TEST(inline_drives_every_operation_in_place, 1, 7)
{
	uint64_t ns[3];
	struct run r = {
		.way = REPORT_INLINE,
		.groups = 3,
		.group = 5,
		.ns = ns,
	};

	WHY("Inline is the floor that a spawn is compared with: the same "
	    "future, polled where it lies, with no task and no allocation.");
	STEP("run the inline loop: 3 groups of 5 operations");
	EXPECT_ERR(run_loop(&r), 0, "the loop ends well");
	expect_counts(15);
	EXPECT_EQ(work.polls, 15, "an operation that is ready is polled once");
	EXPECT_EQ(r.spawns, 0, "the inline loop spawns nothing");
	EXPECT_EQ(r.allocs, 0, "the inline loop allocates nothing");
}

TEST(inline_time_is_that_of_the_whole_group, 1, 7)
{
	WHY("What stands between the two clock reads is what the report calls "
	    "the cost; a read too many costs more than the work.");
	expect_times(REPORT_INLINE, 0);
}

TEST(inline_keeps_every_output, 1, 3)
{
	WHY("A result that nobody keeps is work that a compiler may leave out, "
	    "and then the loop times nothing.");
	expect_outputs(REPORT_INLINE);
}

TEST(inline_waits_for_a_pending_operation, 1, 3)
{
	uint64_t ns[2];
	struct run r = {
		.way = REPORT_INLINE,
		.groups = 2,
		.group = 3,
		.ns = ns,
	};
	unsigned int g;

	WHY("A future may be pending, and then so is whoever awaits it: it "
	    "returns to the scheduler, and a local variable is gone by then.");
	work.pauses = 2;
	work.pause_ns = 500;
	clk.tick = 7;
	STEP("2 groups of 3; each operation is pending twice, for 500 ns each");
	STEP("a clock read takes 7 ns");
	EXPECT_ERR(run_loop(&r), 0, "the loop ends well");
	expect_counts(6);
	EXPECT_EQ(work.polls, 18, "each operation is polled three times");
	EXPECT_EQ(r.turns, 13,
		  "the loop is pending as often as its operations "
		  "are: 12 times, then ready");
	EXPECT_EQ(work.most, 1, "one operation ends before the next begins");
	for (g = 0; g < 2; g++)
		EXPECT_EQ(ns[g], 3 * 2 * 500 + 7,
			  "the time of group %u begins at its first operation, "
			  "however often the loop was pending since",
			  g);
}

/* TODO 2 ------------------------------------------------------------------ */

TEST(spawn_makes_each_operation_a_task, 2, 7)
{
	uint64_t ns[3];
	struct run r = {
		.way = REPORT_SPAWN,
		.groups = 3,
		.group = 5,
		.ns = ns,
	};

	WHY("The cost of a spawn is that of a task of its own for each "
	    "operation: its memory, its queue, its waker, its join.");
	STEP("run the spawn loop: 3 groups of 5 operations");
	EXPECT_ERR(run_loop(&r), 0, "the loop ends well");
	EXPECT_EQ(r.spawns, 15, "each operation is spawned");
	expect_counts(15);
}

TEST(spawn_joins_one_operation_before_the_next, 2, 6)
{
	uint64_t ns[2];
	struct run r = {
		.way = REPORT_SPAWN,
		.groups = 2,
		.group = 4,
		.ns = ns,
	};

	WHY("Spawned means spawned, polled and joined. A loop that spawns on "
	    "without waiting measures how fast a queue fills.");
	work.pauses = 1;
	STEP("8 operations, each pending once before it is ready");
	EXPECT_ERR(run_loop(&r), 0, "the loop ends well");
	expect_counts(8);
	EXPECT_EQ(work.most, 1, "one operation ends before the next begins");
}

TEST(spawn_time_reaches_to_the_join, 2, 6)
{
	WHY("A spawn returns long before the task has run; who waits for the "
	    "result waits until the join.");
	expect_times(REPORT_SPAWN, 3);
}

TEST(spawn_keeps_every_output, 2, 4)
{
	WHY("The output lies in the task's own block, and with the join handle "
	    "that block goes: first take, then drop.");
	expect_outputs(REPORT_SPAWN);
}

TEST(failed_spawn_ends_the_loop_with_its_error, 2, 7)
{
	unsigned int k;

	WHY("A report made of spawns that never happened is worse than none.");
	for (k = 1; k <= 4; k++) {
		uint64_t ns[2];
		struct run r = { .way = REPORT_SPAWN,
				 .groups = 2,
				 .group = 2,
				 .ns = ns,
				 .fail_at = k };

		memset(&work, 0, sizeof(work));
		STEP("4 operations, and no memory for spawn number %u", k);
		EXPECT_ERR(run_loop(&r), -ENOMEM,
			   "the loop's output is the error of the spawn");
		expect_counts(k - 1);
	}
}

/* TODO 3 ------------------------------------------------------------------ */

TEST(gather_has_all_children_under_way_at_once, 3, 4)
{
	uint64_t ns[2];
	struct run r = {
		.way = REPORT_GATHER,
		.groups = 2,
		.group = 6,
		.ns = ns,
	};
	unsigned int g;

	WHY("A gather drives its children side by side on one task; awaiting "
	    "one after the other is the inline loop again.");
	work.pauses = 1;
	work.pause_ns = 500;
	clk.tick = 7;
	STEP("run the gather loop: 2 groups of 6, each pending once, for "
	     "500 ns");
	STEP("a clock read takes 7 ns");
	EXPECT_ERR(run_loop(&r), 0, "the loop ends well");
	expect_counts(12);
	EXPECT_EQ(r.spawns, 0, "the gather loop spawns nothing");
	EXPECT_EQ(work.most, 6, "a whole group is under way at once");
	for (g = 0; g < 2; g++)
		EXPECT_EQ(ns[g], 6 * 500 + 7,
			  "the time of group %u begins before its gather, "
			  "however often the loop was pending since",
			  g);
}

TEST(gather_outputs_are_in_the_order_of_submission, 3, 3)
{
	uint64_t ns[1], outs[6] = { 0 };
	struct run r = {
		.way = REPORT_GATHER,
		.groups = 1,
		.group = 6,
		.ns = ns,
		.outs = outs,
	};
	unsigned int i;

	WHY("Whoever asks six questions wants to know which answer is whose.");
	work.pauses = 6;
	work.shorter = true;
	STEP("6 children, and the last one is ready first");
	EXPECT_ERR(run_loop(&r), 0, "the loop ends well");
	expect_counts(6);
	for (i = 0; i < 6; i++)
		EXPECT_EQ(outs[i], OUT_BASE + i,
			  "outs[%u] holds the output of child %u", i, i);
}

TEST(gather_time_is_one_for_the_whole_group, 3, 3)
{
	WHY("What a gather costs is paid once a group - its making included - "
	    "and shared by the children.");
	expect_times(REPORT_GATHER, 1);
}

TEST(failed_gather_ends_the_loop_with_its_error, 3, 3)
{
	uint64_t ns[3];
	struct run r = { .way = REPORT_GATHER,
			 .groups = 3,
			 .group = 2,
			 .ns = ns,
			 .fail_at = 2 };

	WHY("Without memory there is no gather, and awaiting one that was "
	    "never made reads whatever lies there.");
	STEP("3 groups of 2, and no memory for the second gather");
	EXPECT_ERR(run_loop(&r), -ENOMEM,
		   "the loop's output is the error of gather_init()");
	EXPECT_EQ(work.finished, 2,
		  "the first group is finished, and no other operation");
}

/*
 * The three loops and the rows, on work whose every move is known.
 *
 * The work counts its polls and drops, gives way as often as a test wants, and
 * moves a clock of the test's own when it is done. A loop runs as a task of a
 * current-thread scheduler, moved step by step, so that one that waits for
 * ever is seen and does not hang. report_run() runs on the same clock, except
 * in the last test, which measures for real.
 */
#include <string.h>

#include "kit/clock.h"
#include "kit/err.h"
#include "kit/fault.h"
#include "kit/tracepoint.h"
#include "report.h"
#include "test/test.h"

#define STEPS_MAX 200000 /* turns after which a loop counts as stuck */
#define OUT_BASE 1000	 /* output of operation 0 */

/* The work. */
struct op {
	struct future future;
	unsigned int id;     /* its number, by first poll */
	unsigned int pauses; /* polls that will still be pending */
	bool started;
	bool done;
};

static enum poll op_poll(struct future *f, struct context *cx, void *out);
static void op_drop(struct future *f);

static const struct future_ops op_ops = {
	.poll = op_poll,
	.drop = op_drop,
	.size = sizeof(struct op),
	.out_size = sizeof(uint64_t),
};

static const struct op prototype = { .future.ops = &op_ops };

/* What the work did, and what it shall do. */
static struct {
	unsigned int started, finished, polls, drops;
	unsigned int most;	  /* operations alive at the same time */
	unsigned int pauses;	  /* how often each gives way */
	bool shorter;		  /* each gives way once less than before */
	const uint64_t *latency;  /* of operation i, in ns; NULL: none */
	unsigned int nr_latency;  /* then from the start again */
} work;

/* The clock: stands still but for the work, and tick ns at each read. */
static struct {
	uint64_t now, tick;
	unsigned int reads;
} clk;

static uint64_t clk_read(void)
{
	clk.reads++;
	clk.now += clk.tick;
	return clk.now;
}

static void op_start(struct op *op)
{
	op->started = true;
	op->id = work.started++;
	op->pauses = work.pauses;
	if (work.shorter)
		op->pauses -= op->id;
	if (work.started - work.finished > work.most)
		work.most = work.started - work.finished;
}

static enum poll op_poll(struct future *f, struct context *cx, void *out)
{
	struct op *op = container_of(f, struct op, future);
	uint64_t value;

	if (op == &prototype)
		FAIL("the prototype itself was polled, not a copy of it");
	if (op->done)
		FAIL("an operation was polled again after it was ready");
	if (!op->started)
		op_start(op);
	work.polls++;
	if (op->pauses) {
		op->pauses--;
		waker_wake_by_ref(cx->waker);
		return POLL_PENDING;
	}
	op->done = true;
	work.finished++;
	if (work.latency)
		clk.now += work.latency[op->id % work.nr_latency];
	value = OUT_BASE + op->id;
	memcpy(out, &value, sizeof(value));
	return POLL_READY;
}

static void op_drop(struct future *f)
{
	work.drops++;
}

/* One loop as a task, from start to end. */
struct run {
	enum report_way way;
	unsigned int groups, group;
	unsigned int fail_at; /* this allocation of the loop fails; 0: none */
	uint64_t *ns;	      /* room for groups */
	uint64_t *outs;	      /* room for group, or NULL */
	unsigned long allocs; /* out: allocations that the loop made */
	unsigned long spawns; /* out: tasks that it spawned */
	unsigned int reads;   /* out: clock reads */
};

/* Step until the task has ended; its status. */
static int step_to_end(struct sched *s, struct join *join)
{
	struct waker noop = waker_noop();
	struct context cx = { .waker = &noop };
	unsigned int i;
	int status;

	for (i = 0; i < STEPS_MAX; i++) {
		if (future_poll(&join->future, &cx, &status) == POLL_READY)
			return status;
		if (!sched_step(s, 0))
			FAIL("the loop is pending, and nothing that runs will "
			     "ever wake it");
	}
	FAIL("the loop did not end within %u turns of the scheduler",
	     STEPS_MAX);
}

/* Returns what the loop returned. */
static int run_loop(struct run *r)
{
	struct report_load load;
	struct report_loop loop;
	struct sched *s;
	struct join join;
	int err;

	EXPECT_ERR(sched_create(&s, 0), 0, "a scheduler is created");
	EXPECT_ERR(report_load_init(&load, &prototype.future, s, r->group), 0,
		   "there is room for the work");
	report_loop_init(&loop, r->way, &load, r->groups, r->group, r->ns);
	EXPECT_ERR(sched_spawn(s, loop.async.future.ops, &loop, &join), 0,
		   "the measuring task is spawned");
	clk.reads = 0;
	clock_source = clk_read;
	record_start();
	r->allocs = heap_allocs();
	if (r->fail_at)
		fault_set(FAULT_ALLOC, r->fail_at, -ENOMEM);
	err = step_to_end(s, &join);
	fault_set(FAULT_ALLOC, 0, 0);
	r->allocs = heap_allocs() - r->allocs;
	r->spawns = record_count(TP_SPAWN);
	r->reads = clk.reads;
	clock_source = NULL;
	EXPECT_ERR(err, 0, "the measuring task ended without being cancelled");
	memcpy(&err, join_output(&join), sizeof(err));
	if (r->outs)
		memcpy(r->outs, load.outs, r->group * sizeof(r->outs[0]));
	future_drop(&join.future);
	sched_destroy(s);
	report_load_fini(&load);
	return err;
}

static void expect_counts(unsigned int n)
{
	EXPECT_EQ(work.started, n, "%u operations were made and polled", n);
	EXPECT_EQ(work.finished, n, "every operation was polled until ready");
	EXPECT_EQ(work.drops, n, "every operation was dropped exactly once");
}

/* Latencies that no mistake adds up to by chance. */
static const uint64_t latency[] = { 1000, 200, 30, 4, 50000, 600000 };

/* Two groups of three: 1234 ns and 650000 ns, and a clock read of 7. */
static void expect_times(enum report_way way)
{
	uint64_t ns[2] = { 0, 0 };
	struct run r = { .way = way, .groups = 2, .group = 3, .ns = ns };

	work.latency = latency;
	work.nr_latency = ARRAY_SIZE(latency);
	clk.tick = 7;
	STEP("two groups of three: 1000+200+30 ns, 4+50000+600000 ns");
	STEP("each clock read takes 7 ns");
	EXPECT_ERR(run_loop(&r), 0, "the loop ends well");
	EXPECT_EQ(ns[0], 1230 + 7,
		  "the first time is that of its three operations and one "
		  "clock read");
	EXPECT_EQ(ns[1], 650004 + 7,
		  "the second time is that of its three operations and one "
		  "clock read");
	EXPECT_EQ(r.reads, 4, "the clock is read twice a group");
}

static void expect_outputs(enum report_way way)
{
	uint64_t ns[2], outs[4] = { 0 };
	struct run r = {
		.way = way, .groups = 2, .group = 4, .ns = ns, .outs = outs,
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
		.way = REPORT_INLINE, .groups = 3, .group = 5, .ns = ns,
	};

	WHY("Inline is the floor that a spawn is compared with: the same "
	    "future, polled where it lies, with no task and no allocation.");
	STEP("run the inline loop: 3 groups of 5 operations");
	EXPECT_ERR(run_loop(&r), 0, "the loop ends well");
	expect_counts(15);
	EXPECT_EQ(work.polls, 15, "an operation that is ready is polled once");
	EXPECT_EQ(r.spawns, 0, "nothing is spawned");
	EXPECT_EQ(r.allocs, 0, "nothing is allocated");
}

TEST(inline_time_is_that_of_the_whole_group, 1, 7)
{
	WHY("What stands between the two clock reads is what the report calls "
	    "the cost; a read too many costs more than the work.");
	expect_times(REPORT_INLINE);
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
		.way = REPORT_INLINE, .groups = 2, .group = 3, .ns = ns,
	};

	WHY("A future may be pending, and then so is whoever awaits it; "
	    "spinning on it would hold the worker.");
	work.pauses = 2;
	STEP("6 operations, each pending twice before it is ready");
	EXPECT_ERR(run_loop(&r), 0, "the loop ends well");
	expect_counts(6);
	EXPECT_EQ(work.polls, 18, "each is polled three times");
	EXPECT_EQ(work.most, 1, "one operation ends before the next begins");
}

/* TODO 2 ------------------------------------------------------------------ */

TEST(spawn_makes_each_operation_a_task, 2, 7)
{
	uint64_t ns[3];
	struct run r = {
		.way = REPORT_SPAWN, .groups = 3, .group = 5, .ns = ns,
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
		.way = REPORT_SPAWN, .groups = 2, .group = 4, .ns = ns,
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
	expect_times(REPORT_SPAWN);
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
		struct run r = { .way = REPORT_SPAWN, .groups = 2, .group = 2,
				 .ns = ns, .fail_at = k };

		memset(&work, 0, sizeof(work));
		STEP("4 operations, and no memory for spawn number %u", k);
		EXPECT_ERR(run_loop(&r), -ENOMEM,
			   "the loop's output is the error of the spawn");
		expect_counts(k - 1);
	}
}

/* TODO 3 ------------------------------------------------------------------ */

TEST(gather_has_all_children_under_way_at_once, 3, 5)
{
	uint64_t ns[2];
	struct run r = {
		.way = REPORT_GATHER, .groups = 2, .group = 6, .ns = ns,
	};

	WHY("A gather drives its children side by side on one task; awaiting "
	    "one after the other is the inline loop again.");
	work.pauses = 1;
	STEP("run the gather loop: 2 groups of 6, each pending once");
	EXPECT_ERR(run_loop(&r), 0, "the loop ends well");
	expect_counts(12);
	EXPECT_EQ(r.spawns, 0, "nothing is spawned");
	EXPECT_EQ(work.most, 6, "a whole group is under way at once");
}

TEST(gather_outputs_are_in_the_order_of_submission, 3, 5)
{
	uint64_t ns[1], outs[6] = { 0 };
	struct run r = {
		.way = REPORT_GATHER, .groups = 1, .group = 6, .ns = ns,
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

TEST(gather_time_is_one_for_the_whole_group, 3, 4)
{
	WHY("What a gather costs is paid once a group - its making included - "
	    "and shared by the children.");
	expect_times(REPORT_GATHER);
}

TEST(failed_gather_ends_the_loop_with_its_error, 3, 4)
{
	uint64_t ns[3];
	struct run r = { .way = REPORT_GATHER, .groups = 3, .group = 2,
			 .ns = ns, .fail_at = 2 };

	WHY("Without memory there is no gather, and awaiting one that was "
	    "never made reads whatever lies there.");
	STEP("3 groups of 2, and no memory for the second gather");
	EXPECT_ERR(run_loop(&r), -ENOMEM,
		   "the loop's output is the error of gather_init()");
	EXPECT_EQ(work.finished, 2, "the first group is finished, and no more");
}

/* TODO 4 ------------------------------------------------------------------ */

/* As in oracle_latency.c. */
struct answer {
	uint64_t way; /* 0: a drawing of latencies is wanted */
	uint64_t p50, p90, p99, p999, max, n;
};

/* Latencies that only the supervisor knows, through a loop, into a row. */
TEST(known_latencies_give_known_quantiles, 4, 8, oracle)
{
	static const char *const names[] = { "inline", "spawn" };
	static uint64_t drawn[4000], ns[4000];
	unsigned int way;

	WHY("A report is worth what its quantiles are: never too low, and at "
	    "most the 18.92 % of the histogram too high.");
	for (way = REPORT_INLINE; way <= REPORT_SPAWN; way++) {
		struct run r = { .way = way, .groups = ARRAY_SIZE(ns),
				 .group = 1, .ns = ns };
		struct report_row row;
		struct answer a = { .way = 0 };

		oracle_ask("latency", &a, sizeof(a), drawn, sizeof(drawn));
		memset(&work, 0, sizeof(work));
		work.latency = drawn;
		work.nr_latency = ARRAY_SIZE(drawn);
		STEP("%zu latencies, drawn by the harness, through the %s loop",
		     ARRAY_SIZE(ns), names[way]);
		memset(&row, 0, sizeof(row));
		EXPECT_ERR(run_loop(&r), 0, "the loop ends well");
		EXPECT_ERR(report_row_fill(&row, ns, ARRAY_SIZE(ns), 1), 0,
			   "the row is filled");
		a = (struct answer){ 1 + way,	row.p50,  row.p90, row.p99,
				     row.p999, row.max, row.n };
		oracle_ask("latency", &a, sizeof(a), NULL, 0);
	}
}

TEST(row_of_groups_is_per_operation, 4, 3)
{
	static const uint64_t ns[] = { 400, 803, 804, 8 };
	struct report_row row = { .n = 0 };

	WHY("Three rows side by side must count the same thing: nanoseconds "
	    "of one operation.");
	STEP("groups of 8 operations took 400, 803, 804 and 8 ns");
	EXPECT_ERR(report_row_fill(&row, ns, 4, 8), 0, "the row is filled");
	EXPECT_EQ(row.n, 4, "each group is one sample");
	EXPECT_EQ(row.max, 101, "804 / 8 is 100.5, and a half is rounded up");
	EXPECT_EQ(row.hist.min, 1, "the smallest sample is 8 / 8");
	EXPECT_EQ(row.hist.sum, 50 + 100 + 101 + 1,
		  "803 / 8 is rounded down, 804 / 8 up");
}

TEST(nothing_to_measure_is_refused, 4, 3)
{
	static const struct future_ops mute = { .poll = op_poll,
						.size = sizeof(struct op) };
	const struct op no_output = { .future.ops = &mute };
	const struct report_config good = { .work = &prototype.future,
					    .rounds = 1, .singles = 1,
					    .batches = 1, .batch = 1 };
	struct report_config bad;
	struct report_row row = { .n = 7 };
	uint64_t ns = 1;

	WHY("The quantile of nothing is not 0: a report full of zeros looks "
	    "like a very fast machine.");
	EXPECT_ERR(report_check(&good), 0, "the smallest run is one of ones");
	bad = good;
	bad.work = NULL;
	EXPECT_ERR(report_check(&bad), -EINVAL, "a run without work");
	bad.work = &no_output.future;
	EXPECT_ERR(report_check(&bad), -EINVAL,
		   "work whose output is not a uint64_t");
	bad = good;
	bad.rounds = 0;
	EXPECT_ERR(report_check(&bad), -EINVAL, "a run of 0 rounds");
	bad = good;
	bad.singles = 0;
	EXPECT_ERR(report_check(&bad), -EINVAL, "a run of 0 single operations");
	bad = good;
	bad.batches = 0;
	EXPECT_ERR(report_check(&bad), -EINVAL, "a run of 0 batches");
	bad = good;
	bad.batch = 0;
	EXPECT_ERR(report_check(&bad), -EINVAL, "a run of empty batches");
	EXPECT_ERR(report_row_fill(&row, &ns, 0, 1), -EINVAL,
		   "a row of 0 samples");
	EXPECT_ERR(report_row_fill(&row, &ns, 1, 0), -EINVAL,
		   "a row of groups without an operation");
	EXPECT_EQ(row.n, 7, "a row that cannot be filled is left alone");
}

TEST(ratio_compares_batches_without_the_clock, 4, 4)
{
	static uint64_t inl[100], spawn[100];
	struct report_ratio ratio = { 0, 0 };
	unsigned int i;

	for (i = 0; i < 100; i++) {
		inl[i] = 30 + (i < 90 ? 100 : 400);
		spawn[i] = 30 + (i < 90 ? 700 : 8000);
	}
	WHY("The clock costs more than the work: left in, it pulls every ratio "
	    "towards 1. And a quotient of the rows is that of two clocks.");
	STEP("100 batches: 90 of 100 ns inline and 700 ns spawned");
	STEP("10 slow ones: 400 ns inline, 8000 ns spawned");
	STEP("30 ns of clock in each of them");
	EXPECT_ERR(report_ratio_fill(&ratio, inl, spawn, 100, 30), 0,
		   "there is a ratio");
	EXPECT_EQ(ratio.p50 * 1000 + 0.5, 7000,
		  "ratio.p50 in thousandths: 700 ns over 100 ns");
	EXPECT_EQ(ratio.p99 * 1000 + 0.5, 20000,
		  "ratio.p99 in thousandths: 8000 ns over 400 ns");
}

TEST(ratio_to_less_than_the_clock_is_refused, 4, 2)
{
	static const uint64_t inl[] = { 20, 20, 30 }, spawn[] = { 90, 90, 90 };
	struct report_ratio ratio = { -1, -1 };

	WHY("70 ns over nothing is not a large ratio; it is none.");
	STEP("inline batches of 20 ns, and a clock read of 20 ns");
	EXPECT_ERR(report_ratio_fill(&ratio, inl, spawn, 3, 20), -ERANGE,
		   "a batch that drowns in the clock gives no ratio");
	EXPECT_EQ(ratio.p50, -1, "a ratio that is refused is left alone");
}

/* A machine on which a spawn takes 600 ns of its own. */
static void dear_spawn(enum tp_event ev, const void *who, uint64_t arg)
{
	if (ev == TP_SPAWN)
		clk.now += 600;
}

static void expect_row(const struct report_row *row, const char *name,
		       uint64_t ns, uint64_t n)
{
	EXPECT_EQ(row->n, n, "the %s row's number of samples", name);
	EXPECT_EQ(row->max, ns, "the slowest sample of the %s row", name);
	EXPECT_EQ(row->p50, hist_upper(hist_bucket(ns)),
		  "the median of the %s row is the upper bound of %llu ns",
		  name, (unsigned long long)ns);
}

TEST(report_of_a_machine_of_known_speed, 4, 4)
{
	static const uint64_t hundred[] = { 100 };
	const struct report_config cfg = { .work = &prototype.future,
					   .rounds = 3, .singles = 10,
					   .batches = 4, .batch = 5 };
	static struct report report;
	int err;

	WHY("All of it together, where the right answer is known beforehand.");
	STEP("an operation takes 100 ns, a spawn 600 ns, a clock read 20 ns");
	work.latency = hundred;
	work.nr_latency = 1;
	clk.tick = 20;
	clock_source = clk_read;
	/* release: pairs with the acquire in tp_emit(). */
	atomic_store_explicit(&tp_listener, dear_spawn, memory_order_release);
	err = report_run(&cfg, &report);
	atomic_store_explicit(&tp_listener, NULL, memory_order_release);
	clock_source = NULL;
	EXPECT_ERR(err, 0, "the report is made");
	EXPECT_EQ(report.clock_ns, 20, "the clock's cost");
	expect_row(&report.row[REPORT_INLINE], "inline", 120, 30);
	expect_row(&report.row[REPORT_SPAWN], "spawn", 720, 30);
	expect_row(&report.row[REPORT_GATHER], "gather", 104, 12);
	EXPECT_EQ(report.ratio.p50 * 1000 + 0.5, 7000,
		  "ratio.p50 in thousandths: 700 ns over 100 ns");
}

TEST(no_memory_for_the_report_leaves_nothing_behind, 4, 3)
{
	const struct report_config cfg = { .work = &prototype.future,
					   .rounds = 1, .singles = 2,
					   .batches = 1, .batch = 2 };
	static const uint64_t hundred[] = { 100 };
	static struct report report;
	unsigned int k;
	int err = -ENOMEM;

	WHY("Every allocation can fail, and the caller finds out by the "
	    "return value, not by a leak.");
	for (k = 1; err && k <= 200; k++) {
		unsigned long live = heap_live();

		memset(&work, 0, sizeof(work));
		work.latency = hundred;
		work.nr_latency = 1;
		clock_source = clk_read;
		if (k == 1)
			STEP("make the first allocation fail, then the next");
		fault_set(FAULT_ALLOC, k, -ENOMEM);
		err = report_run(&cfg, &report);
		clock_source = NULL;
		if (!fault_hit())
			break;
		EXPECT_ERR(err, -ENOMEM, "allocation %u failed", k);
		EXPECT_EQ(heap_live(), live,
			  "memory left behind after allocation %u failed", k);
		EXPECT_EQ(work.drops, work.started,
			  "operations dropped after allocation %u failed", k);
	}
	fault_set(FAULT_ALLOC, 0, 0);
	EXPECT_ERR(err, 0, "with all the memory it wants, the report is made");
	EXPECT(k > 12, "each spawn of the report can fail, and only %u "
		       "allocations were seen", k - 1);
}

/* The trivial future, without a listener's burden. */
static enum poll trivial_poll(struct future *f, struct context *cx, void *out)
{
	const uint64_t value = 1;

	memcpy(out, &value, sizeof(value));
	return POLL_READY;
}

static const struct future_ops trivial_ops = {
	.poll = trivial_poll,
	.size = sizeof(struct future),
	.out_size = sizeof(uint64_t),
};

#ifdef __OPTIMIZE__
#define RATIO_LEAST 2 /* release: far above 1, far below what is measured */
#else
#define RATIO_LEAST 5 /* debug: what the capstone promises */
#endif

TEST(same_work_spawned_costs_more, 4, 5, timeout=20)
{
	static const struct future trivial = { .ops = &trivial_ops };
	struct report_config cfg = { .work = &trivial, .rounds = 10,
				     .singles = 50, .batches = 20,
				     .batch = 64 };
	double least = 1e9, most = 0;
	static struct report report;
	unsigned int i;

	WHY("This is the capstone's question, asked for real. The answer is a "
	    "ratio within one run: no absolute time decides a mark.");
	if (test_is_slow())
		cfg.rounds = 2;
	STEP("measure this machine: %u batches of %u, inline and spawned",
	     cfg.rounds * cfg.batches, cfg.batch);
	for (i = 0; i < 3; i++) {
		int err = report_run(&cfg, &report);

		if (err == -ERANGE)
			continue;
		EXPECT_ERR(err, 0, "the report is made");
		if (report.ratio.p50 >= RATIO_LEAST)
			return;
		least = report.ratio.p50 < least ? report.ratio.p50 : least;
		most = report.ratio.p50 > most ? report.ratio.p50 : most;
	}
	if (!most || most > 2 * least)
		INCONCLUSIVE("three runs, and ratios from %.2f to %.2f", least,
			     most);
	FAIL("a spawn costs %.2f times an inline poll, and no less than %d "
	     "is possible if each operation is really spawned and joined",
	     most, RATIO_LEAST);
}

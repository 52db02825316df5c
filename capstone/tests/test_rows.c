/*
 * The rows of the report and their ratio: from known numbers, from latencies
 * that only the supervisor knows, from report_run() on a machine of known
 * speed, and in the last test for real.
 */
#include "latency.h"
#include <stdio.h>

#include "work.h"

/* Latencies that only the supervisor knows, through a loop, into a row. */
static void judge_drawing(unsigned int way, const char *name)
{
	static uint64_t drawn[LATENCY_SAMPLES], ns[LATENCY_SAMPLES];
	struct latency_answer a = { .way = 0 };
	size_t n = oracle_ask("latency", &a, sizeof(a), drawn, sizeof(drawn)) /
		   sizeof(drawn[0]);
	struct run r = { .way = way, .groups = n, .group = 1, .ns = ns };
	struct report_row row = { .n = 0 };

	memset(&work, 0, sizeof(work));
	work.latency = drawn;
	work.nr_latency = n;
	STEP("%zu latencies, drawn by the harness, through the %s loop", n,
	     name);
	EXPECT_ERR(run_loop(&r), 0, "the loop ends well");
	EXPECT_ERR(report_row_fill(&row, ns, n, 1), 0, "the row is filled");
	a = (struct latency_answer){ 1 + way,  row.p50, row.p90, row.p99,
				     row.p999, row.max, row.n };
	oracle_ask("latency", &a, sizeof(a), &row, 0);
}

TEST(known_latencies_give_known_quantiles, 4, 8, oracle)
{
	unsigned int i;

	WHY("A report is worth what its quantiles are: never too low, and at "
	    "most the 18.92 % of the histogram too high.");
	for (i = 0; i < LATENCY_DRAWINGS; i++)
		judge_drawing(REPORT_INLINE, "inline");
	for (i = 0; i < LATENCY_DRAWINGS; i++)
		judge_drawing(REPORT_SPAWN, "spawn");
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
		  "the samples are 400 / 8, 803 / 8 rounded down, 804 / 8 "
		  "rounded up, and 8 / 8");
}

TEST(nothing_to_measure_is_refused, 4, 3)
{
	static const struct future_ops mute = { .poll = op_poll,
						.size = sizeof(struct op) };
	const struct op no_output = { .future.ops = &mute };
	const struct report_config good = { .work = &prototype.future,
					    .rounds = 1,
					    .singles = 1,
					    .batches = 1,
					    .batch = 1 };
	struct report_config bad;
	struct report_row row = { .n = 7 };
	uint64_t ns = 1;

	WHY("The quantile of nothing is not 0: a report full of zeros looks "
	    "like a very fast machine.");
	STEP("check a run of one round, one single, one batch of one");
	EXPECT_ERR(report_check(&good), 0, "a run of ones can be measured");
	STEP("check runs in which one thing is missing");
	bad = good;
	bad.work = NULL;
	EXPECT_ERR(report_check(&bad), -EINVAL,
		   "a run without work is refused");
	bad.work = &no_output.future;
	EXPECT_ERR(report_check(&bad), -EINVAL,
		   "work whose output is not a uint64_t is refused");
	bad = good;
	bad.rounds = 0;
	EXPECT_ERR(report_check(&bad), -EINVAL, "a run of 0 rounds is refused");
	bad = good;
	bad.singles = 0;
	EXPECT_ERR(report_check(&bad), -EINVAL,
		   "a run of 0 single operations is refused");
	bad = good;
	bad.batches = 0;
	EXPECT_ERR(report_check(&bad), -EINVAL,
		   "a run of 0 batches is refused");
	bad = good;
	bad.batch = 0;
	EXPECT_ERR(report_check(&bad), -EINVAL,
		   "a run of empty batches is refused");
	STEP("fill a row from no samples, and from empty groups");
	EXPECT_ERR(report_row_fill(&row, &ns, 0, 1), -EINVAL,
		   "a row of 0 samples is refused");
	EXPECT_ERR(report_row_fill(&row, &ns, 1, 0), -EINVAL,
		   "a row of groups without an operation is refused");
	EXPECT_EQ(row.n, 7, "a row that cannot be filled is left alone");
}

/* A ratio to the thousandth, so that one that was cut to an integer shows. */
static void expect_ratio(double got, const char *want, const char *claim)
{
	char text[32];

	snprintf(text, sizeof(text), "%.3f", got);
	EXPECT_STR(text, want, "%s", claim);
}

TEST(ratio_compares_batches_without_the_clock, 4, 4)
{
	static uint64_t inl[100], spawn[100];
	struct report_ratio ratio = { 0, 0 };
	unsigned int i;

	for (i = 0; i < 100; i++) {
		inl[i] = 30 + (i < 90 ? 100 : 400);
		spawn[i] = 30 + (i < 90 ? 750 : 8100);
	}
	WHY("The clock costs more than the work: left in, it pulls every ratio "
	    "towards 1. And a quotient of the rows is that of two clocks.");
	STEP("100 batches: 90 of 100 ns inline and 750 ns spawned");
	STEP("10 slow ones: 400 ns inline, 8100 ns spawned");
	STEP("30 ns of clock in each of them");
	EXPECT_ERR(report_ratio_fill(&ratio, inl, spawn, 100, 30), 0,
		   "there is a ratio");
	expect_ratio(ratio.p50, "7.500", "ratio.p50 is 750 ns over 100 ns");
	expect_ratio(ratio.p99, "20.250", "ratio.p99 is 8100 ns over 400 ns");
}

TEST(ratio_to_less_than_the_clock_is_refused, 4, 2)
{
	static const uint64_t inl[] = { 20, 20, 30 }, spawn[] = { 90, 90, 90 };
	struct report_ratio ratio = { -1, -1 };

	WHY("70 ns over nothing is not a large ratio; it is none.");
	STEP("inline batches of 20 ns, and a clock read of 20 ns");
	EXPECT_ERR(report_ratio_fill(&ratio, inl, spawn, 3, 20), -ERANGE,
		   "a batch that drowns in the clock gives no ratio");
	expect_ratio(ratio.p50, "-1.000",
		     "a ratio that is refused is left alone");
}

/* A machine on which a spawn takes 650 ns of its own. */
static void dear_spawn(enum tp_event ev, const void *who, uint64_t arg)
{
	if (ev == TP_SPAWN)
		clk.now += 650;
}

static void expect_row(const struct report_row *row, const char *name,
		       uint64_t ns, uint64_t n)
{
	EXPECT_EQ(row->n, n, "the %s row has %llu samples", name,
		  (unsigned long long)n);
	EXPECT_EQ(row->max, ns, "the slowest sample of the %s row is %llu ns",
		  name, (unsigned long long)ns);
	EXPECT_EQ(row->p50, hist_upper(hist_bucket(ns)),
		  "the median of the %s row is the upper bound of %llu ns",
		  name, (unsigned long long)ns);
}

TEST(report_of_a_machine_of_known_speed, 4, 4)
{
	static const uint64_t hundred[] = { 100 };
	const struct report_config cfg = { .work = &prototype.future,
					   .rounds = 3,
					   .singles = 10,
					   .batches = 4,
					   .batch = 5 };
	static struct report report;
	int err;

	WHY("All of it together, where the right answer is known beforehand.");
	STEP("an operation takes 100 ns, a spawn 650 ns, a clock read 20 ns");
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
	EXPECT_EQ(report.clock_ns, 20,
		  "the report says that a clock read costs "
		  "20 ns");
	expect_row(&report.row[REPORT_INLINE], "inline", 120, 30);
	expect_row(&report.row[REPORT_SPAWN], "spawn", 770, 30);
	expect_row(&report.row[REPORT_GATHER], "gather", 104, 12);
	expect_ratio(report.ratio.p50, "7.500",
		     "ratio.p50 is 750 ns over 100 ns");
}

TEST(no_memory_for_the_report_leaves_nothing_behind, 4, 3)
{
	const struct report_config cfg = { .work = &prototype.future,
					   .rounds = 1,
					   .singles = 2,
					   .batches = 1,
					   .batch = 2 };
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
			STEP("a run in which the first allocation fails, then "
			     "one with the second, and so on");
		fault_set(FAULT_ALLOC, k, -ENOMEM);
		err = report_run(&cfg, &report);
		clock_source = NULL;
		if (!fault_hit())
			break;
		EXPECT_ERR(err, -ENOMEM,
			   "a run whose allocation %u failed says so", k);
		EXPECT_EQ(heap_live(), live,
			  "a run whose allocation %u failed leaves no memory "
			  "behind",
			  k);
		EXPECT_EQ(work.drops, work.started,
			  "a run whose allocation %u failed drops each "
			  "operation that it started",
			  k);
	}
	fault_set(FAULT_ALLOC, 0, 0);
	EXPECT_ERR(err, 0, "with all the memory it wants, the report is made");
	if (k <= 12)
		FAIL("the report made only %u allocations, and each of its "
		     "spawns is one",
		     k - 1);
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

TEST(same_work_spawned_costs_more, 4, 5, timeout = 20)
{
	static const struct future trivial = { .ops = &trivial_ops };
	struct report_config cfg = { .work = &trivial,
				     .rounds = 10,
				     .singles = 50,
				     .batches = 20,
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

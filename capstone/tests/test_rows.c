/*
 * The rows of the report and their ratio: from known numbers, from latencies
 * that only the supervisor knows, from report_run() on a machine of known
 * speed, and in the last test for real.
 */
#include "latency.h"
#include "work.h"

/* Latencies that only the supervisor knows, through a loop, into a row. */
TEST(known_latencies_give_known_quantiles, 4, 8, oracle)
{
	static const char *const names[] = { "inline", "spawn" };
	static uint64_t drawn[LATENCY_SAMPLES], ns[LATENCY_SAMPLES];
	unsigned int way;

	WHY("A report is worth what its quantiles are: never too low, and at "
	    "most the 18.92 % of the histogram too high.");
	for (way = REPORT_INLINE; way <= REPORT_SPAWN; way++) {
		struct run r = { .way = way,
				 .groups = ARRAY_SIZE(ns),
				 .group = 1,
				 .ns = ns };
		struct report_row row;
		struct latency_answer a = { .way = 0 };

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
		a = (struct latency_answer){ 1 + way, row.p50,	row.p90,
					     row.p99, row.p999, row.max,
					     row.n };
		oracle_ask("latency", &a, sizeof(a), &row, 0);
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
					    .rounds = 1,
					    .singles = 1,
					    .batches = 1,
					    .batch = 1 };
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
					   .rounds = 3,
					   .singles = 10,
					   .batches = 4,
					   .batch = 5 };
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
	EXPECT(k > 12,
	       "each spawn of the report can fail, and only %u "
	       "allocations were seen",
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

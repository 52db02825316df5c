/**
 * @file test_dist.c
 * Day 4, TODO 5: percentiles of samples that the supervisor draws and judges.
 */
#include "dist.h"
#include "hist.h"
#include "test/test.h"

/* Record what the supervisor drew, then hand in the answers. */
static void measure(enum dist_kind kind)
{
	static const double q[] = DIST_QUANTILES;
	static uint64_t samples[DIST_CHUNK];
	struct dist_req req = { .op = DIST_DRAW, .kind = kind };
	struct hist h;
	size_t len, i;

	hist_init(&h);
	STEP("record %d samples that were drawn outside", DIST_SAMPLES);
	for (;;) {
		len = oracle_ask("dist", &req, sizeof(req), samples,
				 sizeof(samples));
		if (!len)
			break;
		for (i = 0; i < len / sizeof(samples[0]); i++)
			hist_record(&h, samples[i]);
	}
	STEP("ask for p50, p90, p99 and p99.9");
	for (i = 0; i < ARRAY_SIZE(q); i++)
		EXPECT_ERR(hist_percentile(&h, q[i], &req.at[i]), 0,
			   "a histogram with values has a percentile at %g",
			   q[i]);
	req.op = DIST_JUDGE;
	req.min = h.min;
	req.max = h.max;
	req.mean = h.sum / DIST_SAMPLES;
	oracle_ask("dist", &req, sizeof(req), samples, sizeof(samples));
}

TEST(percentiles_of_lognormal_values_are_within_the_bound, 5, 2, oracle)
{
	WHY("Latencies have long tails: that is what the histogram is for.");
	measure(DIST_LOGNORMAL);
}

TEST(percentiles_of_pareto_values_are_within_the_bound, 5, 1, oracle)
{
	WHY("In the longest of tails the slowest 1 % take most of the time.");
	measure(DIST_PARETO);
}

TEST(percentiles_of_two_peaks_are_within_the_bound, 5, 1, oracle)
{
	WHY("A cache that hits or misses has two peaks with nothing between; "
	    "an average names a latency that never happened.");
	measure(DIST_BIMODAL);
}

TEST(percentiles_of_uniform_values_are_within_the_bound, 5, 1, oracle)
{
	WHY("Every bucket is used, and the wide ones hold the most values.");
	measure(DIST_UNIFORM);
}

TEST(percentiles_of_a_constant_are_within_the_bound, 5, 1, oracle)
{
	WHY("One value repeated is where an estimate can be checked by eye.");
	measure(DIST_CONSTANT);
}

/* Claims on histograms and tails: all of them are computed, none is timed. */
#include <stdlib.h>
#include <string.h>

#include "claims.h"

#include "bench/stats.h"
#include "kit/bug.h"
#include "kit/clock.h"

#include "hist.h"

#define MAX 1000000000ull /* 1 s in ns */

/* What 128 buckets of one ratio cannot be better than, to the largest value. */
static void buckets_1pct(struct claim *c)
{
	double worst = 0, off;
	uint64_t lower, upper = 1;
	unsigned int b;

	claim_count(c, 0, OURS, (pow((double)MAX, 1.0 / 128) - 1) * 100);
	/* The smallest of a bucket, told as the largest, for all of them. */
	for (b = 9; hist_upper(b) < MAX; b++) {
		lower = hist_upper(b - 1) + 1;
		upper = hist_upper(b);
		off = (double)(upper - lower) / (double)lower * 100;
		if (off > worst)
			worst = off;
	}
	claim_count(c, 1, OURS, worst);
}

static void buckets_10pct(struct claim *c)
{
	claim_count(c, 0, OURS, ceil(log((double)MAX) / log(1.1)));
	/* Half of the buckets' width, for who may tell the middle. */
	claim_count(c, 1, OURS, ceil(log((double)MAX) / log(1.21)));
}

static void bucket_15pct(struct claim *c)
{
	uint64_t v, edge, worst_v = 1;
	double off, worst = 0;
	unsigned int i;

	/* Just above an edge is where it is worst: look there, everywhere. */
	for (edge = 1, i = 0; i < 126; i++) {
		edge = hist_upper(i);
		v = edge + 1;
		off = (double)(hist_upper(hist_bucket(v)) - v) / (double)v;
		if (off > worst) {
			worst = off;
			worst_v = v;
		}
	}
	BUG_ON(worst_v == 1);
	claim_count(c, 0, OURS, worst * 100);
	/* Without upper bounds: the middle of a bucket, by its ratio. */
	claim_count(c, 1, OURS, (pow(2, 1.0 / 8) - 1) * 100);
}

static void covers(struct claim *c)
{
	uint64_t rank;

	claim_count(c, 0, OURS,
		    (double)(hist_upper(126) + 1) / (double)NSEC_PER_SEC);
	BUG_ON(hist_rank(0.99, 10000, &rank));
	claim_count(c, 1, OURS, (double)rank);
}

/* --- the cost of a quantile ------------------------------------------------------- */
static unsigned long compared;

static int compare(const void *a, const void *b)
{
	uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;

	compared++;
	return (x > y) - (x < y);
}

static double compares_of_sort(unsigned int n)
{
	uint64_t *v = malloc(n * sizeof(*v));

	BUG_ON(!v);
	stats_draw(v, n);
	compared = 0;
	qsort(v, n, sizeof(*v), compare);
	free(v);
	return (double)compared / n;
}

/* The k-th smallest without a sort: only the part where it lies goes on. */
static void select_rank(unsigned int n, unsigned int k)
{
	uint64_t *v = malloc(n * sizeof(*v)), pivot, keep;
	unsigned int from = 0, to = n, i, at;

	BUG_ON(!v);
	stats_draw(v, n);
	/* All different: equal ones are another matter. */
	for (i = 0; i < n; i++)
		v[i] = v[i] << 20 | i;
	while (to - from > 1) {
		keep = v[(from + to) / 2];
		v[(from + to) / 2] = v[to - 1];
		pivot = v[to - 1] = keep;
		for (at = i = from; i < to - 1; i++) {
			compared++;
			if (v[i] >= pivot)
				continue;
			keep = v[i];
			v[i] = v[at];
			v[at++] = keep;
		}
		keep = v[at];
		v[at] = v[to - 1];
		v[to - 1] = keep;
		if (at == k)
			break;
		if (at < k)
			from = at + 1;
		else
			to = at;
	}
	free(v);
}

/* Of sixteen quantiles, since one may be lucky. */
static double compares_of_select(unsigned int n)
{
	unsigned int i;

	compared = 0;
	for (i = 1; i <= 16; i++)
		select_rank(n, n / 17 * i);
	return (double)compared / 16 / n;
}

static void sort_grows(struct claim *c)
{
	static struct hist few, many;
	uint64_t v[4096], p;
	unsigned int i;

	claim_count(c, 0, OURS,
		    compares_of_sort(1 << 16) / compares_of_sort(1 << 8));
	claim_count(c, 1, OURS,
		    compares_of_select(1 << 16) / compares_of_select(1 << 8));
	hist_init(&few);
	hist_init(&many);
	stats_draw(v, 4096);
	for (i = 0; i < 1 << 16; i++) {
		hist_record(&many, v[i % 4096]);
		if (i < 1 << 8)
			hist_record(&few, v[i]);
	}
	BUG_ON(hist_percentile(&few, 0.99, &p));
	BUG_ON(hist_percentile(&many, 0.99, &p));
	/* What both keep, and look through, however much was recorded. */
	claim_count(c, 2, OURS, (double)ARRAY_SIZE(many.buckets));
}

/* --- a stalled load ----------------------------------------------------------------- */

/* 1000 a second for 10 s, each 0.2 ms, and one stall of 1 s: virtual time. */
static void stalled(struct claim *c)
{
	static uint64_t honest[10000], naive[10000];
	const uint64_t every = NSEC_PER_MSEC, takes = 200 * NSEC_PER_USEC;
	uint64_t now = 0, due, sum = 0, begun;
	unsigned int i;

	for (i = 0; i < 10000; i++) {
		due = i * every;
		begun = now > due ? now : due;
		now = begun + takes + (i == 5000 ? NSEC_PER_SEC : 0);
		naive[i] = now - begun;
		honest[i] = now - due;
		sum += naive[i];
	}
	qsort(naive, 10000, sizeof(naive[0]), compare);
	qsort(honest, 10000, sizeof(honest[0]), compare);
	claim_count(c, 0, OURS, (double)honest[9899] / ((double)sum / 10000));
	claim_count(c, 1, OURS, (double)honest[9899] / (double)naive[9899]);
	claim_count(c, 2, OURS, (double)naive[9899] / ((double)sum / 10000));
}

struct claim claims_tail[] = {
	{ .id = "128-buckets",
	  .source = COURSE,
	  .text = "About 128 logarithmic buckets from 1 ns to 1 s keep the "
		  "error below 1 %.",
	  .how = "Computed: nothing is measured.",
	  .means = "128 equal ratios from 1 to 10^9 are 17.6 % wide each, and "
		   "no arrangement of them is finer everywhere. 1 % needs "
		   "2,083 buckets when the upper bound is told, 1,037 for the "
		   "best point within a bucket. HdrHistogram, which the claim "
		   "refers to, has its buckets linear within each doubling, "
		   "and thousands of them.",
	  .measure = buckets_1pct,
	  .cases = { { "error of 128 equal ratios", "%", 0, 1 },
		     { "error of floor(4 log2 v), from 5 ns", "%", 0, 1 } } },
	{ .id = "10-percent-buckets",
	  .source = COURSE,
	  .text = "The standard trick: buckets of 10 % of the value each; 128 "
		  "of them are enough.",
	  .how = "Computed: buckets from 1 ns to 1 s.",
	  .means = "Buckets of 10 % are 218. When a reader is told the middle "
		   "of a bucket, they may be twice as wide for an error of "
		   "10 %: 109, and that does fit. The text tells the upper "
		   "bound.",
	  .measure = buckets_10pct,
	  .cases = { { "buckets of 10 %", "buckets", 1, 128 },
		     { "... when the middle is told", "buckets", 1, 128 } } },
	{ .id = "15-percent-error",
	  .source = COURSE,
	  .text = "bucket = 4 log2(value) has an error of about 15 % a bucket.",
	  .how = "Computed, just above the edge of each bucket, where it is "
		 "worst.",
	  .means = "A bucket reaches to 2^(1/4) = 1.189 times its lower edge, "
		   "so the upper bound is up to 18.9 % too high. Interpolating "
		   "helps only those whose samples are spread evenly in the "
		   "bucket; the middle by ratio is off by 9.1 % at most.",
	  .measure = bucket_15pct,
	  .cases = { { "upper bound too high by up to", "%", 0, 15.5 },
		     { "the middle is off by up to", "%", 0, 15.5 } } },
	{ .id = "1-ns-to-1-s",
	  .source = COURSE,
	  .text = "128 buckets of 4 log2 cover 1 ns to 1 s, and the p99 of "
		  "10,000 samples is the 9,900th.",
	  .how = "Computed by hist_upper() and hist_rank().",
	  .means = "The scale reaches further than the text says: 2^32 ns are "
		   "4.29 s, of which the last bucket keeps what is above 3.61. "
		   "The rank is the nearest rank, ceil(q n); in floating point "
		   "it is one too high for some n.",
	  .measure = covers,
	  .cases = { { "largest value with a bound", "s", 1, INFINITY },
		     { "rank of p99 of 10,000", "", 9900, 9900 } } },
	{ .id = "sorting-grows",
	  .source = COURSE,
	  .text = "Sorting samples for a quantile is O(n log n), a histogram's "
		  "record is O(1) and its quantile O(buckets).",
	  .how = "Comparisons a sample, 65,536 samples over 256; counters that "
		 "a quantile reads.",
	  .means = "A sort does grow by log n. But no sort is needed for one "
		   "quantile: selection looks at each sample a few times "
		   "whatever n is. What a histogram saves is the memory, and "
		   "that two of them can be added. That a record costs the "
		   "same for each value is graded by instructions in "
		   "make check DAY=4.",
	  .measure = sort_grows,
	  .cases = { { "sort: growth of comparisons a sample", "times", 1.5,
		       INFINITY },
		     { "selection: the same", "times", 1.5, INFINITY },
		     { "counters a quantile reads", "", 1, 128 } } },
	{ .id = "averages-lie",
	  .source = COURSE,
	  .text = "Averages hide the tail; p99 shows it.",
	  .how = "Virtual time: 1,000 requests a second for 10 s, 0.2 ms each, "
		 "one stall of 1 s.",
	  .means = "From when a request was due, p99 is thousands of times the "
		   "mean. From when it was sent, p99 is 0.2 ms and hides the "
		   "stall better than the mean does: a percentile shows what "
		   "was recorded, and coordinated omission records one slow "
		   "request where a thousand waited.",
	  .measure = stalled,
	  .cases = { { "p99 from due time / mean told", "times", 10, INFINITY },
		     { "... / p99 from sending", "times", 10, INFINITY },
		     { "p99 from sending / mean told", "times", 10,
		       INFINITY } } },
};
const unsigned int nr_claims_tail = ARRAY_SIZE(claims_tail);

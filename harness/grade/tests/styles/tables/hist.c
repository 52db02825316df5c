/*
 * A correct hist.c in another style than the reference: one table of where the
 * buckets begin, and everything looked up in it. A submission of the grader's
 * corpus.
 */
#include "hist.h"

#include <string.h>

#include "kit/err.h"
#include "kit/module.h"

/* The first value of each bucket; one that holds none begins with the next. */
static const uint32_t first[HIST_BUCKETS] = {
	0,	     2,		  2,	       2,	   2,
	3,	     3,		  4,	       4,	   5,
	6,	     7,		  8,	       10,	   12,
	14,	     16,	  20,	       23,	   27,
	32,	     39,	  46,	       54,	   64,
	77,	     91,	  108,	       128,	   153,
	182,	     216,	  256,	       305,	   363,
	431,	     512,	  609,	       725,	   862,
	1024,	     1218,	  1449,	       1723,	   2048,
	2436,	     2897,	  3445,	       4096,	   4871,
	5793,	     6889,	  8192,	       9742,	   11586,
	13778,	     16384,	  19484,       23171,	   27555,
	32768,	     38968,	  46341,       55109,	   65536,
	77936,	     92682,	  110218,      131072,	   155872,
	185364,	     220436,	  262144,      311744,	   370728,
	440872,	     524288,	  623488,      741456,	   881744,
	1048576,     1246975,	  1482911,     1763488,	   2097152,
	2493949,     2965821,	  3526976,     4194304,	   4987897,
	5931642,     7053951,	  8388608,     9975793,	   11863284,
	14107901,    16777216,	  19951585,    23726567,   28215802,
	33554432,    39903170,	  47453133,    56431604,   67108864,
	79806339,    94906266,	  112863207,   134217728,  159612678,
	189812532,   225726413,	  268435456,   319225355,  379625063,
	451452826,   536870912,	  638450709,   759250125,  902905651,
	1073741824,  1276901417,  1518500250,  1805811302, 2147483648u,
	2553802834u, 3037000500u, 3611622603u,
};

void hist_init(struct hist *h)
{
	memset(h, 0, sizeof(*h));
	h->min--;
}
EXPORT_SYMBOL(hist_init);

/* Seven steps for every value: the table's length is a power of two. */
unsigned int hist_bucket(uint64_t v)
{
	unsigned int at = 0, step;

	v = v > UINT32_MAX ? UINT32_MAX : v;
	for (step = HIST_BUCKETS / 2; step; step /= 2)
		at += v >= first[at + step] ? step : 0;
	return at;
}
EXPORT_SYMBOL(hist_bucket);

uint64_t hist_upper(unsigned int bucket)
{
	return bucket < HIST_BUCKETS - 1 ? first[bucket + 1] - 1 : UINT64_MAX;
}
EXPORT_SYMBOL(hist_upper);

void hist_record(struct hist *h, uint64_t v)
{
	uint64_t sum = h->sum + v;

	h->sum = sum < v ? UINT64_MAX : sum;
	if (h->min > v)
		h->min = v;
	if (h->max < v)
		h->max = v;
	++h->buckets[hist_bucket(v)];
}
EXPORT_SYMBOL(hist_record);

uint64_t hist_count(const struct hist *h)
{
	uint64_t n = 0;
	int i;

	for (i = HIST_BUCKETS - 1; i >= 0; i--)
		n += h->buckets[i];
	return n;
}
EXPORT_SYMBOL(hist_count);

int hist_rank(double q, uint64_t n, uint64_t *rank)
{
	uint64_t millionths, r;

	if (!(q >= 0.0) || !(q <= 1.0))
		return -EINVAL;
	if (!n)
		return -ENODATA;
	millionths = (uint64_t)(q * 1000000.0 + 0.5);
	/* In two halves, so that 64 bits do: n = a million times x, and y. */
	r = millionths * (n / 1000000) +
	    (millionths * (n % 1000000) + 999999) / 1000000;
	*rank = r + !r;
	return 0;
}
EXPORT_SYMBOL(hist_rank);

int hist_percentile(const struct hist *h, double q, uint64_t *out)
{
	uint64_t rank, seen = 0;
	unsigned int i;
	int err;

	err = hist_rank(q, hist_count(h), &rank);
	if (err)
		return err;
	for (i = 0; i < HIST_BUCKETS; i++) {
		seen += h->buckets[i];
		if (seen >= rank)
			break;
	}
	if (i == HIST_BUCKETS - 1)
		*out = h->max;
	else
		*out = hist_upper(i);
	return 0;
}
EXPORT_SYMBOL(hist_percentile);

void hist_merge(struct hist *into, const struct hist *from)
{
	unsigned int i;

	for (i = 0; i < HIST_BUCKETS; i++)
		into->buckets[i] = into->buckets[i] + from->buckets[i];
	if (into->sum > UINT64_MAX - from->sum)
		into->sum = UINT64_MAX;
	else
		into->sum += from->sum;
	if (into->min > from->min)
		into->min = from->min;
	if (into->max < from->max)
		into->max = from->max;
}
EXPORT_SYMBOL(hist_merge);

uint64_t hist_mean(const struct hist *h)
{
	const uint64_t n = hist_count(h);

	return h->sum / (n + !n);
}
EXPORT_SYMBOL(hist_mean);

uint64_t hist_min(const struct hist *h)
{
	return hist_count(h) != 0 ? h->min : 0;
}
EXPORT_SYMBOL(hist_min);

uint64_t hist_max(const struct hist *h)
{
	return h->max;
}
EXPORT_SYMBOL(hist_max);

uint64_t hist_since_due(uint64_t start, uint64_t interval, uint64_t i,
			uint64_t now)
{
	const unsigned __int128 due =
		(unsigned __int128)interval * i + (unsigned __int128)start;

	return due >= now ? 0 : now - (uint64_t)due;
}
EXPORT_SYMBOL(hist_since_due);

void hist_record_intended(struct hist *h, uint64_t start, uint64_t interval,
			  uint64_t i, uint64_t now)
{
	hist_record(h, hist_since_due(start, interval, i, now));
}
EXPORT_SYMBOL(hist_record_intended);

MODULE(hist, "histogram of latencies, from one table", NULL, NULL);

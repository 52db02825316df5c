/**
 * @file hist.c
 * A histogram of latencies in 128 counters; hist.h says what each function
 * promises, README.md tells the story.
 *
 * Nothing here allocates, blocks or knows of threads: a histogram belongs to
 * one thread at a time.
 */
#include "hist.h"

#include <string.h>

#include "kit/err.h"
#include "kit/module.h"
#include "kit/todo.h"

#define HIST_BITS 32 /* values of more bits go into the last bucket */

void hist_init(struct hist *h)
{
	memset(h, 0, sizeof(*h));
	h->min = UINT64_MAX;
}
EXPORT_SYMBOL(hist_init);

/* TODO 1 (20 points): the bucket of a value, in integers: which doubling, then
 * which quarter of it. What you need besides the function goes here.
 * Hint: README#todo-1
 */

/*
 * Where the quarters of a doubling begin, as 32-bit numbers whose top bit is
 * set: the smallest m with m >= 2^(31 + k/4), that is m^4 >= 2^(124 + k). The
 * powers are irrational, so rounding up loses nothing: no integer lies between.
 */
static const uint32_t quarter[4] = {
	0x80000000, /* 2^31 */
	0x9837f052, /* 2^31.25 */
	0xb504f334, /* 2^31.5 */
	0xd744fccb, /* 2^31.75 */
};
/* END */

unsigned int hist_bucket(uint64_t v)
{
	/* TODO 1, second half (see above). */
	unsigned int zeros;
	uint32_t m;

	if (v > UINT32_MAX)
		return HIST_BUCKETS - 1;
	/* clz(0) is undefined; with v | 1, 0 takes the way of 1. */
	zeros = __builtin_clz((uint32_t)v | 1);
	m = (uint32_t)v << zeros;
	return 4 * (HIST_BITS - 1 - zeros) + (m >= quarter[1]) +
	       (m >= quarter[2]) + (m >= quarter[3]);
	/* STUB: return TODO(1, 0); */
	/* END */
}
EXPORT_SYMBOL(hist_bucket);

uint64_t hist_upper(unsigned int bucket)
{
	/* TODO 2 (9 points): the largest value of a bucket; it belongs to the
	 * bucket. Hint: README#todo-2
	 */
	unsigned int next = bucket + 1;

	if (bucket >= HIST_BUCKETS - 1)
		return UINT64_MAX;
	/* One less than where the next begins; the shift rounds down. */
	return (quarter[next % 4] - 1) >> (HIST_BITS - 1 - next / 4);
	/* STUB: return TODO(2, 0); */
	/* END */
}
EXPORT_SYMBOL(hist_upper);

void hist_record(struct hist *h, uint64_t v)
{
	/* TODO 3 (15 points): count a value, in constant time. And hist_count()
	 * below, without a counter of its own. Hint: README#todo-3
	 */
	h->buckets[hist_bucket(v)]++;
	if (__builtin_add_overflow(h->sum, v, &h->sum))
		h->sum = UINT64_MAX;
	if (v < h->min)
		h->min = v;
	if (v > h->max)
		h->max = v;
	/* STUB: TODO(3, ); */
	/* END */
}
EXPORT_SYMBOL(hist_record);

uint64_t hist_count(const struct hist *h)
{
	/* TODO 3, second half (see above). */
	/* Two sums, since an addition waits for the one before it. */
	uint64_t even = 0, odd = 0;
	unsigned int i;

	for (i = 0; i < HIST_BUCKETS; i += 2) {
		even += h->buckets[i];
		odd += h->buckets[i + 1];
	}
	return even + odd;
	/* STUB: return TODO(3, 0); */
	/* END */
}
EXPORT_SYMBOL(hist_count);

int hist_rank(double q, uint64_t n, uint64_t *rank)
{
	/* TODO 4 (14 points): nearest rank. The only floating point of the day
	 * is to turn q into millionths. Hint: README#todo-4
	 */
	const uint32_t million = 1000000;
	uint32_t millionths;

	if (!(q >= 0 && q <= 1)) /* written so that NaN is refused, too */
		return -EINVAL;
	if (!n)
		return -ENODATA;
	millionths = q * million + 0.5;
	*rank = ((unsigned __int128)millionths * n + million - 1) / million;
	if (!*rank)
		*rank = 1;
	return 0;
	/* STUB: return TODO(4, -ENOSYS); */
	/* END */
}
EXPORT_SYMBOL(hist_rank);

int hist_percentile(const struct hist *h, double q, uint64_t *out)
{
	/* TODO 5 (15 points): walk the buckets up to the rank.
	 * Hint: README#todo-5
	 */
	uint64_t rank, seen;
	unsigned int i = 0;
	int err;

	err = hist_rank(q, hist_count(h), &rank);
	if (err)
		return err;
	/* Ends at the last bucket at the latest: rank <= count. */
	for (seen = h->buckets[0]; seen < rank; seen += h->buckets[i])
		i++;
	*out = i == HIST_BUCKETS - 1 ? h->max : hist_upper(i);
	return 0;
	/* STUB: return TODO(5, -ENOSYS); */
	/* END */
}
EXPORT_SYMBOL(hist_percentile);

void hist_merge(struct hist *into, const struct hist *from)
{
	/* TODO 6 (9 points): add another histogram. Hint: README#todo-6 */
	unsigned int i;

	for (i = 0; i < HIST_BUCKETS; i++)
		into->buckets[i] += from->buckets[i];
	if (__builtin_add_overflow(into->sum, from->sum, &into->sum))
		into->sum = UINT64_MAX;
	/* An empty one holds UINT64_MAX and 0 here and changes nothing. */
	if (from->min < into->min)
		into->min = from->min;
	if (from->max > into->max)
		into->max = from->max;
	/* STUB: TODO(6, ); */
	/* END */
}
EXPORT_SYMBOL(hist_merge);

uint64_t hist_mean(const struct hist *h)
{
	/* TODO 7 (8 points): mean, and min and max below; each is 0 while the
	 * histogram is empty. Hint: README#todo-7
	 */
	uint64_t n = hist_count(h);

	return n ? h->sum / n : 0;
	/* STUB: return TODO(7, 0); */
	/* END */
}
EXPORT_SYMBOL(hist_mean);

uint64_t hist_min(const struct hist *h)
{
	/* TODO 7, second part (see above). */
	return hist_count(h) ? h->min : 0;
	/* STUB: return TODO(7, 0); */
	/* END */
}
EXPORT_SYMBOL(hist_min);

uint64_t hist_max(const struct hist *h)
{
	/* TODO 7, third part (see above). */
	return hist_count(h) ? h->max : 0;
	/* STUB: return TODO(7, 0); */
	/* END */
}
EXPORT_SYMBOL(hist_max);

uint64_t hist_since_due(uint64_t start, uint64_t interval, uint64_t i,
			uint64_t now)
{
	/* TODO 8 (10 points): the latency from the moment at which operation i
	 * was due. Hint: README#todo-8
	 */
	unsigned __int128 due = start + (unsigned __int128)i * interval;

	return now > due ? now - due : 0;
	/* STUB: return TODO(8, 0); */
	/* END */
}
EXPORT_SYMBOL(hist_since_due);

void hist_record_intended(struct hist *h, uint64_t start, uint64_t interval,
			  uint64_t i, uint64_t now)
{
	hist_record(h, hist_since_due(start, interval, i, now));
}
EXPORT_SYMBOL(hist_record_intended);

MODULE(hist, "histogram of latencies, 128 buckets", NULL, NULL);

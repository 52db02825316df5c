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

unsigned int hist_bucket(uint64_t v)
{
	/* TODO 1, second half (see above). */
	return TODO(1, 0);
}
EXPORT_SYMBOL(hist_bucket);

uint64_t hist_upper(unsigned int bucket)
{
	/* TODO 2 (9 points): the largest value of a bucket; it belongs to the
	 * bucket. Hint: README#todo-2
	 */
	return TODO(2, 0);
}
EXPORT_SYMBOL(hist_upper);

void hist_record(struct hist *h, uint64_t v)
{
	/* TODO 3 (15 points): count a value, in constant time. And hist_count()
	 * below, without a counter of its own. Hint: README#todo-3
	 */
	TODO(3, );
}
EXPORT_SYMBOL(hist_record);

uint64_t hist_count(const struct hist *h)
{
	/* TODO 3, second half (see above). */
	return TODO(3, 0);
}
EXPORT_SYMBOL(hist_count);

int hist_rank(double q, uint64_t n, uint64_t *rank)
{
	/* TODO 4 (14 points): nearest rank. The only floating point of the day
	 * is to turn q into millionths. Hint: README#todo-4
	 */
	return TODO(4, -ENOSYS);
}
EXPORT_SYMBOL(hist_rank);

int hist_percentile(const struct hist *h, double q, uint64_t *out)
{
	/* TODO 5 (15 points): walk the buckets up to the rank.
	 * Hint: README#todo-5
	 */
	return TODO(5, -ENOSYS);
}
EXPORT_SYMBOL(hist_percentile);

void hist_merge(struct hist *into, const struct hist *from)
{
	/* TODO 6 (9 points): add another histogram. Hint: README#todo-6 */
	TODO(6, );
}
EXPORT_SYMBOL(hist_merge);

uint64_t hist_mean(const struct hist *h)
{
	/* TODO 7 (8 points): mean, and min and max below; each is 0 while the
	 * histogram is empty. Hint: README#todo-7
	 */
	return TODO(7, 0);
}
EXPORT_SYMBOL(hist_mean);

uint64_t hist_min(const struct hist *h)
{
	/* TODO 7, second part (see above). */
	return TODO(7, 0);
}
EXPORT_SYMBOL(hist_min);

uint64_t hist_max(const struct hist *h)
{
	/* TODO 7, third part (see above). */
	return TODO(7, 0);
}
EXPORT_SYMBOL(hist_max);

uint64_t hist_since_due(uint64_t start, uint64_t interval, uint64_t i,
			uint64_t now)
{
	/* TODO 8 (10 points): the latency from the moment at which operation i
	 * was due. Hint: README#todo-8
	 */
	return TODO(8, 0);
}
EXPORT_SYMBOL(hist_since_due);

void hist_record_intended(struct hist *h, uint64_t start, uint64_t interval,
			  uint64_t i, uint64_t now)
{
	hist_record(h, hist_since_due(start, interval, i, now));
}
EXPORT_SYMBOL(hist_record_intended);

MODULE(hist, "histogram of latencies, 128 buckets", NULL, NULL);

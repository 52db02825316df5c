/**
 * @file precise.c
 * The finer histogram, 128 counters to a doubling: a bonus. precise.h says what
 * each function promises, README.md ("Beyond the day") tells why.
 *
 * Nothing here blocks or knows of threads; ranks are hist_rank()'s.
 */
#include "precise.h"

#include <string.h>

#include "hist.h"
#include "kit/alloc.h"
#include "kit/bug.h"
#include "kit/err.h"
#include "kit/module.h"
#include "kit/todo.h"

#define PARTS (1u << PRECISE_BITS) /* of each doubling */
#define GROUP 64		   /* counters that a walk may skip at once */
#define MAX_GROUPS (PRECISE_COUNTERS(PRECISE_MAX) / GROUP)
#define LAST (PRECISE_COUNTERS(PRECISE_MAX) - 1)

void precise_init(struct precise *h, uint64_t *counters, unsigned int bits)
{
	BUG_ON(bits < PRECISE_MIN || bits > PRECISE_MAX);
	*h = (struct precise){ .counters = counters,
			       .nr = PRECISE_COUNTERS(bits),
			       .min = UINT64_MAX };
	memset(counters, 0, h->nr * sizeof(*counters));
}
EXPORT_SYMBOL(precise_init);

int precise_create(struct precise **h, unsigned int bits)
{
	struct precise *p;

	if (bits < PRECISE_MIN || bits > PRECISE_MAX)
		return -EINVAL;
	p = kit_alloc(sizeof(*p) + PRECISE_COUNTERS(bits) * sizeof(uint64_t));
	if (!p)
		return -ENOMEM;
	precise_init(p, (uint64_t *)(p + 1), bits);
	*h = p;
	return 0;
}
EXPORT_SYMBOL(precise_create);

void precise_destroy(struct precise *h)
{
	kit_free(h);
}
EXPORT_SYMBOL(precise_destroy);

unsigned int precise_index(uint64_t v)
{
	/* TODO 9 (10 bonus points): the finer histogram. First the counter of a
	 * value: 128 to every doubling. Hint: README#todo-9
	 */
	/* Bits below the 8 that count; v | PARTS has at least 8. */
	unsigned int shift = 63 - PRECISE_BITS - __builtin_clzll(v | PARTS);

	/* v >> shift is from 128 to 255, or v itself below that. */
	return shift * PARTS + (unsigned int)(v >> shift);
	/* STUB: return TODO(9, 0); */
	/* END */
}
EXPORT_SYMBOL(precise_index);

uint64_t precise_upper(unsigned int index)
{
	/* TODO 9, second part (see above): the largest value of a counter. */
	unsigned int shift;

	if (index >= LAST)
		return UINT64_MAX;
	if (index < 2 * PARTS)
		return index;
	/* One less than where the next counter begins. */
	shift = index / PARTS - 1;
	return ((uint64_t)(index % PARTS + PARTS + 1) << shift) - 1;
	/* STUB: return TODO(9, 0); */
	/* END */
}
EXPORT_SYMBOL(precise_upper);

/* TODO 9, third part: record, and what a closed loop has left out. */

/* The counter of @v in @h, which may be too small for it. */
static inline unsigned int index_in(const struct precise *h, uint64_t v)
{
	unsigned int i = precise_index(v);

	return i < h->nr ? i : h->nr - 1;
}

/* @n values, which all belong to counter @i, and add up to @sum. */
static inline void add(struct precise *h, unsigned int i, uint64_t n,
		       unsigned __int128 sum)
{
	h->counters[i] += n;
	sum += h->sum;
	h->sum = sum > UINT64_MAX ? UINT64_MAX : sum;
}
/* END */

void precise_record(struct precise *h, uint64_t v)
{
	/* TODO 9, third part, here; and in the next function. */
	h->counters[index_in(h, v)]++;
	if (__builtin_add_overflow(h->sum, v, &h->sum))
		h->sum = UINT64_MAX;
	if (v < h->min)
		h->min = v;
	if (v > h->max)
		h->max = v;
	/* STUB: TODO(9, ); */
	/* END */
}
EXPORT_SYMBOL(precise_record);

void precise_record_corrected(struct precise *h, uint64_t v, uint64_t interval)
{
	/* TODO 9, third part, here, too. */
	uint64_t left, n, low, first;
	unsigned int i;

	precise_record(h, v);
	if (!interval || v / 2 < interval)
		return;
	/* The others, from @first down to at least @interval. */
	first = v - interval;
	left = first / interval;
	if (first - (left - 1) * interval < h->min)
		h->min = first - (left - 1) * interval;
	while (left) {
		i = index_in(h, first);
		low = i ? precise_upper(i - 1) + 1 : 0;
		n = (first - low) / interval + 1;
		if (n > left)
			n = left;
		/* first + (first - interval) + ..., n of them */
		add(h, i, n,
		    (unsigned __int128)n * first -
			    (unsigned __int128)interval * n * (n - 1) / 2);
		first -= n * interval;
		left -= n;
	}
	/* STUB: TODO(9, ); */
	/* END */
}
EXPORT_SYMBOL(precise_record_corrected);

/* TODO 9, fourth part: quantiles in one pass, and merge. */

/* How many values each group of counters holds. Return: all of them. */
static uint64_t sum_groups(const struct precise *h, uint64_t *sums)
{
	uint64_t total = 0;
	unsigned int i, k;

	for (i = 0; i < h->nr / GROUP; i++) {
		const uint64_t *c = &h->counters[i * GROUP];
		/* Four sums, for the reason that hist_count() has two. */
		uint64_t n0 = 0, n1 = 0, n2 = 0, n3 = 0;

		for (k = 0; k < GROUP; k += 4) {
			n0 += c[k];
			n1 += c[k + 1];
			n2 += c[k + 2];
			n3 += c[k + 3];
		}
		sums[i] = n0 + n1 + n2 + n3;
		total += sums[i];
	}
	return total;
}

/* Where a walk over the counters stands: @seen values are before @at. */
struct walk {
	uint64_t seen;
	unsigned int at;
};

/* Go on to the counter that holds the value of @rank, which is at most the
 * number of all values, so there is one. A group before it costs one addition.
 */
static void walk_to(struct walk *w, const struct precise *h,
		    const uint64_t *sums, uint64_t rank)
{
	for (;;) {
		uint64_t n = h->counters[w->at];
		unsigned int step = 1;

		if (w->at % GROUP == 0 &&
		    w->seen + sums[w->at / GROUP] < rank) {
			n = sums[w->at / GROUP];
			step = GROUP;
		} else if (w->seen + n >= rank) {
			return;
		}
		w->seen += n;
		w->at += step;
	}
}
/* END */

uint64_t precise_count(const struct precise *h)
{
	/* TODO 9, fourth part, here. */
	uint64_t n = 0;
	unsigned int i;

	for (i = 0; i < h->nr; i++)
		n += h->counters[i];
	return n;
	/* STUB: return TODO(9, 0); */
	/* END */
}
EXPORT_SYMBOL(precise_count);

int precise_quantiles(const struct precise *h, const double *q, uint64_t *out,
		      unsigned int n, bool clamp)
{
	/* TODO 9, fourth part, here: one pass, whatever n is. */
	uint64_t sums[MAX_GROUPS], total = sum_groups(h, sums), rank, v;
	struct walk w = { 0, 0 };
	unsigned int i;
	int err;

	/* All of them first: on error nothing is written. */
	for (i = 0; i < n; i++) {
		err = hist_rank(q[i], total, &rank);
		if (err)
			return err;
		if (i && q[i] < q[i - 1])
			return -EINVAL;
	}
	for (i = 0; i < n; i++) {
		BUG_ON(hist_rank(q[i], total, &rank));
		walk_to(&w, h, sums, rank);
		v = w.at == h->nr - 1 ? h->max : precise_upper(w.at);
		if (clamp && rank == 1)
			v = h->min;
		else if (clamp && (rank == total || v > h->max))
			v = h->max;
		out[i] = v;
	}
	return 0;
	/* STUB: return TODO(9, -ENOSYS); */
	/* END */
}
EXPORT_SYMBOL(precise_quantiles);

int precise_merge(struct precise *into, const struct precise *from)
{
	/* TODO 9, fourth part, here. */
	unsigned int i;

	if (into->nr != from->nr)
		return -EINVAL;
	for (i = 0; i < into->nr; i++)
		into->counters[i] += from->counters[i];
	if (__builtin_add_overflow(into->sum, from->sum, &into->sum))
		into->sum = UINT64_MAX;
	if (from->min < into->min)
		into->min = from->min;
	if (from->max > into->max)
		into->max = from->max;
	return 0;
	/* STUB: return TODO(9, -ENOSYS); */
	/* END */
}
EXPORT_SYMBOL(precise_merge);

MODULE(precise, "histogram of latencies, 128 counters a doubling", NULL, NULL);

/*
 * Latencies that nobody but the supervisor knows before they are fed, and the
 * judgement of the quantiles that came back.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "latency.h"
#include "test/oracle.h"

struct drawing {
	uint64_t ns[LATENCY_SAMPLES]; /* sorted once it is handed out */
	size_t n;		      /* how many */
	uint64_t random;	      /* state of splitmix64 */
	unsigned int first;	      /* shape of the first drawing */
	unsigned int judged;	      /* answers that were right */
	bool is_open;		      /* handed out, not judged yet */
};

static uint64_t next_random(struct drawing *d)
{
	uint64_t z = d->random += 0x9e3779b97f4a7c15ull;

	z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9ull;
	z = (z ^ (z >> 27)) * 0x94d049bb133111ebull;
	return z ^ (z >> 31);
}

static uint64_t between(struct drawing *d, uint64_t low, uint64_t high)
{
	return low + next_random(d) % (high - low + 1);
}

/* A body of one width, and a tail that is ten to ten thousand times slower. */
static void draw_heavy_tail(struct drawing *d)
{
	uint64_t base = between(d, 40, 2039);
	uint64_t width = between(d, 1, base);
	uint64_t slow = between(d, 20, 99);
	size_t i;

	for (i = 0; i < d->n; i++) {
		d->ns[i] = base + next_random(d) % width;
		if (next_random(d) % 1000 < slow)
			d->ns[i] *= 10 << (next_random(d) % 10);
	}
}

/*
 * Two values and nothing between, in shares that have one of the quantiles
 * just on this side of the step, or just on that: a rank that is off by one is
 * off by the step.
 */
static void draw_two_modes(struct drawing *d)
{
	static const unsigned int permille[] = { 500, 900, 990, 999 };
	size_t at = permille[next_random(d) % ARRAY_SIZE(permille)];
	size_t fast = (d->n * at + 999) / 1000 - next_random(d) % 2;
	uint64_t low = between(d, 40, 4000), gap = between(d, 3, 300);
	size_t i, j;

	for (i = 0; i < d->n; i++)
		d->ns[i] = i < fast ? low : low * gap;
	for (i = d->n - 1; i > 0; i--) {
		uint64_t v = d->ns[i];

		j = next_random(d) % (i + 1);
		d->ns[i] = d->ns[j];
		d->ns[j] = v;
	}
}

/* A clock that ticks rarely gives one value, over and over. */
static void draw_constant(struct drawing *d)
{
	uint64_t v = between(d, 1, 1000000);
	size_t i;

	for (i = 0; i < d->n; i++)
		d->ns[i] = v;
}

/* Each decade as likely as the next: 10 ns to 1 s. */
static void draw_decades(struct drawing *d)
{
	size_t i;

	for (i = 0; i < d->n; i++) {
		uint64_t decade = 10;
		unsigned int k = next_random(d) % 8;

		while (k--)
			decade *= 10;
		d->ns[i] = between(d, decade, 10 * decade - 1);
	}
}

/* So few that the upper quantiles are all the slowest one. */
static void draw_few(struct drawing *d)
{
	size_t i;

	d->n = between(d, 1, 40);
	for (i = 0; i < d->n; i++)
		d->ns[i] = between(d, 1, 100000);
}

/* All shapes have their turn, from a place that the seed chooses. */
static void draw(struct drawing *d)
{
	static void (*const shapes[LATENCY_DRAWINGS])(struct drawing *) = {
		draw_heavy_tail, draw_two_modes, draw_constant,
		draw_decades,	 draw_few,
	};

	d->n = between(d, LATENCY_SAMPLES / 2, LATENCY_SAMPLES);
	shapes[(d->first + d->judged) % LATENCY_DRAWINGS](d);
}

static int compare(const void *a, const void *b)
{
	const uint64_t *x = a, *y = b;

	return (*x > *y) - (*x < *y);
}

static bool is_wrong(struct oracle_call *call, const char *name, uint64_t got,
		     uint64_t least, uint64_t most)
{
	if (got >= least && got <= most)
		return false;
	snprintf(call->what, sizeof(call->what),
		 "%s of known latencies is too %s", name,
		 got < least ? "low" : "high");
	if (least == most)
		snprintf(call->want, sizeof(call->want), "%s = %llu", name,
			 (unsigned long long)least);
	else
		snprintf(call->want, sizeof(call->want), "%s from %llu to %llu",
			 name, (unsigned long long)least,
			 (unsigned long long)most);
	snprintf(call->got, sizeof(call->got), "%s = %llu", name,
		 (unsigned long long)got);
	return true;
}

/* The nearest rank, and the histogram's bound of 2^(1/4) above it. */
static bool is_wrong_quantile(struct oracle_call *call, struct drawing *d,
			      const char *name, uint64_t got,
			      unsigned int permille)
{
	size_t rank = (d->n * permille + 999) / 1000;
	uint64_t v = d->ns[rank - 1];

	return is_wrong(call, name, got, v, v * 11893 / 10000);
}

static void judge(struct oracle_call *call, struct drawing *d,
		  const struct latency_answer *a)
{
	qsort(d->ns, d->n, sizeof(d->ns[0]), compare);
	if (is_wrong(call, "the number of samples", a->n, d->n, d->n) ||
	    is_wrong_quantile(call, d, "p50", a->p50, 500) ||
	    is_wrong_quantile(call, d, "p90", a->p90, 900) ||
	    is_wrong_quantile(call, d, "p99", a->p99, 990) ||
	    is_wrong_quantile(call, d, "p999", a->p999, 999) ||
	    is_wrong(call, "the maximum", a->max, d->ns[d->n - 1],
		     d->ns[d->n - 1]))
		return;
	/* Inline and spawn, each with all shapes. */
	if (++d->judged == 2 * LATENCY_DRAWINGS)
		call->accepted = true;
}

ORACLE(latency)
{
	struct drawing *d = call->priv;
	struct latency_answer a;

	if (!d) {
		d = calloc(1, sizeof(*d));
		if (!d)
			return;
		d->random = call->seed;
		d->first = next_random(d) % LATENCY_DRAWINGS;
		*call->priv_slot = d;
	}
	if (call->req_len != sizeof(a))
		return;
	memcpy(&a, call->req, sizeof(a));
	if (!a.way) {
		draw(d);
		call->reply_len = d->n * sizeof(d->ns[0]);
		memcpy(call->reply, d->ns, call->reply_len);
		d->is_open = true;
	} else if (d->is_open) {
		d->is_open = false;
		judge(call, d, &a);
	}
}

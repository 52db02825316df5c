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
	uint64_t random;	      /* state of splitmix64 */
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

/*
 * A body of one width and a tail that is ten to ten thousand times slower, the
 * place and the share of both drawn anew each time.
 */
static void draw(struct drawing *d)
{
	uint64_t base = 40 + next_random(d) % 2000;
	uint64_t width = 1 + next_random(d) % base;
	unsigned int slow = 20 + (unsigned int)(next_random(d) % 80);
	unsigned int i;

	for (i = 0; i < LATENCY_SAMPLES; i++) {
		uint64_t v = base + next_random(d) % width;

		if (next_random(d) % 1000 < slow)
			v *= 10 << (next_random(d) % 10);
		d->ns[i] = v;
	}
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
	size_t rank = (LATENCY_SAMPLES * permille + 999) / 1000;
	uint64_t v = d->ns[rank - 1];

	return is_wrong(call, name, got, v, v * 11893 / 10000);
}

static void judge(struct oracle_call *call, struct drawing *d,
		  const struct latency_answer *a)
{
	qsort(d->ns, LATENCY_SAMPLES, sizeof(d->ns[0]), compare);
	if (is_wrong(call, "the number of samples", a->n, LATENCY_SAMPLES,
		     LATENCY_SAMPLES) ||
	    is_wrong_quantile(call, d, "p50", a->p50, 500) ||
	    is_wrong_quantile(call, d, "p90", a->p90, 900) ||
	    is_wrong_quantile(call, d, "p99", a->p99, 990) ||
	    is_wrong_quantile(call, d, "p999", a->p999, 999) ||
	    is_wrong(call, "the maximum", a->max, d->ns[LATENCY_SAMPLES - 1],
		     d->ns[LATENCY_SAMPLES - 1]))
		return;
	/* Inline and spawn. */
	if (++d->judged == 2)
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
		*call->priv_slot = d;
	}
	if (call->req_len != sizeof(a))
		return;
	memcpy(&a, call->req, sizeof(a));
	if (!a.way) {
		draw(d);
		memcpy(call->reply, d->ns, sizeof(d->ns));
		call->reply_len = sizeof(d->ns);
		d->is_open = true;
	} else if (d->is_open) {
		d->is_open = false;
		judge(call, d, &a);
	}
}

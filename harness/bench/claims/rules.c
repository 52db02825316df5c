/* From figures to verdicts. Nothing here knows a claim. */
#include <stdlib.h>
#include <string.h>

#include "claims.h"

#include "bench/stats.h"

/* Chance in 2^n of at most k heads in n throws of a coin. */
static double at_most(unsigned int k, unsigned int n)
{
	double sum = 0, term = 1;
	unsigned int i;

	for (i = 0; i <= k; i++) {
		sum += term;
		term = term * (n - i) / (i + 1);
	}
	return sum / pow(2, n);
}

/*
 * The interval is made of order statistics, and supposes nothing of how the runs
 * are distributed: the median lies outside of the k-th smallest to the k-th
 * largest only if fewer than k runs fell on one side of it. Five runs or fewer
 * cannot give 95 %; then the interval is everything.
 */
void figure_settle(struct figure *f)
{
	unsigned int k = 0;

	if (!f->n)
		return;
	f->median = stats_median(f->run, f->n);
	f->lo = f->hi = f->median;
	if (f->is_counted)
		return;
	while (2 * at_most(k, f->n) <= 0.05)
		k++;
	f->lo = k ? f->run[k - 1] : -INFINITY;
	f->hi = k ? f->run[f->n - k] : INFINITY;
}

enum verdict figure_verdict(const struct figure *f, double lo, double hi)
{
	if (!f->n)
		return UNTESTED;
	if (f->lo >= lo && f->hi <= hi)
		return HOLDS;
	if (f->hi < lo || f->lo > hi)
		return HOLDS_NOT;
	return UNSAID;
}

/*
 * What is not tested says nothing. Once one case holds and another does not, the
 * claim holds in part, whatever an open case would say.
 */
static enum verdict of_set(const unsigned int count[VERDICTS])
{
	if (count[HOLDS] && count[HOLDS_NOT])
		return IN_PART;
	if (count[UNSAID])
		return UNSAID;
	if (count[HOLDS])
		return HOLDS;
	return count[HOLDS_NOT] ? HOLDS_NOT : UNTESTED;
}

static void count_side(const struct claim *c, enum side side,
		       unsigned int count[VERDICTS])
{
	const struct claim_case *k;
	unsigned int i;

	for (i = 0; i < CLAIM_CASES && c->cases[i].what; i++) {
		k = &c->cases[i];
		count[figure_verdict(&k->figure[side], k->lo, k->hi)]++;
	}
}

enum verdict side_verdict(const struct claim *c, enum side side)
{
	unsigned int count[VERDICTS] = { 0 };

	count_side(c, side, count);
	return of_set(count);
}

enum verdict claim_verdict(const struct claim *c)
{
	unsigned int count[VERDICTS] = { 0 };

	count_side(c, OURS, count);
	count_side(c, TOKIO, count);
	return of_set(count);
}

const char *verdict_name(enum verdict v)
{
	static const char *const name[VERDICTS] = { "holds", "holds in part",
						    "does not hold",
						    "cannot say: run again",
						    "cannot be tested here" };

	return name[v];
}

/* A figure within a case's bounds, or outside of them. */
static void plant(struct claim_case *k, bool is_within)
{
	double v = isinf(k->lo) ? k->hi : k->lo;

	if (!is_within)
		v = isinf(k->hi) ? k->lo - 1 : k->hi + 1;
	memset(k->figure, 0, sizeof(k->figure));
	k->figure[OURS] =
		(struct figure){ .n = 1, .is_counted = true, .run = { v } };
	figure_settle(&k->figure[OURS]);
}

unsigned int claim_prove(const struct claim *c)
{
	struct claim planted = *c;
	unsigned int i, n, bad = 0;

	for (n = 0; n < CLAIM_CASES && c->cases[n].what; n++) {
		plant(&planted.cases[n], true);
		bad += strlen(c->cases[n].what) > CLAIM_WHAT;
	}
	if (!n)
		return !c->untested;
	bad += claim_verdict(&planted) != HOLDS;
	for (i = 0; i < n; i++) {
		plant(&planted.cases[i], false);
		bad += claim_verdict(&planted) !=
		       (n == 1 ? HOLDS_NOT : IN_PART);
		plant(&planted.cases[i], true);
	}
	for (i = 0; i < n; i++)
		plant(&planted.cases[i], false);
	bad += claim_verdict(&planted) != HOLDS_NOT;
	return bad;
}

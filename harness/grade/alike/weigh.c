/*
 * How telling is a passage? What half of the class has is what the day's text
 * asks for. So tokens that some run says are the same go into one class, and
 * a token counts 1 divided by the others who have it.
 */
#define _GNU_SOURCE
#include <stdlib.h>
#include <string.h>

#include "grade/alike/alike.h"

/* Every token of every text, one after the other. */
static uint32_t *parent, *students, *last;
static uint32_t *first; /* of each text */

static uint32_t root(uint32_t i)
{
	while (parent[i] != i)
		i = parent[i] = parent[parent[i]];
	return i;
}

static bool prepare(const struct alike_unit *u)
{
	uint32_t n = 0, i;

	first = calloc(u->nr_texts + 1, sizeof(*first));
	for (i = 0; first && i < u->nr_texts; i++) {
		first[i] = n;
		n += u->texts[i].tokens.n;
	}
	parent = calloc(n + 1, sizeof(*parent));
	students = calloc(n + 1, sizeof(*students));
	last = calloc(n + 1, sizeof(*last));
	for (i = 0; parent && i < n; i++)
		parent[i] = i;
	return first && parent && students && last;
}

static void join(const struct sim_run *r)
{
	const uint32_t a = first[r->a] + r->a_from, b = first[r->b] + r->b_from;
	uint32_t i;

	for (i = 0; i <= r->a_to - r->a_from && i <= r->b_to - r->b_from; i++)
		parent[root(a + i)] = root(b + i);
}

/* Students a class; those with the same rest count through the first. */
static void count(const struct alike_unit *u)
{
	uint32_t i, k, c;

	for (i = 0; i < u->nr_texts; i++) {
		if (u->texts[i].same != i)
			continue;
		for (k = 0; k < u->texts[i].tokens.n; k++) {
			c = root(first[i] + k);
			if (last[c] == i + 1)
				continue;
			last[c] = i + 1;
			students[c] += u->texts[i].nr_same;
		}
	}
}

static void weigh_run(struct alike_run *r)
{
	const uint32_t from = first[r->at.a];
	uint32_t i, n;

	r->score = 0;
	for (i = r->at.a_from; i <= r->at.a_to; i++) {
		n = students[root(from + i)];
		r->score += 1.0 / (n > 1 ? n - 1 : 1);
	}
	i = r->at.a_from + (r->at.a_to - r->at.a_from) / 2;
	r->students = students[root(from + i)];
}

static int by_pair(const void *x, const void *y)
{
	const struct alike_run *a = x, *b = y;

	if (a->at.a != b->at.a)
		return a->at.a < b->at.a ? -1 : 1;
	if (a->at.b != b->at.b)
		return a->at.b < b->at.b ? -1 : 1;
	return a->at.a_from < b->at.a_from ? -1 : 1;
}

static int by_score(const void *x, const void *y)
{
	const struct alike_run *a = x, *b = y;

	if (a->pair > b->pair || a->pair < b->pair)
		return a->pair > b->pair ? -1 : 1;
	return by_pair(x, y);
}

static void sum_pairs(struct alike_unit *u)
{
	unsigned int i, k, end;
	double sum;

	qsort(u->runs, u->nr_runs, sizeof(*u->runs), by_pair);
	for (i = 0; i < u->nr_runs; i = end) {
		for (sum = 0, end = i;
		     end < u->nr_runs && u->runs[end].at.a == u->runs[i].at.a &&
		     u->runs[end].at.b == u->runs[i].at.b;
		     end++)
			sum += u->runs[end].score;
		for (k = i; k < end; k++)
			u->runs[k].pair = sum;
	}
	qsort(u->runs, u->nr_runs, sizeof(*u->runs), by_score);
}

void alike_weigh(struct alike_unit *u)
{
	unsigned int i;

	if (prepare(u)) {
		for (i = 0; i < u->nr_runs; i++)
			join(&u->runs[i].at);
		count(u);
		for (i = 0; i < u->nr_runs; i++)
			weigh_run(&u->runs[i]);
		sum_pairs(u);
	}
	free(first);
	free(parent);
	free(students);
	free(last);
}

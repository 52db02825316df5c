/* Given: who waits for whom, and which of them wait for each other. */
#include <stdlib.h>
#include <string.h>

#include "screens.h"

#include "kit/alloc.h"
#include "kit/err.h"
#include "kit/module.h"

/* The number, from 1, of the task that @t waits for; 0: nobody in particular. */
static uint32_t waits_for(const struct snapshot *s, const struct snap_task *t)
{
	const struct snap_task *to = NULL;
	const struct snap_resource *r;

	if (t->state != TASK_WAITING)
		return 0;
	if (t->wait == TP_WAIT_JOIN) {
		to = snapshot_task(s, t->wait_for);
	} else if (t->wait == TP_WAIT_LOCK) {
		r = snapshot_resource(s, t->wait_for);
		to = r && r->holder ? snapshot_task(s, r->holder) : NULL;
	}
	return to ? (uint32_t)(to - s->tasks + 1) : 0;
}

/*
 * Each task waits for one at most: whoever follows the arrows ends nowhere, or
 * goes around. ->seen has the number of the walk that came by; a walk that
 * meets itself has found a cycle.
 */
static uint32_t mark_cycles(const uint32_t *to, uint32_t *seen, uint32_t *cycle,
			    uint32_t nr)
{
	uint32_t start, at, nr_cycles = 0;

	for (start = 1; start <= nr; start++) {
		for (at = start; at && !seen[at]; at = to[at])
			seen[at] = start;
		if (!at || seen[at] != start || cycle[at])
			continue;
		nr_cycles++;
		for (; !cycle[at]; at = to[at])
			cycle[at] = nr_cycles;
	}
	return nr_cycles;
}

static int compare_edges(const void *a, const void *b)
{
	const struct wait_edge *x = a, *y = b;

	if (!x->cycle != !y->cycle)
		return !x->cycle - !y->cycle;
	if (x->cycle != y->cycle)
		return x->cycle < y->cycle ? -1 : 1;
	if (x->ns != y->ns)
		return x->ns > y->ns ? -1 : 1;
	return (x->from > y->from) - (x->from < y->from);
}

static void fill_edges(struct wait_graph *w, const struct snapshot *s,
		       const uint32_t *to, const uint32_t *cycle)
{
	uint32_t i;

	for (i = 1; i <= s->nr_tasks; i++) {
		uint64_t since = s->tasks[i - 1].since;

		if (!to[i])
			continue;
		w->edge[w->n++] = (struct wait_edge){
			.from = i - 1,
			.to = to[i] - 1,
			.cycle = cycle[i],
			.ns = s->now > since ? s->now - since : 0,
		};
	}
	qsort(w->edge, w->n, sizeof(*w->edge), compare_edges);
}

int waits_find(struct wait_graph *w, const struct snapshot *s)
{
	size_t nr = s->nr_tasks + 1, i, edges = 0;
	uint32_t *to = kit_zalloc(3 * nr * sizeof(*to));

	memset(w, 0, sizeof(*w));
	if (!to)
		return -ENOMEM;
	for (i = 1; i < nr; i++) {
		to[i] = waits_for(s, &s->tasks[i - 1]);
		edges += to[i] != 0;
	}
	w->edge = kit_alloc((edges + 1) * sizeof(*w->edge));
	if (!w->edge) {
		kit_free(to);
		return -ENOMEM;
	}
	w->nr_cycles =
		mark_cycles(to, to + nr, to + 2 * nr, (uint32_t)s->nr_tasks);
	fill_edges(w, s, to, to + 2 * nr);
	kit_free(to);
	return 0;
}
EXPORT_SYMBOL(waits_find);

void waits_free(struct wait_graph *w)
{
	kit_free(w->edge);
	memset(w, 0, sizeof(*w));
}
EXPORT_SYMBOL(waits_free);

MODULE(waits, "who waits for whom", NULL, NULL);

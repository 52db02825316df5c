/* Given: futures by the place that spawns them, and spans. */
#include <stdio.h>
#include <stdlib.h>

#include "screens.h"

#include "kit/alloc.h"
#include "kit/module.h"

/* Those with the most time in polls come first. */
static int compare_places(const void *a, const void *b)
{
	const struct snap_place *x = *(void *const *)a, *y = *(void *const *)b;

	if (x->busy != y->busy)
		return x->busy > y->busy ? -1 : 1;
	return (x > y) - (x < y);
}

static int compare_spans(const void *a, const void *b)
{
	const struct snap_span *x = *(void *const *)a, *y = *(void *const *)b;

	if (x->ns != y->ns)
		return x->ns > y->ns ? -1 : 1;
	return (x > y) - (x < y);
}

static void draw_place(struct grid *g, unsigned int row,
		       const struct snap_place *p)
{
	char a[8], b[8], c[8], e[8], f[8], h[8], k[8];

	grid_put(g, row, 1, STYLE_PLAIN,
		 "%-14.14s %5s %5s %5s %6s %7s %7s %7s %s", p->what,
		 text_count(p->alive, a), text_count(p->ended, b),
		 text_count(p->cancelled, k), text_count(p->polls, c),
		 text_ns(p->busy, e), text_ns(p->sched, f),
		 text_ns(p->max_poll, h), text_where(p->where));
}

static void draw_span(struct grid *g, unsigned int row,
		      const struct snap_span *p)
{
	char a[8], b[8], c[8], e[8], f[8], h[8];

	grid_put(g, row, 1, STYLE_PLAIN, "%-14.14s %6s %8s %8s %8s %6s %6s %s",
		 p->name, text_count(p->calls, a), text_ns(p->ns, b),
		 text_ns(p->calls ? p->ns / p->calls : 0, c),
		 text_ns(p->max, e), text_count(p->allocs, f),
		 text_count(p->bytes, h), text_where(p->where));
}

/* Place number 0, which is not known, is listed if there are such tasks. */
static unsigned int list_places(const struct snapshot *s,
				const struct snap_place **list)
{
	unsigned int i, n = 0;

	for (i = 0; i < s->nr_places; i++)
		if (i || s->places[i].alive)
			list[n++] = &s->places[i];
	qsort(list, n, sizeof(*list), compare_places);
	return n;
}

static unsigned int draw_spans(struct grid *g, unsigned int row,
			       unsigned int end, const struct snapshot *s)
{
	const struct snap_span **list =
		kit_alloc((s->nr_spans + 1) * sizeof(*list));
	unsigned int i;

	draw_title(g, row++,
		   " SPAN            CALLS     TIME     MEAN  LONGEST ALLOCS  "
		   "BYTES WHERE");
	if (!list || !s->nr_spans)
		grid_put(g, row, 1, STYLE_DIM,
			 "none: SPAN(\"name\") in a poll makes one (span.h)");
	for (i = 0; list && i < s->nr_spans; i++)
		list[i] = &s->spans[i];
	if (list)
		qsort(list, s->nr_spans, sizeof(*list), compare_spans);
	for (i = 0; list && i < s->nr_spans && row < end; i++)
		draw_span(g, row++, list[i]);
	kit_free(list);
	return row;
}

void draw_places(struct grid *g, struct view *v, const struct view_data *d)
{
	const struct snapshot *s = d->now;
	unsigned int row = BODY_TOP, end = body_end(g), n, i, half;
	const struct snap_place **list =
		kit_alloc((s->nr_places + 1) * sizeof(*list));

	draw_title(g, row++,
		   " FUTURE         ALIVE ENDED CANCL  POLLS    BUSY   SCHED "
		   "LONGEST SPAWNED AT");
	n = list ? list_places(s, list) : 0;
	if (!n)
		grid_put(g, row, 1, STYLE_DIM, "no task was spawned yet");
	half = row + (end - row) / 2;
	list_move(v, n, half - row);
	for (i = v->first; i < n && row < half; i++, row++) {
		draw_place(g, row, list[i]);
		if (i == v->line)
			grid_style(g, row, 0, g->width, STYLE_CURSOR);
	}
	kit_free(list);
	draw_spans(g, row + 1, end, s);
}
EXPORT_SYMBOL(draw_places);

MODULE(places, "futures by the place that spawns them, and spans", NULL, NULL);

/* Given: channels and locks, and who waits for whom. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "screens.h"

#include "kit/alloc.h"
#include "kit/module.h"

/* Those that tasks wait for come first. */
static int compare_resources(const void *a, const void *b)
{
	const struct snap_resource *x = *(void *const *)a,
				   *y = *(void *const *)b;

	if (x->waiting != y->waiting)
		return x->waiting > y->waiting ? -1 : 1;
	if (x->waited != y->waited)
		return x->waited > y->waited ? -1 : 1;
	return (x->id > y->id) - (x->id < y->id);
}

/* What goes on in it now. */
static const char *text_now(const struct snapshot *s,
			    const struct snap_resource *r, char *buf,
			    size_t size)
{
	char a[8], b[8], c[8], task[128];

	if (r->kind != TP_RES_LOCK)
		snprintf(buf, size, "%s in it, most %s; %s sent",
			 text_count(r->depth, a), text_count(r->max, b),
			 text_count(r->sent, c));
	else if (r->holder)
		snprintf(buf, size, "held %s by %s",
			 text_ns(s->now > r->since ? s->now - r->since : 0, a),
			 text_task(s, r->holder, task, sizeof(task)));
	else
		snprintf(buf, size, "free; longest held %s",
			 text_ns(r->max_held, a));
	return buf;
}

static void draw_resource(struct grid *g, unsigned int row,
			  const struct snapshot *s,
			  const struct snap_resource *r)
{
	char a[8], b[8], now[256];

	grid_put(g, row, 1, STYLE_PLAIN, "%-7s %-12.12s",
		 r->kind == TP_RES_CHANNEL ? "channel"
		 : r->kind == TP_RES_LOCK  ? "lock"
					   : "other",
		 r->name);
	grid_put(g, row, 22, r->waiting ? STYLE_WARN : STYLE_PLAIN, "%5s",
		 text_count(r->waiting, a));
	grid_put(g, row, 27, STYLE_PLAIN, " %7s %6s  %s",
		 text_ns(r->waits ? r->waited / r->waits : 0, a),
		 text_count(r->taken, b), text_now(s, r, now, sizeof(now)));
}

/* The one under the cursor, in full. */
static unsigned int draw_chosen(struct grid *g, unsigned int row,
				unsigned int end, const struct snapshot *s,
				const struct snap_resource *r)
{
	char a[8], b[8], c[8], now[256], text[512];
	size_t n;

	n = (size_t)snprintf(
		text, sizeof(text),
		"%s (%s): %s; taken %s times, waited for %s times, "
		"%s in all",
		r->name, r->where, text_now(s, r, now, sizeof(now)),
		text_count(r->taken, a), text_count(r->waits, b),
		text_ns(r->waited, c));
	if (r->kind == TP_RES_LOCK && n < sizeof(text))
		snprintf(text + n, sizeof(text) - n,
			 "; held %s in all, %s the longest",
			 text_ns(r->held, a), text_ns(r->max_held, b));
	return chart_text(g, row, end, 1, STYLE_BOLD, text);
}

/* The list, with a cursor in it; the row behind it. */
static unsigned int draw_list(struct grid *g, unsigned int row,
			      unsigned int end, struct view *v,
			      const struct snapshot *s)
{
	const struct snap_resource **list;
	unsigned int i, rows = end - row - 1;

	draw_title(g, row++, " KIND    NAME          WAIT    MEAN  TAKEN  NOW");
	list = kit_alloc((s->nr_resources + 1) * sizeof(*list));
	if (!list || !s->nr_resources) {
		grid_put(g, row, 1, STYLE_DIM,
			 "none: channels and locks of the kit are listed when "
			 "they are first used");
		kit_free(list);
		return row + 1;
	}
	for (i = 0; i < s->nr_resources; i++)
		list[i] = &s->resources[i];
	qsort(list, s->nr_resources, sizeof(*list), compare_resources);
	list_move(v, s->nr_resources, rows);
	for (i = v->first; i < s->nr_resources && row < end; i++, row++) {
		draw_resource(g, row, s, list[i]);
		if (i == v->line)
			grid_style(g, row, 0, g->width, STYLE_CURSOR);
	}
	row = draw_chosen(g, row + 1, end + 3, s, list[v->line]);
	kit_free(list);
	return row;
}

static unsigned int draw_edge(struct grid *g, unsigned int row,
			      unsigned int end, const struct snapshot *s,
			      const struct wait_edge *e)
{
	const struct snap_task *t = &s->tasks[e->from];
	char from[128], wait[256], ns[8], text[512];
	size_t n = 0;

	if (e->cycle)
		n = (size_t)snprintf(text, sizeof(text),
				     "CYCLE %u: ", e->cycle);
	snprintf(text + n, sizeof(text) - n, "%s has waited %s for %s",
		 text_task(s, t->id, from, sizeof(from)), text_ns(e->ns, ns),
		 text_wait(s, t, wait, sizeof(wait)));
	return chart_text(g, row, end, 1, e->cycle ? STYLE_ERROR : STYLE_PLAIN,
			  text);
}

static void draw_waits(struct grid *g, unsigned int row, unsigned int end,
		       const struct snapshot *s)
{
	struct wait_graph w;
	char title[128];
	size_t i;

	if (waits_find(&w, s)) {
		grid_put(g, row, 1, STYLE_ERROR, "no memory for the waits");
		waits_free(&w);
		return;
	}
	snprintf(title, sizeof(title),
		 " WHO WAITS FOR WHOM: %zu wait for a task%s", w.n,
		 w.nr_cycles ? "; A CYCLE NEVER ENDS" : "");
	draw_title(g, row, title);
	if (w.nr_cycles)
		grid_style(g, row, 0, (unsigned int)strlen(title), STYLE_ERROR);
	row++;
	for (i = 0; i < w.n && row < end; i++)
		row = draw_edge(g, row, end, s, &w.edge[i]);
	if (i < w.n)
		grid_put(g, end - 1, 1, STYLE_DIM, "%-*s", (int)g->width - 1,
			 "... and more");
	waits_free(&w);
}

void draw_resources(struct grid *g, struct view *v, const struct view_data *d)
{
	unsigned int row = BODY_TOP, end = body_end(g);

	row = draw_list(g, row, row + (end - row) / 2 - 3, v, d->now);
	draw_waits(g, row + 1, end, d->now);
}
EXPORT_SYMBOL(draw_resources);

MODULE(resources, "channels and locks, and who waits for whom", NULL, NULL);

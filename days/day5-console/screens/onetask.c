/* Given: one task: its life, its polls, its wakers. */
#include <stdio.h>
#include <string.h>

#include "screens.h"

#include "kit/module.h"

/* Who it is, and what it does now. */
static unsigned int draw_who(struct grid *g, unsigned int row,
			     const struct snapshot *s,
			     const struct snap_task *t)
{
	char buf[256], ns[8];
	unsigned int col;

	col = grid_put(g, row, 1, STYLE_BOLD, "%s",
		       text_task(s, t->id, buf, sizeof(buf)));
	col = grid_put(g, row, col, STYLE_PLAIN,
		       t->parent ? ", spawned by " : "");
	if (t->parent)
		col = grid_put(g, row, col, STYLE_PLAIN, "%s",
			       text_task(s, t->parent, buf, sizeof(buf)));
	if (t->worker)
		grid_put(g, row, col, STYLE_PLAIN, ", last on worker %u",
			 s->workers[t->worker - 1].index);
	row++;
	col = grid_put(g, row, 1, state_style(t->state), "%s",
		       task_name(COLUMN_STATE, t, s));
	col = grid_put(g, row, col, STYLE_PLAIN, " for %s",
		       text_ns(s->now > t->since ? s->now - t->since : 0, ns));
	if (t->state == TASK_WAITING)
		grid_put(g, row, col, STYLE_PLAIN, ": for %s",
			 text_wait(s, t, buf, sizeof(buf)));
	return row + 1;
}

#define LAW_CELLS 30

/* life = first + polls + scheduled + waiting, and how far that is true. */
static unsigned int draw_law(struct grid *g, unsigned int row,
			     const struct snap_task *t)
{
	const struct chart_part part[] = {
		{ t->first, '>', STYLE_WARN },
		{ t->busy, '#', STYLE_POLL },
		{ t->sched, '+', STYLE_SEARCH },
		{ t->idle, '.', STYLE_PARKED },
	};
	uint64_t sum = t->first + t->busy + t->sched + t->idle;
	uint64_t off = sum > t->total ? sum - t->total : t->total - sum;
	static const char *const name[] = { "first", "polls", "sched", "idle" };
	unsigned int col, i;
	char a[8], b[8], c[8], e[8], f[8];

	grid_put(g, row, 1, STYLE_PLAIN,
		 "life %s = first %s + polls %s + scheduled %s + idle %s",
		 text_ns(t->total, a), text_ns(t->first, b),
		 text_ns(t->busy, c), text_ns(t->sched, e),
		 text_ns(t->idle, f));
	grid_put(g, row + 1, 1, STYLE_PLAIN, "[");
	chart_bar(g, row + 1, 2, LAW_CELLS, part, ARRAY_SIZE(part));
	/* Thousandths; where the sum of a damaged region wraps, it is large. */
	off = t->total ? (uint64_t)(1000.0 * (double)off / (double)t->total)
		       : 0;
	col = grid_put(g, row + 1, 2 + LAW_CELLS, STYLE_PLAIN, "] ");
	for (i = 0; i < ARRAY_SIZE(part); i++)
		col = grid_put(g, row + 1, col, part[i].style, "%c %s ",
			       part[i].cell, name[i]);
	grid_put(g, row + 1, col, off > 10 ? STYLE_ERROR : STYLE_DIM,
		 "off by %u.%u %%", (unsigned int)(off < 9999 ? off / 10 : 999),
		 (unsigned int)(off % 10));
	return row + 2;
}

static unsigned int draw_wakers(struct grid *g, unsigned int row,
				const struct snap_task *t)
{
	char a[8], b[8], c[8], e[8], f[8], h[8];
	uint64_t live = t->clones > t->drops ? t->clones - t->drops : 0;

	grid_put(g, row, 1, STYLE_PLAIN,
		 "wakers: %s made, %s gone, %s alive; used %s times, %s by "
		 "itself, %s a poll",
		 text_count(t->clones, a), text_count(t->drops, b),
		 text_count(live, c), text_count(t->wakes, e),
		 text_count(t->self_wakes, f),
		 text_count(t->polls ? t->wakes / t->polls : 0, h));
	return row + 1;
}

/* The last polls, a line each: how long it waited, how long it was polled. */
static unsigned int draw_last(struct grid *g, unsigned int row,
			      unsigned int rows, const struct snap_task *t)
{
	unsigned int i, from = t->nr_last > rows ? t->nr_last - rows : 0;
	uint64_t number = t->polls - (t->state == TASK_POLLED), longest = 1;
	unsigned int width = g->width - 42;

	draw_title(g, row++,
		   " LAST POLLS    WAITED   POLLED  + waits for a worker, then "
		   "# polled; one scale");
	for (i = from; i < t->nr_last; i++) {
		uint64_t both = (t->last[i] >> 32) + (uint32_t)t->last[i];

		if (both > longest)
			longest = both;
	}
	for (i = from; i < t->nr_last; i++) {
		uint64_t delay = t->last[i] >> 32, poll = (uint32_t)t->last[i];
		unsigned int n =
			(unsigned int)((delay + poll) * width / longest);
		const struct chart_part part[] = {
			{ delay, '+', STYLE_SEARCH },
			{ poll, '#', STYLE_POLL },
		};
		char a[8], b[8];

		grid_put(g, row, 1, STYLE_PLAIN, "%10llu  %8s %8s",
			 (unsigned long long)(number - t->nr_last + i + 1),
			 text_ns(delay, a), text_ns(poll, b));
		chart_bar(g, row++, 32, n ? n : 1, part, ARRAY_SIZE(part));
	}
	return row;
}

/* Where the list begins; NULL: it is empty. */
static const struct snap_task *first_task(const struct view *v,
					  const struct snapshot *s)
{
	const struct snap_task *t = NULL;
	struct task_order o;

	if (order_tasks(&o, v, s))
		return NULL;
	if (o.n)
		t = &s->tasks[o.index[0]];
	order_free(&o);
	return t;
}

void draw_task(struct grid *g, struct view *v, const struct view_data *d)
{
	const struct snapshot *s = d->now;
	const struct snap_task *t = snapshot_task(s, v->selected);
	unsigned int row = BODY_TOP, end = body_end(g), last = end - row - 16;

	if (!t && v->selected) {
		grid_put(g, row, 1, STYLE_WARN,
			 "task #%llu has ended; Esc goes back to the list",
			 (unsigned long long)v->selected);
		return;
	}
	if (!t)
		t = first_task(v, s);
	if (!t) {
		grid_put(g, row, 1, STYLE_WARN, "there is no task");
		return;
	}
	v->selected = t->id;
	row = draw_who(g, row, s, t);
	row = draw_law(g, row, t);
	row = draw_wakers(g, row, t);
	row = draw_last(g, row, last < TASK_LAST ? last : TASK_LAST, t) + 1;
	/* Taller is no better from some size on. */
	if (end - row > 16)
		end = row + 16;
	chart_hist(g, row, 1, end - row, "polls", t->poll_hist, t->max_poll);
	chart_hist(g, row, 41, end - row, "waits for a worker", t->delay_hist,
		   t->max_delay);
}
EXPORT_SYMBOL(draw_task);

MODULE(onetask, "one task: its life, its polls, its wakers", NULL, NULL);

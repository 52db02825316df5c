/* Given: the list of tasks. */
#include <stdio.h>
#include <string.h>

#include "screens.h"

#include "kit/module.h"

/* Columns in the order in which they find room; the one that is sorted by comes
 * before all of them. */
static const enum task_column wanted[] = {
	COLUMN_ID,    COLUMN_STATE, COLUMN_WHAT,  COLUMN_WHERE,
	COLUMN_BUSY,  COLUMN_SCHED, COLUMN_P95,	  COLUMN_POLLS,
	COLUMN_TOTAL, COLUMN_DELAY, COLUMN_WAKES, COLUMN_IDLE,
};

/** The place has at least so many columns. */
#define WHERE_MIN 14

static unsigned int width_of(enum task_column c)
{
	return task_column_info[c].width ? task_column_info[c].width
					 : WHERE_MIN;
}

/* Which columns are shown; those that are get their widths. */
static void choose_columns(const struct grid *g, const struct view *v,
			   unsigned int width[COLUMN_NR])
{
	unsigned int left = g->width, i;

	memset(width, 0, COLUMN_NR * sizeof(*width));
	width[v->sort] = width_of(v->sort);
	left -= width[v->sort] + 1;
	for (i = 0; i < ARRAY_SIZE(wanted); i++) {
		enum task_column c = wanted[i];

		if (width[c] || width_of(c) + 1 > left)
			continue;
		width[c] = width_of(c);
		left -= width[c] + 1;
	}
	if (width[COLUMN_WHERE])
		width[COLUMN_WHERE] += left;
}

static bool is_left(enum task_column c)
{
	return c == COLUMN_STATE || c == COLUMN_WHAT || c == COLUMN_WHERE;
}

static void draw_heads(struct grid *g, unsigned int row, const struct view *v,
		       const unsigned int width[COLUMN_NR])
{
	unsigned int c, col = 0;

	draw_title(g, row, "");
	for (c = 0; c < COLUMN_NR; c++) {
		int w = (int)width[c];

		if (!w)
			continue;
		grid_put(g, row, col, c == v->sort ? STYLE_CURSOR : STYLE_TITLE,
			 "%*s", is_left(c) ? -w : w, task_column_info[c].title);
		col += width[c] + 1;
	}
}

/* The cells of a task; in a tree, its future stands below that of its parent. */
static void draw_line(struct grid *g, unsigned int row,
		      const struct snapshot *s, const struct snap_task *t,
		      unsigned int depth, const unsigned int width[COLUMN_NR])
{
	unsigned int c, col = 0;
	char buf[24], cell[VIEW_MAX_WIDTH + 1];
	/* So much of it that something of the future can still be seen. */
	int indent = (int)(depth < 5 ? depth : 5) * 2;

	for (c = 0; c < COLUMN_NR; c++) {
		enum view_style style = STYLE_PLAIN;
		int w = (int)width[c];

		if (!w)
			continue;
		snprintf(cell, sizeof(cell), "%s%s",
			 c == COLUMN_WHAT && depth ? "`-" : "",
			 task_cell(c, t, s, buf));
		if (c == COLUMN_STATE)
			style = state_style(t->state);
		if (c == COLUMN_WHAT && depth)
			grid_put(g, row, col + (unsigned int)indent - 2, style,
				 "%.*s", w - indent + 2, cell);
		else
			grid_put(g, row, col, style, "%*.*s",
				 is_left(c) ? -w : w, w, cell);
		col += width[c] + 1;
	}
}

/* Where the cursor is: on the task that it was on, if it is still listed. */
static void find_cursor(struct view *v, const struct snapshot *s,
			const struct task_order *o)
{
	size_t i;

	for (i = 0; v->selected && i < o->n; i++) {
		if (s->tasks[o->index[i]].id != v->selected)
			continue;
		v->line = (unsigned int)i;
		break;
	}
	/* The next one with the text, around the end. */
	for (i = 1; v->find && v->search[0] && i <= o->n; i++) {
		size_t k = (v->line + i) % o->n;

		if (!task_matches(&s->tasks[o->index[k]], s, v->search))
			continue;
		v->line = (unsigned int)k;
		return;
	}
	if (v->find && v->search[0])
		snprintf(v->note, sizeof(v->note), "no task has \"%.40s\"",
			 v->search);
}

static void draw_summary(struct grid *g, const struct view *v,
			 const struct snapshot *s, const struct task_order *o)
{
	unsigned int col;

	col = grid_put(g, BODY_TOP, 1, STYLE_PLAIN,
		       "%zu of %zu tasks, by %s%s%s", o->n, s->nr_tasks,
		       task_column_info[v->sort].title,
		       v->inverted ? ", inverted" : "",
		       v->tree ? ", below who spawned them" : "");
	if (v->filter[0])
		col = grid_put(g, BODY_TOP, col, STYLE_WARN, "  filter: %s",
			       v->filter);
	if (s->torn || s->lost[REGION_TASKS])
		grid_put(g, BODY_TOP, col, STYLE_WARN,
			 "  (%llu torn, %llu found no room)",
			 (unsigned long long)s->torn,
			 (unsigned long long)s->lost[REGION_TASKS]);
}

void draw_tasks(struct grid *g, struct view *v, const struct view_data *d)
{
	const struct snapshot *s = d->now;
	unsigned int width[COLUMN_NR], rows = body_end(g) - BODY_TOP - 2, i;
	struct task_order o;

	if (order_tasks(&o, v, s)) {
		grid_put(g, BODY_TOP, 1, STYLE_ERROR, "no memory for the list");
		return;
	}
	find_cursor(v, s, &o);
	list_move(v, o.n, rows);
	v->selected = o.n ? s->tasks[o.index[v->line]].id : 0;
	choose_columns(g, v, width);
	draw_summary(g, v, s, &o);
	draw_heads(g, BODY_TOP + 1, v, width);
	for (i = 0; i < rows && v->first + i < o.n; i++) {
		unsigned int row = BODY_TOP + 2 + i;
		size_t k = v->first + i;

		draw_line(g, row, s, &s->tasks[o.index[k]], o.depth[k], width);
		if (k == v->line)
			grid_style(g, row, 0, g->width, STYLE_CURSOR);
	}
	order_free(&o);
}
EXPORT_SYMBOL(draw_tasks);

MODULE(tasks, "the list of tasks", NULL, NULL);

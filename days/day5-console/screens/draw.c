/* Given: the head and the foot of a screen, and which screen it is. */
#include <stdio.h>
#include <string.h>

#include "screens.h"

#include "kit/module.h"

const char *const view_screen_name[VIEW_SCREENS] = {
	[VIEW_OVERVIEW] = "overview", [VIEW_TASKS] = "tasks",
	[VIEW_TASK] = "task",	      [VIEW_RESOURCES] = "resources",
	[VIEW_PLACES] = "places",     [VIEW_WARNINGS] = "warnings",
	[VIEW_HELP] = "help",
};

static void (*const draw_body[VIEW_SCREENS])(struct grid *, struct view *,
					     const struct view_data *) = {
	[VIEW_OVERVIEW] = draw_overview, [VIEW_TASKS] = draw_tasks,
	[VIEW_TASK] = draw_task,	 [VIEW_RESOURCES] = draw_resources,
	[VIEW_PLACES] = draw_places,	 [VIEW_WARNINGS] = draw_warnings,
	[VIEW_HELP] = draw_help,
};

void list_move(struct view *v, size_t n, unsigned int rows)
{
	size_t last = n ? n - 1 : 0;
	long long line = (long long)v->line + v->move;

	v->move = 0;
	if (line < 0)
		line = 0;
	v->line = (size_t)line < last ? (unsigned int)line : (unsigned int)last;
	if (!rows)
		rows = 1;
	if (v->first > v->line)
		v->first = v->line;
	if (v->line - v->first >= rows)
		v->first = v->line - rows + 1;
	/* No empty rows at the end while there are lines before. */
	if (n <= rows)
		v->first = 0;
	else if (v->first > n - rows)
		v->first = (unsigned int)(n - rows);
}
EXPORT_SYMBOL(list_move);

void draw_title(struct grid *g, unsigned int row, const char *text)
{
	if (row >= body_end(g))
		return;
	grid_put(g, row, 0, STYLE_TITLE, "%-*s", (int)g->width, text);
}
EXPORT_SYMBOL(draw_title);

/* Program, runtime, age, window; at the right the time of day, and whether it
 * goes on. */
static void draw_head(struct grid *g, const struct view *v,
		      const struct view_data *d)
{
	static const char *const state[] = { [READER_LIVE] = "live",
					     [READER_DEAD] = "ended",
					     [READER_FROZEN] = "recorded" };
	const struct snapshot *s = d->now;
	uint64_t day = s->wall / 1000000000 % 86400;
	unsigned int col;
	char up[8], window[8], right[40];

	grid_put(g, 0, 0, STYLE_TITLE, "%*s", (int)g->width, "");
	col = grid_put(g, 0, 0, STYLE_TITLE, " %s %d", s->program, s->pid);
	if (v->runtime < s->nr_runtimes) {
		col = grid_put(g, 0, col, STYLE_TITLE, "  %s",
			       s->runtimes[v->runtime].name);
		if (s->nr_runtimes > 1)
			col = grid_put(g, 0, col, STYLE_TITLE, " (%u of %u)",
				       v->runtime + 1, s->nr_runtimes);
	}
	col = grid_put(g, 0, col, STYLE_TITLE, "  up %s",
		       text_ns(s->uptime, up));
	if (d->before)
		grid_put(g, 0, col, STYLE_TITLE, "  window %s",
			 text_ns(s->now - d->before->now, window));
	else
		grid_put(g, 0, col, STYLE_TITLE, "  since it began");
	snprintf(right, sizeof(right), "%s %02u:%02u:%02uZ ",
		 v->paused ? "PAUSED" : state[s->state],
		 (unsigned int)(day / 3600), (unsigned int)(day / 60 % 60),
		 (unsigned int)(day % 60));
	grid_put(g, 0, g->width - (unsigned int)strlen(right), STYLE_TITLE,
		 "%s", right);
	if (v->paused)
		grid_style(g, 0, g->width - (unsigned int)strlen(right), 6,
			   STYLE_WARN);
}

static void draw_tabs(struct grid *g, const struct view *v,
		      const struct view_data *d)
{
	unsigned int col = 0, i, from;

	for (i = 0; i < VIEW_SCREENS; i++) {
		from = col;
		col = grid_put(g, 1, col,
			       i == v->screen ? STYLE_CURSOR : STYLE_DIM,
			       " %u %c%s ", i + 1, view_screen_name[i][0] - 32,
			       view_screen_name[i] + 1);
		if (i != VIEW_WARNINGS || !d->findings || !d->findings->n)
			continue;
		col = grid_put(g, 1, col - 1, STYLE_WARN, "(%zu) ",
			       d->findings->n);
		grid_style(g, 1, from, col - from,
			   i == v->screen ? STYLE_CURSOR : STYLE_WARN);
	}
}

/* htop's keys, where it has one; those that do nothing here are left out. */
static void draw_foot(struct grid *g, const struct view *v)
{
	static const char list[] = "F1 Help F3 Search F4 Filter F5 Tree F6 < > "
				   "Sort I Invert Enter Task q Quit";
	static const char other[] = "F1 Help  Tab Screen  Up/Down Move  Space "
				    "Pause  [ ] Step  r Runtime  q Quit";
	static const char back[] = "F1 Help  Esc Back  Tab Screen  Space Pause"
				   "  [ ] Step  q Quit";
	const char *text = other;
	unsigned int row = g->height - 1;

	if (v->screen == VIEW_TASKS)
		text = list;
	else if (v->screen == VIEW_TASK || v->screen == VIEW_HELP)
		text = back;
	grid_put(g, row, 0, STYLE_TITLE, "%*s", (int)g->width, "");
	if (v->note[0])
		grid_put(g, row, 1, STYLE_WARN, "%s", v->note);
	else
		grid_put(g, row, 1, STYLE_TITLE, "%s", text);
}

void view_draw(struct grid *g, struct view *v, const struct view_data *d)
{
	if (g->width > VIEW_MAX_WIDTH)
		g->width = VIEW_MAX_WIDTH;
	if (g->height > VIEW_MAX_HEIGHT)
		g->height = VIEW_MAX_HEIGHT;
	grid_clear(g);
	if (g->width < VIEW_MIN_WIDTH || g->height < VIEW_MIN_HEIGHT) {
		grid_put(g, 0, 0, STYLE_BOLD, "%ux%u is too small: %ux%u",
			 g->width, g->height, VIEW_MIN_WIDTH, VIEW_MIN_HEIGHT);
		return;
	}
	if (v->runtime >= d->now->nr_runtimes)
		v->runtime = 0;
	draw_body[v->screen](g, v, d);
	v->move = 0;
	v->find = false;
	draw_head(g, v, d);
	draw_tabs(g, v, d);
	draw_foot(g, v);
}
EXPORT_SYMBOL(view_draw);

static uint32_t as_32(uint64_t n)
{
	return n < UINT32_MAX ? (uint32_t)n : UINT32_MAX;
}

void view_remember(struct view *v, const struct snapshot *s)
{
	const struct snap_runtime *rt = NULL;
	uint64_t queued = 0;
	unsigned int i, at;

	if (v->nr_history == VIEW_HISTORY) {
		size_t bytes = (VIEW_HISTORY - 1) * sizeof(v->alive[0]);

		memmove(v->injection, v->injection + 1, bytes);
		memmove(v->queued, v->queued + 1, bytes);
		memmove(v->alive, v->alive + 1, bytes);
		v->nr_history--;
	}
	at = v->nr_history++;
	if (v->runtime < s->nr_runtimes)
		rt = &s->runtimes[v->runtime];
	for (i = 0; rt && i < rt->nr_workers; i++)
		queued += s->workers[rt->first + i].depth +
			  s->workers[rt->first + i].slot_used;
	v->injection[at] = rt ? as_32(rt->injection) : 0;
	v->queued[at] = as_32(queued);
	v->alive[at] = rt ? as_32(rt->alive) : 0;
}
EXPORT_SYMBOL(view_remember);

MODULE(draw, "the head and the foot of a screen", NULL, NULL);

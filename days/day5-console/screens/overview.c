/* Given: the overview: workers, queues, and what is in the way. */
#include <stdio.h>
#include <string.h>

#include "screens.h"

#include "kit/module.h"

/* What the foot of the overview needs, whatever the number of workers. */
#define ROWS_BELOW 11

static const struct snap_runtime *runtime_of(const struct view *v,
					     const struct snapshot *s)
{
	return v->runtime < s->nr_runtimes ? &s->runtimes[v->runtime] : NULL;
}

static unsigned int draw_workers(struct grid *g, struct view *v,
				 const struct view_data *d,
				 const struct snap_runtime *rt)
{
	unsigned int row = BODY_TOP + 1, end = body_end(g), rows, i;

	draw_title(g, row++,
		   " W STATE  SINCE #poll +search .park POLLS/S BUSY    Q "
		   "STEAL  PARK    MEAN INSIDE");
	rows = end - row > ROWS_BELOW + 4 ? end - row - ROWS_BELOW : 4;
	if (rows > rt->nr_workers)
		rows = rt->nr_workers;
	/* There is no cursor: what moves is the first line. */
	v->line = v->first;
	list_move(v, rt->nr_workers - rows + 1, 1);
	for (i = 0; i < rows; i++)
		view_worker_row(g, row++, d, rt->first + v->first + i);
	if (rows < rt->nr_workers)
		grid_put(g, BODY_TOP, g->width - 22, STYLE_DIM,
			 "workers %u to %u of %u", v->first,
			 v->first + rows - 1, rt->nr_workers);
	return row;
}

static unsigned int draw_spark(struct grid *g, unsigned int row,
			       const char *name, uint64_t now,
			       const uint32_t *v, unsigned int nr)
{
	unsigned int width = VIEW_HISTORY;
	char text[8];
	uint32_t max;

	if (width > g->width - 34)
		width = g->width - 34;
	grid_put(g, row, 1, STYLE_PLAIN, "%-15s %5s", name,
		 text_count(now, text));
	max = chart_spark(g, row, 23, width, v, nr);
	grid_put(g, row, 24 + width, STYLE_DIM, "max %s",
		 text_count(max, text));
	return row + 1;
}

static unsigned int draw_queues(struct grid *g, unsigned int row,
				const struct view *v, const struct snapshot *s,
				const struct snap_runtime *rt)
{
	uint64_t queued = 0;
	unsigned int i;

	for (i = 0; i < rt->nr_workers; i++)
		queued += s->workers[rt->first + i].depth +
			  s->workers[rt->first + i].slot_used;
	row = draw_spark(g, row, "injection queue", rt->injection, v->injection,
			 v->nr_history);
	row = draw_spark(g, row, "in the rings", queued, v->queued,
			 v->nr_history);
	return draw_spark(g, row, "tasks alive", rt->alive, v->alive,
			  v->nr_history);
}

/* The sum of a rate over the workers, as text. */
static const char *sum_of(const struct view_data *d,
			  const struct snap_runtime *rt, enum metric m,
			  char buf[8])
{
	double sum = 0;
	unsigned int i;

	for (i = 0; i < rt->nr_workers; i++)
		sum += d->rates[rt->first + i].rate[m];
	return text_count(sum < 1e18 ? (uint64_t)(sum + 0.5) : UINT64_MAX, buf);
}

static unsigned int draw_counts(struct grid *g, unsigned int row,
				const struct view_data *d,
				const struct snap_runtime *rt)
{
	const struct snapshot *s = d->now;
	char a[8], b[8], c[8], e[8], f[8];
	uint64_t open =
		s->io_added > s->io_removed ? s->io_added - s->io_removed : 0;

	grid_put(
		g, row, 1, STYLE_PLAIN,
		"tasks  %s spawned, %s ended, %s/s new, %s wakes/s, %s polls/s",
		text_count(rt->spawned, a), text_count(rt->ended, b),
		sum_of(d, rt, METRIC_SPAWNS, c), sum_of(d, rt, METRIC_WAKES, e),
		sum_of(d, rt, METRIC_POLLS, f));
	grid_put(g, row + 1, 1,
		 s->pool_queued && !s->pool_idle ? STYLE_WARN : STYLE_PLAIN,
		 "pool   %u threads, %u idle, %s jobs waiting, %s done",
		 s->pool_threads, s->pool_idle, text_count(s->pool_queued, a),
		 text_count(s->pool_jobs, b));
	grid_put(g, row + 2, 1, STYLE_PLAIN,
		 "I/O    %s descriptors (%s added, %s removed), %s ready/s, %s "
		 "timers/s",
		 text_count(open, a), text_count(s->io_added, b),
		 text_count(s->io_removed, c),
		 sum_of(d, rt, METRIC_IO_READY, e),
		 sum_of(d, rt, METRIC_TIMERS, f));
	return row + 3;
}

/* The worker that is inside the longest poll that is shorter than @below. */
static const struct snap_worker *next_longest(const struct snapshot *s,
					      const struct snap_runtime *rt,
					      const struct snap_worker *last)
{
	const struct snap_worker *best = NULL;
	unsigned int i;

	for (i = 0; i < rt->nr_workers; i++) {
		const struct snap_worker *w = &s->workers[rt->first + i];

		if (w->state != WORKER_POLLING || w->is_torn)
			continue;
		if (last && (w->since < last->since ||
			     (w->since == last->since && w <= last)))
			continue;
		if (!best || w->since < best->since)
			best = w;
	}
	return best;
}

static unsigned int draw_polls(struct grid *g, unsigned int row,
			       unsigned int end, const struct snapshot *s,
			       const struct snap_runtime *rt)
{
	const struct snap_worker *w = next_longest(s, rt, NULL);
	char ns[8], task[128];
	unsigned int col;

	if (!w || row + 1 >= end)
		return row;
	draw_title(g, row++, " INSIDE A POLL, longest first");
	for (; w && row < end; w = next_longest(s, rt, w)) {
		uint64_t held = s->now > w->since ? s->now - w->since : 0;

		grid_put(g, row, 0, STYLE_PLAIN, "%2u %7s ", w->index,
			 text_ns(held, ns));
		if (held >= 10 * 1000000)
			grid_style(g, row, 3, 7, STYLE_ERROR);
		else if (held >= 1000000)
			grid_style(g, row, 3, 7, STYLE_WARN);
		col = grid_put(g, row, 11, STYLE_PLAIN, "%s, poll %llu",
			       text_task(s, w->task, task, sizeof(task)),
			       (unsigned long long)w->poll);
		if (w->span)
			col = grid_put(g, row, col, STYLE_PLAIN, ", in %s",
				       s->spans[w->span - 1].name);
		grid_put(g, row++, col, STYLE_DIM, ", thread %d", w->tid);
	}
	return row;
}

static void draw_worst(struct grid *g, unsigned int row, unsigned int end,
		       const struct view_data *d)
{
	const struct findings *f = d->findings;
	char text[512];
	size_t i;

	if (!f || !f->n || row + 1 >= end)
		return;
	draw_title(g, row++, " WARNINGS, worst first");
	for (i = 0; i < f->n && row < end; i++)
		row = chart_text(g, row, end, 1,
				 f->list[i].level >= LINT_ERROR ? STYLE_ERROR
								: STYLE_WARN,
				 explain_finding(&f->list[i], d->now, text,
						 sizeof(text)));
}

void draw_overview(struct grid *g, struct view *v, const struct view_data *d)
{
	static const char *const flavour[] = { "one thread", "stepped",
					       "threads" };
	const struct snapshot *s = d->now;
	const struct snap_runtime *rt = runtime_of(v, s);
	unsigned int row, end = body_end(g);

	if (!rt) {
		grid_put(g, BODY_TOP + 1, 1, STYLE_WARN,
			 "no runtime yet: it is shown when a worker of it has "
			 "its first event");
		return;
	}
	grid_put(g, BODY_TOP, 1, STYLE_BOLD, "%s: %u worker%s (%s)%s", rt->name,
		 rt->nr_workers, rt->nr_workers == 1 ? "" : "s",
		 rt->flavour < ARRAY_SIZE(flavour) ? flavour[rt->flavour] : "?",
		 rt->is_running ? "" : ", has ended");
	row = draw_workers(g, v, d, rt);
	row = draw_queues(g, row, v, s, rt);
	row = draw_counts(g, row, d, rt);
	/* Half of what is left, if there are findings, too. */
	row = draw_polls(g, row,
			 d->findings && d->findings->n ? row + (end - row) / 2
						       : end,
			 s, rt);
	draw_worst(g, row, end, d);
}
EXPORT_SYMBOL(draw_overview);

MODULE(overview, "workers, queues, and what is in the way", NULL, NULL);

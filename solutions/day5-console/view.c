/*
 * A worker as a line of a screen.
 */
#include "view.h"

#include "kit/module.h"
#include "kit/todo.h"

/* TODO 6 (12 points): one worker as a line: what it does, for how long, and
 * what it did with the time of the window. What you need besides the function
 * goes here. Hint: README#todo-6
 */

/* What each state is called, and how it looks; by enum worker_state. */
static const struct look {
	const char *name;
	char cell;
	enum view_style style;
} looks[] = {
	[WORKER_UNKNOWN] = { "?", '-', STYLE_DIM },
	[WORKER_POLLING] = { "poll", '#', STYLE_POLL },
	[WORKER_SEARCHING] = { "srch", '+', STYLE_SEARCH },
	[WORKER_PARKED] = { "park", '.', STYLE_PARKED },
	[WORKER_GONE] = { "gone", '-', STYLE_DIM },
};

/* For how long the state has been @state when @w was read; 0: it is another. */
static uint64_t in_progress(const struct snap_worker *w,
			    enum worker_state state)
{
	if (w->is_torn || w->state != state || w->reading.now <= w->since)
		return 0;
	return w->reading.now - w->since;
}

/* The time of the window that the worker spent in @state, which is counted by
 * @m, but only when it ends. */
static uint64_t time_in(const struct view_data *d, unsigned int worker,
			enum worker_state state, enum metric m)
{
	uint64_t ns = d->rates[worker].delta[m], before = 0;

	/* Of a poll, metrics_rates() has seen to this. */
	if (m == METRIC_BUSY)
		return ns;
	ns += in_progress(&d->now->workers[worker], state);
	if (d->before && worker < d->before->nr_workers)
		before = in_progress(&d->before->workers[worker], state);
	return ns > before ? ns - before : 0;
}

#define BAR_CELLS 20

static void draw_bar(struct grid *g, unsigned int row, unsigned int col,
		     const struct view_data *d, unsigned int worker)
{
	uint64_t share[] = {
		time_in(d, worker, WORKER_POLLING, METRIC_BUSY),
		time_in(d, worker, WORKER_SEARCHING, METRIC_SEARCH),
		time_in(d, worker, WORKER_PARKED, METRIC_PARKED),
	};
	unsigned int cells[ARRAY_SIZE(share)] = {}, left = BAR_CELLS, most = 0;
	unsigned __int128 sum = 0;
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(share); i++) {
		sum += share[i];
		if (share[i] > share[most])
			most = i;
	}
	for (i = 0; sum && i < ARRAY_SIZE(share); i++) {
		cells[i] = (unsigned int)((unsigned __int128)BAR_CELLS *
					  share[i] / sum);
		left -= cells[i];
	}
	cells[most] += left;
	for (i = 0; i < ARRAY_SIZE(share); i++) {
		const struct look *l =
			&looks[sum ? i + WORKER_POLLING : WORKER_UNKNOWN];

		while (cells[i]--)
			col = grid_put(g, row, col, l->style, "%c", l->cell);
	}
}

/* To the nearest. What does not fit was never true: counters of no worker. */
static uint64_t rounded(double v)
{
	return v < 1e18 ? (uint64_t)(v + 0.5) : UINT64_MAX;
}

static void draw_numbers(struct grid *g, unsigned int row, unsigned int col,
			 const struct snap_worker *w,
			 const struct metrics_rates *r)
{
	uint64_t busy = rounded(100 * r->rate[METRIC_BUSY]);
	char a[8], b[8], c[8], e[8], f[8];

	grid_put(g, row, col, STYLE_PLAIN, " %5s %3u%% %4s %5s %5s %7s",
		 text_count(rounded(r->rate[METRIC_POLLS]), a),
		 (unsigned int)(busy < 100 ? busy : 100),
		 text_count(w->depth + w->slot_used, b),
		 text_count(rounded(r->rate[METRIC_STEALS]), c),
		 text_count(rounded(r->rate[METRIC_PARKS]), e),
		 text_ns(w->mean_poll, f));
}
/* END */

void view_worker_row(struct grid *g, unsigned int row,
		     const struct view_data *d, unsigned int worker)
{
	/* TODO 6, second half (see above): here.
	 */
	const struct snap_worker *w = &d->now->workers[worker];
	const struct look *l = &looks[w->is_torn ? WORKER_UNKNOWN : w->state];
	char since[8] = "-";

	if (!w->is_torn && w->state != WORKER_UNKNOWN)
		text_ns(in_progress(w, w->state), since);
	grid_put(g, row, 0, STYLE_PLAIN, "%2u", w->index);
	grid_put(g, row, 3, l->style, "%-4s", w->is_torn ? "torn" : l->name);
	grid_put(g, row, 8, STYLE_PLAIN, "%7s", since);
	draw_bar(g, row, 16, d, worker);
	draw_numbers(g, row, 36, w, &d->rates[worker]);
	if (w->is_torn || w->state != WORKER_POLLING)
		return;
	grid_put(g, row, 73, STYLE_PLAIN, "#%llu %s %s tid %d",
		 (unsigned long long)w->task, d->now->places[w->place].what,
		 text_where(d->now->places[w->place].where), w->tid);
	/* STUB: TODO(6, ); */
	/* END */
}
EXPORT_SYMBOL(view_worker_row);

MODULE(view, "a worker as a line of a screen", NULL, NULL);

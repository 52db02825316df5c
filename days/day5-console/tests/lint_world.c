/**
 * @file lint_world.c
 * A world in two snapshots, made by hand.
 */
#include "lint_world.h"

#include <stdio.h>
#include <string.h>

#include "test/test.h"

static void share(struct world *w)
{
	unsigned int i;

	for (i = 0; i < 2; i++) {
		struct snapshot *s = &w->at[i];

		s->runtimes = w->runtimes[i];
		s->workers = w->workers[i];
		s->tasks = w->tasks[i];
		s->places = w->places;
		s->nr_places = PLACES;
		s->resources = w->resources[i];
	}
}

static void place_is(struct world *w, enum world_place place, const char *what,
		     const char *where)
{
	snprintf(w->places[place].what, sizeof(w->places[place].what), "%s",
		 what);
	snprintf(w->places[place].where, sizeof(w->places[place].where), "%s",
		 where);
}

/* Workers of the newest runtime, parked. */
static void add_workers(struct world *w, unsigned int n)
{
	unsigned int i, k, rt = w->at[1].nr_runtimes - 1;

	for (i = 0; i < 2; i++) {
		struct snapshot *s = &w->at[i];

		s->runtimes[rt].first = s->nr_workers;
		s->runtimes[rt].nr_workers = n;
		s->runtimes[rt].is_running = true;
		for (k = 0; k < n; k++, s->nr_workers++) {
			struct snap_worker *worker = &s->workers[s->nr_workers];

			worker->runtime = rt;
			worker->index = k;
			worker->state = WORKER_PARKED;
			worker->since = s->now - MS;
			worker->tid = 1000 + (int)s->nr_workers;
			worker->reading.now = s->now;
			hist_init(&worker->polls);
			hist_init(&worker->delays);
		}
	}
}

void world_init(struct world *w, unsigned int workers)
{
	unsigned int i;

	lint_free(&w->found);
	memset(w, 0, sizeof(*w));
	w->p = lint_defaults;
	share(w);
	for (i = 0; i < 2; i++) {
		w->at[i].id = 4711;
		w->at[i].state = READER_FROZEN;
		w->at[i].now = (100 + i) * SECOND;
		w->at[i].nr_runtimes = 1;
		strcpy(w->at[i].runtimes[0].name, "web");
	}
	place_is(w, PLACE_NONE, "?", "?");
	place_is(w, PLACE_DB, "db", "server.c:60");
	place_is(w, PLACE_THUMBNAIL, "thumbnail", "server.c:88");
	place_is(w, PLACE_CONN, "conn", "server.c:31");
	add_workers(w, workers);
	for (i = 0; i < workers; i++)
		world_busy(w, i, 20);
}

void world_window_is(struct world *w, uint64_t ns)
{
	unsigned int i;

	w->at[0].now = w->at[1].now - ns;
	for (i = 0; i < w->at[0].nr_workers; i++)
		w->workers[0][i].reading.now = w->at[0].now;
}

unsigned int world_runtime(struct world *w, const char *name)
{
	unsigned int i, rt = w->at[1].nr_runtimes;

	for (i = 0; i < 2; i++) {
		w->at[i].nr_runtimes++;
		strcpy(w->at[i].runtimes[rt].name, name);
	}
	add_workers(w, 1);
	world_busy(w, w->at[1].nr_workers - 1, 20);
	return rt;
}

struct snap_task *world_task(struct world *w, enum world_place place)
{
	unsigned int i;

	for (i = 0; i < 2; i++) {
		struct snapshot *s = &w->at[i];
		struct snap_task *t = &s->tasks[s->nr_tasks];

		t->id = ++s->nr_tasks;
		t->state = TASK_WAITING;
		t->wait = TP_WAIT_IO;
		t->since = s->now - 10 * MS;
		t->place = place;
		t->created = 50 * SECOND;
		t->total = s->now - t->created;
		t->polls = 1000 + 200 * i;
		t->busy = 20 * MS + i * 4 * MS;
		t->idle = t->total - t->busy;
		t->wakes = t->polls;
		t->clones = t->polls + 1;
		t->drops = t->polls;
		t->max_poll = 60000;
		t->max_delay = 50000;
		t->worker = 1;
	}
	return &w->tasks[1][w->at[1].nr_tasks - 1];
}

struct snap_task *world_old(struct world *w, const struct snap_task *t)
{
	return &w->tasks[0][t - w->tasks[1]];
}

/* One more in the queue of @where, in snapshot @i. */
static void queue(struct world *w, unsigned int i, struct snap_task *t,
		  enum task_state where)
{
	struct snap_runtime *rt = &w->runtimes[i][t->runtime];

	if (where == TASK_INJECTED)
		rt->injection++;
	else if (where == TASK_IN_RING)
		w->workers[i][rt->first].depth++;
	else
		w->workers[i][rt->first].slot_used = true;
}

void world_schedule(struct world *w, struct snap_task *t, enum task_state where,
		    uint64_t ns)
{
	t->state = where;
	t->since = w->at[1].now - ns;
	t->wait = 0;
	queue(w, 1, t, where);
}

void world_queue(struct world *w, unsigned int n, uint64_t ns)
{
	unsigned int i;

	for (i = 0; i < n; i++) {
		struct snap_task *t = world_task(w, PLACE_CONN);
		enum task_state where = i % 2 ? TASK_IN_RING : TASK_INJECTED;

		world_schedule(w, t, where, ns);
		*world_old(w, t) = *t;
		world_old(w, t)->polls -= 10;
		world_old(w, t)->since = w->at[0].now - ns;
		queue(w, 0, t, where);
	}
}

void world_polls(struct world *w, unsigned int worker, struct snap_task *t,
		 uint64_t ns)
{
	struct snap_worker *k = &w->workers[1][worker];

	k->state = WORKER_POLLING;
	k->since = w->at[1].now - ns;
	k->task = t->id;
	k->place = t->place;
	k->poll = ++t->polls;
	k->reading.running_since = k->since;
	t->state = TASK_POLLED;
	t->since = k->since;
	t->wait = 0;
	t->worker = worker + 1;
	t->busy += ns;
	if (ns > t->max_poll)
		t->max_poll = ns;
}

void world_waits(struct world *w, struct snap_task *t, enum tp_wait kind,
		 uint64_t what, uint64_t ns)
{
	struct snap_task *old = world_old(w, t);

	t->state = TASK_WAITING;
	t->wait = kind;
	t->wait_for = what;
	t->since = w->at[1].now - ns;
	if (t->since < w->at[0].now)
		*old = *t;
}

void world_busy(struct world *w, unsigned int worker, unsigned int percent)
{
	uint64_t ns = w->at[1].now - w->at[0].now;
	struct metrics_reading *r = &w->workers[1][worker].reading;
	struct metrics_rates *rates = &w->rates[worker];

	memcpy(r->v, w->workers[0][worker].reading.v, sizeof(r->v));
	r->v[METRIC_BUSY] += ns / 100 * percent;
	/* Of 20 us each. */
	r->v[METRIC_POLLS] += ns / 100 * percent / 20000;
	if (percent < 100) {
		r->v[METRIC_PARKS] += 100 - percent;
		r->v[METRIC_PARKED] += ns / 100 * (100 - percent);
	}
	rates->ns = ns;
	rates->delta[METRIC_BUSY] = ns / 100 * percent;
	rates->rate[METRIC_BUSY] = percent / 100.0;
}

struct snap_resource *world_resource(struct world *w, enum tp_res_kind kind,
				     const char *name)
{
	unsigned int i;

	for (i = 0; i < 2; i++) {
		struct snapshot *s = &w->at[i];
		struct snap_resource *r = &s->resources[s->nr_resources++];

		r->id = s->nr_resources;
		r->kind = kind;
		snprintf(r->name, sizeof(r->name), "%s", name);
		strcpy(r->where, "server.c:12");
	}
	return &w->resources[1][w->at[1].nr_resources - 1];
}

struct snap_resource *world_old_resource(struct world *w,
					 const struct snap_resource *r)
{
	return &w->resources[0][r - w->resources[1]];
}

struct lint_window world_window(struct world *w)
{
	return (struct lint_window){ .before = &w->at[0],
				     .now = &w->at[1],
				     .p = &w->p,
				     .rates = w->rates,
				     .out = &w->found };
}

void world_run(struct world *w)
{
	EXPECT_ERR(lint_run(&w->found, &w->at[0], &w->at[1], &w->p), 0,
		   "the rules can be applied");
}

const struct finding *world_found(const struct world *w, enum lint_rule rule)
{
	size_t i;

	for (i = 0; i < w->found.n; i++)
		if (w->found.list[i].rule == rule)
			return &w->found.list[i];
	return NULL;
}

const char *world_said(const struct world *w)
{
	static char text[256];
	size_t i, len = 0;

	text[0] = '\0';
	for (i = 0; i < w->found.n && len < sizeof(text); i++)
		len += (size_t)snprintf(text + len, sizeof(text) - len, "%s%s",
					i ? ", " : "",
					lint_info[w->found.list[i].rule].name);
	return text;
}

/* Given: a snapshot as JSON: the head, runtimes, workers, their history. */
#include <string.h>

#include "json.h"

#include "worker.h"

void json_n(json_t *o, const char *key, uint64_t n)
{
	json_object_set_new_nocheck(
		o, key,
		json_integer(n > INT64_MAX ? INT64_MAX : (json_int_t)n));
}

void json_s(json_t *o, const char *key, const char *s)
{
	json_object_set_new_nocheck(o, key, json_string(s));
}

void json_b(json_t *o, const char *key, bool b)
{
	json_object_set_new_nocheck(o, key, json_boolean(b));
}

json_t *json_add(json_t *o, const char *key, json_t *v)
{
	json_object_set_new_nocheck(o, key, v);
	return v;
}

json_t *json_push(json_t *list, json_t *v)
{
	json_array_append_new(list, v);
	return v;
}

void json_place(json_t *o, const struct snapshot *s, unsigned int nr)
{
	json_n(o, "place", nr);
	json_s(o, "what", nr < s->nr_places ? s->places[nr].what : "?");
	json_s(o, "where", nr < s->nr_places ? s->places[nr].where : "?");
}

/* The head ----------------------------------------------------------------- */

json_t *json_head(const struct feed *f)
{
	static const char *const part[REGION_PARTS] = {
		"runtimes",  "workers", "tasks",  "places",
		"resources", "spans",	"events",
	};
	json_t *o = json_object(), *lost;
	char id[20];
	unsigned int i;

	/* A name, not a number: JavaScript's have 53 bits. */
	snprintf(id, sizeof(id), "%016llx", (unsigned long long)f->now->id);
	json_n(o, "snapshot_id", f->nr);
	json_n(o, "now_ns", f->now->now);
	json_n(o, "wall_ns", f->now->wall);
	json_n(o, "window_ns", feed_window(f));
	json_s(o, "state", feed_state_name(f));
	json_n(o, "pid", (uint64_t)f->now->pid);
	json_s(o, "region", id);
	lost = json_add(o, "lost", json_object());
	for (i = 0; i < REGION_PARTS; i++)
		json_n(lost, part[i], f->now->lost[i]);
	json_n(lost, "torn_tasks", f->now->torn);
	return o;
}

/* Runtimes ----------------------------------------------------------------- */

static const char *flavour_name(unsigned int flavour)
{
	static const char *const name[] = { [SCHED_CURRENT] = "current_thread",
					    [SCHED_STEPPED] = "stepped",
					    [SCHED_THREADS] = "multi_thread" };

	return flavour < ARRAY_SIZE(name) ? name[flavour] : "unknown";
}

static json_t *one_runtime(const struct snapshot *s, unsigned int nr)
{
	const struct snap_runtime *rt = &s->runtimes[nr];
	json_t *o = json_object();
	uint64_t queued = 0;
	unsigned int i;

	for (i = rt->first; i < rt->first + rt->nr_workers; i++)
		queued += s->workers[i].depth + s->workers[i].slot_used;
	json_n(o, "runtime", nr + 1);
	json_s(o, "name", rt->name);
	json_b(o, "running", rt->is_running);
	json_s(o, "flavour", flavour_name(rt->flavour));
	json_n(o, "workers", rt->nr_workers);
	json_n(o, "alive", rt->alive);
	json_n(o, "injection", rt->injection);
	json_n(o, "queued", queued);
	json_n(o, "spawned", rt->spawned);
	json_n(o, "ended", rt->ended);
	json_n(o, "remote_schedules", rt->remote);
	json_n(o, "outside_wakes", rt->wakes);
	return o;
}

static void add_tasks_by_state(json_t *o, const struct snapshot *s)
{
	uint64_t n[TASK_ENDED + 1] = {};
	unsigned int i;
	size_t k;

	for (k = 0; k < s->nr_tasks; k++)
		if (s->tasks[k].state <= TASK_ENDED)
			n[s->tasks[k].state]++;
	o = json_add(o, "tasks", json_object());
	json_n(o, "total", s->nr_tasks);
	for (i = TASK_IN_SLOT; i <= TASK_ENDED; i++)
		json_n(o, json_state(i), n[i]);
}

json_t *json_runtime(const struct feed *f)
{
	static const char *const level[] = { "off", "counters", "hists",
					     "trace" };
	const struct snapshot *s = f->now;
	json_t *o = json_head(f), *list, *pool, *io;
	unsigned int i;

	json_s(o, "program", s->program);
	json_s(o, "level",
	       s->level < ARRAY_SIZE(level) ? level[s->level] : "unknown");
	json_n(o, "uptime_ns", s->uptime);
	json_n(o, "interval_ns", f->interval * 1000000ull);
	json_n(o, "warnings", f->findings->n);
	list = json_add(o, "runtimes", json_array());
	for (i = 0; i < s->nr_runtimes; i++)
		json_push(list, one_runtime(s, i));
	add_tasks_by_state(o, s);
	pool = json_add(o, "blocking_pool", json_object());
	json_n(pool, "threads", s->pool_threads);
	json_n(pool, "idle", s->pool_idle);
	json_n(pool, "queued", s->pool_queued);
	json_n(pool, "jobs", s->pool_jobs);
	io = json_add(o, "io", json_object());
	json_n(io, "registered", s->io_added);
	json_n(io, "deregistered", s->io_removed);
	return o;
}

/* Workers ------------------------------------------------------------------ */

static const char *worker_state_name(enum worker_state state)
{
	static const char *const name[] = { "unknown", "polling", "searching",
					    "parked", "gone" };

	return name[state <= WORKER_GONE ? state : WORKER_UNKNOWN];
}

/* The counters under their names; times end in _ns. */
static json_t *counters(const uint64_t v[METRIC_NR])
{
	json_t *o = json_object();
	char key[64];
	unsigned int i;

	for (i = 0; i < METRIC_NR; i++) {
		snprintf(key, sizeof(key), "%s%s%s", metric_info[i].name,
			 metric_info[i].unit[0] ? "_" : "",
			 metric_info[i].unit);
		json_n(o, key, v[i]);
	}
	return o;
}

static void add_window(json_t *o, const struct feed *f, unsigned int nr)
{
	struct feed_shares s = feed_shares(f, nr);
	bool has_before = f->before && nr < f->before->nr_workers;
	struct metrics_rates r;

	metrics_rates(has_before ? &f->before->workers[nr].reading : NULL,
		      &f->now->workers[nr].reading, &r);
	o = json_add(o, "window", json_object());
	json_n(o, "ns", feed_window(f));
	json_n(o, "polling_ns", s.polling);
	json_n(o, "searching_ns", s.searching);
	json_n(o, "parked_ns", s.parked);
	json_add(o, "counters", counters(r.delta));
}

static json_t *one_worker(const struct feed *f, unsigned int nr)
{
	const struct snapshot *s = f->now;
	const struct snap_worker *w = &s->workers[nr];
	json_t *o = json_object();

	json_n(o, "worker", nr + 1);
	json_n(o, "runtime", w->runtime + 1);
	json_n(o, "index", w->index);
	json_s(o, "state", worker_state_name(w->state));
	json_b(o, "torn", w->is_torn);
	json_n(o, "since_ns", w->since);
	json_n(o, "for_ns",
	       w->since && s->now > w->since ? s->now - w->since : 0);
	json_n(o, "tid", (uint64_t)w->tid);
	json_n(o, "depth", w->depth);
	json_b(o, "slot_used", w->slot_used);
	json_n(o, "mean_poll_ns", w->mean_poll);
	if (w->state == WORKER_POLLING) {
		json_n(o, "task", w->task);
		json_n(o, "poll", w->poll);
		json_place(o, s, w->place);
		if (w->span)
			json_s(o, "span", s->spans[w->span - 1].name);
	}
	json_add(o, "counters", counters(w->reading.v));
	add_window(o, f, nr);
	return o;
}

json_t *json_workers(const struct feed *f)
{
	json_t *o = json_head(f), *list;
	unsigned int i;

	list = json_add(o, "workers", json_array());
	for (i = 0; i < f->now->nr_workers; i++)
		json_push(list, one_worker(f, i));
	return o;
}

/* History ------------------------------------------------------------------ */

json_t *json_history(const struct feed *f)
{
	json_t *o = json_head(f), *list, *p, *all, *w;
	uint64_t i;
	unsigned int k, j;

	list = json_add(o, "points", json_array());
	i = f->nr_points > FEED_POINTS ? f->nr_points - FEED_POINTS : 0;
	for (; i < f->nr_points; i++) {
		const struct feed_point *from = &f->point[i % FEED_POINTS];

		p = json_push(list, json_object());
		json_n(p, "at_ns", from->at);
		json_n(p, "injection", from->injection);
		json_n(p, "queued", from->queued);
		json_n(p, "alive", from->alive);
		all = json_add(p, "percent", json_array());
		for (k = 0; k < from->nr; k++) {
			w = json_push(all, json_array());
			for (j = 0; j < 3; j++)
				json_push(w, json_integer(from->percent[k][j]));
		}
	}
	return o;
}

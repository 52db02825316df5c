/* Given: who waits for whom, as JSON. */
#include "json.h"

#include "kit/alloc.h"

/* More arrows than this are counted only. */
#define EDGES 10000

static void add_edge(json_t *edges, const struct snapshot *s,
		     const struct snap_task *t)
{
	const struct snap_resource *r = NULL;
	json_t *o = json_push(edges, json_object());
	const struct snap_task *to = lint_waits_for(s, t);

	json_n(o, "task", t->id);
	json_s(o, "what", s->places[t->place].what);
	json_s(o, "kind", json_wait(t->wait));
	json_n(o, "for_ns", s->now > t->since ? s->now - t->since : 0);
	if (t->wait != TP_WAIT_JOIN) {
		json_n(o, "resource", t->wait_for);
		r = snapshot_resource(s, t->wait_for);
	}
	if (r)
		json_s(o, "name", r->name);
	if (to)
		json_n(o, "for_task", to->id);
}

/*
 * Each task waits for one task at most. So from any task the way leads on
 * until it ends, or comes to where it was before: walk each way once, and put
 * the number of the walk on every task. To come to a task of this walk is to
 * have found a circle.
 */
static void add_circles(json_t *circles, const struct snapshot *s, size_t *walk)
{
	const struct snap_task *t, *at;
	json_t *circle;
	size_t i;

	for (i = 0; i < s->nr_tasks; i++) {
		for (t = &s->tasks[i]; t && !walk[t - s->tasks];
		     t = lint_waits_for(s, t))
			walk[t - s->tasks] = i + 1;
		if (!t || walk[t - s->tasks] != i + 1)
			continue;
		circle = json_push(circles, json_array());
		at = t;
		do {
			json_push(circle, json_integer((json_int_t)at->id));
			at = lint_waits_for(s, at);
		} while (at && at != t);
	}
}

json_t *json_waits(const struct feed *f)
{
	const struct snapshot *s = f->now;
	uint64_t n[TP_WAIT_OTHER + 1] = {};
	size_t *walk = kit_zalloc(s->nr_tasks * sizeof(*walk)), i;
	json_t *o, *edges, *counts;

	if (!walk)
		return NULL;
	o = json_head(f);
	edges = json_add(o, "edges", json_array());
	for (i = 0; i < s->nr_tasks; i++) {
		const struct snap_task *t = &s->tasks[i];

		if (t->state != TASK_WAITING)
			continue;
		n[t->wait <= TP_WAIT_OTHER ? t->wait : 0]++;
		if (t->wait_for && json_array_size(edges) < EDGES)
			add_edge(edges, s, t);
	}
	counts = json_add(o, "waiting", json_object());
	for (i = 0; i <= TP_WAIT_OTHER; i++)
		json_n(counts, json_wait((unsigned int)i), n[i]);
	add_circles(json_add(o, "circles", json_array()), s, walk);
	kit_free(walk);
	return o;
}

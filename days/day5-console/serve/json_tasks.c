/* Given: tasks as JSON: a list that is sorted and cut, and a single one. */
#define _GNU_SOURCE /* strcasestr() */
#include <stdlib.h>
#include <string.h>

#include "json.h"

#include "kit/alloc.h"

/* Words -------------------------------------------------------------------- */

static const char *const state_name[] = {
	[TASK_UNUSED] = "unused",  [TASK_IN_SLOT] = "slot",
	[TASK_IN_RING] = "ring",   [TASK_INJECTED] = "injected",
	[TASK_POLLED] = "polling", [TASK_WAITING] = "waiting",
	[TASK_ENDED] = "ended",
};

const char *json_state(unsigned int state)
{
	return state < ARRAY_SIZE(state_name) ? state_name[state] : "unknown";
}

unsigned int json_states(const char *name)
{
	const unsigned int scheduled =
		1u << TASK_IN_SLOT | 1u << TASK_IN_RING | 1u << TASK_INJECTED;
	unsigned int i;

	if (!strcmp(name, "all"))
		return ~0u;
	if (!strcmp(name, "scheduled"))
		return scheduled;
	if (!strcmp(name, "alive"))
		return scheduled | 1u << TASK_POLLED | 1u << TASK_WAITING;
	for (i = TASK_IN_SLOT; i < ARRAY_SIZE(state_name); i++)
		if (!strcmp(name, state_name[i]))
			return 1u << i;
	return 0;
}

const char *json_wait(unsigned int wait)
{
	static const char *const name[] = {
		[0] = "unknown",
		[TP_WAIT_JOIN] = "join",
		[TP_WAIT_TIMER] = "timer",
		[TP_WAIT_IO] = "io",
		[TP_WAIT_BLOCKING] = "blocking",
		[TP_WAIT_SEND] = "send",
		[TP_WAIT_RECV] = "recv",
		[TP_WAIT_LOCK] = "lock",
		[TP_WAIT_OTHER] = "other",
	};

	return name[wait < ARRAY_SIZE(name) ? wait : 0];
}

/* Columns ------------------------------------------------------------------ */

/* What a list can be sorted by, the first one is the default. */
#define COLUMNS(X)                                                     \
	X(total, t->total)                                             \
	X(id, t->id)                                                   \
	X(busy, t->busy)                                               \
	X(sched, t->sched + t->first)                                  \
	X(idle, t->idle)                                               \
	X(polls, t->polls)                                             \
	X(wakes, t->wakes)                                             \
	X(max_poll, t->max_poll)                                       \
	X(max_delay, t->max_delay)                                     \
	X(poll_p95, task_quantile(t->poll_hist, t->max_poll, 0.95))    \
	X(delay_p95, task_quantile(t->delay_hist, t->max_delay, 0.95)) \
	X(since, t->since)                                             \
	X(state, t->state)                                             \
	X(place, t->place)

enum column {
#define X(name, value) COLUMN_##name,
	COLUMNS(X)
#undef X
};

int json_sort(const char *name)
{
	static const char *const names[] = {
#define X(name, value) #name,
		COLUMNS(X)
#undef X
	};
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(names); i++)
		if (!strcmp(name, names[i]))
			return (int)i;
	return -1;
}

static uint64_t column_of(const struct snap_task *t, enum column column)
{
	switch (column) {
#define X(name, value)      \
	case COLUMN_##name: \
		return value;
		COLUMNS(X)
#undef X
	}
	return 0;
}

/* A task, and what it is sorted by. */
struct ranked {
	uint64_t key;
	const struct snap_task *t;
};

static int compare_ranked(const void *a, const void *b)
{
	const struct ranked *x = a, *y = b;

	if (x->key != y->key)
		return x->key < y->key ? 1 : -1;
	return (x->t->id > y->t->id) - (x->t->id < y->t->id);
}

/* One task ----------------------------------------------------------------- */

static void add_wait(json_t *o, const struct snap_task *t)
{
	json_t *w;

	if (t->state != TASK_WAITING)
		return;
	w = json_add(o, "waits_for", json_object());
	json_s(w, "kind", json_wait(t->wait));
	if (t->wait == TP_WAIT_IO)
		json_n(w, "fd", t->wait_detail);
	if (t->wait == TP_WAIT_JOIN)
		json_n(w, "task", t->wait_for);
	if (t->wait >= TP_WAIT_SEND && t->wait <= TP_WAIT_LOCK)
		json_n(w, "resource", t->wait_for);
}

static json_t *fill_task(json_t *o, const struct snapshot *s,
			 const struct snap_task *t)
{
	json_n(o, "id", t->id);
	json_s(o, "state", json_state(t->state));
	json_n(o, "since_ns", t->since);
	json_n(o, "for_ns", s->now > t->since ? s->now - t->since : 0);
	json_n(o, "runtime", t->runtime + 1);
	json_n(o, "worker", t->worker);
	json_n(o, "parent", t->parent);
	json_place(o, s, t->place);
	json_n(o, "created_ns", t->created);
	json_n(o, "total_ns", t->total);
	json_n(o, "first_poll_delay_ns", t->first);
	json_n(o, "polls", t->polls);
	json_n(o, "busy_ns", t->busy);
	json_n(o, "sched_ns", t->sched);
	json_n(o, "idle_ns", t->idle);
	json_n(o, "wakes", t->wakes);
	json_n(o, "self_wakes", t->self_wakes);
	json_n(o, "waker_clones", t->clones);
	json_n(o, "waker_drops", t->drops);
	json_n(o, "max_poll_ns", t->max_poll);
	json_n(o, "max_delay_ns", t->max_delay);
	json_n(o, "poll_p95_ns",
	       task_quantile(t->poll_hist, t->max_poll, 0.95));
	json_n(o, "delay_p95_ns",
	       task_quantile(t->delay_hist, t->max_delay, 0.95));
	add_wait(o, t);
	return o;
}

/* A list of doublings, from the first that holds something to the last. */
static void add_buckets(json_t *o, const char *key,
			const uint32_t n[TASK_BUCKETS], uint64_t max)
{
	json_t *list = json_add(o, key, json_array()), *b;
	unsigned int i;

	for (i = 0; i < TASK_BUCKETS; i++) {
		bool is_last = i == TASK_BUCKETS - 1;

		if (!n[i])
			continue;
		b = json_push(list, json_object());
		json_n(b, "from_ns", i ? 1ull << i : 0);
		json_n(b, "to_ns", is_last ? max : (2ull << i) - 1);
		json_n(b, "count", n[i]);
	}
}

static void add_quantiles(json_t *o, const char *name,
			  const uint32_t n[TASK_BUCKETS], uint64_t max)
{
	static const struct {
		const char *name;
		double q;
	} want[] = { { "p50", .5 }, { "p90", .9 }, { "p99", .99 } };
	char key[40];
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(want); i++) {
		snprintf(key, sizeof(key), "%s_%s_ns", name, want[i].name);
		json_n(o, key, task_quantile(n, max, want[i].q));
	}
}

/* Enough for a screen. */
#define CHILDREN 100

json_t *json_task(const struct feed *f, const struct snap_task *t)
{
	json_t *head = json_head(f), *o, *list, *p;
	unsigned int i;
	size_t k;

	o = fill_task(json_add(head, "task", json_object()), f->now, t);
	add_quantiles(o, "poll", t->poll_hist, t->max_poll);
	add_quantiles(o, "delay", t->delay_hist, t->max_delay);
	add_buckets(o, "poll_histogram", t->poll_hist, t->max_poll);
	add_buckets(o, "delay_histogram", t->delay_hist, t->max_delay);
	list = json_add(o, "last_polls", json_array());
	for (i = 0; i < t->nr_last; i++) {
		p = json_push(list, json_object());
		json_n(p, "poll",
		       t->polls - (t->state == TASK_POLLED) - t->nr_last + i +
			       1);
		json_n(p, "poll_ns", t->last[i] & UINT32_MAX);
		json_n(p, "delay_ns", t->last[i] >> 32);
	}
	list = json_add(o, "children", json_array());
	for (k = 0; k < f->now->nr_tasks; k++)
		if (f->now->tasks[k].parent == t->id &&
		    json_array_size(list) < CHILDREN)
			json_push(list,
				  json_integer(
					  (json_int_t)f->now->tasks[k].id));
	return head;
}

/* The list ----------------------------------------------------------------- */

static bool matches(const struct snapshot *s, const struct snap_task *t,
		    const struct json_tasks_query *q)
{
	char id[24];

	if (!(q->states >> t->state & 1))
		return false;
	if (!q->filter || !q->filter[0])
		return true;
	snprintf(id, sizeof(id), "%llu", (unsigned long long)t->id);
	return strcasestr(s->places[t->place].what, q->filter) ||
	       strcasestr(s->places[t->place].where, q->filter) ||
	       strstr(id, q->filter);
}

json_t *json_tasks(const struct feed *f, const struct json_tasks_query *q)
{
	const struct snapshot *s = f->now;
	struct ranked *all = kit_alloc(s->nr_tasks * sizeof(*all));
	json_t *o, *list;
	size_t i, n = 0;

	if (!all)
		return NULL;
	for (i = 0; i < s->nr_tasks; i++) {
		const struct snap_task *t = &s->tasks[i];
		uint64_t key = column_of(t, q->sort);

		if (matches(s, t, q))
			all[n++] = (struct ranked){ q->is_smallest ? ~key : key,
						    t };
	}
	qsort(all, n, sizeof(*all), compare_ranked);
	o = json_head(f);
	json_n(o, "total", s->nr_tasks);
	json_n(o, "matching", n);
	list = json_add(o, "tasks", json_array());
	for (i = 0; i < n && i < q->limit; i++)
		json_push(list, fill_task(json_object(), s, all[i].t));
	kit_free(all);
	return o;
}

/* Given: events to lanes, slices, tasks and arrows. */
#include <stdio.h>
#include <string.h>

#include "timeline.h"

#include "kit/alloc.h"
#include "kit/err.h"
#include "kit/module.h"

/* While a timeline is made: what is not over yet. */
struct build {
	struct timeline *tl;
	const struct timeline_name *names;
	size_t nr_names;
	unsigned int *hash;  /* tag to its latest task + 1; 0: free */
	unsigned int mask;   /* slots of ->hash less one */
	unsigned int *wake;  /* per task: item of the wake that counts */
	uint64_t *queued;    /* per task: since when it waits + 1; 0: no */
	unsigned int *open;  /* per ring: the innermost open slice */
	unsigned int *outer; /* per item: the slice around it */
	unsigned int nr_rings;
};

static unsigned int *hash_slot(struct build *b, uint32_t tag)
{
	unsigned int i = tag * 2654435769u & b->mask;

	while (b->hash[i] && b->tl->tasks[b->hash[i] - 1].tag != tag)
		i = (i + 1) & b->mask;
	return &b->hash[i];
}

static unsigned int task_add(struct build *b, uint32_t tag, size_t i)
{
	struct timeline *tl = b->tl;
	struct timeline_task *t = &tl->tasks[tl->nr_tasks];

	t->tag = tag;
	t->first = i;
	t->begin = t->end = tl->events[i].time;
	t->polls = 0;
	snprintf(t->name, sizeof(t->name), "T%u", tl->nr_tasks + 1);
	b->wake[tl->nr_tasks] = TIMELINE_NONE;
	b->queued[tl->nr_tasks] = 0;
	*hash_slot(b, tag) = tl->nr_tasks + 1;
	return tl->nr_tasks++;
}

static unsigned int task_find(struct build *b, uint32_t tag, size_t i)
{
	unsigned int *slot;

	if (!tag)
		return TIMELINE_NONE;
	slot = hash_slot(b, tag);
	return *slot ? *slot - 1 : task_add(b, tag, i);
}

static unsigned int lane_of(struct build *b, unsigned int ring,
			    unsigned int worker)
{
	struct timeline *tl = b->tl;
	unsigned int i;

	for (i = 0; i < tl->nr_lanes; i++)
		if (tl->lanes[i].ring == ring && tl->lanes[i].worker == worker)
			return i;
	tl->lanes[i].ring = ring;
	tl->lanes[i].worker = worker;
	tl->nr_lanes++;
	return i;
}

/* Which worker does an event name? */
static unsigned int worker_of(const struct trace_event *e)
{
	switch (e->ev) {
	case TP_POLL_BEGIN:
	case TP_PARK:
	case TP_RESUME:
		return e->arg;
	case TP_STEAL:
		return tp_steal_thief(e->arg);
	default:
		return TIMELINE_NONE;
	}
}

/*
 * The lane of an event that names no worker: that of the slice around it, else
 * that of the thread's one worker. A thread that moves many workers by hand is
 * outside of all when it polls nothing.
 */
static unsigned int lane_around(struct build *b, unsigned int ring)
{
	struct timeline *tl = b->tl;
	unsigned int i, found = 0, lane = 0;

	if (b->open[ring] != TIMELINE_NONE)
		return tl->items[b->open[ring]].lane;
	for (i = 0; i < tl->nr_lanes; i++)
		if (tl->lanes[i].ring == ring &&
		    tl->lanes[i].worker != TIMELINE_NONE) {
			found++;
			lane = i;
		}
	return found == 1 ? lane : lane_of(b, ring, TIMELINE_NONE);
}

static struct timeline_item *item_add(struct build *b, enum timeline_kind kind,
				      size_t i, unsigned int lane)
{
	struct timeline *tl = b->tl;
	const struct trace_event *e = &tl->events[i];
	struct timeline_item *item = &tl->items[tl->nr_items++];

	*item = (struct timeline_item){
		.flow = TIMELINE_NONE,
		.kind = kind,
		.ev = e->ev,
		.lane = lane,
		.task = tl->task_of[i],
		.by = tl->by_of[i],
		.arg = e->arg,
		.begin = e->time,
		.end = e->time,
		.first = i,
		.last = i,
	};
	return item;
}

static void slice_open(struct build *b, enum timeline_kind kind, size_t i,
		       unsigned int lane)
{
	unsigned int ring = b->tl->events[i].ring;

	item_add(b, kind, i, lane);
	b->outer[b->tl->nr_items - 1] = b->open[ring];
	b->open[ring] = b->tl->nr_items - 1;
}

static void span_add(struct build *b, unsigned int task, bool is_poll,
		     uint64_t begin, uint64_t end)
{
	b->tl->spans[b->tl->nr_spans++] =
		(struct timeline_span){ task, is_poll, begin, end };
}

/* Close the innermost slice at event @i, or at the end of the trace. */
static void slice_close(struct build *b, unsigned int ring, size_t i)
{
	struct timeline *tl = b->tl;
	struct timeline_item *item = &tl->items[b->open[ring]];

	item->last = i;
	item->end = i < tl->nr_events ? tl->events[i].time : tl->end;
	item->is_cut |= i == tl->nr_events;
	if (item->kind == TIMELINE_POLL && item->task != TIMELINE_NONE)
		span_add(b, item->task, true, item->begin, item->end);
	b->open[ring] = b->outer[b->open[ring]];
}

static bool is_open(struct build *b, unsigned int ring, enum timeline_kind kind)
{
	return b->open[ring] != TIMELINE_NONE &&
	       b->tl->items[b->open[ring]].kind == kind;
}

static void poll_begin(struct build *b, size_t i, unsigned int lane)
{
	struct timeline *tl = b->tl;
	const struct trace_event *e = &tl->events[i];
	unsigned int t = tl->task_of[i];

	if (is_open(b, e->ring, TIMELINE_PARK))
		slice_close(b, e->ring, i);
	slice_open(b, TIMELINE_POLL, i, lane);
	if (t == TIMELINE_NONE)
		return;
	tl->tasks[t].polls++;
	if (b->wake[t] != TIMELINE_NONE) {
		tl->items[b->wake[t]].flow = tl->nr_flows;
		tl->flows[tl->nr_flows++] =
			(struct timeline_flow){ b->wake[t], tl->nr_items - 1 };
	}
	b->wake[t] = TIMELINE_NONE;
	if (b->queued[t])
		span_add(b, t, false, b->queued[t] - 1, e->time);
	b->queued[t] = 0;
}

/* The end of a poll, or of a blocking job, whose begin may be lost. */
static void slice_end(struct build *b, enum timeline_kind kind, size_t i)
{
	struct timeline *tl = b->tl;
	const struct trace_event *e = &tl->events[i];
	struct timeline_item *item;

	if (is_open(b, e->ring, TIMELINE_PARK))
		slice_close(b, e->ring, i);
	if (!is_open(b, e->ring, kind)) {
		/* The first of its ring: all before it is lost. */
		slice_open(b, kind, i, lane_around(b, e->ring));
		item = &tl->items[b->open[e->ring]];
		item->begin = tl->begin;
		item->is_cut = true;
	}
	item = &tl->items[b->open[e->ring]];
	if (kind == TIMELINE_POLL)
		item->arg = e->arg;
	slice_close(b, e->ring, i);
}

/* An event that is a moment. */
static void mark(struct build *b, size_t i, unsigned int lane)
{
	struct timeline *tl = b->tl;
	const struct trace_event *e = &tl->events[i];
	unsigned int t = tl->task_of[i];

	item_add(b, TIMELINE_MARK, i, lane);
	if (t == TIMELINE_NONE)
		return;
	/* The first wake since the poll is the one that counts. */
	if (e->ev == TP_WAKE && b->wake[t] == TIMELINE_NONE)
		b->wake[t] = tl->nr_items - 1;
	/* So is the first queue. */
	if (e->ev == TP_SCHEDULE && !b->queued[t])
		b->queued[t] = e->time + 1;
	if (e->ev == TP_DROP && b->queued[t]) {
		span_add(b, t, false, b->queued[t] - 1, e->time);
		b->queued[t] = 0;
	}
}

static void event_add(struct build *b, size_t i)
{
	struct timeline *tl = b->tl;
	const struct trace_event *e = &tl->events[i];
	unsigned int worker = worker_of(e);
	unsigned int lane = worker != TIMELINE_NONE
				    ? lane_of(b, e->ring, worker)
				    : lane_around(b, e->ring);

	switch (e->ev) {
	case TP_POLL_BEGIN:
		poll_begin(b, i, lane);
		break;
	case TP_POLL_END:
		slice_end(b, TIMELINE_POLL, i);
		break;
	case TP_PARK:
		if (is_open(b, e->ring, TIMELINE_PARK))
			slice_close(b, e->ring, i);
		slice_open(b, TIMELINE_PARK, i, lane);
		break;
	case TP_RESUME:
		if (is_open(b, e->ring, TIMELINE_PARK))
			slice_close(b, e->ring, i);
		break;
	case TP_BLOCKING_BEGIN:
		slice_open(b, TIMELINE_BLOCK, i, lane);
		break;
	case TP_BLOCKING_END:
		slice_end(b, TIMELINE_BLOCK, i);
		break;
	default:
		mark(b, i, lane);
		break;
	}
}

/* Whom an event is about, and who did it. */
static void event_tasks(struct build *b, size_t i)
{
	struct timeline *tl = b->tl;
	const struct trace_event *e = &tl->events[i];
	unsigned int by = TIMELINE_NONE, task;

	if (tp_arg_is_task(e->ev))
		by = task_find(b, e->arg, i);
	if (!tp_who_is_task(e->ev))
		task = TIMELINE_NONE;
	else if (e->ev == TP_SPAWN)
		task = task_add(b, e->task, i);
	else
		task = task_find(b, e->task, i);
	tl->task_of[i] = task;
	tl->by_of[i] = by;
	if (task != TIMELINE_NONE && e->ev != TP_JOIN && e->ev != TP_WAKE)
		tl->tasks[task].end = e->time;
}

/* Each name goes to the task that had the tag when it was given. */
static void give_names(struct build *b)
{
	struct timeline *tl = b->tl;
	size_t k;
	unsigned int i, best;

	for (k = 0; k < b->nr_names; k++) {
		best = TIMELINE_NONE;
		for (i = 0; i < tl->nr_tasks; i++)
			if (tl->tasks[i].tag == b->names[k].tag &&
			    (best == TIMELINE_NONE ||
			     tl->tasks[i].first < b->names[k].at))
				best = i;
		if (best != TIMELINE_NONE)
			snprintf(tl->tasks[best].name,
				 sizeof(tl->tasks[best].name), "%s",
				 b->names[k].name);
	}
}

/* "worker 1"; with its thread where two schedulers have one. */
static void name_lanes(struct timeline *tl)
{
	unsigned int i, k;

	for (i = 0; i < tl->nr_lanes; i++) {
		struct timeline_lane *l = &tl->lanes[i];
		bool is_alone = true;

		for (k = 0; k < tl->nr_lanes; k++)
			if (k != i && tl->lanes[k].worker == l->worker)
				is_alone = false;
		if (l->worker == TIMELINE_NONE)
			snprintf(l->name, sizeof(l->name), "thread %u",
				 l->ring);
		else if (is_alone)
			snprintf(l->name, sizeof(l->name), "worker %u",
				 l->worker);
		else
			snprintf(l->name, sizeof(l->name),
				 "worker %u (thread %u)", l->worker, l->ring);
	}
}

static int build_alloc(struct build *b, size_t n)
{
	struct timeline *tl = b->tl;
	size_t slots = 16;

	while (slots < 4 * n)
		slots *= 2;
	b->mask = (unsigned int)(slots - 1);
	b->hash = kit_zalloc(slots * sizeof(*b->hash));
	/* An event can name two tasks that were not seen before. */
	b->wake = kit_alloc(2 * n * sizeof(*b->wake));
	b->queued = kit_alloc(2 * n * sizeof(*b->queued));
	b->outer = kit_alloc(n * sizeof(*b->outer));
	b->open = kit_alloc(b->nr_rings * sizeof(*b->open));
	tl->tasks = kit_alloc(2 * n * sizeof(*tl->tasks));
	tl->lanes = kit_alloc((n + b->nr_rings) * sizeof(*tl->lanes));
	tl->items = kit_alloc(n * sizeof(*tl->items));
	tl->spans = kit_alloc(2 * n * sizeof(*tl->spans));
	tl->flows = kit_alloc(n * sizeof(*tl->flows));
	tl->task_of = kit_alloc(n * sizeof(*tl->task_of));
	tl->by_of = kit_alloc(n * sizeof(*tl->by_of));
	return b->hash && b->wake && b->queued && b->outer && b->open &&
			       tl->tasks && tl->lanes && tl->items &&
			       tl->spans && tl->flows && tl->task_of &&
			       tl->by_of
		       ? 0
		       : -ENOMEM;
}

static void build_free(struct build *b)
{
	kit_free(b->hash);
	kit_free(b->wake);
	kit_free(b->queued);
	kit_free(b->outer);
	kit_free(b->open);
}

static void build_run(struct build *b)
{
	struct timeline *tl = b->tl;
	unsigned int ring, task;
	size_t i;

	for (ring = 0; ring < b->nr_rings; ring++)
		b->open[ring] = TIMELINE_NONE;
	/* Lanes first: where an event belongs depends on all of its ring. */
	for (i = 0; i < tl->nr_events; i++)
		if (worker_of(&tl->events[i]) != TIMELINE_NONE)
			lane_of(b, tl->events[i].ring,
				worker_of(&tl->events[i]));
	for (i = 0; i < tl->nr_events; i++) {
		event_tasks(b, i);
		event_add(b, i);
	}
	for (ring = 0; ring < b->nr_rings; ring++)
		while (b->open[ring] != TIMELINE_NONE)
			slice_close(b, ring, tl->nr_events);
	for (task = 0; task < tl->nr_tasks; task++)
		if (b->queued[task])
			span_add(b, task, false, b->queued[task] - 1, tl->end);
	give_names(b);
	name_lanes(tl);
}

int timeline_init(struct timeline *tl, const struct trace_event *events,
		  size_t n, uint64_t lost, const struct timeline_name *names,
		  size_t nr_names)
{
	struct build b = { .tl = tl, .names = names, .nr_names = nr_names };
	size_t i;
	int err;

	*tl = (struct timeline){ .events = events,
				 .nr_events = n,
				 .lost = lost };
	b.nr_rings = 1;
	for (i = 0; i < n; i++) {
		if (events[i].ev >= TP_NR || events[i].ring > 65535)
			return -EINVAL;
		if (events[i].ring >= b.nr_rings)
			b.nr_rings = events[i].ring + 1;
	}
	if (n) {
		tl->begin = events[0].time;
		tl->end = events[n - 1].time;
	}
	err = build_alloc(&b, n ? n : 1);
	if (err)
		timeline_fini(tl);
	else
		build_run(&b);
	build_free(&b);
	return err;
}
EXPORT_SYMBOL(timeline_init);

void timeline_fini(struct timeline *tl)
{
	kit_free(tl->tasks);
	kit_free(tl->lanes);
	kit_free(tl->items);
	kit_free(tl->spans);
	kit_free(tl->flows);
	kit_free(tl->task_of);
	kit_free(tl->by_of);
	memset(tl, 0, sizeof(*tl));
}
EXPORT_SYMBOL(timeline_fini);

MODULE(timeline, "events to lanes, slices, tasks and arrows", NULL, NULL);

/* Given: places, resources and spans, out of a region. */
#include <stdlib.h>
#include <string.h>

#include "snap.h"

#include "kit/module.h"

void snap_places(struct snapshot *s, const struct reader *src)
{
	unsigned int i;

	strcpy(s->places[0].what, "?");
	strcpy(s->places[0].where, "?");
	for (i = 1; i < s->nr_places; i++) {
		const struct region_place *r =
			snap_entry(src, REGION_PLACES, i - 1);
		struct snap_place *p = &s->places[i];

		snap_name(p->what, r->what, sizeof(p->what));
		snap_name(p->where, r->where, sizeof(p->where));
		p->spawned = snap_get(&r->spawned);
		p->ended = snap_get(&r->ended);
		p->cancelled = snap_get(&r->cancelled);
		p->polls = snap_get(&r->polls);
		p->busy = snap_get(&r->busy);
		p->sched = snap_get(&r->sched);
		p->max_poll = snap_get(&r->max_poll);
	}
}
EXPORT_SYMBOL(snap_places);

/* What the tasks that are there add to their places. */
void snap_places_add(struct snapshot *s)
{
	size_t i;

	for (i = 0; i < s->nr_tasks; i++) {
		const struct snap_task *t = &s->tasks[i];
		struct snap_place *p = &s->places[t->place];

		if (t->max_poll > p->max_poll)
			p->max_poll = t->max_poll;
		if (t->state == TASK_ENDED)
			continue;
		p->alive++;
		p->polls += t->polls;
		p->busy += t->busy;
		p->sched += t->sched + t->first;
	}
}
EXPORT_SYMBOL(snap_places_add);

static int compare_resources(const void *a, const void *b)
{
	const struct snap_resource *x = a, *y = b;

	return (x->id > y->id) - (x->id < y->id);
}

/* False: there is none, or it goes from one to the next just now. */
static bool read_resource(struct snap_resource *to,
			  const struct region_resource *r)
{
	/* acquire: pairs with resource_new(); names are whole. */
	uint64_t kind = atomic_load_explicit(&r->kind, memory_order_acquire);

	if (!kind)
		return false;
	memset(to, 0, sizeof(*to));
	to->kind = kind < TP_RES_OTHER ? (unsigned int)kind : TP_RES_OTHER;
	to->id = snap_get(&r->id);
	snap_name(to->name, r->name, sizeof(to->name));
	snap_name(to->where, r->where, sizeof(to->where));
	to->depth = snap_get(&r->depth);
	to->max = snap_get(&r->max);
	to->sent = snap_get(&r->sent);
	to->taken = snap_get(&r->taken);
	to->waits = snap_get(&r->waits);
	to->waited = snap_get(&r->waited);
	to->held = snap_get(&r->held);
	to->max_held = snap_get(&r->max_held);
	to->holder = snap_get(&r->holder);
	to->since = snap_get(&r->since);
	return snap_get(&r->id) == to->id && snap_get(&r->kind) == kind;
}

void snap_resources(struct snapshot *s, const struct reader *src,
		    unsigned int nr)
{
	unsigned int i, n = 0;

	for (i = 0; i < nr; i++)
		n += read_resource(&s->resources[n],
				   snap_entry(src, REGION_RESOURCES, i));
	s->nr_resources = n;
	qsort(s->resources, n, sizeof(*s->resources), compare_resources);
}
EXPORT_SYMBOL(snap_resources);

void snap_spans(struct snapshot *s, const struct reader *src)
{
	unsigned int i;

	for (i = 0; i < s->nr_spans; i++) {
		const struct region_span *r = snap_entry(src, REGION_SPANS, i);
		struct snap_span *to = &s->spans[i];

		snap_name(to->name, r->name, sizeof(to->name));
		snap_name(to->where, r->where, sizeof(to->where));
		to->calls = snap_get(&r->calls);
		to->ns = snap_get(&r->ns);
		to->max = snap_get(&r->max);
		to->allocs = snap_get(&r->allocs);
		to->bytes = snap_get(&r->bytes);
	}
}
EXPORT_SYMBOL(snap_spans);

const struct snap_resource *snapshot_resource(const struct snapshot *s,
					      uint64_t id)
{
	struct snap_resource key = { .id = id };

	if (!s->nr_resources)
		return NULL;
	return bsearch(&key, s->resources, s->nr_resources, sizeof(key),
		       compare_resources);
}
EXPORT_SYMBOL(snapshot_resource);

void snap_resources_up_to(struct snapshot *s)
{
	size_t i;

	for (i = 0; i < s->nr_resources; i++) {
		struct snap_resource *r = &s->resources[i];
		uint64_t ns = r->holder ? snap_since(r->since, s->now) : 0;

		if (r->since > s->now)
			r->since = s->now;
		r->held += ns;
		if (ns > r->max_held)
			r->max_held = ns;
	}
	for (i = 0; i < s->nr_tasks; i++) {
		const struct snap_task *t = &s->tasks[i];
		struct snap_resource *r;

		if (t->wait < TP_WAIT_SEND || t->wait > TP_WAIT_LOCK)
			continue;
		r = (struct snap_resource *)snapshot_resource(s, t->wait_for);
		if (r)
			r->waiting++;
	}
}
EXPORT_SYMBOL(snap_resources_up_to);

MODULE(snap_place, "places, resources and spans, out of a region", NULL, NULL);

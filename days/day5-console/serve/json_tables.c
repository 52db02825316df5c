/* Given: resources, places and spans as JSON. */
#include "json.h"

static const char *kind_name(unsigned int kind)
{
	return kind == TP_RES_CHANNEL ? "channel"
	       : kind == TP_RES_LOCK  ? "lock"
				      : "other";
}

static json_t *one_resource(const struct snapshot *s,
			    const struct snap_resource *r)
{
	json_t *o = json_object();

	json_n(o, "id", r->id);
	json_s(o, "kind", kind_name(r->kind));
	json_s(o, "name", r->name);
	json_s(o, "where", r->where);
	json_n(o, "waiting", r->waiting);
	json_n(o, "waits", r->waits);
	json_n(o, "waited_ns", r->waited);
	if (r->kind == TP_RES_CHANNEL) {
		json_n(o, "depth", r->depth);
		json_n(o, "max_depth", r->max);
		json_n(o, "sent", r->sent);
		json_n(o, "received", r->taken);
	} else {
		json_n(o, "taken", r->taken);
		json_n(o, "held_ns", r->held);
		json_n(o, "max_held_ns", r->max_held);
		json_n(o, "holder", r->holder);
		json_n(o, "held_for_ns",
		       r->holder && s->now > r->since ? s->now - r->since : 0);
	}
	return o;
}

json_t *json_resources(const struct feed *f)
{
	json_t *o = json_head(f), *list;
	unsigned int i;

	list = json_add(o, "resources", json_array());
	for (i = 0; i < f->now->nr_resources; i++)
		json_push(list, one_resource(f->now, &f->now->resources[i]));
	return o;
}

json_t *json_places(const struct feed *f)
{
	json_t *o = json_head(f), *list, *to;
	unsigned int i;

	list = json_add(o, "places", json_array());
	for (i = 0; i < f->now->nr_places; i++) {
		const struct snap_place *p = &f->now->places[i];

		/* Number 0 is where tasks go whose place is not known. */
		if (!i && !p->alive)
			continue;
		to = json_push(list, json_object());
		json_place(to, f->now, i);
		json_n(to, "spawned", p->spawned);
		json_n(to, "alive", p->alive);
		json_n(to, "ended", p->ended);
		json_n(to, "cancelled", p->cancelled);
		json_n(to, "polls", p->polls);
		json_n(to, "busy_ns", p->busy);
		json_n(to, "sched_ns", p->sched);
		json_n(to, "max_poll_ns", p->max_poll);
	}
	return o;
}

json_t *json_spans(const struct feed *f)
{
	json_t *o = json_head(f), *list, *to;
	unsigned int i;

	list = json_add(o, "spans", json_array());
	for (i = 0; i < f->now->nr_spans; i++) {
		const struct snap_span *s = &f->now->spans[i];

		to = json_push(list, json_object());
		json_n(to, "span", i + 1);
		json_s(to, "name", s->name);
		json_s(to, "where", s->where);
		json_n(to, "calls", s->calls);
		json_n(to, "total_ns", s->ns);
		json_n(to, "max_ns", s->max);
		json_n(to, "allocations", s->allocs);
		json_n(to, "allocated_bytes", s->bytes);
	}
	return o;
}

/* Given: named stretches of code. */
#include "span.h"
#include "target.h"

#include "kit/clock.h"
#include "kit/module.h"
#include "kit/thread.h"

/* Say which span the worker is in; returns the one that it was in. */
static uint32_t span_enter(uint32_t number)
{
	struct seen_worker *w = target_worker();
	uint32_t outer;

	if (!w || w->now[WW_STATE] != WORKER_POLLING)
		return 0;
	outer = (uint32_t)w->now[WW_SPAN];
	w->now[WW_SPAN] = number;
	worker_publish(w);
	return outer;
}

struct span span_begin(struct tp_place *place)
{
	struct kit_self *self = kit_self();
	struct span s = { .number = 0 };

	if (likely(!tp_is_heard()) || !target_is_on())
		return s;
	s.number = span_of(place);
	if (!s.number)
		return s;
	s.outer = span_enter(s.number);
	s.allocs = self->allocs;
	s.bytes = self->alloc_bytes;
	s.begin = clock_trace();
	return s;
}
EXPORT_SYMBOL(span_begin);

void span_end(struct span *s)
{
	struct kit_self *self = kit_self();
	struct region_span *r;
	uint64_t ns;

	if (likely(!s->number) || !target_is_on())
		return;
	ns = ns_since(s->begin, clock_trace());
	r = target_entry(REGION_SPANS, s->number - 1);
	count_shared(&r->calls, 1);
	count_shared(&r->ns, ns);
	gauge_max(&r->max, ns);
	if (self->allocs != s->allocs) {
		count_shared(&r->allocs, self->allocs - s->allocs);
		count_shared(&r->bytes, self->alloc_bytes - s->bytes);
	}
	span_enter(s->outer);
}
EXPORT_SYMBOL(span_end);

MODULE(span, "named stretches of code", NULL, NULL);

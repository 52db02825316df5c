/* Given: rings of events, which may lie, as JSON for ui.perfetto.dev. */
#include <stdlib.h>
#include <string.h>

#include "perfetto.h"

#include "export.h"

#include "kit/alloc.h"
#include "kit/err.h"

/* An event; by its number where two have one time. */
struct numbered {
	struct trace_event e;
	size_t nr;
};

struct events {
	struct numbered *at;
	size_t n, max;
	uint64_t lost;
};

/* The ring of a thread, as it is in the region. */
static const struct trace_ring *ring_at(const struct reader *src, size_t i)
{
	const struct region_part *p = &src->header.part[REGION_RINGS];

	return (const void *)((const char *)src->mem + p->offset + i * p->size);
}

/* How many slots the ring has; 0: it lies. */
static uint64_t ring_slots(const struct trace_ring *r, uint32_t entry)
{
	uint64_t room;
	unsigned int size;

	if (entry < sizeof(*r))
		return 0;
	room = (entry - sizeof(*r)) / sizeof(r->slots[0]);
	memcpy(&size, &r->size, sizeof(size));
	return size && !(size & (size - 1)) && size <= room ? size : 0;
}

/*
 * As trace_ring_read() of day 2 does it, see there; but that one believes the
 * ring. Whatever head says, at most @slots events are looked at.
 */
static void read_ring(struct events *ev, const struct trace_ring *r,
		      uint64_t slots, unsigned int ring)
{
	/* acquire: pairs with the release of head in trace_ring_emit(). */
	uint64_t end = atomic_load_explicit(&r->head, memory_order_acquire);
	uint64_t begin = end > slots ? end - slots : 0, now, i;
	size_t first = ev->n;

	for (i = begin; i < end && ev->n < ev->max; i++) {
		const struct trace_slot *s = &r->slots[i & (slots - 1)];
		/* acquire, both: who sees a new word sees the new head. */
		uint64_t when =
			atomic_load_explicit(&s->when, memory_order_acquire);
		uint64_t what =
			atomic_load_explicit(&s->what, memory_order_acquire);

		ev->at[ev->n] =
			(struct numbered){ trace_unpack(when, what), ev->n };
		ev->at[ev->n++].e.ring = ring;
	}
	/* relaxed: the acquires above order it after themselves. One more: the
	 * event that may be on its way just now. */
	now = atomic_load_explicit(&r->head, memory_order_relaxed) + 1;
	i = now > begin && now - begin > slots ? now - begin - slots : 0;
	if (i > ev->n - first)
		i = ev->n - first;
	memmove(ev->at + first, ev->at + first + i,
		(ev->n - first - i) * sizeof(*ev->at));
	ev->n -= i;
	ev->lost += begin + i;
}

static int compare(const void *a, const void *b)
{
	const struct numbered *x = a, *y = b;

	if (x->e.time != y->e.time)
		return x->e.time < y->e.time ? -1 : 1;
	return (x->nr > y->nr) - (x->nr < y->nr);
}

/* In the order of their times, and only what a trace can hold. */
static struct trace_event *sorted(struct events *ev, size_t max, size_t *n)
{
	struct trace_event *out = kit_alloc(max * sizeof(*out));
	size_t i, k = 0;

	if (!out)
		return NULL;
	for (i = 0; i < ev->n; i++)
		if (ev->at[i].e.ev < TP_NR && !tp_is_account(ev->at[i].e.ev))
			ev->at[k++] = ev->at[i];
	qsort(ev->at, k, sizeof(*ev->at), compare);
	i = k > max ? k - max : 0;
	ev->lost += i;
	for (*n = 0; i < k; i++)
		out[(*n)++] = ev->at[i].e;
	return out;
}

/* Names for a trace; to find the task of each costs a look at all. */
#define NAMES 512

struct names {
	struct timeline_name at[NAMES];
	char text[NAMES][32];
	size_t n;
};

static void name_tasks(struct names *names, const struct snapshot *s, size_t n)
{
	size_t i;

	for (i = 0; i < s->nr_tasks && names->n < NAMES; i++) {
		const struct snap_task *t = &s->tasks[i];

		snprintf(names->text[names->n], sizeof(names->text[0]),
			 "%llu %s", (unsigned long long)t->id,
			 s->places[t->place].what);
		names->at[names->n] =
			(struct timeline_name){ t->tag, n,
						names->text[names->n] };
		names->n++;
	}
}

static int write_out(FILE *out, const struct feed *f,
		     const struct trace_event *e, size_t n, uint64_t lost)
{
	struct names *names = kit_zalloc(sizeof(*names));
	struct timeline tl;
	int err;

	if (!names)
		return -ENOMEM;
	name_tasks(names, &f->now, n);
	err = timeline_init(&tl, e, n, lost, names->at, names->n);
	if (!err) {
		err = export_json(out, &tl);
		timeline_fini(&tl);
	}
	kit_free(names);
	return err;
}

/* Events that are read at a time, of all threads: 64 MB of them. */
#define READ_MAX (1u << 20)

int perfetto_write(FILE *out, const struct feed *f, size_t max)
{
	const struct region_part *p = &f->src.header.part[REGION_RINGS];
	struct events ev = { .lost = f->now.lost[REGION_RINGS] };
	const struct region_header *h = f->src.mem;
	uint64_t used, slots = 0, i;
	struct trace_event *e;
	size_t n;
	int err = -ENOMEM;

	if (!f->is_open || !p->count)
		return -ENOENT;
	/* relaxed: a number, and nothing is read by it. */
	used = atomic_load_explicit(&h->used[REGION_RINGS],
				    memory_order_relaxed);
	if (used > p->count)
		used = p->count;
	if (used > TRACE_RINGS_MAX)
		used = TRACE_RINGS_MAX;
	for (i = 0; i < used; i++)
		slots += ring_slots(ring_at(&f->src, i), p->size);
	ev.max = slots < READ_MAX ? slots : READ_MAX;
	ev.at = kit_alloc(ev.max * sizeof(*ev.at));
	if (!ev.at)
		return -ENOMEM;
	for (i = 0; i < used; i++) {
		slots = ring_slots(ring_at(&f->src, i), p->size);
		if (slots)
			read_ring(&ev, ring_at(&f->src, i), slots,
				  (unsigned int)i);
	}
	e = sorted(&ev, max, &n);
	kit_free(ev.at);
	if (e)
		err = write_out(out, f, e, n, ev.lost);
	kit_free(e);
	return err;
}

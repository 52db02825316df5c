/* Given: the events of all threads, out of a region's rings. */
#include <string.h>

#include "events.h"
#include "snap.h"

#include "kit/alloc.h"
#include "kit/err.h"
#include "kit/module.h"

unsigned int ring_room(const struct reader *src)
{
	uint32_t size = src->header.part[REGION_RINGS].size;

	if (size < sizeof(struct trace_ring))
		return 0;
	return (unsigned int)((size - sizeof(struct trace_ring)) /
			      sizeof(struct trace_slot));
}
EXPORT_SYMBOL(ring_room);

unsigned int ring_size(const struct trace_ring *r, unsigned int room)
{
	/* relaxed: once; what is checked is what is used. */
	unsigned int size =
		atomic_load_explicit((const _Atomic(unsigned int) *)&r->size,
				     memory_order_relaxed);

	return size <= room && !(size & (size - 1)) ? size : 0;
}
EXPORT_SYMBOL(ring_size);

uint64_t ring_gone(const struct trace_ring *r, unsigned int size,
		   uint64_t begin, uint64_t n)
{
	/* relaxed, both: as in trace_ring_read(); the acquires of the caller
	 * order them after the copy. */
	uint64_t now = atomic_load_explicit(&r->head, memory_order_relaxed);
	uint64_t passed = now - begin, gone;

	/* A head that has gone back was no head. */
	if (passed < n || passed == UINT64_MAX)
		return n;
	if (atomic_load_explicit((const _Atomic(unsigned char) *)&r->is_live,
				 memory_order_relaxed))
		passed++;
	gone = passed > size ? passed - size : 0;
	return gone < n ? gone : n;
}
EXPORT_SYMBOL(ring_gone);

static const struct trace_ring *ring_at(const struct reader *src, uint32_t i)
{
	return snap_entry(src, REGION_RINGS, i);
}

/* So many events are in a ring. */
static size_t ring_count(const struct trace_ring *r, unsigned int room)
{
	uint64_t head = snap_get(&r->head);
	unsigned int size = ring_size(r, room);

	return head < size ? (size_t)head : size;
}

static uint64_t add(uint64_t a, uint64_t b)
{
	return a + b < a ? UINT64_MAX : a + b;
}

/* The newest @max events of a ring: into @to, those that are whole. */
static size_t read_ring(struct events *e, struct trace_event *to, size_t max,
			const struct trace_ring *r, unsigned int room)
{
	unsigned int size = ring_size(r, room);
	/* acquire: pairs with the release of head in trace_ring_emit(). */
	uint64_t end = atomic_load_explicit(&r->head, memory_order_acquire);
	size_t n = end < size ? (size_t)end : size, i;
	uint64_t begin;

	if (!size)
		return 0; /* no ring */
	if (n > max)
		n = max;
	begin = end - n;
	for (i = 0; i < n; i++) {
		const struct trace_slot *s =
			&r->slots[(begin + i) & (size - 1)];
		/* acquire, both: pair with trace_ring_emit(): who sees a word
		 * of a newer event sees a head that says so. */
		uint64_t when =
			atomic_load_explicit(&s->when, memory_order_acquire);
		uint64_t what =
			atomic_load_explicit(&s->what, memory_order_acquire);

		to[i] = trace_unpack(when, what);
		/* A copy has zeros where an event was overtaken. */
		if (!when && !what)
			to[i].ev = TP_NR;
	}
	i = ring_gone(r, size, begin, n);
	e->lost = add(e->lost, add(begin, i));
	memmove(to, to + i, (n - i) * sizeof(*to));
	return n - i;
}

/* What is no event goes, and times do not go back. */
static size_t clean_ring(struct events *e, struct trace_event *list, size_t n,
			 unsigned int ring)
{
	uint64_t time = 0;
	size_t i, k = 0;

	for (i = 0; i < n; i++) {
		if ((unsigned int)list[i].ev >= TP_NR) {
			e->lost = add(e->lost, 1);
			continue;
		}
		if (list[i].time > time)
			time = list[i].time;
		list[k] = list[i];
		list[k].time = time;
		list[k].ring = ring;
		k++;
	}
	return k;
}

/* Two sorted rows that lie one behind the other; the first wins a draw. */
static void merge(struct trace_event *list, size_t mid, size_t n,
		  struct trace_event *room)
{
	size_t i = 0, k = mid, at;

	for (at = 0; at < n; at++)
		room[at] = k == n || (i < mid && list[i].time <= list[k].time)
				   ? list[i++]
				   : list[k++];
	memcpy(list, room, n * sizeof(*list));
}

/* All rows: @ends has where each of @nr ends. */
static void merge_all(struct events *e, const size_t *ends, size_t nr,
		      struct trace_event *room)
{
	size_t step, i;

	for (step = 1; step < nr; step *= 2)
		for (i = step; i < nr; i += 2 * step) {
			size_t begin = i == step ? 0 : ends[i - step - 1];
			size_t last = i + step < nr ? i + step : nr;

			merge(e->list + begin, ends[i - 1] - begin,
			      ends[last - 1] - begin, room);
		}
}

int events_read(struct events *e, const struct reader *src)
{
	uint32_t nr = snap_used(src, REGION_RINGS), i;
	unsigned int room = ring_room(src);
	struct events new = { .start = src->header.trace_start };
	struct trace_event *scratch;
	size_t max = 0, *counts;

	counts = kit_alloc((size_t)nr * sizeof(*counts));
	if (!counts)
		return -ENOMEM;
	for (i = 0; i < nr; i++) {
		counts[i] = ring_count(ring_at(src, i), room);
		max += counts[i];
	}
	new.list = kit_alloc(max * sizeof(*new.list));
	scratch = kit_alloc(max * sizeof(*scratch));
	if (!new.list || !scratch) {
		kit_free(new.list);
		kit_free(scratch);
		kit_free(counts);
		return -ENOMEM;
	}
	for (i = 0; i < nr; i++) {
		size_t n = read_ring(&new, new.list + new.n, counts[i],
				     ring_at(src, i), room);

		new.n += clean_ring(&new, new.list + new.n, n, i);
		counts[i] = new.n;
	}
	merge_all(&new, counts, nr, scratch);
	kit_free(scratch);
	kit_free(counts);
	kit_free(e->list);
	*e = new;
	return 0;
}
EXPORT_SYMBOL(events_read);

void events_free(struct events *e)
{
	kit_free(e->list);
	memset(e, 0, sizeof(*e));
}
EXPORT_SYMBOL(events_free);

MODULE(events, "events out of a region's rings", NULL, NULL);

/* Given: a ring for each thread, and the listener that fills it. */
#include <string.h>

#include "trace.h"

#include "kit/alloc.h"
#include "kit/bug.h"
#include "kit/clock.h"
#include "kit/err.h"
#include "kit/module.h"
#include "kit/thread.h"

/* In kit_self()->priv: the session in the upper bits, the ring's number. */
#define RING_BITS 12

_Static_assert(TRACE_RINGS_MAX < 1u << RING_BITS, "a number fits");

/*
 * What there is between trace_start() and trace_free().
 *
 * Key: I set at the start, A atomic.
 */
static struct {
	char *memory;		   /* I: all rings, NULL: not started */
	bool is_borrowed;	   /* I: the memory is the caller's */
	size_t stride;		   /* I: bytes from a ring to the next */
	unsigned int nr_max;	   /* I: rings that there are */
	uint64_t start;		   /* I: the time that is 0 */
	uintptr_t session;	   /* I: a new number each time, from 1 */
	tp_listener_fn *before;	   /* I: who listened, or NULL */
	bool is_left;		   /* I: who listens after us calls us */
	_Atomic(bool) is_on;	   /* A: between start and stop */
	_Atomic(unsigned int) nr;  /* A: rings that were asked for */
	_Atomic(uint64_t) unheard; /* A: events without a ring */
} tracer;

static struct trace_ring *ring_at(unsigned int i)
{
	return (struct trace_ring *)(tracer.memory + i * tracer.stride);
}

/* This thread's first event in this session. */
static unsigned int ring_claim(struct kit_self *self)
{
	/* relaxed: whoever reads the rings has joined us, or waits for head. */
	unsigned int i =
		atomic_fetch_add_explicit(&tracer.nr, 1, memory_order_relaxed);

	if (i > tracer.nr_max)
		i = tracer.nr_max;
	self->priv = (void *)(tracer.session << RING_BITS | i);
	return i;
}

static void tracer_listen(enum tp_event ev, const void *who, uint64_t arg)
{
	struct kit_self *self = kit_self();
	uintptr_t mine = (uintptr_t)self->priv;
	unsigned int i = mine & ((1u << RING_BITS) - 1);
	struct trace_event e;

	if (unlikely(tracer.before))
		tracer.before(ev, who, arg);
	/* acquire: pairs with the release in trace_start_at(). */
	if (unlikely(
		    tp_is_account(ev) ||
		    !atomic_load_explicit(&tracer.is_on, memory_order_acquire)))
		return;
	if (unlikely(mine >> RING_BITS != tracer.session))
		i = ring_claim(self);
	if (unlikely(i == tracer.nr_max)) {
		/* relaxed: a counter. */
		atomic_fetch_add_explicit(&tracer.unheard, 1,
					  memory_order_relaxed);
		return;
	}
	if (tp_arg_is_task(ev))
		arg = trace_tag(arg);
	else if (arg > UINT32_MAX)
		arg = UINT32_MAX;
	e = (struct trace_event){ .time = clock_trace() - tracer.start,
				  .ev = ev,
				  .task = trace_tag((uintptr_t)who),
				  .arg = (uint32_t)arg };
	trace_ring_emit(ring_at(i), &e);
}

/*
 * The writer never waits for a reader. The reader copies, then looks at head
 * again and throws away what may have been overwritten meanwhile:
 *
 *	trace_ring_emit()                  trace_ring_read()
 *	-----------------                  -----------------
 *	head = i + size   (event before)
 *	                                   copy event i out of its slot ...
 *	slot = event i + size              ... and see a word of the new one
 *	head = i + size + 1                head >= i + size: event i is gone
 *
 * Whoever sees a word of event i + size sees the head that was stored before
 * it, because words are stored with release and loaded with acquire.
 */
size_t trace_ring_read(struct trace_ring *r, struct trace_event *buf,
		       size_t max, uint64_t *lost)
{
	/* acquire: pairs with the release of head in trace_ring_emit(). */
	uint64_t end = atomic_load_explicit(&r->head, memory_order_acquire);
	uint64_t begin = end > r->size ? end - r->size : 0, first = begin, i;
	uint64_t now;

	if (end - begin > max)
		begin = first = end - max;
	for (i = begin; i < end; i++) {
		struct trace_slot *s = &r->slots[i & (r->size - 1)];
		/* acquire, both: see above. */
		uint64_t when =
			atomic_load_explicit(&s->when, memory_order_acquire);
		uint64_t what =
			atomic_load_explicit(&s->what, memory_order_acquire);

		buf[i - begin] = trace_unpack(when, what);
	}
	/* relaxed: the acquires above order it after themselves. */
	now = atomic_load_explicit(&r->head, memory_order_relaxed);
	/* relaxed: whoever clears it says that no event is under way. */
	if (atomic_load_explicit(&r->is_live, memory_order_relaxed))
		now++;
	if (now > first + r->size)
		first = now - r->size;
	if (first > end)
		first = end;
	memmove(buf, buf + (first - begin),
		(size_t)(end - first) * sizeof(*buf));
	if (lost)
		*lost = first;
	return (size_t)(end - first);
}
EXPORT_SYMBOL(trace_ring_read);

size_t trace_ring_size(unsigned int events)
{
	return (sizeof(struct trace_ring) + events * sizeof(struct trace_slot) +
		127) &
	       ~(size_t)127;
}
EXPORT_SYMBOL(trace_ring_size);

static bool trace_fits(unsigned int rings, unsigned int events)
{
	return rings && rings <= TRACE_RINGS_MAX && events &&
	       events <= TRACE_EVENTS_MAX && !(events & (events - 1));
}

/* Unless we are called already: see trace_stop(). */
static void listen_first(void)
{
	tp_listener_fn *fn =
		atomic_load_explicit(&tp_listener, memory_order_acquire);

	if (fn == tracer_listen || (fn && tracer.is_left))
		return;
	tracer.before = fn;
	/* release: pairs with the acquire in tp_emit(); all of the above. */
	atomic_store_explicit(&tp_listener, tracer_listen,
			      memory_order_release);
}

int trace_start_at(void *memory, unsigned int rings, unsigned int events)
{
	unsigned int i;

	if (!trace_fits(rings, events))
		return -EINVAL;
	if (tracer.memory)
		return -EBUSY;
	tracer.memory = memory;
	tracer.is_borrowed = true;
	tracer.stride = trace_ring_size(events);
	tracer.nr_max = rings;
	for (i = 0; i < rings; i++) {
		ring_at(i)->size = events;
		atomic_init(&ring_at(i)->is_live, true);
	}
	atomic_init(&tracer.nr, 0);
	atomic_init(&tracer.unheard, 0);
	tracer.session++;
	clock_trace_init();
	tracer.start = clock_trace();
	/* release: pairs with the acquire in tracer_listen(). */
	atomic_store_explicit(&tracer.is_on, true, memory_order_release);
	listen_first();
	return 0;
}
EXPORT_SYMBOL(trace_start_at);

int trace_start(unsigned int rings, unsigned int events)
{
	void *memory;
	int err;

	if (!trace_fits(rings, events))
		return -EINVAL;
	if (tracer.memory)
		return -EBUSY;
	memory = kit_zalloc(rings * trace_ring_size(events));
	if (!memory)
		return -ENOMEM;
	err = trace_start_at(memory, rings, events);
	tracer.is_borrowed = false;
	return err;
}
EXPORT_SYMBOL(trace_start);

void trace_stop(void)
{
	tp_listener_fn *fn = tracer_listen;
	unsigned int i;

	/* relaxed, both: whoever is in a trace point may still finish it. */
	if (!atomic_load_explicit(&tracer.is_on, memory_order_relaxed))
		return;
	atomic_store_explicit(&tracer.is_on, false, memory_order_relaxed);
	/* release: as in listen_first(). Whoever listens after us stays, and
	 * goes on calling us. */
	tracer.is_left = !atomic_compare_exchange_strong_explicit(
		&tp_listener, &fn, tracer.before, memory_order_release,
		memory_order_relaxed);
	/* relaxed: as in trace_ring_read(). */
	for (i = 0; i < tracer.nr_max; i++)
		atomic_store_explicit(&ring_at(i)->is_live, false,
				      memory_order_relaxed);
}
EXPORT_SYMBOL(trace_stop);

uint64_t trace_time(void)
{
	return tracer.start;
}
EXPORT_SYMBOL(trace_time);

void trace_free(void)
{
	trace_stop();
	if (!tracer.is_borrowed)
		kit_free(tracer.memory);
	tracer.memory = NULL;
	atomic_store_explicit(&tracer.nr, 0, memory_order_relaxed);
}
EXPORT_SYMBOL(trace_free);

unsigned int trace_nr_rings(void)
{
	unsigned int n = atomic_load_explicit(&tracer.nr, memory_order_relaxed);

	return n < tracer.nr_max ? n : tracer.nr_max;
}
EXPORT_SYMBOL(trace_nr_rings);

struct trace_ring *trace_ring(unsigned int i)
{
	BUG_ON(i >= trace_nr_rings());
	return ring_at(i);
}
EXPORT_SYMBOL(trace_ring);

uint64_t trace_unheard(void)
{
	return atomic_load_explicit(&tracer.unheard, memory_order_relaxed);
}
EXPORT_SYMBOL(trace_unheard);

/* Merge two sorted halves of @e, by time; the first one wins a draw. */
static void merge(struct trace_event *e, size_t mid, size_t n,
		  struct trace_event *room)
{
	size_t i = 0, k = mid, at;

	memcpy(room, e, mid * sizeof(*e));
	for (at = 0; i < mid; at++)
		e[at] = k < n && e[k].time < room[i].time ? e[k++] : room[i++];
}

int trace_collect(struct trace_event **out, size_t *n, uint64_t *lost)
{
	unsigned int i, rings = trace_nr_rings();
	size_t size = rings ? ring_at(0)->size : 0, at = 0, got, k;
	struct trace_event *e = NULL, *room;
	uint64_t missed;

	*out = NULL;
	*n = 0;
	*lost = trace_unheard();
	if (!rings)
		return 0;
	/* Twice: what is there, and room to merge. */
	e = kit_alloc(2 * rings * size * sizeof(*e));
	if (!e)
		return -ENOMEM;
	room = e + rings * size;
	for (i = 0; i < rings; i++) {
		got = trace_ring_read(ring_at(i), e + at, size, &missed);
		for (k = 0; k < got; k++)
			e[at + k].ring = i;
		*lost += missed;
		merge(e, at, at + got, room);
		at += got;
	}
	*out = e;
	*n = at;
	return 0;
}
EXPORT_SYMBOL(trace_collect);

/* A test that failed in the middle left it on. */
static void tracer_exit(void)
{
	trace_free();
}

MODULE(tracer, "a ring for each thread", NULL, tracer_exit);

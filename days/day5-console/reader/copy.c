/* Given: a copy of a region that stands still. */
#include <string.h>

#include "copy.h"
#include "events.h"
#include "snap.h"

#include "kit/alloc.h"
#include "kit/clock.h"
#include "kit/err.h"
#include "kit/module.h"

/* So often an entry is read that goes from one to the next meanwhile. */
#define TRIES 4

int region_image_init(struct region_image *img, uint64_t size)
{
	memset(img, 0, sizeof(*img));
	if (size > REGION_COPY_MAX)
		return -EFBIG;
	img->raw = kit_zalloc(size + REGION_ALIGN);
	if (!img->raw)
		return -ENOMEM;
	img->mem = (char *)img->raw + REGION_ALIGN -
		   (uintptr_t)img->raw % REGION_ALIGN;
	img->size = size;
	return 0;
}
EXPORT_SYMBOL(region_image_init);

void region_image_fini(struct region_image *img)
{
	kit_free(img->raw);
	memset(img, 0, sizeof(*img));
}
EXPORT_SYMBOL(region_image_fini);

/* The same entry of the copy: both have the same layout. */
static void *twin(const struct reader *src, struct region_image *img,
		  const void *entry)
{
	return (char *)img->mem +
	       ((const char *)entry - (const char *)src->mem);
}

/* Each word once. Every part's entries are multiples of 8 bytes. */
static void copy_words(void *to, const void *from, size_t bytes)
{
	const _Atomic(uint64_t) *word = from;
	uint64_t *out = to;
	size_t i;

	/* acquire: a slot, or a head, that is looked at afterwards is not older
	 * than any of them. */
	for (i = 0; i < bytes / sizeof(*out); i++)
		out[i] = atomic_load_explicit(&word[i], memory_order_acquire);
}

static bool is_torn(const struct slot *copy)
{
	return snap_get(&copy->seq);
}

/* Whole, or torn for whoever reads it. */
static void copy_slot(struct slot *to, const struct slot *from)
{
	uint64_t word[SLOT_WORDS] = { 0 };
	bool torn = slot_read(from, word);
	unsigned int i;

	/* relaxed, all: the copy is nobody else's yet. */
	for (i = 0; i < SLOT_WORDS; i++)
		atomic_store_explicit(&to->word[i], torn ? 0 : word[i],
				      memory_order_relaxed);
	atomic_store_explicit(&to->seq, torn, memory_order_relaxed);
}

static void copy_runtimes(const struct reader *src, struct region_image *img,
			  uint64_t nr)
{
	uint64_t i, ended;

	for (i = 0; i < nr; i++) {
		const struct region_runtime *r =
			snap_entry(src, REGION_RUNTIMES, i);
		struct region_runtime *to = twin(src, img, r);

		ended = snap_get(&to->ended);
		copy_words(to, r, sizeof(*r));
		atomic_store_explicit(&to->ended, ended, memory_order_relaxed);
	}
}

/* Its slot and its counters belong together, as snapshot_take() has it. */
static void copy_worker(struct region_worker *to, const struct region_worker *r)
{
	unsigned int tries;
	uint64_t seq;

	for (tries = 0; tries < SLOT_TRIES; tries++) {
		/* acquire: all below is read after it. */
		seq = atomic_load_explicit(&r->now.seq, memory_order_acquire);
		copy_words(to, r, sizeof(*r));
		copy_slot(&to->now, &r->now);
		/* relaxed: the acquires above order it after themselves. */
		if (is_torn(&to->now) ||
		    atomic_load_explicit(&r->now.seq, memory_order_relaxed) ==
			    seq)
			break;
	}
}

static void copy_workers(const struct reader *src, struct region_image *img,
			 uint64_t nr)
{
	uint64_t i, ended;

	for (i = 0; i < nr; i++) {
		const struct region_worker *r =
			snap_entry(src, REGION_WORKERS, i);
		struct region_worker *to = twin(src, img, r);

		ended = snap_get(&to->metrics.v[METRIC_ENDS]);
		copy_worker(to, r);
		atomic_store_explicit(&to->metrics.v[METRIC_ENDS], ended,
				      memory_order_relaxed);
	}
}

/* Ends before spawns: so they are copied first, and kept. */
static void copy_ends(const struct reader *src, struct region_image *img,
		      uint64_t runtimes, uint64_t workers)
{
	uint64_t i;

	for (i = 0; i < runtimes; i++) {
		const struct region_runtime *r =
			snap_entry(src, REGION_RUNTIMES, i);
		struct region_runtime *to = twin(src, img, r);

		copy_words((void *)&to->ended, &r->ended, sizeof(r->ended));
	}
	for (i = 0; i < workers; i++) {
		const struct region_worker *r =
			snap_entry(src, REGION_WORKERS, i);
		struct region_worker *to = twin(src, img, r);

		copy_words((void *)&to->metrics.v[METRIC_ENDS],
			   &r->metrics.v[METRIC_ENDS],
			   sizeof(r->metrics.v[METRIC_ENDS]));
	}
}

static uint64_t state_of(const struct slot *life)
{
	return snap_get(&life->word[TW_STATE]);
}

/* Its counts are the task's whose slots are there, or it is torn. */
static void copy_task(struct region_task *to, const struct region_task *r)
{
	const size_t slots = offsetof(struct region_task, by_self);
	struct slot after;
	unsigned int i;

	for (i = 0; i < TRIES; i++) {
		copy_slot(&to->life, &r->life);
		if (!is_torn(&to->life) &&
		    state_of(&to->life) % 8 == TASK_UNUSED) {
			memset(to, 0, sizeof(*to));
			return;
		}
		copy_slot(&to->born, &r->born);
		copy_words((char *)to + slots, (const char *)r + slots,
			   sizeof(*r) - slots);
		copy_slot(&after, &r->life);
		if (!is_torn(&after) && !is_torn(&to->life) &&
		    !is_torn(&to->born) &&
		    state_of(&after) / 8 == state_of(&to->life) / 8 &&
		    state_of(&after) / 8 == snap_get(&to->born.word[TB_ID]))
			return;
	}
	atomic_store_explicit(&to->life.seq, 1, memory_order_relaxed);
}

static void copy_tasks(const struct reader *src, struct region_image *img,
		       uint64_t nr)
{
	uint64_t i;

	for (i = 0; i < nr; i++) {
		const struct region_task *r = snap_entry(src, REGION_TASKS, i);

		copy_task(twin(src, img, r), r);
	}
}

static void copy_resources(const struct reader *src, struct region_image *img,
			   uint64_t nr)
{
	uint64_t i;

	for (i = 0; i < nr; i++) {
		const struct region_resource *r =
			snap_entry(src, REGION_RESOURCES, i);
		struct region_resource *to = twin(src, img, r);
		/* acquire: pairs with resource_new(); names are whole. */
		uint64_t kind =
			atomic_load_explicit(&r->kind, memory_order_acquire);
		uint64_t id = snap_get(&r->id);

		copy_words(to, r, sizeof(*r));
		/* One that goes to the next just now is neither. */
		if (snap_get(&r->id) != id || snap_get(&r->kind) != kind ||
		    snap_get(&to->id) != id)
			kind = 0;
		atomic_store_explicit(&to->kind, kind, memory_order_relaxed);
	}
}

/* What was overtaken meanwhile becomes zeros: see events.c. */
static void copy_ring(struct trace_ring *to, const struct trace_ring *r,
		      unsigned int room)
{
	unsigned int size = ring_size(r, room);
	/* acquire: pairs with the release of head in trace_ring_emit(). */
	uint64_t end = atomic_load_explicit(&r->head, memory_order_acquire);
	uint64_t n = end < size ? end : size, gone, i;

	memset(to, 0, sizeof(*to) + (size_t)room * sizeof(to->slots[0]));
	if (!size)
		return;
	for (i = end - n; i != end; i++)
		copy_words(&to->slots[i & (size - 1)],
			   &r->slots[i & (size - 1)], sizeof(to->slots[0]));
	gone = ring_gone(r, size, end - n, n);
	for (i = end - n; gone; i++, gone--)
		memset(&to->slots[i & (size - 1)], 0, sizeof(to->slots[0]));
	to->size = size;
	/* relaxed: the copy is nobody else's yet. */
	atomic_store_explicit(&to->head, end, memory_order_relaxed);
}

static void copy_rings(const struct reader *src, struct region_image *img,
		       uint64_t nr)
{
	unsigned int room = ring_room(src);
	uint64_t i;

	if (src->header.part[REGION_RINGS].size < sizeof(struct trace_ring))
		return;
	for (i = 0; i < nr; i++) {
		const struct trace_ring *r = snap_entry(src, REGION_RINGS, i);

		copy_ring(twin(src, img, r), r, room);
	}
}

/* The checked header, and the counts of the region's own. */
static void copy_header(const struct reader *src, struct region_header *to)
{
	const struct region_header *h = snap_live(src);
	const size_t counts = offsetof(struct region_header, used);
	unsigned int i;

	*to = src->header;
	copy_words((char *)to + counts, (const char *)h + counts,
		   sizeof(*h) - counts);
	for (i = 0; i < REGION_PARTS; i++)
		if (snap_get(&to->used[i]) > to->part[i].count)
			atomic_store_explicit(&to->used[i], to->part[i].count,
					      memory_order_relaxed);
}

/* The time of the copy: for a dead process's region, when that ended. */
static int freeze(const struct reader *src, struct region_image *img)
{
	struct region_header *h = img->mem;
	struct snapshot s = { 0 };
	struct reader copy;
	int err;

	if (src->header.frozen)
		return 0;
	if (reader_state(src) == READER_LIVE) {
		h->frozen = clock_scale_now(&src->header.clock);
	} else {
		err = reader_memory(&copy, img->mem, img->size);
		if (!err)
			err = snapshot_take(&s, &copy);
		if (err)
			return err;
		h->frozen = s.now;
		snapshot_free(&s);
	}
	if (!h->frozen)
		h->frozen = 1;
	return 0;
}

int region_copy(const struct reader *src, struct region_image *img)
{
	struct region_header *h = img->mem;
	uint64_t n[REGION_PARTS];
	unsigned int i;

	if (img->size != src->header.total)
		return -EINVAL;
	copy_header(src, h);
	for (i = 0; i < REGION_PARTS; i++)
		n[i] = snap_get(&h->used[i]);
	copy_ends(src, img, n[REGION_RUNTIMES], n[REGION_WORKERS]);
	copy_runtimes(src, img, n[REGION_RUNTIMES]);
	copy_tasks(src, img, n[REGION_TASKS]);
	copy_resources(src, img, n[REGION_RESOURCES]);
	copy_rings(src, img, n[REGION_RINGS]);
	copy_words((char *)img->mem + h->part[REGION_PLACES].offset,
		   snap_entry(src, REGION_PLACES, 0),
		   n[REGION_PLACES] * h->part[REGION_PLACES].size);
	copy_words((char *)img->mem + h->part[REGION_SPANS].offset,
		   snap_entry(src, REGION_SPANS, 0),
		   n[REGION_SPANS] * h->part[REGION_SPANS].size);
	/* Last: polls in progress count up to the time of the copy. */
	copy_workers(src, img, n[REGION_WORKERS]);
	return freeze(src, img);
}
EXPORT_SYMBOL(region_copy);

MODULE(copy, "a copy of a region that stands still", NULL, NULL);

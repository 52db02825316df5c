/*
 * A small region in memory, all parts of it in use, for tests of what reads
 * regions; and ways to spoil it.
 */
#ifndef DAY5_REC_WORLD_H
#define DAY5_REC_WORLD_H

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "region.h"
#include "trace.h"

#include "kit/tracewait.h"
#include "test/test.h"

#define WORLD_WORKERS 3
#define WORLD_TASKS 12
#define WORLD_PLACES 4
#define WORLD_EVENTS 16

static inline void world_set(_Atomic(uint64_t) *v, uint64_t n)
{
	atomic_store_explicit(v, n, memory_order_relaxed);
}

static inline struct region_header world_header(void)
{
	struct region_header h = {
		.pid = 2000000000, /* nobody's */
		.start_ticks = 77,
		.level = 3,
		.id = 4711,
		.created = 1000000000000,
		.created_mono = 1000,
		.trace_start = 1500,
		.program = "world",
		.part = { [REGION_RUNTIMES].count = 2,
			  [REGION_WORKERS].count = WORLD_WORKERS + 1,
			  [REGION_TASKS].count = WORLD_TASKS + 4,
			  [REGION_PLACES].count = WORLD_PLACES,
			  [REGION_RESOURCES].count = 4,
			  [REGION_SPANS].count = 3,
			  [REGION_RINGS].count = 2 },
	};

	h.part[REGION_RINGS].size = (uint32_t)trace_ring_size(WORLD_EVENTS);
	region_layout(&h);
	return h;
}

/* Where it was before the header was spoilt. */
static inline void *world_entry(void *mem, enum region_part_nr part, uint64_t i)
{
	struct region_header h = world_header();

	return (char *)mem + h.part[part].offset + i * h.part[part].size;
}

static inline void world_runtimes(void *mem)
{
	unsigned int i;

	for (i = 0; i < 2; i++) {
		struct region_runtime *r = world_entry(mem, REGION_RUNTIMES, i);

		snprintf(r->name, sizeof(r->name), "runtime-%u", i + 1);
		atomic_store_explicit(&r->state, RUNTIME_RUNNING + i,
				      memory_order_relaxed);
		r->first_worker = 2 * i;
		r->nr_workers = 2 - i;
		world_set(&r->spawned, 20 + i);
		world_set(&r->ended, 5);
		world_set(&r->injection, i);
	}
}

static inline void world_hist(struct region_hist *h, unsigned int seed)
{
	unsigned int i;

	for (i = 20; i < 80; i++)
		world_set(&h->buckets[i], (i * 7 + seed) % 11);
	world_set(&h->sum, 123456 + seed);
	world_set(&h->min, 40);
	world_set(&h->max, 900000);
}

static inline void world_workers(void *mem)
{
	unsigned int i, k;

	for (i = 0; i < WORLD_WORKERS; i++) {
		struct region_worker *w = world_entry(mem, REGION_WORKERS, i);

		slot_write(&w->now, (uint64_t[SLOT_WORDS]){
					    [WW_STATE] = WORKER_POLLING + i,
					    [WW_SINCE] = 9000 + i,
					    [WW_TASK] = 5,
					    [WW_PLACE] = 1,
					    [WW_POLL] = 3,
					    [WW_TID] = 100 + i,
					    [WW_SPAN] = 2 });
		world_set(&w->depth, i);
		world_set(&w->runtime, i / 2 + 1);
		for (k = 0; k < METRIC_NR; k++)
			world_set(&w->metrics.v[k], 100 * i + k);
		world_set(&w->metrics.mean_poll, 300);
		world_hist(&w->polls, i);
		world_hist(&w->delays, i + 3);
	}
}

/* Task number i is in state 1 + i % 6, and has been polled i times. */
static inline void world_task(void *mem, unsigned int i)
{
	struct region_task *t = world_entry(mem, REGION_TASKS, i);
	uint64_t id = i + 1;
	unsigned int k;

	slot_write(&t->born, (uint64_t[SLOT_WORDS]){
				     [TB_ID] = id,
				     [TB_PLACE] = i % (WORLD_PLACES + 1) |
						  (uint64_t)(i % 2) << 32,
				     [TB_PARENT] = i / 2,
				     [TB_CREATED] = 2000 + i,
				     [TB_FIRST] = i % 6 < 3 ? UINT64_MAX : 44,
				     [TB_TAG] = 0x1000 + i,
				     [TB_WORKER] = i % 4 });
	slot_write(&t->life,
		   (uint64_t[SLOT_WORDS]){
			   [TW_STATE] = id * 8 + TASK_IN_SLOT + i % 6,
			   [TW_SINCE] = 8000 + i,
			   [TW_POLLS] = i,
			   [TW_BUSY] = 300 * i,
			   [TW_SCHED] = 20 * i,
			   [TW_IDLE] = 1000,
			   [TW_WAIT] = (TP_WAIT_SEND + i % 3) | 1ull << 32 });
	for (k = 0; k < TC_NR; k++) {
		world_set(&t->by_self[k], i + k);
		world_set(&t->by_others[k], 2 * i + k);
	}
	world_set(&t->max_poll, 900 + i);
	world_set(&t->max_delay, 90);
	for (k = 4; k < 10; k++) {
		atomic_store_explicit(&t->polls[k], i, memory_order_relaxed);
		atomic_store_explicit(&t->delays[k], 2, memory_order_relaxed);
	}
	for (k = 0; k < TASK_LAST; k++)
		world_set(&t->last[k], (100 + k) | (uint64_t)(50 + k) << 32);
}

static inline void world_places(void *mem)
{
	unsigned int i;

	for (i = 0; i < WORLD_PLACES; i++) {
		struct region_place *p = world_entry(mem, REGION_PLACES, i);

		snprintf(p->what, sizeof(p->what), "future-%u", i);
		snprintf(p->where, sizeof(p->where), "shop.c:%u", 10 * i);
		world_set(&p->spawned, 10 * i);
		world_set(&p->ended, 3 * i);
		world_set(&p->polls, 40);
	}
	for (i = 0; i < 3; i++) {
		struct region_resource *r =
			world_entry(mem, REGION_RESOURCES, i);
		struct region_span *s = world_entry(mem, REGION_SPANS, i);

		snprintf(r->name, sizeof(r->name), "thing-%u", i);
		snprintf(r->where, sizeof(r->where), "queue.c:%u", i);
		world_set(&r->kind, TP_RES_CHANNEL + i);
		world_set(&r->id, 3 - i);
		world_set(&r->holder, i == 1 ? 5 : 0);
		world_set(&r->since, 7000);
		world_set(&r->depth, i);
		snprintf(s->name, sizeof(s->name), "span-%u", i);
		world_set(&s->calls, 9);
		world_set(&s->ns, 99);
	}
}

static inline struct trace_ring *world_ring(void *mem, unsigned int i)
{
	return world_entry(mem, REGION_RINGS, i);
}

/* Ring 0 has gone round; ring 1 is half full. */
static inline void world_rings(void *mem)
{
	unsigned int i, k;

	for (i = 0; i < 2; i++) {
		struct trace_ring *r = world_ring(mem, i);

		r->size = WORLD_EVENTS;
		atomic_store_explicit(&r->is_live, true, memory_order_relaxed);
		for (k = 0; k < WORLD_EVENTS * 3 / 2 - WORLD_EVENTS * i; k++)
			trace_ring_emit(r, &(struct trace_event){
						   .time = 10 * k + 5 * i,
						   .ev = (enum tp_event)(k %
									 TP_NR),
						   .task = 0x1000 + k,
						   .arg = i });
	}
}

static inline void *world_room(size_t size)
{
	void *mem;

	/* Exact, so that a sanitizer sees the first byte behind it. */
	EXPECT(!posix_memalign(&mem, REGION_ALIGN, size ? size : 1),
	       "there is memory for a test");
	return mem;
}

/* The caller's: free(). */
static inline void *world_make(void)
{
	struct region_header h = world_header();
	const uint64_t used[REGION_PARTS] = {
		2, WORLD_WORKERS, WORLD_TASKS, WORLD_PLACES, 3, 3, 2
	};
	void *mem = world_room(h.total);
	struct region_header *live = mem;
	unsigned int i;

	memset(mem, 0, h.total);
	memcpy(mem, &h, sizeof(h));
	for (i = 0; i < REGION_PARTS; i++)
		world_set(&live->used[i], used[i]);
	world_set(&live->pool, 2 | 1ull << 16 | 5ull << 32);
	world_runtimes(mem);
	world_workers(mem);
	for (i = 0; i < WORLD_TASKS; i++)
		world_task(mem, i);
	world_places(mem);
	world_rings(mem);
	return mem;
}

/* Spoiling ----------------------------------------------------------------- */

/* splitmix64, with a seed of the test's own: the same bytes each time. */
struct world_dice {
	uint64_t state;
};

static inline uint64_t world_roll(struct world_dice *d, uint64_t below)
{
	uint64_t z = d->state += 0x9e3779b97f4a7c15;

	z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9;
	z = (z ^ z >> 27) * 0x94d049bb133111eb;
	z ^= z >> 31;
	return below ? z % below : z;
}

/* A number that is at the edge of something, or anything. */
static inline uint64_t world_number(struct world_dice *d)
{
	static const uint64_t edges[] = { 0,
					  1,
					  2,
					  7,
					  8,
					  127,
					  128,
					  255,
					  INT32_MAX,
					  1ull << 31,
					  UINT32_MAX,
					  1ull << 32,
					  (1ull << 32) + 1,
					  INT64_MAX,
					  1ull << 63,
					  UINT64_MAX - 127,
					  UINT64_MAX - 1,
					  UINT64_MAX };
	uint64_t k = world_roll(d, ARRAY_SIZE(edges) + 8);

	return k < ARRAY_SIZE(edges) ? edges[k]
				     : world_roll(d, k % 2 ? 1 << 17 : 0);
}

static inline void world_flip(struct world_dice *d, void *mem, size_t size)
{
	uint64_t n = 1 + world_roll(d, 8);

	while (n--)
		((unsigned char *)mem)[world_roll(d, size)] ^=
			(unsigned char)(1u << world_roll(d, 8));
}

static inline void world_words(struct world_dice *d, void *mem, size_t size)
{
	uint64_t n = 1 + world_roll(d, 16);

	while (n--)
		((uint64_t *)mem)[world_roll(d, size / 8)] = world_number(d);
}

/* Header and counts lie, in a way that the check may or may not see. */
static inline void world_lie(struct world_dice *d, struct region_header *h)
{
	struct region_part *p = &h->part[world_roll(d, REGION_PARTS)];

	switch (world_roll(d, 6)) {
	case 0:
		p->offset = world_roll(d, 2)
				    ? world_number(d)
				    : p->offset + 128 * world_roll(d, 9);
		break;
	case 1:
		p->count = (uint32_t)(world_roll(d, 2) ? world_number(d)
						       : p->count + 1);
		break;
	case 2:
		p->size = (uint32_t)world_number(d);
		break;
	case 3:
		h->total = world_roll(d, 2) ? world_number(d)
					    : h->total + 128 - world_roll(d, 3);
		break;
	case 4: /* there is room for it, but not where it should be */
		p->offset += 1 + world_roll(d, 127);
		p->count -= p->count != 0;
		break;
	default:
		world_set(&h->used[world_roll(d, REGION_PARTS)],
			  world_number(d));
		break;
	}
}

/* A ring lies of its size, and of how far it is. */
static inline void world_lie_ring(struct world_dice *d, void *mem)
{
	struct trace_ring *r = world_ring(mem, (unsigned int)world_roll(d, 2));

	if (world_roll(d, 2))
		r->size = world_roll(d, 2) ? 1u << world_roll(d, 32)
					   : (unsigned int)world_number(d);
	if (world_roll(d, 2))
		world_set(&r->head, world_number(d));
}

/* A task, a worker or a runtime lies in a slot that is whole. */
static inline void world_lie_slot(struct world_dice *d, void *mem)
{
	struct region_task *t =
		world_entry(mem, REGION_TASKS, world_roll(d, WORLD_TASKS));
	struct region_worker *w =
		world_entry(mem, REGION_WORKERS, world_roll(d, WORLD_WORKERS));
	struct region_runtime *r =
		world_entry(mem, REGION_RUNTIMES, world_roll(d, 2));
	uint64_t id = world_roll(d, 16);

	world_set(&t->born.word[world_roll(d, SLOT_WORDS)], world_number(d));
	world_set(&t->life.word[world_roll(d, SLOT_WORDS)], world_number(d));
	world_set(&t->born.word[TB_ID], id);
	world_set(&t->life.word[TW_STATE], id * 8 + world_roll(d, 8));
	world_set(&w->now.word[world_roll(d, SLOT_WORDS)], world_number(d));
	r->first_worker = (uint32_t)world_roll(d, 5);
	r->nr_workers = (uint32_t)world_number(d);
}

/* @mem is spoilt; returns how many bytes of it there shall be. */
static inline size_t world_spoil(struct world_dice *d, void *mem, size_t size)
{
	uint64_t times = 1 + world_roll(d, 3);

	while (times--) {
		switch (world_roll(d, 7)) {
		case 0:
			world_flip(d, mem, size);
			break;
		case 1:
			world_words(d, mem, size);
			break;
		case 2:
			world_words(d, mem, sizeof(struct region_header));
			break;
		case 3:
			world_lie(d, mem);
			break;
		case 4:
			world_lie_ring(d, mem);
			break;
		case 5:
			world_lie_slot(d, mem);
			break;
		default:
			world_flip(d, mem, sizeof(struct region_header));
			break;
		}
	}
	return world_roll(d, 16) ? size : world_roll(d, size);
}

#endif

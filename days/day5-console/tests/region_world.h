/**
 * @file region_world.h
 * A region of a small program, made by hand, for tests of what reads regions.
 *
 * Two runtimes, "web" with four workers and "batch" with one; tasks that wait
 * for each other in a ring; a worker whose slot is torn; a name with bytes that
 * no terminal should get. The time is always the same.
 */
#ifndef REGION_WORLD_H
#define REGION_WORLD_H

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "console.h"
#include "region.h"

#include "kit/clock.h"
#include "kit/tracewait.h"

/** When the region was frozen: an hour and 12.5 s after the target's start. */
#define RW_NOW (3612500 * NSEC_PER_MSEC)
/** When the console was started. */
#define RW_START (3600 * NSEC_PER_SEC)
/** Tasks of the small program; further ones are all alike. */
#define RW_TASKS 20

/** A region in memory. */
struct region_world {
	void *mem;   /**< aligned; free() */
	size_t size; /**< bytes */
};

/** rw_entry() - an entry of a part */
static inline void *rw_entry(const struct region_world *w,
			     enum region_part_nr part, size_t i)
{
	const struct region_header *h = w->mem;

	return (char *)w->mem + h->part[part].offset + i * h->part[part].size;
}

static inline void rw_set(_Atomic(uint64_t) *v, uint64_t n)
{
	/* relaxed: nobody else is there yet. */
	atomic_store_explicit(v, n, memory_order_relaxed);
}

static inline void rw_place(const struct region_world *w, unsigned int i,
			    const char *what, const char *where)
{
	struct region_place *p = rw_entry(w, REGION_PLACES, i - 1);

	snprintf(p->what, sizeof(p->what), "%s", what);
	snprintf(p->where, sizeof(p->where), "%s", where);
	rw_set(&p->spawned, 100 * i);
	rw_set(&p->ended, 90 * i);
	rw_set(&p->cancelled, i == 3 ? 7 : 0);
	rw_set(&p->polls, 1000 * i);
	rw_set(&p->busy, 40 * i * NSEC_PER_MSEC);
	rw_set(&p->sched, 10 * i * NSEC_PER_MSEC);
	rw_set(&p->max_poll, i * NSEC_PER_MSEC);
}

static inline void rw_worker(const struct region_world *w, unsigned int i,
			     enum worker_state state, uint64_t ns,
			     uint64_t task, unsigned int place)
{
	struct region_worker *r = rw_entry(w, REGION_WORKERS, i);
	const uint64_t word[SLOT_WORDS] = {
		[WW_STATE] = state,
		[WW_SINCE] = RW_NOW - ns,
		[WW_TASK] = task,
		[WW_PLACE] = place,
		[WW_POLL] = 381,
		[WW_TID] = 4712 + i,
		[WW_SPAN] = task == 9 ? 1 : 0,
	};

	slot_write(&r->now, word);
	rw_set(&r->depth, 3 * i);
	rw_set(&r->slot_used, i & 1);
	rw_set(&r->runtime, 1 + i / 4);
	rw_set(&r->metrics.v[METRIC_POLLS], 12345 * (i + 1));
	rw_set(&r->metrics.v[METRIC_BUSY], (9 - 2 * i) * NSEC_PER_SEC);
	rw_set(&r->metrics.v[METRIC_SEARCH], i * 500 * NSEC_PER_MSEC);
	rw_set(&r->metrics.v[METRIC_PARKED], 2 * i * NSEC_PER_SEC);
	rw_set(&r->metrics.v[METRIC_PARKS], 310 * i);
	rw_set(&r->metrics.v[METRIC_STEALS], 25 * i);
	rw_set(&r->metrics.v[METRIC_SPAWNS], 200);
	rw_set(&r->metrics.v[METRIC_ENDS], 195);
	rw_set(&r->metrics.v[METRIC_WAKES], 9000);
	rw_set(&r->metrics.v[METRIC_IO_READY], 250 * i);
	rw_set(&r->metrics.v[METRIC_TIMERS], 125);
	rw_set(&r->metrics.mean_poll, 56700 * (i + 1));
}

/* Polls that get longer with the number of the task, and two that are long. */
static inline void rw_history(struct region_task *t, uint64_t id,
			      uint64_t polls)
{
	unsigned int i, at = 12 + id % 5;

	for (i = 0; i < 6; i++) {
		atomic_store_explicit(&t->polls[at + i], polls >> (i + 1),
				      memory_order_relaxed);
		atomic_store_explicit(&t->delays[at - 3 + i], polls >> (6 - i),
				      memory_order_relaxed);
	}
	atomic_store_explicit(&t->polls[23], 2, memory_order_relaxed);
	for (i = 0; i < TASK_LAST; i++)
		rw_set(&t->last[i],
		       (i + 1) * id * 40000 | (uint64_t)(i * 150000) << 32);
	rw_set(&t->max_poll, 12400000 + id);
	rw_set(&t->max_delay, 3100000 + id);
	rw_set(&t->by_others[TC_WAKES], polls);
	rw_set(&t->by_self[TC_WAKES], polls / 10);
	rw_set(&t->by_self[TC_CLONES], polls / 2);
	rw_set(&t->by_others[TC_CLONES], 1);
	rw_set(&t->by_others[TC_DROPS], polls / 2);
}

static inline void rw_task(const struct region_world *w, uint64_t id,
			   enum task_state state, unsigned int place,
			   uint64_t parent, uint64_t wait)
{
	struct region_task *t = rw_entry(w, REGION_TASKS, id - 1);
	uint64_t age = (12 * NSEC_PER_SEC) - id % 1000 * NSEC_PER_MSEC;
	uint64_t polls = 40 + id * 7 % 400, now = (id % 20 + 1) * 22500000;
	uint64_t first = id * 1000, busy = polls * 90000, sched = polls * 30000;
	const uint64_t born[SLOT_WORDS] = {
		[TB_ID] = id,
		[TB_PLACE] = place | (uint64_t)(place == 5) << 32,
		[TB_PARENT] = parent,
		[TB_CREATED] = RW_NOW - age,
		[TB_FIRST] = first,
		[TB_TAG] = id,
		[TB_WORKER] = 1 + id % 4,
	};
	const uint64_t life[SLOT_WORDS] = {
		[TW_STATE] = id * 8 + state,
		[TW_SINCE] = RW_NOW - now,
		[TW_POLLS] = polls,
		[TW_BUSY] = busy,
		[TW_SCHED] = sched,
		[TW_IDLE] = age - now - first - busy - sched,
		[TW_WAIT] = wait,
	};

	slot_write(&t->born, born);
	slot_write(&t->life, life);
	rw_history(t, id, polls);
}

static inline uint64_t rw_wait(enum tp_wait kind, uint64_t detail, uint64_t who)
{
	return kind | detail << 8 | who << 32;
}

static inline void rw_resource(const struct region_world *w, unsigned int id,
			       enum tp_res_kind kind, const char *name,
			       uint64_t holder)
{
	struct region_resource *r = rw_entry(w, REGION_RESOURCES, id - 1);

	snprintf(r->name, sizeof(r->name), "%s", name);
	snprintf(r->where, sizeof(r->where), "src/%s.c:%u", name, 20 * id);
	rw_set(&r->id, id);
	rw_set(&r->kind, kind);
	rw_set(&r->taken, 1200 * id);
	rw_set(&r->waits, 30 * id);
	rw_set(&r->waited, 45 * id * NSEC_PER_MSEC);
	if (kind == TP_RES_LOCK) {
		rw_set(&r->held, 900 * NSEC_PER_MSEC);
		rw_set(&r->max_held, 3 * NSEC_PER_MSEC);
		rw_set(&r->holder, holder);
		rw_set(&r->since, RW_NOW - 250 * NSEC_PER_MSEC);
	} else {
		rw_set(&r->depth, 64);
		rw_set(&r->max, 64);
		rw_set(&r->sent, 1200 * id + 64);
	}
}

static inline void rw_runtimes(const struct region_world *w)
{
	struct region_runtime *rt = rw_entry(w, REGION_RUNTIMES, 0);

	strcpy(rt->name, "web");
	rt->flavour = 2;
	rt->nr_workers = 4;
	rw_set(&rt->injection, 17);
	rw_set(&rt->spawned, 11);
	atomic_store_explicit(&rt->state, RUNTIME_RUNNING,
			      memory_order_relaxed);
	rt = rw_entry(w, REGION_RUNTIMES, 1);
	strcpy(rt->name, "batch");
	rt->first_worker = 4;
	rt->nr_workers = 1;
	atomic_store_explicit(&rt->state, RUNTIME_RUNNING,
			      memory_order_relaxed);
}

static inline void rw_spans(const struct region_world *w)
{
	static const char *const name[] = { "parse", "render" };
	unsigned int i;

	for (i = 0; i < 2; i++) {
		struct region_span *s = rw_entry(w, REGION_SPANS, i);

		strcpy(s->name, name[i]);
		snprintf(s->where, sizeof(s->where), "src/image.c:%u",
			 30 + 40 * i);
		rw_set(&s->calls, 5000 + i);
		rw_set(&s->ns, (i + 1) * 800 * NSEC_PER_MSEC);
		rw_set(&s->max, (i + 1) * 9 * NSEC_PER_MSEC);
		rw_set(&s->allocs, 15000);
		rw_set(&s->bytes, 123456789);
	}
}

/* Tasks 11 and 12 want a lock that the other holds; 13 waits for 11. */
static inline void rw_tasks(const struct region_world *w, uint64_t nr)
{
	uint64_t id;

	for (id = 1; id <= nr; id++)
		rw_task(w, id, TASK_WAITING, 1 + id % 3,
			id > 4 ? id % 4 + 1 : 0,
			rw_wait(TP_WAIT_IO, 5 + id % 900, 0));
	rw_task(w, 4, TASK_IN_RING, 1, 1, 0);
	rw_task(w, 6, TASK_INJECTED, 3, 2, 0);
	rw_task(w, 7, TASK_IN_SLOT, 3, 6, 0);
	rw_task(w, 9, TASK_POLLED, 2, 7, 0);
	rw_task(w, 11, TASK_WAITING, 1, 1, rw_wait(TP_WAIT_LOCK, 0, 2));
	rw_task(w, 12, TASK_WAITING, 1, 1, rw_wait(TP_WAIT_LOCK, 0, 3));
	rw_task(w, 13, TASK_WAITING, 3, 1, rw_wait(TP_WAIT_JOIN, 0, 11));
	rw_task(w, 14, TASK_WAITING, 3, 13, rw_wait(TP_WAIT_SEND, 0, 1));
	rw_task(w, 15, TASK_WAITING, 4, 0, rw_wait(TP_WAIT_TIMER, 0, 0));
	rw_task(w, 16, TASK_WAITING, 5, 0, rw_wait(TP_WAIT_BLOCKING, 0, 0));
	rw_task(w, 17, TASK_ENDED, 1, 3, 0);
}

/* All of it but the tasks. */
static inline void rw_fill(const struct region_world *w)
{
	struct region_worker *torn = rw_entry(w, REGION_WORKERS, 3);

	rw_runtimes(w);
	rw_place(w, 1, "serve", "src/server.c:60");
	rw_place(w, 2, "thumbnail", "src/server.c:88");
	rw_place(w, 3, "db", "/home/somebody/src/database.c:204");
	rw_place(w, 4, "odd\x1b[31m\x80\xff", "a\tb.c:1");
	rw_place(w, 5, "report", "src/batch.c:12");
	rw_worker(w, 0, WORKER_POLLING, 450 * NSEC_PER_MSEC, 9, 2);
	rw_worker(w, 1, WORKER_PARKED, 1250 * NSEC_PER_USEC, 0, 0);
	rw_worker(w, 2, WORKER_SEARCHING, 12 * NSEC_PER_USEC, 0, 0);
	rw_worker(w, 3, WORKER_PARKED, 90 * NSEC_PER_MSEC, 0, 0);
	rw_worker(w, 4, WORKER_PARKED, 4 * NSEC_PER_SEC, 0, 0);
	rw_set(&torn->now.seq, 7);
	rw_resource(w, 1, TP_RES_CHANNEL, "jobs", 0);
	rw_resource(w, 2, TP_RES_LOCK, "cache", 12);
	rw_resource(w, 3, TP_RES_LOCK, "index", 11);
	rw_spans(w);
}

/**
 * rw_make() - make the region
 * @w: receives it; free(w->mem)
 * @nr_tasks: at least RW_TASKS
 *
 * Return: true; false when there is no memory.
 */
static inline bool rw_make(struct region_world *w, unsigned int nr_tasks)
{
	static const unsigned int used[REGION_PARTS] = { 2, 5, 0, 5, 3, 2, 0 };
	struct region_header h = { .pid = 4711,
				   .level = CONSOLE_HISTS,
				   .start_ticks = 1,
				   .id = 77,
				   .created = 1800000000 * NSEC_PER_SEC,
				   .created_mono = RW_START,
				   .frozen = RW_NOW,
				   .program = "demo" };
	struct region_header *to;
	unsigned int i;

	for (i = 0; i < REGION_PARTS; i++)
		h.part[i].count = used[i];
	h.part[REGION_TASKS].count = nr_tasks;
	h.part[REGION_RINGS].size = REGION_ALIGN;
	w->size = region_layout(&h);
	w->mem = aligned_alloc(REGION_ALIGN, w->size);
	if (!w->mem)
		return false;
	memset(w->mem, 0, w->size);
	to = w->mem;
	memcpy(to, &h, sizeof(h));
	for (i = 0; i < REGION_PARTS; i++)
		rw_set(&to->used[i], h.part[i].count);
	rw_set(&to->pool, 8 | 0 << 16 | 12ull << 32);
	rw_set(&to->pool_jobs, 4321);
	rw_set(&to->io_added, 140);
	rw_set(&to->io_removed, 2);
	rw_fill(w);
	rw_tasks(w, nr_tasks);
	return true;
}

#endif

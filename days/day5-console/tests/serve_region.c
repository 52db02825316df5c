/*
 * serve-region FILE frozen|dead|live [ID]: a region to test readers with.
 *
 * A small world: a runtime "web" of four workers, one of them inside a long
 * poll while tasks wait; a runtime "jobs" of one; two tasks that wait for each
 * other's lock. The numbers are always the same.
 *
 *	frozen   a copy, 60 s after its start
 *	dead     left behind by a process that is no more
 *	live     of this process, which goes on until its stdin ends, and then
 *	         leaves the file as a killed one does
 */
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "process.h"
#include "region.h"
#include "trace.h"

#include "kit/shm.h"
#include "kit/tracewait.h"

#define MS NSEC_PER_MSEC
#define NR_TASKS 60
#define NR_WORKERS 5
#define EVENTS 256

static char *mem;
static struct region_header *head;
static uint64_t base, now;

static void *entry(enum region_part_nr part, unsigned int i)
{
	const struct region_part *p = &head->part[part];

	return mem + p->offset + (uint64_t)i * p->size;
}

static void set(_Atomic(uint64_t) *v, uint64_t n)
{
	atomic_store_explicit(v, n, memory_order_relaxed);
}

static void used(enum region_part_nr part, uint64_t n)
{
	set(&head->used[part], n);
}

static void runtime(unsigned int nr, const char *name, unsigned int first,
		    unsigned int n)
{
	struct region_runtime *r = entry(REGION_RUNTIMES, nr);

	snprintf(r->name, sizeof(r->name), "%s", name);
	r->flavour = 2;
	r->first_worker = first;
	r->nr_workers = n;
	set(&r->injection, nr ? 0 : 7);
	set(&r->spawned, nr ? 4 : 1000);
	set(&r->ended, nr ? 2 : 946);
	set(&r->remote, 321);
	atomic_store_explicit(&r->state, RUNTIME_RUNNING, memory_order_relaxed);
}

static void place(unsigned int nr, const char *what, const char *where)
{
	struct region_place *p = entry(REGION_PLACES, nr - 1);

	snprintf(p->what, sizeof(p->what), "%s", what);
	snprintf(p->where, sizeof(p->where), "%s", where);
	set(&p->spawned, 100 * nr);
	set(&p->ended, 90 * nr);
	set(&p->polls, 1000 * nr);
	set(&p->busy, 77 * MS * nr);
	set(&p->max_poll, 3 * MS);
}

static void hist_add(struct region_hist *h, uint64_t ns, uint64_t n)
{
	_Atomic(uint64_t) *b = &h->buckets[hist_bucket(ns)];

	set(b, atomic_load_explicit(b, memory_order_relaxed) + n);
	set(&h->sum,
	    atomic_load_explicit(&h->sum, memory_order_relaxed) + n * ns);
	if (ns > atomic_load_explicit(&h->max, memory_order_relaxed))
		set(&h->max, ns);
	if (!atomic_load_explicit(&h->min, memory_order_relaxed))
		set(&h->min, ns);
}

static void worker_now(unsigned int nr, enum worker_state state, uint64_t since,
		       uint64_t task)
{
	struct region_worker *w = entry(REGION_WORKERS, nr);
	uint64_t word[SLOT_WORDS] = {
		[WW_STATE] = state,	    [WW_SINCE] = since,
		[WW_TASK] = task,	    [WW_PLACE] = task ? 2 : 0,
		[WW_POLL] = task ? 381 : 0, [WW_TID] = 4711 + nr,
		[WW_SPAN] = task ? 1 : 0
	};

	slot_write(&w->now, word);
}

static void worker(unsigned int nr)
{
	struct region_worker *w = entry(REGION_WORKERS, nr);
	unsigned int i;

	set(&w->runtime, nr < 4 ? 1 : 2);
	set(&w->depth, nr == 1 ? 12 : 0);
	set(&w->slot_used, nr == 1);
	set(&w->metrics.mean_poll, 40000 + nr * 1000);
	for (i = 0; i < METRIC_NR; i++)
		set(&w->metrics.v[i], (nr + 1) * 10 + i);
	set(&w->metrics.v[METRIC_POLLS], 5000 * (nr + 1));
	set(&w->metrics.v[METRIC_BUSY], 9000 * MS);
	set(&w->metrics.v[METRIC_SEARCH], 900 * MS);
	set(&w->metrics.v[METRIC_PARKED], 50000 * MS);
	for (i = 0; i < 28; i++) {
		uint64_t far = i > 8 ? i - 8 : 8 - i;

		hist_add(&w->polls, 500ull << i / 2, 4000 / (1 + far * far));
		hist_add(&w->delays, 2000ull << i / 2, 3000 / (1 + far * far));
	}
	if (nr == 1)
		worker_now(nr, WORKER_POLLING, now - 120 * MS, 9);
	else
		worker_now(nr, nr == 2 ? WORKER_SEARCHING : WORKER_PARKED,
			   now - 3 * MS, 0);
}

/* What a task waits for, as TW_WAIT has it. */
static uint64_t wait_of(unsigned int id)
{
	switch (id) {
	case 10:
		return TP_WAIT_LOCK | 2ull << 32;
	case 11:
		return TP_WAIT_LOCK | 3ull << 32;
	case 12:
		return TP_WAIT_JOIN | 9ull << 32;
	case 13:
		return TP_WAIT_RECV | 1ull << 32;
	case 14:
		return TP_WAIT_TIMER;
	default:
		return TP_WAIT_IO | (uint64_t)id << 8;
	}
}

static enum task_state state_of(unsigned int id)
{
	if (id == 9)
		return TASK_POLLED;
	if (id == 60)
		return TASK_ENDED;
	if (id > 14 && id % 5 == 0)
		return id % 10 ? TASK_IN_RING : TASK_INJECTED;
	return id == 16 ? TASK_IN_SLOT : TASK_WAITING;
}

static void task(unsigned int id)
{
	struct region_task *t = entry(REGION_TASKS, id - 1);
	enum task_state state = state_of(id);
	uint64_t born[SLOT_WORDS] = { [TB_ID] = id,
				      [TB_PLACE] = 1 + id % 4,
				      [TB_PARENT] = id > 20 ? id / 2 : 0,
				      [TB_CREATED] = base + id * MS,
				      [TB_FIRST] = 50000 + id,
				      [TB_TAG] = 0x1000 + id,
				      [TB_WORKER] = 1 + id % 4 };
	uint64_t life[SLOT_WORDS] = { [TW_STATE] = id * 8ull + state,
				      [TW_SINCE] = now - (id + 110) * MS,
				      [TW_POLLS] = 10 + id,
				      [TW_BUSY] = id * MS,
				      [TW_SCHED] = id * MS / 2,
				      [TW_IDLE] = 1000 * MS,
				      [TW_WAIT] = wait_of(id) };
	unsigned int i;

	if (id == 9)
		life[TW_SINCE] = now - 120 * MS;
	/* Long enough that one snapshot proves it. */
	if (id == 10 || id == 11)
		life[TW_SINCE] = now - 2000 * MS;
	set(&t->by_others[TC_WAKES], 9 + id);
	set(&t->by_self[TC_WAKES], id % 3);
	set(&t->by_others[TC_CLONES], 20 + id);
	set(&t->by_others[TC_DROPS], 19 + id);
	set(&t->max_poll, 3 * MS);
	set(&t->max_delay, 5 * MS);
	for (i = 10; i < 22; i++) {
		atomic_store_explicit(&t->polls[i], 1 + id % i,
				      memory_order_relaxed);
		atomic_store_explicit(&t->delays[i], 22 - i,
				      memory_order_relaxed);
	}
	for (i = 0; i < TASK_LAST; i++)
		set(&t->last[i], (40000 + i * 1000) | 9000ull << 32);
	slot_write(&t->born, born);
	slot_write(&t->life, life);
}

static void resource(unsigned int nr, unsigned int kind, const char *name,
		     uint64_t holder)
{
	struct region_resource *r = entry(REGION_RESOURCES, nr - 1);

	snprintf(r->name, sizeof(r->name), "%s", name);
	snprintf(r->where, sizeof(r->where), "server.c:%u", 30 + nr);
	set(&r->id, nr);
	set(&r->depth, 8);
	set(&r->max, 16);
	set(&r->sent, 408);
	set(&r->taken, 400);
	set(&r->waits, 33);
	set(&r->waited, 70 * MS);
	set(&r->held, 12 * MS);
	set(&r->max_held, MS);
	set(&r->holder, holder);
	set(&r->since, now - 3000 * MS);
	set(&r->kind, kind);
}

static void span(void)
{
	struct region_span *s = entry(REGION_SPANS, 0);

	snprintf(s->name, sizeof(s->name), "resize");
	snprintf(s->where, sizeof(s->where), "image.c:12");
	set(&s->calls, 12);
	set(&s->ns, 99 * MS);
	set(&s->max, 20 * MS);
	set(&s->allocs, 24);
	set(&s->bytes, 4096);
}

static void ring(unsigned int nr)
{
	struct trace_ring *r = entry(REGION_RINGS, nr);
	uint64_t at = 1000 + nr * 10;
	unsigned int i;

	r->size = EVENTS;
	for (i = 0; i < 60; i++) {
		struct trace_event e = { .time = at,
					 .ev = i % 2 ? TP_POLL_END
						     : TP_POLL_BEGIN,
					 .task = 0x1000 + 1 + i / 2 % 20,
					 .arg = i % 2 ? 0 : nr };

		trace_ring_emit(r, &e);
		at += i % 2 ? 500 : 4000;
	}
}

static void fill(void)
{
	unsigned int i;

	runtime(0, "web", 0, 4);
	runtime(1, "jobs", 4, 1);
	place(1, "accept_loop", "server.c:60");
	place(2, "thumbnail", "server.c:88");
	place(3, "db \"query\" \\ <b>", "db.c:17");
	place(4, "ticker", "main.c:9");
	for (i = 0; i < NR_WORKERS; i++)
		worker(i);
	for (i = 1; i <= NR_TASKS; i++)
		task(i);
	resource(1, TP_RES_CHANNEL, "jobs", 0);
	resource(2, TP_RES_LOCK, "accounts", 11);
	resource(3, TP_RES_LOCK, "ledger", 10);
	span();
	ring(0);
	ring(1);
	used(REGION_RUNTIMES, 2);
	used(REGION_WORKERS, NR_WORKERS);
	used(REGION_TASKS, NR_TASKS);
	used(REGION_PLACES, 4);
	used(REGION_RESOURCES, 3);
	used(REGION_SPANS, 1);
	used(REGION_RINGS, 2);
	set(&head->lost[REGION_TASKS], 3);
	set(&head->pool, 4 | 1 << 16 | 2ull << 32);
	set(&head->pool_jobs, 55);
	set(&head->io_added, 40);
	set(&head->io_removed, 8);
}

/* A little of everything, up to the present moment. */
static void go_on(unsigned int turn)
{
	unsigned int i, k;

	now = clock_trace();
	for (i = 0; i < NR_WORKERS; i++) {
		struct region_worker *w = entry(REGION_WORKERS, i);
		unsigned int busy = i == 1 ? 0 : (turn / 7 * (i + 3) + i) % 9;

		for (k = 0; k < 1 + busy; k++)
			hist_add(&w->polls, 3000 * (1 + turn % 50), 10);
		metric_add(&w->metrics, METRIC_POLLS, busy * 100);
		metric_add(&w->metrics, METRIC_BUSY, busy * 5 * MS);
		metric_add(&w->metrics, METRIC_SEARCH, 3 * MS);
		metric_add(&w->metrics, METRIC_PARKED, (47 - busy * 5) * MS);
		if (i != 1)
			worker_now(i,
				   busy > 4 ? WORKER_SEARCHING : WORKER_PARKED,
				   now, 0);
	}
}

static void describe(const char *kind, unsigned long long id)
{
	bool is_live = !strcmp(kind, "live");

	head->pid = is_live ? (uint32_t)getpid() : 4194304;
	head->level = 3;
	head->start_ticks = is_live ? process_start_ticks(getpid()) : 1;
	head->id = id;
	head->created = 1700000000 * NSEC_PER_SEC;
	head->created_mono = base;
	head->frozen = !strcmp(kind, "frozen") ? now : 0;
	clock_scale_get(&head->clock);
	snprintf(head->program, sizeof(head->program), "demo");
}

int main(int argc, char **argv)
{
	struct region_header layout = {
		.part = { { .count = 4 },
			  { .count = 8 },
			  { .count = 64 },
			  { .count = 8 },
			  { .count = 8 },
			  { .count = 4 },
			  { .count = 4,
			    .size = (sizeof(struct trace_ring) +
				     EVENTS * sizeof(struct trace_slot) + 127) &
				    ~127u } }
	};
	struct pollfd in = { .fd = 0, .events = POLLIN };
	struct shm shm;
	unsigned int turn;

	if (argc < 3) {
		fprintf(stderr,
			"usage: serve-region FILE frozen|dead|live [ID]\n");
		return 2;
	}
	unlink(argv[1]);
	clock_trace_init();
	now = strcmp(argv[2], "live") ? 100060 * NSEC_PER_SEC : clock_trace();
	base = now - 60 * NSEC_PER_SEC;
	if (shm_create(&shm, argv[1], region_layout(&layout)))
		return 1;
	mem = shm.mem;
	head = shm.mem;
	memcpy(mem, &layout, sizeof(layout));
	describe(argv[2], argc > 3 ? strtoull(argv[3], NULL, 16)
				   : 0x0123456789abcdefull);
	fill();
	printf("ready\n");
	fflush(stdout);
	for (turn = 0; head->pid != 4194304 && turn < 20000; turn++) {
		if (poll(&in, 1, 50) > 0)
			break;
		go_on(turn);
	}
	return 0;
}

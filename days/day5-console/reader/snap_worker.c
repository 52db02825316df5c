/* Given: workers and runtimes, out of a region. */
#include <string.h>

#include "worker.h"
#include "snap.h"

#include "kit/module.h"

/* Workers ------------------------------------------------------------------ */

/* No runtime has it yet. */
#define NOBODY UINT32_MAX
/* More records than this are none: so 128 of them add up. */
#define BUCKET_MAX (1ull << 56)

static void read_hist(struct hist *to, const struct region_hist *from)
{
	uint64_t min;
	unsigned int i;

	hist_init(to);
	for (i = 0; i < HIST_BUCKETS; i++) {
		to->buckets[i] = snap_get(&from->buckets[i]);
		if (to->buckets[i] > BUCKET_MAX)
			to->buckets[i] = BUCKET_MAX;
	}
	to->sum = snap_get(&from->sum);
	to->max = snap_get(&from->max);
	min = snap_get(&from->min);
	if (min)
		to->min = min;
}

static void read_now(const struct snapshot *s, struct snap_worker *w,
		     const struct region_worker *r)
{
	uint64_t word[SLOT_WORDS];
	bool is_polling;

	w->is_torn = slot_read(&r->now, word);
	if (w->is_torn)
		memset(word, 0, sizeof(word));
	w->state =
		word[WW_STATE] <= WORKER_GONE ? word[WW_STATE] : WORKER_UNKNOWN;
	is_polling = w->state == WORKER_POLLING;
	w->since = word[WW_SINCE];
	w->tid = (int)(word[WW_TID] & INT32_MAX);
	w->task = is_polling ? word[WW_TASK] : 0;
	w->poll = is_polling ? word[WW_POLL] : 0;
	/* Checked before they are made smaller: 2^32 + 1 is not number 1. */
	w->place = is_polling && word[WW_PLACE] < s->nr_places
			   ? (unsigned int)word[WW_PLACE]
			   : 0;
	w->span = is_polling && word[WW_SPAN] <= s->nr_spans
			  ? (unsigned int)word[WW_SPAN]
			  : 0;
	w->reading.running_since = is_polling ? w->since : 0;
}

/*
 * What it does, what it has counted, and when that was, belong together: of a
 * poll that ends in between, either its slot tells, or the counter. The writer
 * counts first, and publishes its slot right behind, so that only a reader
 * between these two stores sees both: the next reading says less.
 */
static void read_reading(const struct snapshot *s, struct snap_worker *w,
			 const struct region_worker *r,
			 const struct reader *src)
{
	unsigned int tries, i;
	uint64_t seq;

	for (tries = 0; tries < SLOT_TRIES; tries++) {
		/* acquire: all below is read after it. */
		seq = atomic_load_explicit(&r->now.seq, memory_order_acquire);
		read_now(s, w, r);
		/* acquire: the number is looked at again after them. */
		for (i = 0; i < METRIC_NR; i++)
			if (i != METRIC_ENDS)
				w->reading.v[i] = atomic_load_explicit(
					&r->metrics.v[i], memory_order_acquire);
		if (s->state == READER_LIVE)
			w->reading.now = clock_scale_now(&src->header.clock);
		if (w->is_torn ||
		    atomic_load_explicit(&r->now.seq, memory_order_relaxed) ==
			    seq)
			break;
	}
}

static void read_worker(const struct snapshot *s, struct snap_worker *w,
			const struct region_worker *r, const struct reader *src)
{
	read_reading(s, w, r, src);
	w->depth = snap_get(&r->depth);
	w->slot_used = snap_get(&r->slot_used);
	w->mean_poll = snap_get(&r->metrics.mean_poll);
	read_hist(&w->polls, &r->polls);
	read_hist(&w->delays, &r->delays);
}

static void read_runtime(struct snap_runtime *rt,
			 const struct region_runtime *r)
{
	/* acquire: pairs with the release in runtime_enter(); name and numbers
	 * are those of the runtime. */
	uint32_t state = atomic_load_explicit(&r->state, memory_order_acquire);
	uint32_t flavour = r->flavour;

	snap_name(rt->name, r->name, sizeof(rt->name));
	rt->is_running = state == RUNTIME_RUNNING;
	rt->flavour = flavour <= SCHED_THREADS ? flavour : SCHED_THREADS;
	rt->injection = snap_get(&r->injection);
	rt->spawned = snap_get(&r->spawned);
	rt->remote = snap_get(&r->remote);
	rt->wakes = snap_get(&r->wakes);
	if (state == RUNTIME_RUNNING || state == RUNTIME_ENDED) {
		rt->first = r->first_worker;
		rt->nr_workers = r->nr_workers;
	}
}

/* Does a runtime have workers that are there, and no other's? */
static bool is_row(const struct snapshot *s, const struct snap_runtime *rt)
{
	unsigned int i;

	if (rt->first > s->nr_workers ||
	    rt->nr_workers > s->nr_workers - rt->first)
		return false;
	for (i = 0; i < rt->nr_workers; i++)
		if (s->workers[rt->first + i].runtime != NOBODY)
			return false;
	return true;
}

/* It gets its workers, or none at all. */
static void take_workers(struct snapshot *s, struct snap_runtime *rt)
{
	unsigned int i;

	if (!is_row(s, rt)) {
		rt->first = 0;
		rt->nr_workers = 0;
	}
	for (i = 0; i < rt->nr_workers; i++) {
		struct snap_worker *w = &s->workers[rt->first + i];

		w->runtime = (unsigned int)(rt - s->runtimes);
		w->index = i;
		rt->spawned += w->reading.v[METRIC_SPAWNS];
		rt->ended += w->reading.v[METRIC_ENDS];
	}
	rt->alive = snap_since(rt->ended, rt->spawned);
}

/* Those that run come first, if two say that a worker is theirs. */
static void share_workers(struct snapshot *s)
{
	unsigned int i;

	for (i = 0; i < s->nr_runtimes; i++)
		if (s->runtimes[i].is_running)
			take_workers(s, &s->runtimes[i]);
	for (i = 0; i < s->nr_runtimes; i++)
		if (!s->runtimes[i].is_running)
			take_workers(s, &s->runtimes[i]);
	for (i = 0; i < s->nr_workers; i++)
		if (s->workers[i].runtime == NOBODY)
			s->workers[i].runtime = 0;
}

/* The ends, of all, before all else: see snapshot_take(). */
static void read_ends(struct snapshot *s, const struct reader *src)
{
	unsigned int i;

	/* acquire, both: what comes after is read after them. */
	for (i = 0; i < s->nr_runtimes; i++) {
		const struct region_runtime *r =
			snap_entry(src, REGION_RUNTIMES, i);

		s->runtimes[i].ended =
			atomic_load_explicit(&r->ended, memory_order_acquire);
	}
	for (i = 0; i < s->nr_workers; i++) {
		const struct region_worker *r =
			snap_entry(src, REGION_WORKERS, i);

		s->workers[i].reading.v[METRIC_ENDS] =
			atomic_load_explicit(&r->metrics.v[METRIC_ENDS],
					     memory_order_acquire);
	}
}

void snap_workers(struct snapshot *s, const struct reader *src)
{
	unsigned int i;

	read_ends(s, src);
	for (i = 0; i < s->nr_workers; i++) {
		s->workers[i].runtime = NOBODY;
		read_worker(s, &s->workers[i],
			    snap_entry(src, REGION_WORKERS, i), src);
	}
	for (i = 0; i < s->nr_runtimes; i++)
		read_runtime(&s->runtimes[i],
			     snap_entry(src, REGION_RUNTIMES, i));
	share_workers(s);
}
EXPORT_SYMBOL(snap_workers);

MODULE(snap_worker, "workers and runtimes, out of a region", NULL, NULL);

/* Given: a region, read into plain structs. */
#include <stdlib.h>
#include <string.h>

#include "snapshot.h"

#include "kit/alloc.h"
#include "kit/err.h"
#include "kit/module.h"

/* relaxed: a number, and nothing is read by it. */
static uint64_t get(const _Atomic(uint64_t) *v)
{
	return atomic_load_explicit(v, memory_order_relaxed);
}

/* Entry @i of a part; the checked copy of the header says where that is. */
static const void *entry(const struct reader *src, enum region_part_nr part,
			 uint64_t i)
{
	const struct region_part *p = &src->header.part[part];

	return (const char *)src->mem + p->offset + i * p->size;
}

/* The header in the file: only its counts are read there. */
static const struct region_header *live_header(const struct reader *src)
{
	return src->mem;
}

static uint32_t nr_used(const struct reader *src, enum region_part_nr part)
{
	uint64_t used = get(&live_header(src)->used[part]);
	uint32_t count = src->header.part[part].count;

	return used < count ? (uint32_t)used : count;
}

/* A name out of the region: it ends, and every character can be shown. */
static void copy_name(char *to, const char *from, size_t size)
{
	size_t i;

	for (i = 0; i < size - 1 && from[i]; i++)
		to[i] = from[i] >= ' ' && from[i] <= '~' ? from[i] : '?';
	to[i] = '\0';
}

/* Memory ------------------------------------------------------------------- */

/* The arrays of a snapshot: where each is told, and how large it is. */
struct arrays {
	void **at[6];
	size_t bytes[6];
};

static struct arrays arrays_of(struct snapshot *s, size_t tasks)
{
	return (struct arrays){
		.at = { (void **)&s->runtimes, (void **)&s->workers,
			(void **)&s->tasks, (void **)&s->places,
			(void **)&s->resources, (void **)&s->spans },
		.bytes = { s->nr_runtimes * sizeof(*s->runtimes),
			   s->nr_workers * sizeof(*s->workers),
			   tasks * sizeof(*s->tasks),
			   s->nr_places * sizeof(*s->places),
			   s->nr_resources * sizeof(*s->resources),
			   s->nr_spans * sizeof(*s->spans) },
	};
}

/* Room for the counts that @s has, and for so many tasks. */
static int make_room(struct snapshot *s, size_t tasks)
{
	struct arrays a = arrays_of(s, tasks);
	size_t need = 1, i;
	char *at;

	for (i = 0; i < ARRAY_SIZE(a.at); i++)
		need += a.bytes[i];
	if (need > s->room) {
		void *memory = kit_alloc(need + need / 8);

		if (!memory)
			return -ENOMEM;
		kit_free(s->memory);
		s->memory = memory;
		s->room = need + need / 8;
	}
	/* Every struct here is a multiple of 8 bytes. */
	for (i = 0, at = s->memory; i < ARRAY_SIZE(a.at); i++) {
		*a.at[i] = at;
		at += a.bytes[i];
	}
	memset(s->memory, 0, need);
	return 0;
}

void snapshot_free(struct snapshot *s)
{
	kit_free(s->memory);
	memset(s, 0, sizeof(*s));
}
EXPORT_SYMBOL(snapshot_free);

int snapshot_copy(struct snapshot *to, const struct snapshot *from)
{
	struct snapshot s = *from;
	struct arrays a, b;
	size_t i;
	int err;

	s.memory = to->memory;
	s.room = to->room;
	err = make_room(&s, s.nr_tasks);
	if (err)
		return err;
	*to = s;
	b = arrays_of((struct snapshot *)from, from->nr_tasks);
	a = arrays_of(to, to->nr_tasks);
	for (i = 0; i < ARRAY_SIZE(a.at); i++)
		memcpy(*a.at[i], *b.at[i], b.bytes[i]);
	return 0;
}
EXPORT_SYMBOL(snapshot_copy);

/* Workers ------------------------------------------------------------------ */

static void read_hist(struct hist *to, const struct region_hist *from)
{
	unsigned int i;

	hist_init(to);
	for (i = 0; i < HIST_BUCKETS; i++)
		to->buckets[i] = get(&from->buckets[i]);
	to->sum = get(&from->sum);
	to->max = get(&from->max);
	if (get(&from->min))
		to->min = get(&from->min);
}

static void read_now(struct snap_worker *w, const struct region_worker *r)
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
	w->place = is_polling ? (unsigned int)word[WW_PLACE] : 0;
	w->poll = is_polling ? word[WW_POLL] : 0;
	w->span = is_polling ? (unsigned int)word[WW_SPAN] : 0;
	w->reading.running_since = is_polling ? w->since : 0;
}

/*
 * What it does, what it has counted, and when that was, belong together: of a
 * poll that ends in between, either its slot tells, or the counter. The writer
 * counts first, and publishes its slot right behind, so that only a reader
 * between these two stores sees both: the next reading says less.
 */
static void read_reading(struct snapshot *s, struct snap_worker *w,
			 const struct region_worker *r,
			 const struct reader *src)
{
	unsigned int tries, i;
	uint64_t seq;

	for (tries = 0; tries < SLOT_TRIES; tries++) {
		/* acquire: all below is read after it. */
		seq = atomic_load_explicit(&r->now.seq, memory_order_acquire);
		read_now(w, r);
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

static void read_worker(struct snapshot *s, struct snap_worker *w,
			const struct region_worker *r, const struct reader *src)
{
	read_reading(s, w, r, src);
	w->depth = get(&r->depth);
	w->slot_used = get(&r->slot_used);
	w->mean_poll = get(&r->metrics.mean_poll);
	if (w->place >= s->nr_places)
		w->place = 0;
	if (w->span > s->nr_spans)
		w->span = 0;
	read_hist(&w->polls, &r->polls);
	read_hist(&w->delays, &r->delays);
}

/* The workers of a runtime that is what it says it is. */
static void read_runtime(struct snapshot *s, struct snap_runtime *rt,
			 const struct region_runtime *r)
{
	/* acquire: pairs with the release in runtime_enter(); name and numbers
	 * are those of the runtime. */
	uint32_t state = atomic_load_explicit(&r->state, memory_order_acquire);
	unsigned int i;

	copy_name(rt->name, r->name, sizeof(rt->name));
	rt->is_running = state == RUNTIME_RUNNING;
	rt->flavour = r->flavour;
	rt->injection = get(&r->injection);
	rt->spawned = get(&r->spawned);
	rt->remote = get(&r->remote);
	rt->wakes = get(&r->wakes);
	rt->first = r->first_worker;
	rt->nr_workers = r->nr_workers;
	if (state == RUNTIME_UNUSED || rt->first > s->nr_workers ||
	    rt->nr_workers > s->nr_workers - rt->first) {
		rt->first = 0;
		rt->nr_workers = 0;
		rt->is_running = false;
	}
	for (i = 0; i < rt->nr_workers; i++) {
		struct snap_worker *w = &s->workers[rt->first + i];

		w->runtime = (unsigned int)(rt - s->runtimes);
		w->index = i;
		rt->spawned += w->reading.v[METRIC_SPAWNS];
		rt->ended += w->reading.v[METRIC_ENDS];
	}
	rt->alive = rt->spawned > rt->ended ? rt->spawned - rt->ended : 0;
}

static void read_workers(struct snapshot *s, const struct reader *src)
{
	unsigned int i;

	/* acquire, both: the ends first, all else after them. */
	for (i = 0; i < s->nr_runtimes; i++) {
		const struct region_runtime *r = entry(src, REGION_RUNTIMES, i);

		s->runtimes[i].ended =
			atomic_load_explicit(&r->ended, memory_order_acquire);
	}
	for (i = 0; i < s->nr_workers; i++) {
		const struct region_worker *r = entry(src, REGION_WORKERS, i);

		s->workers[i].reading.v[METRIC_ENDS] =
			atomic_load_explicit(&r->metrics.v[METRIC_ENDS],
					     memory_order_acquire);
	}
	for (i = 0; i < s->nr_workers; i++)
		read_worker(s, &s->workers[i], entry(src, REGION_WORKERS, i),
			    src);
	for (i = 0; i < s->nr_runtimes; i++)
		read_runtime(s, &s->runtimes[i],
			     entry(src, REGION_RUNTIMES, i));
}

/* Tasks -------------------------------------------------------------------- */

static void read_counts(struct snap_task *t, const struct region_task *r)
{
	uint64_t first = t->polls > TASK_LAST ? t->polls - TASK_LAST : 0;
	uint64_t i;

	t->self_wakes = get(&r->by_self[TC_WAKES]);
	t->wakes = t->self_wakes + get(&r->by_others[TC_WAKES]);
	t->clones = get(&r->by_self[TC_CLONES]) + get(&r->by_others[TC_CLONES]);
	t->drops = get(&r->by_self[TC_DROPS]) + get(&r->by_others[TC_DROPS]);
	t->max_poll = get(&r->max_poll);
	t->max_delay = get(&r->max_delay);
	for (i = 0; i < TASK_BUCKETS; i++) {
		t->poll_hist[i] = atomic_load_explicit(&r->polls[i],
						       memory_order_relaxed);
		t->delay_hist[i] = atomic_load_explicit(&r->delays[i],
							memory_order_relaxed);
	}
	/* The poll in progress has no entry yet. */
	for (i = first; i < t->polls - (t->state == TASK_POLLED); i++)
		t->last[t->nr_last++] = get(&r->last[i % TASK_LAST]);
}

/* False: there is no task, or not a whole one. */
static bool read_task(struct snap_task *t, const struct region_task *r,
		      const struct snapshot *s, bool *is_torn)
{
	uint64_t life[SLOT_WORDS], born[SLOT_WORDS];

	*is_torn = slot_read(&r->life, life) || slot_read(&r->born, born);
	if (*is_torn || life[TW_STATE] % 8 == TASK_UNUSED)
		return false;
	*is_torn = life[TW_STATE] / 8 != born[TB_ID];
	if (*is_torn)
		return false;
	memset(t, 0, sizeof(*t));
	t->id = born[TB_ID];
	t->state = life[TW_STATE] % 8;
	t->since = life[TW_SINCE];
	t->polls = life[TW_POLLS];
	t->busy = life[TW_BUSY];
	t->sched = life[TW_SCHED];
	t->idle = life[TW_IDLE];
	t->place = (uint32_t)born[TB_PLACE] < s->nr_places
			   ? (uint32_t)born[TB_PLACE]
			   : 0;
	t->runtime = born[TB_PLACE] >> 32 < s->nr_runtimes
			     ? (unsigned int)(born[TB_PLACE] >> 32)
			     : 0;
	t->parent = born[TB_PARENT];
	t->created = born[TB_CREATED];
	t->first = born[TB_FIRST];
	t->tag = (uint32_t)born[TB_TAG];
	t->worker = born[TB_WORKER] <= s->nr_workers
			    ? (unsigned int)born[TB_WORKER]
			    : 0;
	if (t->state == TASK_WAITING) {
		t->wait = life[TW_WAIT] & 255;
		t->wait_detail = life[TW_WAIT] >> 8 & 0xffffff;
		t->wait_for = life[TW_WAIT] >> 32;
	}
	read_counts(t, r);
	return true;
}

static uint64_t since(uint64_t then, uint64_t now)
{
	return now > then ? now - then : 0;
}

/* What goes on now is counted up to now. */
static void task_up_to(struct snap_task *t, uint64_t now)
{
	uint64_t ns = since(t->since, now);

	t->total = since(t->created, now);
	switch (t->state) {
	case TASK_IN_SLOT:
	case TASK_IN_RING:
	case TASK_INJECTED:
		if (t->polls)
			t->sched += ns;
		break;
	case TASK_POLLED:
		t->busy += ns;
		if (ns > t->max_poll)
			t->max_poll = ns;
		break;
	case TASK_WAITING:
		t->idle += ns;
		break;
	default:
		t->total = since(t->created, t->since);
		break;
	}
	if (t->first == UINT64_MAX)
		t->first = t->total;
}

static int compare_tasks(const void *a, const void *b)
{
	const struct snap_task *x = a, *y = b;

	return (x->id > y->id) - (x->id < y->id);
}

static void read_tasks(struct snapshot *s, const struct reader *src, size_t nr)
{
	bool is_torn, is_sorted = true;
	size_t i;

	for (i = 0; i < nr; i++) {
		struct snap_task *t = &s->tasks[s->nr_tasks];

		if (!read_task(t, entry(src, REGION_TASKS, i), s, &is_torn)) {
			s->torn += is_torn;
			continue;
		}
		if (s->nr_tasks && t->id < t[-1].id)
			is_sorted = false;
		s->nr_tasks++;
	}
	if (!is_sorted)
		qsort(s->tasks, s->nr_tasks, sizeof(*s->tasks), compare_tasks);
}

const struct snap_task *snapshot_task(const struct snapshot *s, uint64_t id)
{
	struct snap_task key = { .id = id };

	if (!s->nr_tasks)
		return NULL;
	return bsearch(&key, s->tasks, s->nr_tasks, sizeof(key), compare_tasks);
}
EXPORT_SYMBOL(snapshot_task);

/* Places, resources, spans ------------------------------------------------- */

static void read_places(struct snapshot *s, const struct reader *src)
{
	unsigned int i;

	strcpy(s->places[0].what, "?");
	strcpy(s->places[0].where, "?");
	for (i = 1; i < s->nr_places; i++) {
		const struct region_place *r = entry(src, REGION_PLACES, i - 1);
		struct snap_place *p = &s->places[i];

		copy_name(p->what, r->what, sizeof(p->what));
		copy_name(p->where, r->where, sizeof(p->where));
		p->spawned = get(&r->spawned);
		p->ended = get(&r->ended);
		p->cancelled = get(&r->cancelled);
		p->polls = get(&r->polls);
		p->busy = get(&r->busy);
		p->sched = get(&r->sched);
		p->max_poll = get(&r->max_poll);
	}
}

/* What the tasks that are there add to their places. */
static void add_to_places(struct snapshot *s)
{
	size_t i;

	for (i = 0; i < s->nr_tasks; i++) {
		const struct snap_task *t = &s->tasks[i];
		struct snap_place *p = &s->places[t->place];

		if (t->max_poll > p->max_poll)
			p->max_poll = t->max_poll;
		if (t->state == TASK_ENDED)
			continue;
		p->alive++;
		p->polls += t->polls;
		p->busy += t->busy;
		p->sched += t->sched + t->first;
	}
}

static void read_resources(struct snapshot *s, const struct reader *src,
			   unsigned int nr)
{
	unsigned int i;

	s->nr_resources = 0;
	for (i = 0; i < nr; i++) {
		const struct region_resource *r =
			entry(src, REGION_RESOURCES, i);
		struct snap_resource *to = &s->resources[s->nr_resources];

		/* acquire: pairs with resource_new(); names are whole. */
		to->kind = (unsigned int)atomic_load_explicit(
			&r->kind, memory_order_acquire);
		if (!to->kind)
			continue;
		s->nr_resources++;
		to->id = get(&r->id);
		copy_name(to->name, r->name, sizeof(to->name));
		copy_name(to->where, r->where, sizeof(to->where));
		to->depth = get(&r->depth);
		to->max = get(&r->max);
		to->sent = get(&r->sent);
		to->taken = get(&r->taken);
		to->waits = get(&r->waits);
		to->waited = get(&r->waited);
		to->held = get(&r->held);
		to->max_held = get(&r->max_held);
		to->holder = get(&r->holder);
		to->since = get(&r->since);
	}
}

static void read_spans(struct snapshot *s, const struct reader *src)
{
	unsigned int i;

	for (i = 0; i < s->nr_spans; i++) {
		const struct region_span *r = entry(src, REGION_SPANS, i);
		struct snap_span *to = &s->spans[i];

		copy_name(to->name, r->name, sizeof(to->name));
		copy_name(to->where, r->where, sizeof(to->where));
		to->calls = get(&r->calls);
		to->ns = get(&r->ns);
		to->max = get(&r->max);
		to->allocs = get(&r->allocs);
		to->bytes = get(&r->bytes);
	}
}

static int compare_resources(const void *a, const void *b)
{
	const struct snap_resource *x = a, *y = b;

	return (x->id > y->id) - (x->id < y->id);
}

const struct snap_resource *snapshot_resource(const struct snapshot *s,
					      uint64_t id)
{
	struct snap_resource key = { .id = id };

	if (!s->nr_resources)
		return NULL;
	return bsearch(&key, s->resources, s->nr_resources, sizeof(key),
		       compare_resources);
}
EXPORT_SYMBOL(snapshot_resource);

/* How long locks are held up to now, and how many wait for each. */
static void finish_resources(struct snapshot *s)
{
	size_t i;

	qsort(s->resources, s->nr_resources, sizeof(*s->resources),
	      compare_resources);
	for (i = 0; i < s->nr_resources; i++) {
		struct snap_resource *r = &s->resources[i];
		uint64_t ns = r->holder ? since(r->since, s->now) : 0;

		r->held += ns;
		if (ns > r->max_held)
			r->max_held = ns;
	}
	for (i = 0; i < s->nr_tasks; i++) {
		const struct snap_task *t = &s->tasks[i];
		struct snap_resource *r;

		if (t->wait < TP_WAIT_SEND || t->wait > TP_WAIT_LOCK)
			continue;
		r = (struct snap_resource *)snapshot_resource(s, t->wait_for);
		if (r)
			r->waiting++;
	}
}

/* All of it ---------------------------------------------------------------- */

static void read_header(struct snapshot *s, const struct reader *src)
{
	const struct region_header *h = &src->header;
	uint64_t pool = get(&live_header(src)->pool);
	unsigned int i;

	s->state = reader_state(src);
	s->id = h->id;
	s->pid = (int)(h->pid & INT32_MAX);
	s->level = h->level;
	copy_name(s->program, h->program, sizeof(s->program));
	for (i = 0; i < REGION_PARTS; i++)
		s->lost[i] = get(&live_header(src)->lost[i]);
	s->io_removed = get(&live_header(src)->io_removed);
	s->io_added = get(&live_header(src)->io_added);
	s->pool_threads = pool & 0xffff;
	s->pool_idle = pool >> 16 & 0xffff;
	s->pool_queued = (unsigned int)(pool >> 32);
	s->pool_jobs = get(&live_header(src)->pool_jobs);
	s->nr_runtimes = nr_used(src, REGION_RUNTIMES);
	s->nr_workers = nr_used(src, REGION_WORKERS);
	s->nr_places = nr_used(src, REGION_PLACES) + 1;
	s->nr_resources = nr_used(src, REGION_RESOURCES);
	s->nr_spans = nr_used(src, REGION_SPANS);
	s->nr_tasks = 0;
	s->torn = 0;
}

/* The time that it is: of a region whose process is gone, when it ended. */
static uint64_t time_of(const struct snapshot *s, const struct reader *src)
{
	uint64_t now = src->header.created_mono;
	unsigned int i;
	size_t k;

	if (s->state == READER_FROZEN)
		return src->header.frozen;
	if (s->state == READER_LIVE)
		return clock_scale_now(&src->header.clock);
	for (i = 0; i < s->nr_workers; i++)
		if (s->workers[i].since > now)
			now = s->workers[i].since;
	for (k = 0; k < s->nr_tasks; k++)
		if (s->tasks[k].since > now)
			now = s->tasks[k].since;
	return now;
}

int snapshot_take(struct snapshot *s, const struct reader *src)
{
	uint32_t nr_tasks = nr_used(src, REGION_TASKS);
	unsigned int nr_resources, i;
	struct snapshot new = { .memory = s->memory, .room = s->room };
	size_t k;
	int err;

	read_header(&new, src);
	nr_resources = new.nr_resources;
	err = make_room(&new, nr_tasks);
	if (err)
		return err;
	*s = new;
	read_places(s, src);
	read_workers(s, src);
	read_tasks(s, src, nr_tasks);
	read_resources(s, src, nr_resources);
	read_spans(s, src);
	s->now = time_of(s, src);
	s->uptime = since(src->header.created_mono, s->now);
	s->wall = src->header.created + s->uptime;
	for (i = 0; s->state != READER_LIVE && i < s->nr_workers; i++)
		s->workers[i].reading.now = s->now;
	for (k = 0; k < s->nr_tasks; k++)
		task_up_to(&s->tasks[k], s->now);
	add_to_places(s);
	finish_resources(s);
	return 0;
}
EXPORT_SYMBOL(snapshot_take);

uint64_t task_quantile(const uint32_t buckets[TASK_BUCKETS], uint64_t max,
		       double q)
{
	uint64_t n = 0, rank, sum = 0, upper;
	unsigned int i;

	for (i = 0; i < TASK_BUCKETS; i++)
		n += buckets[i];
	if (hist_rank(q, n, &rank))
		return 0;
	for (i = 0; i < TASK_BUCKETS - 1; i++) {
		sum += buckets[i];
		if (sum >= rank)
			break;
	}
	upper = i < TASK_BUCKETS - 1 ? (2ull << i) - 1 : max;
	return upper < max ? upper : max;
}
EXPORT_SYMBOL(task_quantile);

MODULE(snapshot, "a region, read into plain structs", NULL, NULL);

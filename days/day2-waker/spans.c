/* Given: events sorted, and made into polls and waits. */
#include "spans.h"

#include "kit/alloc.h"
#include "kit/err.h"
#include "kit/module.h"

/* What is sorted: a key, and where it stood. */
struct key {
	uint64_t key;
	size_t at;
};

/* A plain lock, and which task holds it. */
struct lock_state {
	uint64_t id, holder;
};

/* A worker while the trace is read. */
struct desk {
	struct stall_poll *poll; /* open, or NULL */
	uint64_t cpu, run_delay; /* read when it began */
	uint64_t lock;		 /* waited for now, or 0 */
	uint64_t last;		 /* time of the last event */
};

/* All that is needed to read a trace and not afterwards. */
struct reader {
	struct stall_trace *t;
	struct key *keys, *spare;
	struct lock_state *locks;
	size_t nr_locks, nr_samples;
	struct desk desks[STALL_WORKERS_MAX];
};

static void merge(const struct key *in, struct key *out, size_t lo, size_t mid,
		  size_t hi)
{
	size_t a = lo, b = mid, i;

	for (i = lo; i < hi; i++)
		if (b == hi || (a < mid && in[a].key <= in[b].key))
			out[i] = in[a++];
		else
			out[i] = in[b++];
}

/* Stable; the result is in r->keys. */
static void sort_keys(struct reader *r, size_t n)
{
	size_t width, lo, mid, hi;
	struct key *swap;

	for (width = 1; width < n; width *= 2) {
		for (lo = 0; lo < n; lo = hi) {
			mid = n - lo < width ? n : lo + width;
			hi = n - mid < width ? n : mid + width;
			merge(r->keys, r->spare, lo, mid, hi);
		}
		swap = r->keys;
		r->keys = r->spare;
		r->spare = swap;
	}
}

/* The different numbers among the first @n keys, sorted; 0 is none. */
static size_t sort_ids(struct reader *r, size_t n)
{
	size_t i, nr = 0;

	sort_keys(r, n);
	for (i = 0; i < n; i++)
		if (r->keys[i].key &&
		    (!nr || r->keys[nr - 1].key != r->keys[i].key))
			r->keys[nr++] = r->keys[i];
	return nr;
}

static bool is_of_lock(const struct stall_event *e)
{
	return e->event == STALL_LOCK_WAIT || e->event == STALL_LOCK ||
	       e->event == STALL_UNLOCK;
}

static bool is_broken(const struct stall_event *e)
{
	bool needs_worker = e->event == STALL_POLL_BEGIN ||
			    e->event == STALL_POLL_END ||
			    e->event >= STALL_PARK || is_of_lock(e);

	if (e->event >= STALL_EV_NR)
		return true;
	if (e->worker >= STALL_WORKERS_MAX &&
	    (needs_worker || e->worker != STALL_NO_WORKER))
		return true;
	return e->event <= STALL_DROP && !e->task;
}

static struct lock_state *find_lock(struct reader *r, uint64_t id)
{
	size_t lo = 0, hi = r->nr_locks, mid;

	while (lo < hi) {
		mid = lo + (hi - lo) / 2;
		if (r->locks[mid].id < id)
			lo = mid + 1;
		else
			hi = mid;
	}
	return lo < r->nr_locks && r->locks[lo].id == id ? &r->locks[lo] : NULL;
}

static void reader_ids(struct reader *r, const struct stall_event *ev, size_t n)
{
	size_t i, nr = 0;

	for (i = 0; i < n; i++)
		r->keys[i].key = ev[i].task;
	r->t->nr_tasks = sort_ids(r, n);
	for (i = 0; i < r->t->nr_tasks; i++)
		r->t->tasks[i] = (struct stall_task){ .id = r->keys[i].key };
	for (i = 0; i < n; i++)
		if (is_of_lock(&ev[i]))
			r->keys[nr++].key = ev[i].arg;
	r->nr_locks = sort_ids(r, nr);
	for (i = 0; i < r->nr_locks; i++)
		r->locks[i] = (struct lock_state){ .id = r->keys[i].key };
}

/* Where events are missing; needs the events in the order of r->keys. */
static void reader_gaps(struct reader *r, const struct stall_event *ev,
			size_t n)
{
	struct stall_trace *t = r->t;
	const struct stall_event *e;
	struct stall_gap *g;
	size_t i;

	for (i = 0; i < n; i++) {
		e = &ev[r->keys[i].at];
		if (is_broken(e) || e->worker == STALL_NO_WORKER)
			continue;
		if (e->event == STALL_LOST) {
			g = &t->gaps[t->nr_gaps++];
			g->from = r->desks[e->worker].last;
			g->to = e->time;
			g->worker = e->worker;
			t->lost += e->arg;
		}
		r->desks[e->worker].last = e->time;
	}
	for (i = t->nr_gaps; i-- > 0;) {
		g = &t->gaps[i];
		g->least = g->from;
		if (i + 1 < t->nr_gaps && g[1].least < g->least)
			g->least = g[1].least;
	}
}

static void add_wait(struct stall_trace *t, uint64_t task, uint32_t worker,
		     uint64_t from, uint64_t to)
{
	t->waits[t->nr_waits++] = (struct stall_wait){ task, worker, from, to };
}

/* The open poll of a worker is worth nothing: it had no end, or lost one. */
static void abandon(struct reader *r, struct desk *d)
{
	struct stall_task *task;

	if (!d->poll)
		return;
	task = stall_find(r->t, d->poll->task);
	if (task->state == STALL_RUNNING)
		task->state = STALL_IDLE;
	d->poll->task = 0;
	d->poll = NULL;
	d->lock = 0;
}

static void on_begin(struct reader *r, const struct stall_event *e)
{
	struct stall_task *task = stall_find(r->t, e->task);
	struct desk *d = &r->desks[e->worker];
	uint64_t since = task->since, delay;
	unsigned int i;

	r->t->broken += d->poll != NULL;
	abandon(r, d);
	for (i = 0; task->state == STALL_RUNNING && i < STALL_WORKERS_MAX; i++)
		if (r->desks[i].poll && r->desks[i].poll->task == e->task) {
			abandon(r, &r->desks[i]);
			r->t->broken++;
		}
	delay = stall_begun(task, e->time);
	if (delay != STALL_UNKNOWN && stall_is_lost(r->t, since, e->time))
		delay = STALL_UNKNOWN;
	if (delay != STALL_UNKNOWN)
		add_wait(r->t, e->task, e->worker, e->time - delay, e->time);
	d->poll = &r->t->polls[r->t->nr_polls++];
	*d->poll = (struct stall_poll){ .task = e->task,
					.worker = e->worker,
					.begin = e->time,
					.delay = delay };
	d->cpu = e->cpu;
	d->run_delay = e->run_delay;
}

/* The poll's share of the worker's counters, up to this reading. */
static void read_counters(struct desk *d, const struct stall_event *e)
{
	if (!d->poll || e->cpu < d->cpu || !e->cpu)
		return;
	d->poll->is_cpu_known = true;
	d->poll->cpu = e->cpu - d->cpu;
	if (e->run_delay > d->run_delay)
		d->poll->run_delay = e->run_delay - d->run_delay;
}

/* Whoever waits for a lock that a task between two polls holds is named. */
static void name_holder(struct reader *r, struct desk *d)
{
	struct lock_state *lock = find_lock(r, d->lock);
	struct stall_task *task;

	if (!d->poll || !lock || !lock->holder)
		return;
	task = stall_find(r->t, lock->holder);
	if (task->state == STALL_RUNNING && task->id != d->poll->task)
		return;
	d->poll->lock = lock->id;
	d->poll->holder = task->id;
}

static void on_end(struct reader *r, const struct stall_event *e)
{
	struct desk *d = &r->desks[e->worker];
	unsigned int i;

	if (!d->poll || d->poll->task != e->task) {
		r->t->broken++;
		return;
	}
	read_counters(d, e);
	d->poll->ready = e->arg;
	d->poll->end = d->poll->begin +
		       stall_ended(stall_find(r->t, e->task), e->time, e->arg);
	d->poll = NULL;
	d->lock = 0;
	for (i = 0; !e->arg && i < STALL_WORKERS_MAX; i++)
		if (r->desks[i].lock)
			name_holder(r, &r->desks[i]);
}

static void on_lock(struct reader *r, const struct stall_event *e)
{
	struct desk *d = &r->desks[e->worker];
	struct lock_state *lock = find_lock(r, e->arg);

	if (!lock)
		return;
	if (e->event == STALL_LOCK_WAIT) {
		d->lock = e->arg;
		name_holder(r, d);
		return;
	}
	if (d->lock == e->arg)
		d->lock = 0;
	lock->holder = e->event == STALL_LOCK ? e->task : 0;
}

static void on_event(struct reader *r, const struct stall_event *e)
{
	struct stall_task *task = stall_find(r->t, e->task);

	switch (e->event) {
	case STALL_SPAWN:
		/* A number may be given again when its task has ended. */
		if (task->state == STALL_ENDED)
			task->state = STALL_IDLE;
		stall_scheduled(task, e->time);
		break;
	case STALL_WAKE:
		stall_scheduled(task, e->time);
		break;
	case STALL_POLL_BEGIN:
		on_begin(r, e);
		break;
	case STALL_POLL_END:
		on_end(r, e);
		break;
	case STALL_DROP:
		task->state = STALL_ENDED;
		break;
	case STALL_SAMPLE:
		read_counters(&r->desks[e->worker], e);
		break;
	case STALL_LOST:
		abandon(r, &r->desks[e->worker]);
		break;
	default:
		if (is_of_lock(e))
			on_lock(r, e);
	}
	if (e->cpu && e->worker < STALL_WORKERS_MAX)
		r->t->samples[r->nr_samples++] =
			(struct stall_sample){ e->time, e->run_delay,
					       e->worker };
}

static bool reader_alloc(struct reader *r, size_t n)
{
	struct stall_trace *t = r->t;
	size_t room = n ? n : 1;

	if (room > SIZE_MAX / 2 / sizeof(*t->polls))
		return false;
	r->keys = kit_zalloc(room * sizeof(*r->keys));
	r->spare = kit_zalloc(room * sizeof(*r->spare));
	r->locks = kit_zalloc(room * sizeof(*r->locks));
	t->polls = kit_zalloc(room * sizeof(*t->polls));
	t->waits = kit_zalloc(2 * room * sizeof(*t->waits));
	t->tasks = kit_zalloc(room * sizeof(*t->tasks));
	t->samples = kit_zalloc(room * sizeof(*t->samples));
	t->by_worker = kit_zalloc(room * sizeof(*t->by_worker));
	t->gaps = kit_zalloc(room * sizeof(*t->gaps));
	return r->keys && r->spare && r->locks && t->polls && t->waits &&
	       t->tasks && t->samples && t->by_worker && t->gaps;
}

static void reader_free(struct reader *r)
{
	kit_free(r->keys);
	kit_free(r->spare);
	kit_free(r->locks);
	kit_free(r);
}

static void reader_run(struct reader *r, const struct stall_event *ev, size_t n)
{
	struct stall_trace *t = r->t;
	const struct stall_event *e;
	size_t i;

	reader_ids(r, ev, n);
	for (i = 0; i < n; i++)
		r->keys[i] = (struct key){ ev[i].time, i };
	sort_keys(r, n);
	reader_gaps(r, ev, n);
	for (i = 0; i < n; i++) {
		e = &ev[r->keys[i].at];
		if (is_broken(e)) {
			t->broken++;
			continue;
		}
		if (e->worker < STALL_WORKERS_MAX)
			t->workers[e->worker].is_seen = true;
		on_event(r, e);
	}
	if (n) {
		t->start = r->keys[0].key;
		t->end = r->keys[n - 1].key;
	}
	for (i = 0; i < STALL_WORKERS_MAX; i++)
		if (r->desks[i].poll) {
			r->desks[i].poll->is_open = true;
			r->desks[i].poll->end = t->end;
		}
}

int stall_read(const struct stall_event events[], size_t n,
	       const struct stall_params *params, struct stall_trace *t)
{
	struct reader *r = kit_zalloc(sizeof(*r));
	int err;

	if (!r)
		return -ENOMEM;
	*t = (struct stall_trace){ .params =
					   params ? *params : STALL_DEFAULTS };
	r->t = t;
	err = reader_alloc(r, n) ? 0 : -ENOMEM;
	if (!err) {
		reader_run(r, events, n);
		err = stall_group(t, r->nr_samples);
	}
	reader_free(r);
	if (err)
		stall_free(t);
	return err;
}
EXPORT_SYMBOL(stall_read);

MODULE(spans, "events, made into polls and waits", NULL, NULL);

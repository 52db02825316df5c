/**
 * @file lint_plant.c
 * Worlds by the seed: healthy ones, and ones with one thing wrong.
 */
#include "lint_plant.h"

#include "test/test.h"

static uint64_t state;

/* splitmix64 */
static uint64_t next(void)
{
	uint64_t z = state += 0x9e3779b97f4a7c15;

	z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9;
	z = (z ^ z >> 27) * 0x94d049bb133111eb;
	return z ^ z >> 31;
}

static uint64_t between(uint64_t low, uint64_t high)
{
	return low + next() % (high - low + 1);
}

static unsigned int any_worker(const struct world *w)
{
	return (unsigned int)between(0, w->at[1].nr_workers - 1);
}

static struct snap_task *any_task(struct world *w)
{
	return world_task(w, (enum world_place)between(PLACE_DB, PLACE_CONN));
}

/* A task that waits for @kind as the runtime has it. */
static void add_waiting(struct world *w)
{
	struct snap_task *t = any_task(w);
	enum tp_wait kind = (enum tp_wait)between(TP_WAIT_JOIN, TP_WAIT_OTHER);
	uint64_t what = 0;

	if (kind == TP_WAIT_JOIN)
		what = t->id > 1 ? between(1, t->id - 1) : 0;
	/* The runtime may keep no waker of it for these. */
	if ((kind == TP_WAIT_JOIN || kind == TP_WAIT_BLOCKING) && next() % 2)
		t->drops = t->clones;
	if (kind >= TP_WAIT_SEND && kind <= TP_WAIT_LOCK)
		kind = TP_WAIT_RECV;
	world_waits(w, t, kind, what, between(1, 20 * SECOND));
	t->clones += t->clones == t->drops &&
		     (kind != TP_WAIT_JOIN && kind != TP_WAIT_BLOCKING);
}

/* It gives way all the time, after work of 20 to 80 us: that is well. */
static void add_yielding(struct world *w)
{
	struct snap_task *t = any_task(w), *old = world_old(w, t);
	uint64_t n = between(500, 5000);

	t->polls = old->polls + n;
	t->wakes = old->wakes + n;
	t->self_wakes = old->self_wakes + n;
	t->busy = old->busy + n * between(20000, 80000);
	t->idle = old->idle;
}

/* A lock, held for a moment, that a task waits for. */
static void add_lock(struct world *w)
{
	struct snap_resource *r = world_resource(w, TP_RES_LOCK, "cache");
	struct snap_task *t = any_task(w);

	r->holder = any_task(w)->id;
	r->since = w->at[1].now - between(1, 3 * MS);
	r->waiting = 1;
	world_waits(w, t, TP_WAIT_LOCK, r->id, between(1, 3 * MS));
}

/* A worker inside a short poll. */
static void add_polled(struct world *w, unsigned int worker)
{
	world_polls(w, worker, any_task(w), between(1, 90000));
}

void plant_healthy(struct world *w, uint64_t seed)
{
	unsigned int i, n;

	state = seed;
	world_init(w, (unsigned int)between(1, WORLD_WORKERS - 1));
	world_window_is(w, between(200 * MS, 2 * SECOND));
	for (i = 0; i < w->at[1].nr_workers; i++) {
		world_busy(w, i, (unsigned int)between(0, 45));
		if (!between(0, 2))
			add_polled(w, i);
		else if (!between(0, 2))
			w->workers[1][i].state = WORKER_SEARCHING;
	}
	for (i = 0, n = (unsigned int)between(3, 40); i < n; i++)
		add_waiting(w);
	for (i = 0, n = (unsigned int)between(0, 6); i < n; i++)
		world_schedule(w, any_task(w),
			       (enum task_state)between(TASK_IN_RING,
							TASK_INJECTED),
			       between(1, 900000));
	for (i = 0, n = (unsigned int)between(0, 3); i < n; i++)
		add_yielding(w);
	if (next() % 2)
		add_lock(w);
}

/* Waits -------------------------------------------------------------------- */

/* Tasks in a circle; a neighbour has one with a timeout. */
static struct planted deadlock(struct world *w, bool is_well)
{
	unsigned int n = (unsigned int)between(2, 4), i;
	struct snap_task *first = any_task(w), *t = first;
	struct planted p = { .task = first->id };
	uint64_t ns = between(1100 * MS, 5 * SECOND);

	world_window_is(w, between(200 * MS, SECOND));
	for (i = 0; i < n; i++) {
		struct snap_task *to = i < n - 1 ? any_task(w) : first;
		struct snap_resource *r;

		if (next() % 2) {
			world_waits(w, t, TP_WAIT_JOIN, to->id, ns);
		} else {
			r = world_resource(w, TP_RES_LOCK, "db");
			r->holder = to->id;
			r->since = w->at[1].now - 6 * SECOND;
			r->waiting = 1;
			*world_old_resource(w, r) = *r;
			world_waits(w, t, TP_WAIT_LOCK, r->id, ns);
			/* Otherwise it is still held too long. */
			r->waiting = !is_well;
		}
		t->clones += is_well && i == n - 1;
		t = to;
	}
	return p;
}

static struct planted lost_waker(struct world *w, bool is_well)
{
	struct snap_task *t = any_task(w);

	t->drops = t->clones - is_well;
	world_waits(w, t, next() % 2 ? TP_WAIT_OTHER : TP_WAIT_RECV, 0,
		    w->at[1].now - w->at[0].now + between(SECOND, 9 * SECOND));
	return (struct planted){ .task = t->id };
}

static struct planted lock_held(struct world *w, bool is_well)
{
	struct snap_resource *r = world_resource(w, TP_RES_LOCK, "db");
	struct snap_task *holder = any_task(w), *victim = any_task(w);
	uint64_t ns = between(12 * MS, 500 * MS);

	world_waits(w, holder, TP_WAIT_TIMER, 0, ns);
	r->holder = holder->id;
	r->since = w->at[1].now - ns;
	r->waiting = 1;
	/* Who has just come does not suffer yet. */
	world_waits(w, victim, TP_WAIT_LOCK, r->id,
		    is_well ? between(1, 9 * MS) : between(11 * MS, ns));
	return (struct planted){ .task = holder->id, .resource = r->id };
}

static struct planted channel_full(struct world *w, bool is_well)
{
	struct snap_resource *r = world_resource(w, TP_RES_CHANNEL, "jobs");

	r->depth = r->max = world_old_resource(w, r)->depth = 8;
	r->waiting = 1;
	world_waits(w, any_task(w), TP_WAIT_SEND, r->id,
		    is_well ? between(1, 40 * MS) : between(60 * MS, 900 * MS));
	return (struct planted){ .resource = r->id };
}

/* Polls -------------------------------------------------------------------- */

static struct planted blocking(struct world *w, bool is_well)
{
	uint64_t ns = between(2 * MS, is_well ? 9 * MS : 300 * MS);
	unsigned int worker = any_worker(w), i, n = (unsigned int)between(1, 9);
	struct snap_task *t = any_task(w);

	world_polls(w, worker, t, ns);
	for (i = 0; !is_well && i < n; i++)
		world_schedule(w, any_task(w), TASK_IN_RING,
			       between(11 * ns / 20, ns + ns / 10));
	return (struct planted){ .task = t->id, .worker = worker + 1 };
}

static struct planted never_yielded(struct world *w, bool is_well)
{
	unsigned int worker = any_worker(w);
	struct snap_task *t = any_task(w), *job = any_task(w);

	/* A job of the blocking pool may take as long as it likes. */
	world_waits(w, job, TP_WAIT_BLOCKING, 0, 9 * SECOND);
	t->polls = 0;
	world_polls(w, worker, t,
		    is_well ? between(MS, 9 * MS)
			    : between(1100 * MS, 9 * SECOND));
	w->at[0].nr_tasks = 0;
	return (struct planted){ .task = t->id, .worker = worker + 1 };
}

static struct planted long_poll(struct world *w, bool is_well)
{
	struct snap_task *t = any_task(w), *old = world_old(w, t);
	unsigned int bucket = (unsigned int)between(20, 26);
	uint32_t n = (uint32_t)between(3, 20);

	t->poll_hist[bucket] += n;
	t->max_poll = (3ull << bucket) / 2;
	t->busy += n * t->max_poll;
	/* It was long before the window. */
	if (is_well) {
		old->poll_hist[bucket] += n;
		old->max_poll = t->max_poll;
		t->busy = old->busy + 4 * MS;
	}
	return (struct planted){ .task = t->id };
}

static struct planted self_wakes(struct world *w, bool is_well)
{
	struct snap_task *t = any_task(w), *old = world_old(w, t);
	uint64_t n = between(20000, 90000);
	unsigned int i;

	t->polls = old->polls + n;
	t->wakes = old->wakes + n;
	t->self_wakes = old->self_wakes + n - n / between(3, 9);
	t->busy = old->busy + n * between(200, 3000);
	t->idle = old->idle;
	/* Its budget was spent each time: it is made to give way. */
	for (i = 0; is_well && i < w->at[1].nr_workers; i++)
		w->workers[1][i].reading.v[METRIC_YIELDS] += n;
	return (struct planted){ .task = t->id };
}

static struct planted long_delay(struct world *w, bool is_well)
{
	unsigned int i = any_worker(w), worker;

	for (worker = 0; worker < w->at[1].nr_workers; worker++)
		hist_record(&w->workers[1][worker].delays, 3000);
	/* Long ago, or in the window. */
	for (worker = 0; worker < 3; worker++) {
		hist_record(&w->workers[1][i].delays, between(7 * MS, SECOND));
		if (is_well)
			w->workers[0][i].delays = w->workers[1][i].delays;
	}
	return (struct planted){ 0 };
}

/* Loads -------------------------------------------------------------------- */

static struct planted saturation(struct world *w, bool is_well)
{
	unsigned int i, free = is_well ? any_worker(w) : WORLD_WORKERS;

	world_queue(w, (unsigned int)between(40, 150),
		    is_well ? between(MS, 4 * MS) : between(30 * MS, SECOND));
	for (i = 0; i < w->at[1].nr_workers; i++)
		world_busy(w, i,
			   i == free ? 60 : (unsigned int)between(95, 99));
	return (struct planted){ 0 };
}

/* Two workers or more; @queue tasks in the ring of the busy one. */
static struct planted imbalance(struct world *w, bool is_well)
{
	unsigned int worker, i;
	uint64_t queue = is_well ? 0 : between(20, 100);

	if (w->at[1].nr_workers == 1)
		world_init(w, (unsigned int)between(2, 8));
	worker = any_worker(w);
	for (i = 0; i < 2; i++)
		w->workers[i][worker].depth += queue;
	world_busy(w, worker, (unsigned int)between(93, 100));
	w->workers[1][worker].reading.v[METRIC_PARKS] += 10;
	return (struct planted){ .worker = worker + 1 };
}

static struct planted stealing(struct world *w, bool is_well)
{
	unsigned int i;

	for (i = 0; i < w->at[1].nr_workers; i++) {
		struct metrics_reading *r = &w->workers[1][i].reading;

		world_busy(w, i, (unsigned int)between(10, 40));
		r->v[METRIC_POLLS] *= is_well ? 1 : between(5, 20);
		r->v[METRIC_STEALS] +=
			r->v[METRIC_POLLS] / 100 * between(60, 90);
	}
	return (struct planted){ 0 };
}

static struct planted flat_parks(struct world *w, bool is_well)
{
	unsigned int i, n = w->at[1].nr_workers, k;

	for (i = 0; i < n; i++) {
		struct snap_worker *worker = &w->workers[1][i];

		world_busy(w, i, (unsigned int)between(60, 85));
		for (k = 0; k < 2; k++)
			w->workers[k][i].depth += between(20, 60);
		worker->reading.v[METRIC_PARKS] =
			w->workers[0][i].reading.v[METRIC_PARKS] + is_well;
		if (!is_well)
			worker->reading.v[METRIC_PARKED] = 0;
		if (worker->state == WORKER_PARKED)
			worker->state = WORKER_SEARCHING;
	}
	return (struct planted){ .worker = 1 };
}

static struct planted queue_growth(struct world *w, bool is_well)
{
	uint64_t before = between(20, 60), now;
	struct snap_resource *r;
	unsigned int i;

	now = before + (is_well ? between(0, 9) : between(20000, 60000));
	if (next() % 2) {
		r = world_resource(w, TP_RES_CHANNEL, "jobs");
		world_old_resource(w, r)->depth = before;
		r->depth = now;
		r->taken = between(1000, 9000);
		return (struct planted){ .resource = r->id };
	}
	for (i = 0; i < w->at[1].nr_workers; i++)
		world_busy(w, i, (unsigned int)between(20, 45));
	w->runtimes[0][0].injection += before;
	w->runtimes[1][0].injection += now;
	return (struct planted){ 0 };
}

static struct planted pool_exhausted(struct world *w, bool is_well)
{
	unsigned int i;

	for (i = 0; i < 2; i++) {
		w->at[i].pool_threads = 8;
		w->at[i].pool_queued = (unsigned int)between(2, 40);
		/* The queue is there, but it is done in a moment. */
		w->at[i].pool_jobs = i * (is_well ? 1000000 : between(0, 90));
	}
	return (struct planted){ 0 };
}

static struct planted injection(struct world *w, bool is_well)
{
	unsigned int i, n = (unsigned int)between(1, 20);
	uint64_t ns = w->at[1].now - w->at[0].now + between(1, SECOND);

	for (i = 0; i < n; i++) {
		struct snap_task *t = any_task(w);

		world_schedule(w, t, TASK_INJECTED,
			       is_well ? between(1, 900000) : ns);
		if (!is_well)
			*world_old(w, t) = *t;
	}
	return (struct planted){ 0 };
}

static struct planted (*const planter[LINT_NR])(struct world *w,
						bool is_well) = {
#define X(NAME, name, title) [LINT_##NAME] = name,
	LINTS(X)
#undef X
};

struct planted plant(struct world *w, enum lint_rule rule, uint64_t seed)
{
	plant_healthy(w, seed);
	return planter[rule](w, false);
}

void plant_neighbour(struct world *w, enum lint_rule rule, uint64_t seed)
{
	plant_healthy(w, seed);
	planter[rule](w, true);
}

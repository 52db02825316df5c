/* Given: tasks, out of a region. */
#include <stdlib.h>
#include <string.h>

#include "snap.h"

#include "kit/module.h"

/* So often an entry is read that changes hands. */
#define TRIES 4

/* Tasks -------------------------------------------------------------------- */

/* acquire: the slot that is looked at afterwards is not older than this. */
static uint64_t get_before(const _Atomic(uint64_t) *v)
{
	return atomic_load_explicit(v, memory_order_acquire);
}

static uint32_t get_bucket(const _Atomic(uint32_t) *v)
{
	return atomic_load_explicit(v, memory_order_acquire);
}

/* The last polls; the one in progress is not complete. */
static void read_last(struct snap_task *t, const struct region_task *r)
{
	uint64_t end = t->polls, i;

	if (t->state == TASK_POLLED && end)
		end--;
	t->nr_last = 0;
	for (i = t->polls > TASK_LAST ? t->polls - TASK_LAST : 0; i < end; i++)
		t->last[t->nr_last++] = get_before(&r->last[i % TASK_LAST]);
}

static void read_counts(struct snap_task *t, const struct region_task *r)
{
	unsigned int i;

	t->self_wakes = get_before(&r->by_self[TC_WAKES]);
	t->wakes = t->self_wakes + get_before(&r->by_others[TC_WAKES]);
	t->clones = get_before(&r->by_self[TC_CLONES]) +
		    get_before(&r->by_others[TC_CLONES]);
	t->drops = get_before(&r->by_self[TC_DROPS]) +
		   get_before(&r->by_others[TC_DROPS]);
	t->max_poll = get_before(&r->max_poll);
	t->max_delay = get_before(&r->max_delay);
	for (i = 0; i < TASK_BUCKETS; i++) {
		t->poll_hist[i] = get_bucket(&r->polls[i]);
		t->delay_hist[i] = get_bucket(&r->delays[i]);
	}
	read_last(t, r);
}

static void use_life(struct snap_task *t, const uint64_t life[SLOT_WORDS])
{
	t->state = life[TW_STATE] % 8;
	t->since = life[TW_SINCE];
	t->polls = life[TW_POLLS];
	t->busy = life[TW_BUSY];
	t->sched = life[TW_SCHED];
	t->idle = life[TW_IDLE];
	if (t->state != TASK_WAITING)
		return;
	t->wait = life[TW_WAIT] & 255;
	if (t->wait > TP_WAIT_OTHER)
		t->wait = 0;
	t->wait_detail = life[TW_WAIT] >> 8 & 0xffffff;
	t->wait_for = life[TW_WAIT] >> 32;
}

static void use_born(struct snap_task *t, const uint64_t born[SLOT_WORDS],
		     const struct snapshot *s)
{
	uint32_t place = (uint32_t)born[TB_PLACE];
	uint32_t runtime = born[TB_PLACE] >> 32;

	t->id = born[TB_ID];
	t->place = place < s->nr_places ? place : 0;
	t->runtime = runtime < s->nr_runtimes ? runtime : 0;
	/* Numbers grow: who says that its child bore it lies, and a walk from
	 * child to parent ends. */
	t->parent = born[TB_PARENT] < t->id ? born[TB_PARENT] : 0;
	t->created = born[TB_CREATED];
	t->first = born[TB_FIRST];
	t->tag = (uint32_t)born[TB_TAG];
	if (born[TB_WORKER] <= s->nr_workers)
		t->worker = (unsigned int)born[TB_WORKER];
}

/* How reading a task ends. */
enum read_end {
	READ_TASK, /* here it is */
	READ_NONE, /* there is none */
	READ_TORN, /* there is none that is whole */
};

static enum read_end try_task(struct snap_task *t, const struct region_task *r,
			      const struct snapshot *s)
{
	uint64_t life[SLOT_WORDS], born[SLOT_WORDS], now[SLOT_WORDS];

	if (slot_read(&r->life, life))
		return READ_TORN;
	if (life[TW_STATE] % 8 == TASK_UNUSED)
		return READ_NONE;
	if (life[TW_STATE] % 8 > TASK_ENDED || slot_read(&r->born, born) ||
	    life[TW_STATE] / 8 != born[TB_ID])
		return READ_TORN;
	memset(t, 0, sizeof(*t));
	use_life(t, life);
	use_born(t, born, s);
	/* That its first wait is over is written first, and then what ended
	 * it. Here a life was read that does not know yet.
	 */
	if (!t->polls && t->state != TASK_ENDED)
		t->first = UINT64_MAX;
	read_counts(t, r);
	/* The counts are not in a slot: are they still the same task's? */
	if (slot_read(&r->life, now) || now[TW_STATE] / 8 != life[TW_STATE] / 8)
		return READ_TORN;
	return READ_TASK;
}

/* An entry that goes from one task to the next is torn only for a moment. */
static enum read_end read_task(struct snap_task *t, const struct region_task *r,
			       const struct snapshot *s)
{
	enum read_end end = READ_TORN;
	unsigned int i;

	for (i = 0; i < TRIES && end == READ_TORN; i++)
		end = try_task(t, r, s);
	return end;
}

static int compare_tasks(const void *a, const void *b)
{
	const struct snap_task *x = a, *y = b;

	return (x->id > y->id) - (x->id < y->id);
}

void snap_tasks(struct snapshot *s, const struct reader *src, size_t nr)
{
	bool is_sorted = true;
	enum read_end end;
	size_t i;

	for (i = 0; i < nr; i++) {
		struct snap_task *t = &s->tasks[s->nr_tasks];

		end = read_task(t, snap_entry(src, REGION_TASKS, i), s);
		s->torn += end == READ_TORN;
		if (end != READ_TASK)
			continue;
		if (s->nr_tasks && t->id < t[-1].id)
			is_sorted = false;
		s->nr_tasks++;
	}
	if (!is_sorted)
		qsort(s->tasks, s->nr_tasks, sizeof(*s->tasks), compare_tasks);
}
EXPORT_SYMBOL(snap_tasks);

/* What goes on now is counted up to now. */
static void task_up_to(struct snap_task *t, uint64_t now)
{
	uint64_t ns = snap_since(t->since, now);

	/* The clocks of two processors differ a little, and bytes may lie. */
	if (t->since > now)
		t->since = now;
	if (t->created > now)
		t->created = now;
	t->total = now - t->created;
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
		t->total = snap_since(t->created, t->since);
		break;
	}
	if (t->first == UINT64_MAX)
		t->first = t->total;
}

void snap_tasks_up_to(struct snapshot *s)
{
	size_t i;

	for (i = 0; i < s->nr_tasks; i++)
		task_up_to(&s->tasks[i], s->now);
}
EXPORT_SYMBOL(snap_tasks_up_to);

const struct snap_task *snapshot_task(const struct snapshot *s, uint64_t id)
{
	struct snap_task key = { .id = id };

	if (!s->nr_tasks)
		return NULL;
	return bsearch(&key, s->tasks, s->nr_tasks, sizeof(key), compare_tasks);
}
EXPORT_SYMBOL(snapshot_task);

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

MODULE(snap_task, "tasks, out of a region", NULL, NULL);

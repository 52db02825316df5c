/*
 * Given: the life of a task, in its entry.
 *
 * An entry has one writer at a time: who spawns the task; the one waker whose
 * transition of the state word schedules it; the worker that polls it. The
 * state word, and the queue, hand it on, and with it what was written here.
 */
#include "target.h"

#include "kit/clock.h"
#include "kit/module.h"

/* Histograms --------------------------------------------------------------- */

static void hist_count_one(struct region_hist *h, uint64_t ns)
{
	uint64_t min = gauge_get(&h->min);

	count_own(&h->buckets[hist_bucket(ns)], 1);
	count_own(&h->sum, ns);
	if (!min || ns < min)
		gauge_set(&h->min, ns ? ns : 1);
	if (ns > gauge_get(&h->max))
		gauge_set(&h->max, ns);
}

static void doubling_count(_Atomic(uint32_t) *buckets, uint64_t ns)
{
	unsigned int i = ns ? 63 - (unsigned int)__builtin_clzll(ns) : 0;
	_Atomic(uint32_t) *b =
		&buckets[i < TASK_BUCKETS ? i : TASK_BUCKETS - 1];

	/* relaxed, both: as in metric_add(). */
	atomic_store_explicit(b,
			      atomic_load_explicit(b, memory_order_relaxed) + 1,
			      memory_order_relaxed);
}

/* Tasks -------------------------------------------------------------------- */

/* What is in a slot that only we write. */
static void slot_own(const struct slot *s, uint64_t word[SLOT_WORDS])
{
	unsigned int i;

	for (i = 0; i < SLOT_WORDS; i++)
		word[i] = gauge_get(&s->word[i]);
}

static uint64_t life_state(uint64_t id, enum task_state state)
{
	return id * 8 + state;
}

static void task_clear(struct region_task *r)
{
	unsigned int i;

	for (i = 0; i < TC_NR; i++) {
		gauge_set(&r->by_self[i], 0);
		gauge_set(&r->by_others[i], 0);
	}
	gauge_set(&r->max_poll, 0);
	gauge_set(&r->max_delay, 0);
	for (i = 0; i < TASK_BUCKETS; i++) {
		atomic_store_explicit(&r->polls[i], 0, memory_order_relaxed);
		atomic_store_explicit(&r->delays[i], 0, memory_order_relaxed);
	}
	for (i = 0; i < TASK_LAST; i++)
		gauge_set(&r->last[i], 0);
}

void life_spawned(struct task *t, const struct task *by)
{
	struct seen_worker *w = target_worker();
	struct region_runtime *rt = runtime_of(t->sched);
	uint64_t now = clock_trace(), id, runtime;
	uint32_t place = place_of((struct tp_place *)t->place), i;
	struct region_task *r;

	if (w)
		metric_add(&w->r->metrics, METRIC_SPAWNS, 1);
	else if (rt)
		count_shared(&rt->spawned, 1);
	if (place) {
		struct region_place *p = target_entry(REGION_PLACES, place - 1);

		count_shared(&p->spawned, 1);
	}
	if (!rt || !slots_take(w, &i))
		return;
	runtime = (uint64_t)(rt - (struct region_runtime *)target_entry(
					  REGION_RUNTIMES, 0));
	r = target_entry(REGION_TASKS, i);
	/* relaxed: each gets another number. */
	id = atomic_fetch_add_explicit(&target.next_task, 1,
				       memory_order_relaxed);
	task_clear(r);
	slot_write(&r->born,
		   (uint64_t[SLOT_WORDS]){
			   [TB_ID] = id,
			   [TB_PLACE] = place | runtime << 32,
			   [TB_PARENT] = task_id_of(target_task(by)),
			   [TB_CREATED] = now,
			   [TB_FIRST] = UINT64_MAX,
			   [TB_TAG] = (uint32_t)((uintptr_t)t >> 4) });
	slot_write(&r->life, (uint64_t[SLOT_WORDS]){
				     [TW_STATE] = life_state(id, TASK_INJECTED),
				     [TW_SINCE] = now });
	t->note = note_make(i);
}

/* A wait for a channel or a lock is over. */
static void wait_ended(uint64_t wait, uint64_t ns)
{
	unsigned int kind = wait & 255;

	if (kind >= TP_WAIT_SEND && kind <= TP_WAIT_LOCK)
		resource_waited((uint32_t)(wait >> 32), ns);
}

void life_scheduled(struct task *t, enum tp_queue q)
{
	static const enum task_state states[] = {
		[TP_LIFO] = TASK_IN_SLOT,
		[TP_LOCAL] = TASK_IN_RING,
		[TP_INJECTION] = TASK_INJECTED,
	};
	struct region_task *r = target_task(t);
	uint64_t life[SLOT_WORDS], now;

	if (!r)
		return;
	slot_own(&r->life, life);
	if (life[TW_STATE] % 8 == TASK_WAITING) {
		now = clock_trace();
		life[TW_IDLE] += ns_since(life[TW_SINCE], now);
		wait_ended(life[TW_WAIT], ns_since(life[TW_SINCE], now));
		life[TW_SINCE] = now;
		life[TW_WAIT] = 0;
	}
	/* From one queue to another: it waits since the first. */
	life[TW_STATE] = life_state(life[TW_STATE] / 8, states[q]);
	slot_write(&r->life, life);
}

/* Which of the queues a task goes to, and how full that is now. */
void life_queue_counted(struct task *t, enum tp_queue q)
{
	struct seen_worker *w = target_worker();
	struct worker *raw = kit_self()->worker;
	struct region_runtime *rt;

	if (q != TP_INJECTION) {
		if (!w)
			return;
		metric_add(&w->r->metrics, METRIC_LOCAL, 1);
		if (q == TP_LOCAL)
			gauge_set(&w->r->depth, runq_len(&raw->ring) + 1);
		gauge_set(&w->r->slot_used, raw->slot != NULL);
		return;
	}
	rt = runtime_of(t->sched);
	if (!rt)
		return;
	if (w && w->rt == rt)
		metric_add(&w->r->metrics, METRIC_REMOTE, 1);
	else
		count_shared(&rt->remote, 1);
	gauge_set(&rt->injection, inject_len(&t->sched->inject) + 1);
}

/* The wait before a poll; the task is not in a queue any more. */
static void poll_delayed(struct seen_worker *w, struct region_task *r,
			 uint64_t life[SLOT_WORDS], uint64_t now)
{
	uint64_t delay = ns_since(life[TW_SINCE], now), born[SLOT_WORDS];
	uint64_t worker = w ? w->number + 1 : 0;

	slot_own(&r->born, born);
	if (!life[TW_POLLS] || born[TB_WORKER] != worker) {
		if (!life[TW_POLLS])
			born[TB_FIRST] = ns_since(born[TB_CREATED], now);
		born[TB_WORKER] = worker;
		slot_write(&r->born, born);
	}
	if (life[TW_POLLS])
		life[TW_SCHED] += delay;
	if (delay > gauge_get(&r->max_delay))
		gauge_set(&r->max_delay, delay);
	gauge_set(&r->last[life[TW_POLLS] % TASK_LAST],
		  (delay < UINT32_MAX ? delay : UINT32_MAX) << 32);
	if (target.level < CONSOLE_HISTS)
		return;
	doubling_count(r->delays, delay);
	if (w)
		hist_count_one(&w->r->delays, delay);
}

void life_poll_begun(struct task *t)
{
	struct seen_worker *w = target_worker();
	struct region_task *r = target_task(t);
	uint64_t now = clock_trace(), life[SLOT_WORDS] = { 0 };

	if (r) {
		slot_own(&r->life, life);
		if (w && life[TW_STATE] % 8 == TASK_IN_SLOT)
			metric_add(&w->r->metrics, METRIC_SLOT_POLLS, 1);
		poll_delayed(w, r, life, now);
		life[TW_STATE] = life_state(life[TW_STATE] / 8, TASK_POLLED);
		life[TW_SINCE] = now;
		life[TW_POLLS]++;
		slot_write(&r->life, life);
	}
	if (!w)
		return;
	w->wait = 0;
	w->polled = true;
	metric_add(&w->r->metrics, METRIC_POLLS, 1);
	worker_turns(w, WORKER_POLLING, now);
	worker_queues(w, kit_self()->worker);
	w->now[WW_TASK] = life[TW_STATE] / 8;
	w->now[WW_PLACE] = r ? (uint32_t)gauge_get(&r->born.word[TB_PLACE]) : 0;
	w->now[WW_POLL] = life[TW_POLLS];
	w->now[WW_SPAN] = 0;
	worker_publish(w);
}

/* The poll of a task has taken so long. */
static void poll_took(struct region_task *r, const uint64_t life[SLOT_WORDS],
		      uint64_t ns)
{
	_Atomic(uint64_t) *last = &r->last[(life[TW_POLLS] - 1) % TASK_LAST];

	gauge_set(last, gauge_get(last) | (ns < UINT32_MAX ? ns : UINT32_MAX));
	if (ns > gauge_get(&r->max_poll))
		gauge_set(&r->max_poll, ns);
	if (target.level >= CONSOLE_HISTS)
		doubling_count(r->polls, ns);
}

void life_poll_ended(struct task *t, bool ready)
{
	struct seen_worker *w = target_worker();
	struct region_task *r = target_task(t);
	uint64_t now = clock_trace(), life[SLOT_WORDS], ns;

	if (r) {
		slot_own(&r->life, life);
		ns = ns_since(life[TW_SINCE], now);
		poll_took(r, life, ns);
		life[TW_BUSY] += ns;
		life[TW_STATE] = life_state(life[TW_STATE] / 8,
					    ready ? TASK_ENDED : TASK_WAITING);
		life[TW_SINCE] = now;
		life[TW_WAIT] = w ? w->wait : 0;
		slot_write(&r->life, life);
	}
	/* It may have given its worker away meanwhile. */
	if (!w || w->now[WW_STATE] != WORKER_POLLING)
		return;
	ns = ns_since(w->now[WW_SINCE], now);
	metric_mean(&w->r->metrics, ns);
	if (target.level >= CONSOLE_HISTS)
		hist_count_one(&w->r->polls, ns);
	worker_turns(w, WORKER_SEARCHING, now);
	worker_publish(w);
}

/* A task that ends without being ready: from a queue, or after its poll. */
static void life_cut(struct region_task *r, uint64_t life[SLOT_WORDS],
		     uint64_t now)
{
	uint64_t ns = ns_since(life[TW_SINCE], now), born[SLOT_WORDS];

	if (life[TW_STATE] % 8 == TASK_WAITING) {
		life[TW_IDLE] += ns;
	} else if (life[TW_POLLS]) {
		life[TW_SCHED] += ns;
	} else {
		slot_own(&r->born, born);
		born[TB_FIRST] = ns_since(born[TB_CREATED], now);
		slot_write(&r->born, born);
	}
	life[TW_STATE] = life_state(life[TW_STATE] / 8, TASK_ENDED);
	life[TW_SINCE] = now;
	life[TW_WAIT] = 0;
	slot_write(&r->life, life);
}

/* What a task was, for the place that spawned it. */
static void place_counts(struct region_task *r, const uint64_t life[SLOT_WORDS])
{
	uint32_t i = (uint32_t)gauge_get(&r->born.word[TB_PLACE]);
	struct region_place *p;

	if (!i)
		return;
	p = target_entry(REGION_PLACES, i - 1);
	count_shared(&p->ended, 1);
	count_shared(&p->polls, life[TW_POLLS]);
	count_shared(&p->busy, life[TW_BUSY]);
	count_shared(&p->sched,
		     life[TW_SCHED] + gauge_get(&r->born.word[TB_FIRST]));
	gauge_max(&p->max_poll, gauge_get(&r->max_poll));
}

void life_dropped(struct task *t)
{
	struct seen_worker *w = target_worker();
	struct region_task *r = target_task(t);
	uint64_t life[SLOT_WORDS];

	if (w)
		metric_add(&w->r->metrics, METRIC_ENDS, 1);
	else if (runtime_of(t->sched))
		count_shared(&runtime_of(t->sched)->ended, 1);
	if (!r)
		return;
	slot_own(&r->life, life);
	if (life[TW_STATE] % 8 != TASK_ENDED)
		life_cut(r, life, clock_trace());
	place_counts(r, life);
}

void life_cancelled(struct task *t)
{
	struct seen_worker *w = target_worker();
	uint32_t place = place_of((struct tp_place *)t->place);

	if (w)
		metric_add(&w->r->metrics, METRIC_CANCELS, 1);
	if (place) {
		struct region_place *p = target_entry(REGION_PLACES, place - 1);

		count_shared(&p->cancelled, 1);
	}
}

void life_freed(struct task *t)
{
	struct region_task *r = target_task(t);
	uint32_t i;

	if (!r || !note_entry(t->note, &i))
		return;
	slot_write(&r->life, (uint64_t[SLOT_WORDS]){ TASK_UNUSED });
	slots_put(target_worker(), i);
}

/* Its wakers: the task itself counts in a plain word, others in a locked one. */
void life_counts(struct task *t, enum task_count what)
{
	struct region_task *r = target_task(t);

	if (!r)
		return;
	if (kit_self()->task == t)
		count_own(&r->by_self[what], 1);
	else
		count_shared(&r->by_others[what], 1);
}

void life_woken(struct task *t, const struct task *by)
{
	struct seen_worker *w = target_worker();
	struct region_runtime *rt;

	life_counts(t, TC_WAKES);
	if (w) {
		metric_add(&w->r->metrics, METRIC_WAKES, 1);
		if (by == t)
			metric_add(&w->r->metrics, METRIC_SELF_WAKES, 1);
		return;
	}
	/* A task that has ended may have outlived its scheduler. */
	if (!target_task(t))
		return;
	rt = target_entry(REGION_RUNTIMES,
			  gauge_get(&target_task(t)->born.word[TB_PLACE]) >>
				  32);
	count_shared(&rt->wakes, 1);
}

/* What the task that is polled on this thread will wait for. */
void life_waits(const void *what, uint64_t arg)
{
	struct seen_worker *w = target_worker();
	enum tp_wait kind = tp_wait_kind(arg);
	uint64_t which = 0;

	if (!w || w->now[WW_STATE] != WORKER_POLLING)
		return;
	if (kind == TP_WAIT_JOIN)
		which = task_id_of(target_task(what));
	else if (kind >= TP_WAIT_SEND && kind <= TP_WAIT_LOCK)
		which = resource_id(what);
	w->wait = (uint64_t)kind |
		  ((uint64_t)tp_wait_detail(arg) & 0xffffff) << 8 | which << 32;
}

MODULE(life, "the life of a task", NULL, NULL);

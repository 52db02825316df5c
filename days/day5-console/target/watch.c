/*
 * Given: the listener, and what it writes of workers. Every event becomes a few
 * stores in the region; those of tasks are in life.c.
 */
#include "target.h"

#include "kit/clock.h"
#include "kit/module.h"

/* Workers ------------------------------------------------------------------ */

void worker_publish(struct seen_worker *w)
{
	w->now[WW_TID] = (uint64_t)kit_self()->tid;
	slot_write(&w->r->now, w->now);
}
EXPORT_SYMBOL(worker_publish);

/* The worker does something else from now on. */
void worker_turns(struct seen_worker *w, enum worker_state state, uint64_t now)
{
	static const enum metric time_of[] = {
		[WORKER_POLLING] = METRIC_BUSY,
		[WORKER_SEARCHING] = METRIC_SEARCH,
		[WORKER_PARKED] = METRIC_PARKED,
	};
	enum worker_state old = w->now[WW_STATE];

	if (old != WORKER_UNKNOWN && old != WORKER_GONE)
		metric_add(&w->r->metrics, time_of[old],
			   ns_since(w->now[WW_SINCE], now));
	w->now[WW_STATE] = state;
	w->now[WW_SINCE] = now;
}

/* What is in its queues; only the worker itself sees its slot. */
void worker_queues(struct seen_worker *w, struct worker *raw)
{
	gauge_set(&w->r->depth, runq_len(&raw->ring));
	gauge_set(&w->r->slot_used, raw->slot != NULL);
	gauge_set(&w->rt->injection, inject_len(&raw->sched->inject));
}

static void worker_parks(struct seen_worker *w)
{
	metric_add(&w->r->metrics, METRIC_PARKS, 1);
	if (!w->polled)
		metric_add(&w->r->metrics, METRIC_NOOPS, 1);
	w->polled = false;
	worker_turns(w, WORKER_PARKED, clock_trace());
	worker_queues(w, kit_self()->worker);
	worker_publish(w);
}

static void worker_resumes(struct seen_worker *w)
{
	worker_turns(w, WORKER_SEARCHING, clock_trace());
	worker_publish(w);
}

static void worker_steals(struct seen_worker *w, uint64_t arg)
{
	struct worker *raw = kit_self()->worker;
	unsigned int victim = tp_steal_victim(arg);

	metric_add(&w->r->metrics, METRIC_STEALS, tp_steal_tasks(arg));
	metric_add(&w->r->metrics, METRIC_STEAL_OPS, 1);
	/* The victim may be in a long poll: we know better. */
	if (victim < raw->sched->nr_workers)
		gauge_set(&(w - raw->index + victim)->r->depth,
			  runq_len(&raw->sched->workers[victim].ring));
}

/* Blocking pools ----------------------------------------------------------- */

/* Lock held: the one that is known as @who, or one that is not used. */
static void __pool_set(const void *who, uint64_t state)
{
	unsigned int i, at = TARGET_POOLS;

	for (i = 0; i < TARGET_POOLS; i++) {
		if (target.pool[i].who == who)
			break;
		if (!target.pool[i].who)
			at = i;
	}
	if (i < TARGET_POOLS)
		at = i;
	if (at == TARGET_POOLS)
		return;
	/* One that has no thread and no job may be gone next. */
	target.pool[at].who = state ? who : NULL;
	target.pool[at].state = state;
}

/* A pool has a new state: what is published is the sum of them all. */
static void pool_changes(const void *who, uint64_t state)
{
	unsigned int threads = 0, idle = 0, queued = 0, i;

	mutex_lock(&target.lock);
	__pool_set(who, state);
	for (i = 0; i < TARGET_POOLS; i++) {
		threads += target.pool[i].state & 0xffff;
		idle += target.pool[i].state >> 16 & 0xffff;
		queued += (unsigned int)(target.pool[i].state >> 32);
	}
	gauge_set(&target.header->pool, tp_pool_arg(threads, idle, queued));
	mutex_unlock(&target.lock);
}

/* The listener ------------------------------------------------------------- */

static void listen_task(enum tp_event ev, struct task *t, uint64_t arg)
{
	switch (ev) {
	case TP_SPAWN:
		life_spawned(t, (const struct task *)(uintptr_t)arg);
		break;
	case TP_WAKE:
		life_woken(t, (const struct task *)(uintptr_t)arg);
		break;
	case TP_SCHEDULE:
		life_scheduled(t, arg);
		life_queue_counted(t, arg);
		break;
	case TP_POLL_BEGIN:
		life_poll_begun(t);
		break;
	case TP_POLL_END:
		life_poll_ended(t, arg);
		break;
	case TP_CANCEL:
		life_cancelled(t);
		break;
	case TP_DROP:
		life_dropped(t);
		break;
	case TP_FREE:
		life_freed(t);
		break;
	case TP_CLONE:
		life_counts(t, TC_CLONES);
		break;
	case TP_WAKER_DROP:
		life_counts(t, TC_DROPS);
		break;
	default:
		break;
	}
}

static void listen_worker(enum tp_event ev, uint64_t arg)
{
	struct seen_worker *w = target_worker();

	if (!w)
		return;
	switch (ev) {
	case TP_PARK:
		worker_parks(w);
		break;
	case TP_RESUME:
		worker_resumes(w);
		break;
	case TP_STEAL:
		worker_steals(w, arg);
		break;
	case TP_OVERFLOW:
		metric_add(&w->r->metrics, METRIC_OVERFLOWS, 1);
		break;
	case TP_YIELD:
		metric_add(&w->r->metrics, METRIC_YIELDS, 1);
		break;
	case TP_IO_READY:
		metric_add(&w->r->metrics, METRIC_IO_READY, 1);
		break;
	case TP_TIMER:
		metric_add(&w->r->metrics, METRIC_TIMERS, 1);
		break;
	default:
		break;
	}
}

void target_listen(enum tp_event ev, const void *who, uint64_t arg)
{
	if (unlikely(target.before))
		target.before(ev, who, arg);
	if (unlikely(!target_is_on()))
		return;
	switch (ev) {
	case TP_SPAWN:
	case TP_WAKE:
	case TP_SCHEDULE:
	case TP_POLL_BEGIN:
	case TP_POLL_END:
	case TP_CANCEL:
	case TP_DROP:
	case TP_FREE:
	case TP_CLONE:
	case TP_WAKER_DROP:
		listen_task(ev, (struct task *)who, arg);
		break;
	case TP_STOP:
		runtime_leave((struct sched *)who);
		break;
	case TP_WAIT:
		life_waits(who, arg);
		break;
	case TP_POOL:
		pool_changes(who, arg);
		break;
	case TP_BLOCKING_END:
		count_shared(&target.header->pool_jobs, 1);
		break;
	case TP_IO_ADD:
		count_shared(&target.header->io_added, 1);
		break;
	case TP_IO_DEL:
		count_shared(&target.header->io_removed, 1);
		break;
	case TP_RES_NEW:
	case TP_RES_GONE:
	case TP_SEND:
	case TP_RECV:
	case TP_LOCK:
	case TP_UNLOCK:
		resource_event(ev, (struct tp_res *)who, arg);
		break;
	default:
		listen_worker(ev, arg);
		break;
	}
}
EXPORT_SYMBOL(target_listen);

MODULE(watch, "the listener", NULL, NULL);

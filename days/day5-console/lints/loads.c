/* Given: the rules about queues, workers and pools. */
#include "rules.h"

#include "kit/module.h"

/* Was it told that the runtime has too much to do, or a poll in the way? */
static bool is_known(const struct lint_window *w, unsigned int runtime)
{
	return rule_was_told(w, LINT_BLOCKING, runtime) ||
	       rule_was_told(w, LINT_SATURATION, runtime) ||
	       rule_was_told(w, LINT_INJECTION, runtime) ||
	       rule_was_told(w, LINT_IMBALANCE, runtime);
}

static uint64_t window_of(const struct lint_window *w)
{
	return w->now->now - w->before->now;
}

/* Was a worker busy for so much of the window? */
static bool is_busy(const struct metrics_rates *r, uint64_t percent)
{
	return r->ns && r->delta[METRIC_BUSY] >= r->ns / 100 * percent;
}

/* Apply a rule to each runtime that runs. */
static void each_runtime(const struct lint_window *w,
			 void (*fn)(const struct lint_window *w,
				    unsigned int runtime, struct finding f),
			 enum lint_rule rule, enum lint_level level)
{
	unsigned int i;

	for (i = 0; i < w->now->nr_runtimes; i++)
		if (w->now->runtimes[i].is_running)
			fn(w, i,
			   (struct finding){ .rule = rule,
					     .level = level,
					     .runtime = i + 1 });
}

/* The runtime as a whole --------------------------------------------------- */

static void saturation(const struct lint_window *w, unsigned int runtime,
		       struct finding f)
{
	const struct snap_task *oldest;
	unsigned int worker;

	if (lint_load(w, runtime, &worker) != LOAD_SATURATED)
		return;
	oldest = rule_oldest(w->now, runtime, UINT64_MAX);
	f.count = lint_queued(w->now, runtime);
	f.ns = rule_time_for(f.count, rule_sum(w, runtime, METRIC_POLLS),
			     window_of(w));
	if (f.ns >= w->p->delay_error)
		f.level = LINT_ERROR;
	f.victim = oldest ? oldest->id : 0;
	f.threshold = w->p->queue_min;
	lint_add(w, &f);
}

void rule_saturation(const struct lint_window *w)
{
	if (w->before)
		each_runtime(w, saturation, LINT_SATURATION, LINT_WARN);
}

/* The queue has grown by half and more, and will not be done in a moment. */
static bool has_grown(const struct lint_window *w, uint64_t before,
		      uint64_t now, uint64_t done, uint64_t *time)
{
	if (before < w->p->queue_min || now < before + w->p->queue_min ||
	    now - before < before / 2)
		return false;
	*time = rule_time_for(now, done, window_of(w));
	return *time >= w->p->delay_warn;
}

static void queue_growth(const struct lint_window *w, unsigned int runtime,
			 struct finding f)
{
	f.count = lint_queued(w->now, runtime);
	f.threshold = w->p->queue_min;
	if (is_known(w, runtime) ||
	    !has_grown(w, lint_queued(w->before, runtime), f.count,
		       rule_sum(w, runtime, METRIC_POLLS), &f.ns))
		return;
	lint_add(w, &f);
}

static void channel_growth(const struct lint_window *w,
			   const struct snap_resource *r)
{
	const struct snap_resource *old = snapshot_resource(w->before, r->id);
	struct finding f = { .rule = LINT_QUEUE_GROWTH,
			     .level = LINT_WARN,
			     .resource = r->id,
			     .count = r->depth,
			     .threshold = w->p->queue_min };

	if (old && r->kind == TP_RES_CHANNEL &&
	    has_grown(w, old->depth, r->depth, rule_since(old->taken, r->taken),
		      &f.ns))
		lint_add(w, &f);
}

void rule_queue_growth(const struct lint_window *w)
{
	unsigned int i;

	if (!w->before)
		return;
	each_runtime(w, queue_growth, LINT_QUEUE_GROWTH, LINT_WARN);
	for (i = 0; i < w->now->nr_resources; i++)
		channel_growth(w, &w->now->resources[i]);
}

/* What a worker's own queues hold; 0 when it was not there. */
static uint64_t own_queue(const struct snapshot *s, unsigned int worker)
{
	if (worker >= s->nr_workers)
		return 0;
	return s->workers[worker].depth + s->workers[worker].slot_used;
}

static void imbalance(const struct lint_window *w, unsigned int runtime,
		      struct finding f)
{
	const struct snap_runtime *rt = &w->now->runtimes[runtime];
	unsigned int i, busy = 0, idle = 0;

	for (i = rt->first; i < rt->first + rt->nr_workers; i++) {
		const struct metrics_rates *r = &w->rates[i];

		idle += r->ns && !is_busy(r, w->p->idle_percent);
		if (!is_busy(r, w->p->busy_percent))
			continue;
		busy++;
		f.worker = i + 1;
	}
	/* Nobody is to blame for work that nobody else could do. */
	if (busy != 1 || idle < rt->nr_workers - 1 || !idle ||
	    is_known(w, runtime))
		return;
	f.count = own_queue(w->now, f.worker - 1);
	if (f.count < w->p->queue_min ||
	    own_queue(w->before, f.worker - 1) < w->p->queue_min)
		return;
	f.threshold = w->p->queue_min;
	lint_add(w, &f);
}

void rule_imbalance(const struct lint_window *w)
{
	if (w->before)
		each_runtime(w, imbalance, LINT_IMBALANCE, LINT_WARN);
}

static void stealing(const struct lint_window *w, unsigned int runtime,
		     struct finding f)
{
	uint64_t polls = rule_sum(w, runtime, METRIC_POLLS);
	uint64_t steals = rule_sum(w, runtime, METRIC_STEALS);

	/* A steal pays where the poll is long. */
	if (polls < w->p->min_polls ||
	    steals <= polls / 100 * w->p->steal_percent ||
	    rule_sum(w, runtime, METRIC_BUSY) / polls >= w->p->short_poll)
		return;
	f.count = steals;
	f.threshold = w->p->steal_percent;
	lint_add(w, &f);
}

void rule_stealing(const struct lint_window *w)
{
	if (w->before)
		each_runtime(w, stealing, LINT_STEALING, LINT_INFO);
}

/* Has a worker found no moment to sleep in the window, and a queue? */
static bool has_flat_parks(const struct lint_window *w, unsigned int i)
{
	const struct metrics_rates *r = &w->rates[i];

	return r->ns && !r->delta[METRIC_PARKS] && !r->delta[METRIC_PARKED] &&
	       w->now->workers[i].state != WORKER_PARKED &&
	       r->delta[METRIC_POLLS] >= w->p->min_polls &&
	       own_queue(w->now, i) >= w->p->queue_min &&
	       own_queue(w->before, i) >= w->p->queue_min;
}

static void flat_parks(const struct lint_window *w, unsigned int runtime,
		       struct finding f)
{
	const struct snap_runtime *rt = &w->now->runtimes[runtime];
	unsigned int i;

	if (is_known(w, runtime))
		return;
	for (i = rt->first; i < rt->first + rt->nr_workers; i++) {
		if (!has_flat_parks(w, i))
			continue;
		f.worker = f.worker ? f.worker : i + 1;
		f.count++;
	}
	f.threshold = w->p->queue_min;
	f.ns = window_of(w);
	if (f.count)
		lint_add(w, &f);
}

void rule_flat_parks(const struct lint_window *w)
{
	if (w->before)
		each_runtime(w, flat_parks, LINT_FLAT_PARKS, LINT_WARN);
}

/* Queues that nobody serves ------------------------------------------------ */

/*
 * Of the tasks that were injected at the window's beginning, is each still
 * there? Then nothing was taken out: the queue is served in order.
 */
static bool is_unserved(const struct lint_window *w, unsigned int runtime,
			struct finding *f)
{
	uint64_t oldest = UINT64_MAX;
	size_t i;

	for (i = 0; i < w->before->nr_tasks; i++) {
		const struct snap_task *old = &w->before->tasks[i], *t;

		if (old->runtime != runtime || old->state != TASK_INJECTED)
			continue;
		t = snapshot_task(w->now, old->id);
		if (!t || t->state != TASK_INJECTED || t->since != old->since)
			return false;
		f->count++;
		if (t->since >= oldest)
			continue;
		oldest = t->since;
		f->victim = t->id;
		f->place = t->place;
		f->ns = rule_since(t->since, w->now->now);
	}
	return f->count;
}

static void injection(const struct lint_window *w, unsigned int runtime,
		      struct finding f)
{
	f.threshold = w->p->window;
	if (!is_known(w, runtime) && is_unserved(w, runtime, &f))
		lint_add(w, &f);
}

void rule_injection(const struct lint_window *w)
{
	if (w->before)
		each_runtime(w, injection, LINT_INJECTION, LINT_ERROR);
}

/* The task that has waited for a blocking job for longest. */
static uint64_t waits_for_job(const struct lint_window *w)
{
	const struct snap_task *oldest = NULL;
	size_t i;

	for (i = 0; i < w->now->nr_tasks; i++) {
		const struct snap_task *t = &w->now->tasks[i];

		if (t->state == TASK_WAITING && t->wait == TP_WAIT_BLOCKING &&
		    (!oldest || t->since < oldest->since))
			oldest = t;
	}
	return oldest ? oldest->id : 0;
}

void rule_pool_exhausted(const struct lint_window *w)
{
	const struct snapshot *old = w->before, *s = w->now;
	struct finding f = { .rule = LINT_POOL_EXHAUSTED, .level = LINT_WARN };

	if (!old || !s->pool_queued || s->pool_idle || !s->pool_threads ||
	    !old->pool_queued || old->pool_idle)
		return;
	f.count = s->pool_queued;
	f.ns = rule_time_for(f.count, rule_since(old->pool_jobs, s->pool_jobs),
			     window_of(w));
	f.threshold = w->p->delay_warn;
	if (f.ns < w->p->delay_warn)
		return;
	if (f.ns >= w->p->delay_error)
		f.level = LINT_ERROR;
	f.victim = waits_for_job(w);
	lint_add(w, &f);
}

MODULE(loads, "rules about queues, workers and pools", NULL, NULL);

/* Given: the rules about polls, and about tasks that wait for one. */
#include "rules.h"

#include "kit/module.h"

/* What is in progress ------------------------------------------------------ */

/* A finding about the poll that a worker is in. */
static struct finding poll_of(const struct lint_window *w, enum lint_rule rule,
			      unsigned int worker)
{
	const struct snap_worker *k = &w->now->workers[worker];
	uint64_t ns = rule_since(k->since, w->now->now);

	return (struct finding){ .rule = rule,
				 .level = rule_poll_level(w, ns),
				 .task = k->task,
				 .worker = worker + 1,
				 .runtime = k->runtime + 1,
				 .place = k->place,
				 .ns = ns,
				 .count = 1 };
}

/* The longest delay that a poll of @ns explains. */
static uint64_t explained_by(const struct lint_window *w, uint64_t ns)
{
	uint64_t percent = w->p->explains_percent;

	return percent && ns < UINT64_MAX / 100 ? ns * 100 / percent
						: UINT64_MAX;
}

void rule_blocking(const struct lint_window *w)
{
	unsigned int i, worker;

	for (i = 0; i < w->now->nr_runtimes; i++) {
		const struct snap_task *victim;
		struct finding f;

		if (!w->now->runtimes[i].is_running ||
		    lint_load(w, i, &worker) != LOAD_BLOCKING)
			continue;
		f = poll_of(w, LINT_BLOCKING, worker);
		/* Of those whose wait the poll explains, the one that waits
		 * for longest. */
		victim = rule_oldest(w->now, i, explained_by(w, f.ns));
		if (!victim)
			victim = rule_oldest(w->now, i, UINT64_MAX);
		f.victim = victim ? victim->id : 0;
		f.count = lint_queued(w->now, i);
		f.threshold = w->p->poll_warn;
		lint_add(w, &f);
	}
}

/* Is a worker in its task's first poll, for too long? */
static bool is_never_yielded(const struct lint_window *w, unsigned int worker)
{
	const struct snap_worker *k = &w->now->workers[worker];

	return k->state == WORKER_POLLING && k->task && k->poll == 1 &&
	       rule_since(k->since, w->now->now) >= w->p->never_yielded;
}

/* Was it told of this worker already that a poll holds it? */
static bool is_told(const struct lint_window *w, unsigned int worker)
{
	size_t i;

	for (i = 0; i < w->out->n; i++)
		if (w->out->list[i].worker == worker + 1)
			return true;
	return false;
}

void rule_never_yielded(const struct lint_window *w)
{
	unsigned int i;

	for (i = 0; i < w->now->nr_workers; i++) {
		struct finding f;

		if (!is_never_yielded(w, i) || is_told(w, i))
			continue;
		f = poll_of(w, LINT_NEVER_YIELDED, i);
		f.threshold = w->p->never_yielded;
		lint_add(w, &f);
	}
}

/* What happened in the window ---------------------------------------------- */

/*
 * Polls of a task that have ended in the window, and were too long for sure: a
 * bucket counts when all of it is above the threshold.
 */
static struct finding long_polls_of(const struct lint_window *w,
				    const struct snap_task *t,
				    const struct snap_task *old)
{
	struct finding f = { .rule = LINT_LONG_POLL,
			     .task = t->id,
			     .runtime = t->runtime + 1,
			     .place = t->place,
			     .threshold = w->p->poll_warn };
	unsigned int i;

	for (i = 0; i < TASK_BUCKETS; i++) {
		uint32_t n = t->poll_hist[i] - old->poll_hist[i];

		if (t->poll_hist[i] <= old->poll_hist[i] ||
		    1ull << i < w->p->poll_warn)
			continue;
		f.count += n;
		f.ns = 1ull << i;
	}
	if (f.count && t->state != TASK_POLLED && t->max_poll > old->max_poll)
		f.ns = t->max_poll;
	return f;
}

/* Is a poll of the window as long as poll_info, more often than not? One long
 * one among many short makes a mean that no poll ever took. */
static bool are_mostly_long(const struct lint_window *w,
			    const struct snap_task *t,
			    const struct snap_task *old)
{
	uint64_t all = 0, are_long = 0;
	unsigned int i;

	for (i = 0; i < TASK_BUCKETS; i++) {
		uint32_t n = t->poll_hist[i] - old->poll_hist[i];

		all += n;
		/* Buckets are doublings: the one that holds it counts. */
		if ((2ull << i) > w->p->poll_info)
			are_long += n;
	}
	return 2 * are_long > all;
}

static void long_polls(const struct lint_window *w, const struct snap_task *t)
{
	const struct snap_task *old = rule_before(w, t);
	const struct finding *cause;
	uint64_t polls, mean;
	struct finding f;

	if (!old || t->polls <= old->polls || t->busy <= old->busy)
		return;
	cause = rule_was_told(w, LINT_BLOCKING, t->runtime);
	if (cause && cause->place == t->place)
		return;
	polls = t->polls - old->polls;
	mean = (t->busy - old->busy) / polls;
	f = long_polls_of(w, t, old);
	/* One that was a little long may have had no core for a moment. */
	if (f.count < polls / 100 || (f.count < 2 && f.ns < w->p->poll_error))
		f.count = 0;
	if (!f.count && t->state != TASK_POLLED && polls >= w->p->min_polls &&
	    mean >= w->p->poll_info && are_mostly_long(w, t, old)) {
		f.count = polls;
		f.ns = mean;
		f.threshold = w->p->poll_info;
	}
	if (!f.count)
		return;
	f.level = rule_poll_level(w, f.ns);
	rule_add_at_place(w, &f);
}

void rule_long_poll(const struct lint_window *w)
{
	struct finding f;
	unsigned int k;
	size_t i;

	/* One in progress, that holds nobody up: worth to be told when it is
	 * far too long. */
	for (k = 0; k < w->now->nr_workers; k++) {
		if (w->now->workers[k].state != WORKER_POLLING || is_told(w, k))
			continue;
		f = poll_of(w, LINT_LONG_POLL, k);
		f.threshold = w->p->poll_error;
		if (f.ns >= w->p->poll_error)
			rule_add_at_place(w, &f);
	}
	for (i = 0; w->before && i < w->now->nr_tasks; i++)
		if (w->now->tasks[i].max_poll >= w->p->poll_info)
			long_polls(w, &w->now->tasks[i]);
}

/*
 * Wakes by itself that are no forced yields: of those, it is not known which
 * task they are of, so all of the runtime's are taken for this task's.
 */
static uint64_t self_wakes(const struct lint_window *w,
			   const struct snap_task *t,
			   const struct snap_task *old)
{
	uint64_t n = rule_since(old->self_wakes, t->self_wakes);

	return rule_since(rule_sum(w, t->runtime, METRIC_YIELDS), n);
}

/* It never waits, and its polls do next to nothing: it asks again and again. */
static void self_wakes_of(const struct lint_window *w,
			  const struct snap_task *t)
{
	const struct snap_task *old = rule_before(w, t);
	uint64_t wakes, own, polls, ns = w->now->now - w->before->now;
	struct finding f = { .rule = LINT_SELF_WAKES,
			     .level = LINT_WARN,
			     .task = t->id,
			     .place = t->place,
			     .runtime = t->runtime + 1,
			     .threshold = w->p->self_percent };

	if (!old || t->wakes < old->wakes || t->polls <= old->polls)
		return;
	wakes = t->wakes - old->wakes;
	polls = t->polls - old->polls;
	own = self_wakes(w, t, old);
	if (wakes < w->p->min_wakes ||
	    own <= wakes / 100 * w->p->self_percent ||
	    rule_since(old->busy, t->busy) / polls >= w->p->short_poll ||
	    rule_since(old->idle, t->idle) > ns / 100 * w->p->idle_percent)
		return;
	f.count = own;
	f.ns = rule_since(old->busy, t->busy);
	rule_add_at_place(w, &f);
}

void rule_self_wakes(const struct lint_window *w)
{
	size_t i;

	for (i = 0; w->before && i < w->now->nr_tasks; i++)
		if (w->now->tasks[i].self_wakes >= w->p->min_wakes)
			self_wakes_of(w, &w->now->tasks[i]);
}

/* Waiting for a poll ------------------------------------------------------- */

/* Of the runtime's delays in the window: how many were too long, and how long
 * the longest was at least. */
static uint64_t delays_of(const struct lint_window *w, unsigned int runtime,
			  uint64_t *all, uint64_t *longest)
{
	const struct snap_runtime *rt = &w->now->runtimes[runtime];
	uint64_t n = 0, low;
	unsigned int i, b;

	*all = *longest = 0;
	for (i = rt->first; i < rt->first + rt->nr_workers; i++) {
		if (i >= w->before->nr_workers)
			continue;
		for (b = 0; b < HIST_BUCKETS; b++) {
			uint64_t d = rule_since(
				w->before->workers[i].delays.buckets[b],
				w->now->workers[i].delays.buckets[b]);

			*all += d;
			low = b ? hist_upper(b - 1) + 1 : 0;
			if (!d || low < w->p->delay_warn)
				continue;
			n += d;
			*longest = low > *longest ? low : *longest;
		}
	}
	return n;
}

/* Somebody who has waited for so long in the window. */
static uint64_t victim_of(const struct lint_window *w, unsigned int runtime)
{
	const struct snap_task *worst = NULL;
	size_t i;

	for (i = 0; i < w->now->nr_tasks; i++) {
		const struct snap_task *t = &w->now->tasks[i], *old;

		if (t->runtime != runtime || t->max_delay < w->p->delay_warn ||
		    (worst && t->max_delay <= worst->max_delay))
			continue;
		old = rule_before(w, t);
		if (old && t->max_delay > old->max_delay)
			worst = t;
	}
	return worst ? worst->id : 0;
}

/* Was it told why tasks of a runtime wait for @ns? */
static bool is_explained(const struct lint_window *w, unsigned int runtime,
			 uint64_t ns)
{
	size_t i;

	if (rule_was_told(w, LINT_BLOCKING, runtime) ||
	    rule_was_told(w, LINT_SATURATION, runtime) ||
	    rule_was_told(w, LINT_INJECTION, runtime) ||
	    rule_was_told(w, LINT_IMBALANCE, runtime) ||
	    rule_was_told(w, LINT_QUEUE_GROWTH, runtime))
		return true;
	for (i = 0; i < w->out->n; i++) {
		const struct finding *f = &w->out->list[i];

		if ((f->rule == LINT_LONG_POLL ||
		     f->rule == LINT_NEVER_YIELDED) &&
		    f->runtime == runtime + 1 &&
		    f->ns >= ns / 100 * w->p->explains_percent)
			return true;
	}
	return false;
}

static void long_delay_of(const struct lint_window *w, unsigned int runtime)
{
	const struct snap_task *t = rule_oldest(w->now, runtime, UINT64_MAX);
	struct finding f = { .rule = LINT_LONG_DELAY,
			     .runtime = runtime + 1,
			     .threshold = w->p->delay_warn };
	uint64_t all, longest, n;

	if (t)
		f.ns = rule_since(t->since, w->now->now);
	if (f.ns >= w->p->delay_warn) {
		f.victim = t->id;
		f.place = t->place;
		f.count = 1;
	} else if (w->before) {
		n = delays_of(w, runtime, &all, &longest);
		if (n < 2 || n < all / 100)
			return;
		f.ns = longest;
		f.count = n;
		f.victim = victim_of(w, runtime);
	}
	if (!f.count || is_explained(w, runtime, f.ns))
		return;
	f.level = f.ns >= w->p->delay_error ? LINT_ERROR : LINT_WARN;
	lint_add(w, &f);
}

void rule_long_delay(const struct lint_window *w)
{
	unsigned int i;

	for (i = 0; i < w->now->nr_runtimes; i++)
		if (w->now->runtimes[i].is_running)
			long_delay_of(w, i);
}

MODULE(polls, "rules about polls, and about waiting for one", NULL, NULL);

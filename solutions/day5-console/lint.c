/*
 * Two verdicts that are easily given wrong: is a poll in the way, or is there
 * simply too much to do; and is a wait the last one of its task?
 */
#include "lint.h"

#include "kit/module.h"
#include "kit/todo.h"

/* From @then to @now; no time when @then is later: the two were read apart. */
static uint64_t since(uint64_t then, uint64_t now)
{
	return now > then ? now - then : 0;
}

/* TODO 7 (12 points): does one poll explain the delay of a task, or are there
 * more polls than fit? What you need besides the function goes here.
 * Hint: README#todo-7
 */

/* The shortest wait in a queue that is a delay; 0: there is none. */
static uint64_t shortest_delay(const struct lint_window *w,
			       unsigned int runtime)
{
	uint64_t shortest = 0;
	size_t i;

	for (i = 0; i < w->now->nr_tasks; i++) {
		const struct snap_task *t = &w->now->tasks[i];
		uint64_t ns = since(t->since, w->now->now);

		if (t->runtime != runtime || t->state < TASK_IN_SLOT ||
		    t->state > TASK_INJECTED || ns < w->p->poll_warn)
			continue;
		if (!shortest || ns < shortest)
			shortest = ns;
	}
	return shortest;
}

/* The poll in progress that has lasted longest; 0: there is none. */
static uint64_t longest_poll(const struct lint_window *w, unsigned int runtime,
			     unsigned int *worker)
{
	const struct snap_runtime *rt = &w->now->runtimes[runtime];
	uint64_t longest = 0;
	unsigned int i;

	for (i = rt->first; i < rt->first + rt->nr_workers; i++) {
		const struct snap_worker *k = &w->now->workers[i];
		uint64_t ns = since(k->since, w->now->now);

		if (k->state != WORKER_POLLING || ns <= longest)
			continue;
		longest = ns;
		*worker = i;
	}
	return longest;
}

static bool is_saturated(const struct lint_window *w, unsigned int runtime)
{
	const struct snap_runtime *rt = &w->now->runtimes[runtime];
	unsigned int i;

	if (!w->before || !rt->nr_workers ||
	    lint_queued(w->now, runtime) < w->p->queue_min ||
	    lint_queued(w->before, runtime) < w->p->queue_min)
		return false;
	for (i = rt->first; i < rt->first + rt->nr_workers; i++) {
		const struct metrics_rates *r = &w->rates[i];

		if (!r->ns ||
		    r->delta[METRIC_BUSY] < r->ns / 100 * w->p->busy_percent)
			return false;
	}
	return true;
}
/* END */

enum lint_load lint_load(const struct lint_window *w, unsigned int runtime,
			 unsigned int *worker)
{
	/* TODO 7, second half (see above). */
	unsigned int held_longest = 0;
	uint64_t delay = shortest_delay(w, runtime);
	uint64_t poll = longest_poll(w, runtime, &held_longest);

	/* A longer poll covers more: if any explains a delay, this one does,
	 * and if any delay is explained, the shortest is. */
	if (delay && poll >= w->p->poll_warn &&
	    poll >= delay / 100 * w->p->explains_percent) {
		*worker = held_longest;
		return LOAD_BLOCKING;
	}
	return is_saturated(w, runtime) ? LOAD_SATURATED : LOAD_FINE;
	/* STUB: return TODO(7, LOAD_FINE); */
	/* END */
}
EXPORT_SYMBOL(lint_load);

bool lint_is_lost(const struct lint_window *w, const struct snap_task *t)
{
	/* TODO 8 (10 points): waiting, and nobody can end that.
	 * Hint: README#todo-8
	 */
	const struct snap_task *old;

	if (t->state != TASK_WAITING || t->clones != t->drops ||
	    since(t->since, w->now->now) < w->p->lost_waker)
		return false;
	/* The runtime itself wakes it after these. */
	if (t->wait == TP_WAIT_JOIN || t->wait == TP_WAIT_BLOCKING)
		return false;
	if (!w->before)
		return true;
	old = snapshot_task(w->before, t->id);
	return old && old->state == TASK_WAITING && old->since == t->since &&
	       old->clones == t->clones && old->drops == t->drops;
	/* STUB: return TODO(8, false); */
	/* END */
}
EXPORT_SYMBOL(lint_is_lost);

MODULE(lint, "blocking, saturated, and lost wakers", NULL, NULL);

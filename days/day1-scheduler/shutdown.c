/* Given: run what can run, cancel the rest. */
#include "worker.h"

#include "kit/bug.h"
#include "kit/clock.h"
#include "kit/module.h"

/* So long all workers may sleep while a task is alive that nobody has. */
#define SHUTDOWN_PATIENCE NSEC_PER_SEC

static bool sched_is_empty(struct sched *s)
{
	unsigned int i;

	for (i = 0; i < s->nr_workers; i++)
		if (!live_is_empty(&s->workers[i].live))
			return false;
	return true;
}

/* All workers parked and nothing queued: no task can go on by itself. */
static bool __sched_is_quiet(struct sched *s)
{
	/* seq_cst: as everywhere with these; the lock of idle is held. */
	return atomic_load_explicit(&s->idle.nr_parked, memory_order_seq_cst) ==
		       s->nr_workers &&
	       !sched_has_work(s);
}

/*
 * Wait until nothing can go on; with @all also until every task has ended,
 * which a thread that is between waking a task and queueing it may delay.
 */
static void sched_wait_quiet(struct sched *s, bool all)
{
	int err = 0;

	mutex_lock(&s->idle.lock);
	while (!__sched_is_quiet(s) || (all && !sched_is_empty(s))) {
		uint64_t deadline = clock_now() + SHUTDOWN_PATIENCE;
		bool task_was_lost = err && __sched_is_quiet(s);

		BUG_ON(task_was_lost);
		err = cond_wait(&s->idle.quiet, &s->idle.lock, deadline);
	}
	mutex_unlock(&s->idle.lock);
}

/* The same where the caller's thread moves the workers. */
static void sched_run_quiet(struct sched *s, bool all)
{
	struct worker *w = &s->workers[0];
	bool was_woken = true;
	unsigned int i;

	for (;;) {
		bool found = false, task_was_lost;

		for (i = 0; i < s->nr_workers; i++)
			found |= sched_step(s, i);
		if (found)
			continue;
		if (!all || sched_is_empty(s))
			return;
		/* Another thread is about to queue a task, or one was lost. */
		task_was_lost = !was_woken && !sched_has_work(s);
		BUG_ON(task_was_lost);
		idle_enter(w);
		was_woken =
			sched_has_work(s) ||
			parker_park(w->parker, clock_now() + SHUTDOWN_PATIENCE);
		idle_leave(w);
	}
}

static void sched_drain(struct sched *s, bool all)
{
	if (sched_is_empty(s))
		return;
	if (s->flavour == SCHED_THREADS)
		sched_wait_quiet(s, all);
	else
		sched_run_quiet(s, all);
}

void sched_shutdown(struct sched *s)
{
	unsigned int i;

	BUG_ON(sched_current() == s);
	if (s->is_shut)
		return;
	s->is_shut = true;
	for (i = 0; i < s->nr_workers; i++)
		live_close(&s->workers[i].live);
	sched_drain(s, false);
	for (i = 0; i < s->nr_workers; i++)
		live_cancel_all(&s->workers[i].live);
	sched_drain(s, true);
}
EXPORT_SYMBOL(sched_shutdown);

MODULE(shutdown, "run what can run, cancel the rest", NULL, NULL);

/* Given: run what can run, cancel the rest. */
#include "worker.h"

#include "kit/bug.h"
#include "kit/clock.h"
#include "kit/module.h"

static bool sched_is_empty(struct sched *s)
{
	unsigned int i;

	for (i = 0; i < s->nr_workers; i++)
		if (!live_is_empty(&s->workers[i].live))
			return false;
	return true;
}

/*
 * All workers parked, nothing queued, and no thread that gave its worker away
 * in a poll: no task can go on by itself, and each is on a list of live.h.
 */
static bool __sched_is_quiet(struct sched *s)
{
	/* seq_cst: as everywhere with these; the lock of idle is held. */
	return atomic_load_explicit(&s->idle.nr_parked, memory_order_seq_cst) ==
		       s->nr_workers &&
	       !s->nr_away && !sched_has_work(s);
}

/*
 * Wait until nothing can go on; with @all also until every task has ended,
 * which a thread that is between waking a task and queueing it may delay.
 */
static void sched_wait_quiet(struct sched *s, bool all)
{
	mutex_lock(&s->idle.lock);
	while (!__sched_is_quiet(s) || (all && !sched_is_empty(s)))
		cond_wait(&s->idle.quiet, &s->idle.lock, CLOCK_NEVER);
	mutex_unlock(&s->idle.lock);
}

/* Is a task in a queue, or in a slot? On no list then, perhaps. */
static bool sched_is_queued(struct sched *s)
{
	unsigned int i;

	for (i = 0; i < s->nr_workers; i++)
		if (s->workers[i].slot)
			return true;
	return sched_has_work(s);
}

/* The same where the caller's thread moves the workers. */
static void sched_run_quiet(struct sched *s, bool all)
{
	unsigned int i;
	bool found;

	if (!sched_is_queued(s) && sched_is_empty(s))
		return;
	do {
		found = false;
		for (i = 0; i < s->nr_workers; i++)
			found |= sched_step(s, i);
	} while (found || (all && !sched_is_empty(s)));
}

static void sched_drain(struct sched *s, bool all)
{
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

/*
 * The scheduler's decisions: where a task goes that can run, which one a
 * worker polls next, and how a worker falls asleep without missing a task. The
 * pieces that are decided about are in worker.h.
 */
#include "worker.h"

#include "kit/bug.h"
#include "kit/clock.h"
#include "kit/module.h"
#include "kit/todo.h"
#include "kit/tracepoint.h"

void sched_submit(struct task *t, bool yielded)
{
	/* TODO 6 (12 points): the slot, the ring, or the injection queue?
	 * Given: worker_self(), worker_push(), sched_inject().
	 * Hint: README#todo-6
	 */
	TODO(6, );
}
EXPORT_SYMBOL(sched_submit);

void sched_notify(struct sched *s)
{
	/* TODO 8 (16 points): park against submit, the submitter's side: the
	 * task is queued; is somebody to be woken? Hint: README#todo-8
	 */
	TODO(8, );
}
EXPORT_SYMBOL(sched_notify);

struct task *worker_next(struct worker *w)
{
	/* TODO 7 (19 points): which task is polled next? Given: inject_pop(),
	 * runq_pop(), worker_push(), worker_take_batch(), worker_steal().
	 * Hint: README#todo-7
	 */
	return TODO(7, NULL);
}
EXPORT_SYMBOL(worker_next);

/*
 * A worker that falls asleep and a thread that submits never take a lock
 * together. Each writes first and looks afterwards, so at least one of them
 * sees the other:
 *
 *	worker_park()                      submit
 *	-------------                      ------
 *	idle_enter():                      push:
 *	  nr_parked++, nr_searching--        tail or len = ...
 *	sched_has_work():                  sched_notify():
 *	  look at len, and every tail        look at nr_searching, nr_parked
 *
 * All of these are seq_cst. With anything weaker the processor may let each
 * look overtake the write before it: the worker sees no task, the submitter
 * sees no sleeper, and the task lies there while everybody sleeps.
 */
void worker_park(struct worker *w)
{
	/* TODO 8, second half (see above): the worker's side. Given:
	 * idle_enter(), idle_leave(), sched_has_work(), parker_park().
	 */
	TODO(8, );
}
EXPORT_SYMBOL(worker_park);

bool sched_step(struct sched *s, unsigned int worker)
{
	struct kit_self *self = kit_self();
	struct worker *w = &s->workers[worker];
	void *before = self->worker;
	bool found;

	BUG_ON(s->flavour == SCHED_THREADS || worker >= s->nr_workers);
	self->worker = w;
	found = worker_turn(w);
	/* It does not go on to park, so it must not count as searching. */
	idle_found(w);
	self->worker = before;
	return found;
}
EXPORT_SYMBOL(sched_step);

struct sched *sched_current(void)
{
	struct worker *w = kit_self()->worker;

	return w ? w->sched : NULL;
}
EXPORT_SYMBOL(sched_current);

MODULE(sched, "where a task goes, what is polled next, how to park", NULL,
       NULL);

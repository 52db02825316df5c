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
	struct worker *w = worker_self(t->sched);
	struct task *older;

	if (!w) {
		sched_inject(t);
		return;
	}
	if (yielded) {
		worker_push(w, t);
		return;
	}
	older = w->slot;
	w->slot = t;
	tp_schedule(t, TP_LIFO);
	if (older)
		worker_push(w, older);
	/* STUB: TODO(6, ); */
	/* END */
}
EXPORT_SYMBOL(sched_submit);

void sched_notify(struct sched *s)
{
	/* TODO 8 (16 points): park against submit, the submitter's side: the
	 * task is queued; is somebody to be woken? Hint: README#todo-8
	 */
	struct worker *w;

	/* seq_cst, both: the loads of the store-load pair in worker_park(). */
	if (atomic_load_explicit(&s->idle.nr_searching, memory_order_seq_cst) ||
	    !atomic_load_explicit(&s->idle.nr_parked, memory_order_seq_cst))
		return;
	w = idle_pick(&s->idle);
	if (!w)
		return;
	tp_unpark(w->index);
	parker_unpark(w->parker);
	/* STUB: TODO(8, ); */
	/* END */
}
EXPORT_SYMBOL(sched_notify);

struct task *worker_next(struct worker *w)
{
	/* TODO 7 (19 points): which task is polled next? Given: inject_pop(),
	 * runq_pop(), worker_push(), worker_take_batch(), worker_steal().
	 * Hint: README#todo-7
	 */
	struct task *t = NULL;

	w->tick++;
	if (w->tick % SCHED_INJECT_TICK == 0)
		t = inject_pop(&w->sched->inject);
	if (!t && w->slot && w->slot_polls < SCHED_SLOT_POLLS) {
		t = w->slot;
		w->slot = NULL;
		w->slot_polls++;
		return t;
	}
	if (!t && w->slot) {
		/* Three in a row: now it is the ring's turn. */
		worker_push(w, w->slot);
		w->slot = NULL;
	}
	w->slot_polls = 0;
	if (!t)
		t = runq_pop(&w->ring);
	if (!t)
		t = worker_take_batch(w);
	if (!t)
		t = worker_steal(w);
	return t;
	/* STUB: return TODO(7, NULL); */
	/* END */
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
	idle_enter(w);
	if (!sched_has_work(w->sched))
		parker_park(w->parker, CLOCK_NEVER);
	idle_leave(w);
	/* STUB: TODO(8, ); */
	/* END */
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

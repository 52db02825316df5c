/* Given: what a worker's turn is made of, and the loop of its thread. */
#include <stdio.h>

#include "worker.h"

#include "kit/alloc.h"
#include "kit/err.h"
#include "kit/module.h"
#include "kit/tracepoint.h"

/*
 * A task was queued. In a stepped scheduler nobody sleeps, and the tests of the
 * TODOs before sched_notify() run without it.
 */
static void worker_notify(struct sched *s)
{
	if (s->flavour != SCHED_STEPPED)
		sched_notify(s);
}

void worker_push(struct worker *w, struct task *t)
{
	tp_schedule(t, TP_LOCAL);
	runq_push(&w->ring, t, &w->sched->inject);
	worker_notify(w->sched);
}
EXPORT_SYMBOL(worker_push);

struct task *worker_take_batch(struct worker *w)
{
	struct sched *s = w->sched;
	unsigned int share = inject_len(&s->inject) / s->nr_workers + 1;
	struct task *t = inject_pop_batch(&s->inject, &w->ring, share);

	/* For a moment these tasks were in no queue that a searcher sees. */
	if (t && runq_len(&w->ring))
		worker_notify(s);
	return t;
}
EXPORT_SYMBOL(worker_take_batch);

/* A small generator (xorshift) is enough to spread the thieves. */
static uint32_t worker_rand(struct worker *w)
{
	w->rand ^= w->rand << 13;
	w->rand ^= w->rand >> 17;
	w->rand ^= w->rand << 5;
	return w->rand;
}

struct task *worker_steal(struct worker *w)
{
	struct sched *s = w->sched;
	unsigned int i, n, first;

	if (s->nr_workers == 1)
		return NULL;
	idle_search(w);
	first = worker_rand(w) % s->nr_workers;
	for (i = 0; i < s->nr_workers; i++) {
		struct worker *v = &s->workers[(first + i) % s->nr_workers];
		struct task *t;

		n = v == w ? 0 : runq_steal(&v->ring, &w->ring);
		if (!n)
			continue;
		tp_steal(n, v->index, w->index);
		t = runq_pop(&w->ring);
		if (t)
			return t;
	}
	return NULL;
}
EXPORT_SYMBOL(worker_steal);

bool worker_turn(struct worker *w)
{
	struct task *t;

	if (unlikely(w->sched->driver) && (w->tick + 1) % SCHED_DRIVE_TICK == 0)
		seat_glance(w);
	t = worker_next(w);
	if (!t)
		return false;
	/* The submits that counted on the searcher need the next one. */
	if (idle_found(w) && sched_has_work(w->sched))
		worker_notify(w->sched);
	kit_self()->spent = 0;
	task_run(t, w);
	/* @w may be another thread's by now: see worker_start(). */
	return true;
}
EXPORT_SYMBOL(worker_turn);

/* Does the worker end? Asked only when there is nothing to do. */
static bool worker_is_stopped(struct worker *w)
{
	/* acquire: pairs with the release in sched_stop(), which unparks every
	 * worker after it: a worker that misses it here does not sleep. */
	return atomic_load_explicit(&w->sched->is_stopped,
				    memory_order_acquire);
}

void worker_join(struct worker_thread *t)
{
	if (!t)
		return;
	thread_join(&t->thread);
	kit_free(t);
}
EXPORT_SYMBOL(worker_join);

/*
 * A thread that gave its worker away ends. It cannot join itself: it is left
 * to the next one that does the same, or to sched_stop().
 */
static void worker_leave(struct worker_thread *t)
{
	struct sched *s = t->away.sched;
	struct worker_thread *before;

	mutex_lock(&s->idle.lock);
	before = s->left;
	s->left = t;
	s->nr_away--;
	cond_broadcast(&s->idle.quiet);
	mutex_unlock(&s->idle.lock);
	worker_join(before);
}

void worker_main(void *arg)
{
	struct kit_self *self = kit_self();
	struct worker *w = arg;
	struct worker_thread *t = w->thread;

	self->worker = w;
	while (self->worker == w) {
		if (worker_turn(w))
			continue;
		if (worker_is_stopped(w))
			break;
		worker_park(w);
	}
	if (self->worker != w)
		worker_leave(t);
	self->worker = NULL;
}
EXPORT_SYMBOL(worker_main);

int worker_start(struct worker *w)
{
	struct worker_thread *t = kit_zalloc(sizeof(*t));
	struct worker_thread *old = w->thread;
	char name[24];
	int err;

	if (!t)
		return -ENOMEM;
	t->away.sched = w->sched;
	t->away.index = w->index;
	t->away.is_away = true;
	w->thread = t;
	snprintf(name, sizeof(name), "worker-%u", w->index);
	err = thread_create(&t->thread, name, worker_main, w);
	if (err) {
		w->thread = old;
		kit_free(t);
	}
	return err;
}
EXPORT_SYMBOL(worker_start);

void sched_inject(struct task *t)
{
	struct sched *s = t->sched;

	/* relaxed: @t is alive, and so is the scheduler until it is queued. */
	atomic_fetch_add_explicit(&s->in_flight, 1, memory_order_relaxed);
	tp_schedule(t, TP_INJECTION);
	inject_push(&s->inject, t);
	/* From here on @t may be gone. */
	worker_notify(s);
	/* release: pairs with the acquire in sched_destroy(), which frees. */
	atomic_fetch_sub_explicit(&s->in_flight, 1, memory_order_release);
}
EXPORT_SYMBOL(sched_inject);

bool sched_has_work(struct sched *s)
{
	unsigned int i;

	if (inject_len(&s->inject))
		return true;
	for (i = 0; i < s->nr_workers; i++)
		if (runq_len(&s->workers[i].ring))
			return true;
	return false;
}
EXPORT_SYMBOL(sched_has_work);

MODULE(worker, "a worker's turn, and the loop of its thread", NULL, NULL);

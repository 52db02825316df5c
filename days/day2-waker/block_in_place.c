/* Given: hand the worker over to a new thread, then block. */
#include "block_in_place.h"

#include "worker.h"

#include "kit/err.h"
#include "kit/module.h"

/* A thread without a worker is one more that shutdown waits for. */
static void count_away(struct sched *s, int n)
{
	mutex_lock(&s->idle.lock);
	s->nr_away += (unsigned int)n;
	mutex_unlock(&s->idle.lock);
}

/*
 * Give the calling thread's worker to a new thread. From the moment that one
 * starts nothing of the worker is ours, so all is written before.
 */
static int hand_over(struct worker *w)
{
	struct sched *s = w->sched;
	int err;

	if (s->flavour != SCHED_THREADS)
		return -EDEADLK;
	count_away(s, 1);
	err = worker_start(w);
	if (err)
		count_away(s, -1);
	return err;
}

int block_in_place(void (*fn)(void *arg), void *arg)
{
	struct kit_self *self = kit_self();
	struct worker *w = self->worker;
	void *task = self->task;
	int err;

	if (w && !w->is_away) {
		struct worker_thread *t = w->thread;

		err = hand_over(w);
		if (err)
			return err;
		w = &t->away;
	}
	/* No worker, no task: what @fn waits for is not on their budget. */
	self->worker = NULL;
	self->task = NULL;
	fn(arg);
	self->task = task;
	self->worker = w;
	return 0;
}
EXPORT_SYMBOL(block_in_place);

MODULE(block_in_place, "block in the middle of a poll", NULL, NULL);

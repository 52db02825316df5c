/* Given: one allocation, a place on the list of live tasks, a first submit. */
#include <string.h>

#include "worker.h"

#include "kit/alloc.h"
#include "kit/err.h"
#include "kit/module.h"
#include "kit/tracepoint.h"

/* Round up, so that whatever follows is aligned for any type. */
static size_t align16(size_t n)
{
	return (n + 15) & ~(size_t)15;
}

struct task *task_create(struct sched *s, const struct future_ops *ops,
			 const void *init, unsigned int refs,
			 const struct tp_place *place)
{
	size_t size = align16(ops->size);
	struct task *t = kit_alloc(sizeof(*t) + size + ops->out_size);

	if (!t)
		return NULL;
	atomic_init(&t->state, TASK_SCHEDULED | (uint64_t)refs * TASK_REF);
	t->sched = s;
	t->home = NULL;
	t->status = 0;
	t->join_waker.ops = NULL;
	t->out = t->body + size;
	t->place = place;
	t->note = 0;
	memcpy(t->body, init, ops->size);
	return t;
}
EXPORT_SYMBOL(task_create);

int sched_spawn_at(struct sched *s, const struct future_ops *ops,
		   const void *init, struct join *join,
		   const struct tp_place *place)
{
	struct worker *w = worker_self(s);
	struct task *t;
	int err;

	if (ops->size < sizeof(struct future))
		return -EINVAL;
	/* The scheduler's reference, and the handle's. */
	t = task_create(s, ops, init, join ? 2 : 1, place);
	if (!t)
		return -ENOMEM;
	if (!w)
		err = live_add(&s->workers[0].live, t);
	else
		err = live_is_closed(&w->live) ? -ESHUTDOWN : 0;
	if (err) {
		kit_free(t);
		return err;
	}
	tp_spawn(t);
	if (join) {
		join->future.ops = &join_ops;
		join->task = t;
	}
	/* From here on the task may run, and end, at any moment. */
	sched_submit(t, false);
	return 0;
}
EXPORT_SYMBOL(sched_spawn_at);

MODULE(spawn, "start a task", NULL, NULL);

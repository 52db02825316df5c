/* Given: the injection queue, a list behind a lock. */
#include "inject.h"
#include "runq.h"
#include "task.h"

#include "kit/bug.h"
#include "kit/module.h"

void inject_init(struct inject *in)
{
	mutex_init(&in->lock);
	list_init(&in->tasks);
	atomic_init(&in->len, 0);
}
EXPORT_SYMBOL(inject_init);

void inject_fini(struct inject *in)
{
	BUG_ON(!list_is_empty(&in->tasks));
	mutex_fini(&in->lock);
}
EXPORT_SYMBOL(inject_fini);

/* Lock held. */
static void __inject_add_len(struct inject *in, int n)
{
	/* relaxed: only written under the lock, which we hold. */
	unsigned int len = atomic_load_explicit(&in->len, memory_order_relaxed);

	/* seq_cst: the store of the store-load pair in worker_park(). */
	atomic_store_explicit(&in->len, len + n, memory_order_seq_cst);
}

/* Lock held. */
static struct task *__inject_pop(struct inject *in)
{
	struct task *t;

	if (list_is_empty(&in->tasks))
		return NULL;
	t = list_first_entry(&in->tasks, struct task, queue);
	list_del(&t->queue);
	__inject_add_len(in, -1);
	return t;
}

void inject_push(struct inject *in, struct task *t)
{
	inject_push_array(in, &t, 1);
}
EXPORT_SYMBOL(inject_push);

void inject_push_array(struct inject *in, struct task *const *tasks,
		       unsigned int n)
{
	unsigned int i;

	mutex_lock(&in->lock);
	for (i = 0; i < n; i++)
		list_add_tail(&tasks[i]->queue, &in->tasks);
	__inject_add_len(in, n);
	mutex_unlock(&in->lock);
}
EXPORT_SYMBOL(inject_push_array);

struct task *inject_pop(struct inject *in)
{
	struct task *t;

	if (!inject_len(in))
		return NULL;
	mutex_lock(&in->lock);
	t = __inject_pop(in);
	mutex_unlock(&in->lock);
	return t;
}
EXPORT_SYMBOL(inject_pop);

struct task *inject_pop_batch(struct inject *in, struct runq *q,
			      unsigned int max)
{
	struct task *batch[RUNQ_SIZE / 2];
	unsigned int i, n = 0;

	if (!inject_len(in))
		return NULL;
	if (max > ARRAY_SIZE(batch))
		max = ARRAY_SIZE(batch);
	mutex_lock(&in->lock);
	while (n < max && (batch[n] = __inject_pop(in)))
		n++;
	mutex_unlock(&in->lock);
	for (i = 1; i < n; i++)
		runq_push(q, batch[i], in);
	return n ? batch[0] : NULL;
}
EXPORT_SYMBOL(inject_pop_batch);

MODULE(inject, "the injection queue", NULL, NULL);

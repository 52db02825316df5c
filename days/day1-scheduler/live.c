/* Given: the list of tasks that nobody else could find. */
#include "live.h"
#include "task.h"

#include "kit/bug.h"
#include "kit/err.h"
#include "kit/module.h"

void live_init(struct live *l)
{
	mutex_init(&l->lock);
	list_init(&l->tasks);
	list_init(&l->doomed);
	atomic_init(&l->is_closed, false);
}
EXPORT_SYMBOL(live_init);

void live_fini(struct live *l)
{
	BUG_ON(!live_is_empty(l));
	mutex_fini(&l->lock);
}
EXPORT_SYMBOL(live_fini);

bool live_is_closed(struct live *l)
{
	/* relaxed: late is soon enough, and nothing is read through it. */
	return atomic_load_explicit(&l->is_closed, memory_order_relaxed);
}
EXPORT_SYMBOL(live_is_closed);

/* Lock held. */
static void __live_add(struct live *l, struct task *t)
{
	t->home = l;
	list_add_tail(&t->live, &l->tasks);
}

int live_add(struct live *l, struct task *t)
{
	int err = 0;

	mutex_lock(&l->lock);
	if (live_is_closed(l))
		err = -ESHUTDOWN;
	else
		__live_add(l, t);
	mutex_unlock(&l->lock);
	return err;
}
EXPORT_SYMBOL(live_add);

void live_keep(struct live *l, struct task *t)
{
	if (t->home)
		return;
	mutex_lock(&l->lock);
	__live_add(l, t);
	mutex_unlock(&l->lock);
}
EXPORT_SYMBOL(live_keep);

void live_del(struct task *t)
{
	if (!t->home)
		return;
	mutex_lock(&t->home->lock);
	list_del(&t->live);
	mutex_unlock(&t->home->lock);
}
EXPORT_SYMBOL(live_del);

void live_close(struct live *l)
{
	mutex_lock(&l->lock);
	/* relaxed: under the lock, or late; see live_is_closed(). */
	atomic_store_explicit(&l->is_closed, true, memory_order_relaxed);
	mutex_unlock(&l->lock);
}
EXPORT_SYMBOL(live_close);

/* The oldest task that is not doomed yet, with a reference; or NULL. */
static struct task *live_doom_one(struct live *l)
{
	struct task *t = NULL;

	mutex_lock(&l->lock);
	if (!list_is_empty(&l->tasks)) {
		t = list_first_entry(&l->tasks, struct task, live);
		list_del(&t->live);
		list_add_tail(&t->live, &l->doomed);
		task_get(t);
	}
	mutex_unlock(&l->lock);
	return t;
}

void live_cancel_all(struct live *l)
{
	struct task *t;

	/* Not under the lock: cancelling takes other locks. */
	while ((t = live_doom_one(l))) {
		task_cancel(t);
		task_put(t);
	}
}
EXPORT_SYMBOL(live_cancel_all);

bool live_is_empty(struct live *l)
{
	bool is_empty;

	mutex_lock(&l->lock);
	is_empty = list_is_empty(&l->tasks) && list_is_empty(&l->doomed);
	mutex_unlock(&l->lock);
	return is_empty;
}
EXPORT_SYMBOL(live_is_empty);

MODULE(live, "the list of tasks that nobody else could find", NULL, NULL);

/* Given: the list of tasks that have not ended. */
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
	l->is_closed = false;
}
EXPORT_SYMBOL(live_init);

void live_fini(struct live *l)
{
	BUG_ON(!live_is_empty(l));
	mutex_fini(&l->lock);
}
EXPORT_SYMBOL(live_fini);

int live_add(struct live *l, struct task *t)
{
	int err = 0;

	mutex_lock(&l->lock);
	if (l->is_closed)
		err = -ESHUTDOWN;
	else
		list_add_tail(&t->live, &l->tasks);
	mutex_unlock(&l->lock);
	return err;
}
EXPORT_SYMBOL(live_add);

void live_del(struct task *t)
{
	mutex_lock(&t->home->lock);
	list_del(&t->live);
	mutex_unlock(&t->home->lock);
}
EXPORT_SYMBOL(live_del);

void live_close(struct live *l)
{
	mutex_lock(&l->lock);
	l->is_closed = true;
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

MODULE(live, "the list of tasks that have not ended", NULL, NULL);

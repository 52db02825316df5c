/* Given: tasks in a set that aborts what is left of them when it ends. */
#include "joinset.h"

#include "kit/module.h"

static enum poll task_poll(struct future *f, struct context *cx, void *out)
{
	struct joinset_task *t = container_of(f, struct joinset_task, future);

	if (future_poll(t->handle, cx, &t->status) == POLL_PENDING)
		return POLL_PENDING;
	list_del(&t->link);
	t->set = NULL;
	return POLL_READY;
}

/* Of a task that has ended the handle is the caller's. */
static void task_drop(struct future *f)
{
	struct joinset_task *t = container_of(f, struct joinset_task, future);

	if (!t->set)
		return;
	list_del(&t->link);
	t->set->abort(t->handle);
	future_drop(t->handle);
}

int joinset_init(struct joinset *s, void (*abort)(struct future *h))
{
	list_init(&s->tasks);
	s->abort = abort;
	return unordered_init(&s->set);
}
EXPORT_SYMBOL(joinset_init);

int joinset_push(struct joinset *s, struct joinset_task *t,
		 struct future *handle)
{
	static const struct future_ops ops = {
		.poll = task_poll,
		.drop = task_drop,
		.size = sizeof(struct joinset_task),
	};
	int err;

	t->future.ops = &ops;
	t->handle = handle;
	t->set = s;
	/* Before the push: whoever that wakes may poll the set on the spot. */
	list_add_tail(&t->link, &s->tasks);
	err = unordered_push(&s->set, &t->future, NULL);
	if (err)
		list_del(&t->link);
	return err;
}
EXPORT_SYMBOL(joinset_push);

struct unordered_next joinset_next(const struct joinset *s)
{
	return unordered_next(&s->set);
}
EXPORT_SYMBOL(joinset_next);

void joinset_abort_all(struct joinset *s)
{
	struct joinset_task *t;

	list_for_each_entry(t, &s->tasks, link)
		s->abort(t->handle);
}
EXPORT_SYMBOL(joinset_abort_all);

void joinset_fini(struct joinset *s)
{
	unordered_fini(&s->set);
}
EXPORT_SYMBOL(joinset_fini);

MODULE(joinset, "tasks that are aborted with their set", NULL, NULL);

/* Given: the ledger's tables; what a waker writes there is in tracewaker.c. */
#include "ledger.h"

#include "kit/alloc.h"
#include "kit/err.h"
#include "kit/module.h"
#include "kit/thread.h"

#include <string.h>

void ledger_init(struct ledger *l, unsigned int limit)
{
	*l = (struct ledger){ .limit = limit };
	mutex_init(&l->lock);
	list_init(&l->tasks);
}
EXPORT_SYMBOL(ledger_init);

static void ledger_task_free(struct ledger_task *t)
{
	struct ledger_entry *e, *next;

	list_for_each_entry_safe(e, next, &t->entries, link) {
		if (e->live)
			waker_drop(&e->inner);
		list_del(&e->link);
		kit_free(e);
	}
	list_del(&t->link);
	kit_free(t);
}

void ledger_fini(struct ledger *l)
{
	struct ledger_task *t, *next;

	list_for_each_entry_safe(t, next, &l->tasks, link)
		ledger_task_free(t);
	mutex_fini(&l->lock);
}
EXPORT_SYMBOL(ledger_fini);

int ledger_task(struct ledger *l, const char *name, const char *where,
		struct ledger_task **out)
{
	struct ledger_task *t = kit_zalloc(sizeof(*t));

	if (!t)
		return -ENOMEM;
	t->ledger = l;
	t->name = name ? name : "?";
	t->where = where ? where : "?";
	list_init(&t->entries);
	mutex_lock(&l->lock);
	list_add_tail(&t->link, &l->tasks);
	mutex_unlock(&l->lock);
	*out = t;
	return 0;
}
EXPORT_SYMBOL(ledger_task);

int ledger_add(struct ledger_task *t, const char *where, struct waker inner,
	       struct ledger_entry **out)
{
	struct ledger *l = t->ledger;
	struct ledger_entry *e = kit_zalloc(sizeof(*e));
	int err = e ? 0 : -ENOMEM;

	mutex_lock(&l->lock);
	if (!err && l->limit && l->entries == l->limit)
		err = -ENOSPC;
	if (err) {
		t->untraced++;
	} else {
		*e = (struct ledger_entry){ .task = t,
					    .where = where ? where : "?",
					    .inner = inner,
					    .live = true,
					    .uses = 1 };
		list_add_tail(&e->link, &t->entries);
		l->entries++;
		t->live++;
	}
	mutex_unlock(&l->lock);
	if (err)
		kit_free(e);
	else
		*out = e;
	return err;
}
EXPORT_SYMBOL(ledger_add);

void __ledger_wake(struct ledger_entry *e)
{
	struct ledger_task *t = e->task;

	t->woken = true;
	if (t->state == LEDGER_ENDED)
		e->late_wakes++;
	if (t->state == LEDGER_RUNNING && t->runs_on == kit_self()) {
		t->woke_itself = true;
		t->self_where = e->where;
	}
}
EXPORT_SYMBOL(__ledger_wake);

void __ledger_close(struct ledger_entry *e)
{
	e->live = false;
	e->task->live--;
	if (e != e->task->root)
		e->task->last_where = e->where;
}
EXPORT_SYMBOL(__ledger_close);

void ledger_put(struct ledger_entry *e)
{
	struct ledger *l = e->task->ledger;
	struct waker inner = { .ops = NULL };

	mutex_lock(&l->lock);
	/* Hit? A use was given back that nobody had taken: was a waker put
	 * that was not live any more, or put twice? */
	BUG_ON(!e->uses);
	if (!--e->uses)
		inner = e->inner;
	mutex_unlock(&l->lock);
	waker_drop(&inner);
}
EXPORT_SYMBOL(ledger_put);

unsigned int ledger_live(struct ledger_task *t, const char *where)
{
	struct ledger_entry *e;
	unsigned int n = 0;

	mutex_lock(&t->ledger->lock);
	list_for_each_entry(e, &t->entries, link)
		n += e->live && (!where || !strcmp(where, e->where));
	mutex_unlock(&t->ledger->lock);
	return n;
}
EXPORT_SYMBOL(ledger_live);

MODULE(ledger, "all wakers of a program, by task and place", NULL, NULL);

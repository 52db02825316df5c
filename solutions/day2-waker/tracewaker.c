/*
 * A waker around a waker: what each of its functions writes into the ledger,
 * and what the ledger says in the end.
 *
 * Each function takes the ledger's lock, looks whether the waker is live,
 * writes down what happens, and releases the lock; then it does what was
 * asked of the waker within, which it has in use meanwhile.
 */
#include "tracewaker.h"

#include "kit/err.h"
#include "kit/module.h"
#include "kit/todo.h"

static struct waker entry_clone(struct ledger_entry *e, const char *where)
{
	/* TODO 2 (12 points): the ledger: clone, wake, wake_by_ref and drop.
	 * A clone has an entry of its own, and a clone of the waker within;
	 * where there is no entry to be had, it is that clone alone. Of a
	 * waker that is not live: waker_noop(). Hint: README#todo-2
	 */
	struct ledger *l = e->task->ledger;
	struct ledger_entry *mine;
	struct waker inner;
	bool live;

	mutex_lock(&l->lock);
	live = e->live;
	if (live)
		e->uses++;
	else
		e->late_uses++;
	mutex_unlock(&l->lock);
	if (!live)
		return waker_noop();
	inner = waker_clone(&e->inner);
	ledger_put(e);
	if (ledger_add(e->task, where, inner, &mine))
		return inner;
	return (struct waker){ &tracewaker_ops, mine };
	/* STUB: return TODO(2, waker_noop()); */
	/* END */
}

static void entry_wake_by_ref(struct ledger_entry *e)
{
	/* TODO 2, second part (see above): wake, and the waker stays. Nothing
	 * is woken by one that is not live.
	 */
	struct ledger *l = e->task->ledger;
	bool live;

	mutex_lock(&l->lock);
	live = e->live;
	if (live) {
		e->uses++;
		__ledger_wake(e);
	} else {
		e->late_uses++;
	}
	mutex_unlock(&l->lock);
	if (!live)
		return;
	waker_wake_by_ref(&e->inner);
	ledger_put(e);
	/* STUB: TODO(2, ); */
	/* END */
}

static void entry_wake(struct ledger_entry *e)
{
	/* TODO 2, third part (see above): wake, and the waker is consumed, both
	 * in one step. Of one that is not live it is a use, not a drop.
	 */
	struct ledger *l = e->task->ledger;
	bool live;

	mutex_lock(&l->lock);
	live = e->live;
	if (live) {
		__ledger_wake(e);
		__ledger_close(e);
	} else {
		e->late_uses++;
	}
	mutex_unlock(&l->lock);
	if (!live)
		return;
	waker_wake_by_ref(&e->inner);
	ledger_put(e);
	/* STUB: TODO(2, ); */
	/* END */
}

static void entry_drop(struct ledger_entry *e)
{
	/* TODO 2, fourth part (see above): the waker is consumed. If it was
	 * already, that is written down, and nothing else happens.
	 */
	struct ledger *l = e->task->ledger;
	bool live;

	mutex_lock(&l->lock);
	live = e->live;
	if (live)
		__ledger_close(e);
	else
		e->drops_again++;
	mutex_unlock(&l->lock);
	if (live)
		ledger_put(e);
	/* STUB: TODO(2, ); */
	/* END */
}

static struct waker tracewaker_op_clone(void *data)
{
	struct ledger_entry *e = data;

	return entry_clone(e, e->where);
}

static void tracewaker_op_wake(void *data)
{
	entry_wake(data);
}

static void tracewaker_op_wake_by_ref(void *data)
{
	entry_wake_by_ref(data);
}

static void tracewaker_op_drop(void *data)
{
	entry_drop(data);
}

/* Same task, and the wakers within are the same. */
static bool tracewaker_op_is_same(void *a, void *b)
{
	struct ledger_entry *ea = a, *eb = b;
	struct waker wa, wb;

	if (ea->task != eb->task)
		return false;
	mutex_lock(&ea->task->ledger->lock);
	wa = ea->inner;
	wb = eb->inner;
	mutex_unlock(&ea->task->ledger->lock);
	return waker_is_same(&wa, &wb);
}

const struct waker_ops tracewaker_ops = {
	.clone = tracewaker_op_clone,
	.wake = tracewaker_op_wake,
	.wake_by_ref = tracewaker_op_wake_by_ref,
	.drop = tracewaker_op_drop,
	.is_same = tracewaker_op_is_same,
};
EXPORT_SYMBOL(tracewaker_ops);

struct waker tracewaker_clone_at(const struct waker *w, const char *where)
{
	if (!w->ops)
		return (struct waker){ .ops = NULL };
	if (w->ops != &tracewaker_ops)
		return waker_clone(w);
	return entry_clone(w->data, where);
}
EXPORT_SYMBOL(tracewaker_clone_at);

void tracewaker_polled(struct ledger_task *t, enum poll result)
{
	/* TODO 3 (14 points): the ledger's verdict. First, the end of a poll:
	 * the state, and the row of polls in which the task woke itself.
	 * Hint: README#todo-3
	 */
	mutex_lock(&t->ledger->lock);
	t->runs_on = NULL;
	t->state = result == POLL_READY ? LEDGER_ENDED : LEDGER_PENDING;
	if (result == POLL_PENDING && t->woke_itself)
		t->row++;
	else
		t->row = 0;
	if (t->row > t->longest_row)
		t->longest_row = t->row;
	mutex_unlock(&t->ledger->lock);
	/* STUB: TODO(3, ); */
	/* END */
}
EXPORT_SYMBOL(tracewaker_polled);

static void judge_task(struct tracewaker_list *list, struct ledger_task *t,
		       unsigned int storm)
{
	/* TODO 3, second half (see above): what is wrong with this task's
	 * wakers, said with tracewaker_say(). The definitions are in
	 * tracewaker.h, the order is that of enum tracewaker_fault.
	 */
	struct ledger_entry *e;

	if (t->state != LEDGER_PENDING)
		list_for_each_entry(e, &t->entries, link)
			if (e->live)
				tracewaker_say(list, TRACEWAKER_LEAKED, t,
					       e->where, 1);
	list_for_each_entry(e, &t->entries, link)
		if (e->drops_again)
			tracewaker_say(list, TRACEWAKER_DROPPED_TWICE, t,
				       e->where, e->drops_again);
	list_for_each_entry(e, &t->entries, link)
		if (e->late_uses)
			tracewaker_say(list, TRACEWAKER_USED_AFTER, t, e->where,
				       e->late_uses);
	if (t->state == LEDGER_PENDING && !t->woken && !t->live && !t->untraced)
		tracewaker_say(list, TRACEWAKER_LOST, t,
			       t->last_where ? t->last_where : t->where, 1);
	list_for_each_entry(e, &t->entries, link)
		if (e->late_wakes)
			tracewaker_say(list, TRACEWAKER_LATE, t, e->where,
				       e->late_wakes);
	if (t->longest_row > storm)
		tracewaker_say(list, TRACEWAKER_STORM, t, t->self_where,
			       t->longest_row);
	/* STUB: TODO(3, ); */
	/* END */
}

size_t tracewaker_judge(struct ledger *l, unsigned int storm,
			struct tracewaker_verdict v[], size_t room)
{
	struct tracewaker_list list = { .v = v, .room = room };
	struct ledger_task *t;

	mutex_lock(&l->lock);
	list_for_each_entry(t, &l->tasks, link)
		judge_task(&list, t, storm);
	mutex_unlock(&l->lock);
	return list.n;
}
EXPORT_SYMBOL(tracewaker_judge);

MODULE(tracewaker, "a waker around a waker, which keeps a ledger", NULL, NULL);

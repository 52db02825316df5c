/* Given: polls that are shown a traced waker, and verdicts as text. */
#include "tracewaker.h"

#include "kit/err.h"
#include "kit/module.h"
#include "kit/thread.h"

#include <stdio.h>
#include <string.h>

int tracewaker_wrap(struct ledger_task *t, const char *where,
		    struct waker *inner, struct waker *out)
{
	struct ledger_entry *e;
	int err;

	if (!inner->ops)
		return -EINVAL;
	err = ledger_add(t, where, *inner, &e);
	if (err)
		return err;
	inner->ops = NULL;
	*out = (struct waker){ &tracewaker_ops, e };
	return 0;
}
EXPORT_SYMBOL(tracewaker_wrap);

/*
 * The waker that a poll is shown. Its entry is used again by the next poll,
 * unless somebody who should not still has it in use.
 */
static struct ledger_entry *root_open(struct ledger_task *t,
				      const struct waker *w)
{
	struct waker inner = waker_clone(w);
	struct ledger_entry *e;

	mutex_lock(&t->ledger->lock);
	e = t->root;
	if (e && !e->uses) {
		e->inner = inner;
		e->live = true;
		e->uses = 1;
		t->live++;
	} else {
		e = NULL;
	}
	mutex_unlock(&t->ledger->lock);
	if (!e && ledger_add(t, t->where, inner, &e))
		waker_drop(&inner);
	return e;
}

enum poll tracewaker_poll(struct ledger_task *t, struct future *f,
			  struct context *cx, void *out)
{
	struct ledger_entry *root = root_open(t, cx->waker);
	struct waker shown =
		root ? (struct waker){ &tracewaker_ops, root } : *cx->waker;
	struct context traced = { .waker = &shown };
	enum poll result;

	mutex_lock(&t->ledger->lock);
	t->root = root;
	t->state = LEDGER_RUNNING;
	t->runs_on = kit_self();
	t->woken = false;
	t->woke_itself = false;
	mutex_unlock(&t->ledger->lock);
	result = future_poll(f, &traced, out);
	if (root)
		tracewaker_ops.drop(root);
	tracewaker_polled(t, result);
	return result;
}
EXPORT_SYMBOL(tracewaker_poll);

void tracewaker_ended(struct ledger_task *t)
{
	mutex_lock(&t->ledger->lock);
	t->state = LEDGER_ENDED;
	t->runs_on = NULL;
	mutex_unlock(&t->ledger->lock);
}
EXPORT_SYMBOL(tracewaker_ended);

static enum poll traced_poll(struct future *f, struct context *cx, void *out)
{
	struct traced *tr = container_of(f, struct traced, future);

	return tracewaker_poll(tr->task, tr->inner, cx, out);
}

static void traced_drop(struct future *f)
{
	struct traced *tr = container_of(f, struct traced, future);

	future_drop(tr->inner);
	tracewaker_ended(tr->task);
}

void traced_init(struct traced *tr, struct ledger_task *t, struct future *inner)
{
	*tr = (struct traced){ .ops = { .poll = traced_poll,
					.drop = traced_drop,
					.size = sizeof(*tr),
					.out_size = inner->ops->out_size },
			       .task = t,
			       .inner = inner };
	tr->future.ops = &tr->ops;
}
EXPORT_SYMBOL(traced_init);

void tracewaker_say(struct tracewaker_list *list, enum tracewaker_fault fault,
		    const struct ledger_task *t, const char *where,
		    unsigned long count)
{
	struct tracewaker_verdict *v;
	size_t i;

	for (i = 0; i < list->n && i < list->room; i++) {
		v = &list->v[i];
		if (v->fault == fault && v->task == t &&
		    !strcmp(v->where, where)) {
			v->count += count;
			return;
		}
	}
	if (list->n < list->room)
		list->v[list->n] =
			(struct tracewaker_verdict){ fault, t, where, count };
	list->n++;
}
EXPORT_SYMBOL(tracewaker_say);

const char *tracewaker_text(const struct tracewaker_verdict v[], size_t n,
			    char *buf, size_t size)
{
	static const char *const words[] = {
		[TRACEWAKER_LEAKED] = "leaked: never dropped",
		[TRACEWAKER_DROPPED_TWICE] = "dropped twice: was consumed",
		[TRACEWAKER_USED_AFTER] = "used after drop: was consumed",
		[TRACEWAKER_LOST] = "lost: pending, and no waker is left; last",
		[TRACEWAKER_LATE] = "late: woken after its end",
		[TRACEWAKER_STORM] = "storm: woke itself poll after poll",
	};
	size_t at = 0, i;

	buf[0] = '\0';
	for (i = 0; i < n && at < size; i++)
		at += snprintf(buf + at, size - at, "%s: %s, %s, %lu times\n",
			       v[i].task->name, words[v[i].fault], v[i].where,
			       v[i].count);
	return buf;
}
EXPORT_SYMBOL(tracewaker_text);

MODULE(traced, "polls that are shown a traced waker", NULL, NULL);

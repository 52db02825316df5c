/*
 * Tasks: the transitions of the state word, references, the waker of a task,
 * and one poll of it. What each bit means is in task.h.
 */
#include "task.h"
#include "worker.h"

#include "kit/alloc.h"
#include "kit/bug.h"
#include "kit/err.h"
#include "kit/module.h"
#include "kit/todo.h"
#include "kit/tracepoint.h"

enum task_next task_to_scheduled(struct task *t)
{
	/* TODO 1 (10 points): the wake transition. One atomic change, and from
	 * the state before it the answer. Hint: README#todo-1
	 */
	/*
	 * acq_rel: pairs with task_to_running(); what the waker wrote is seen
	 * by the poll that follows. So it is written even if the bit is set.
	 * On a task that is DONE the bit means nothing any more.
	 */
	uint64_t old = atomic_fetch_or_explicit(&t->state, TASK_SCHEDULED,
						memory_order_acq_rel);

	if (old & (TASK_SCHEDULED | TASK_RUNNING | TASK_DONE))
		return TASK_NOTHING;
	return TASK_SUBMIT;
	/* STUB: return TODO(1, TASK_NOTHING); */
	/* END */
}
EXPORT_SYMBOL(task_to_scheduled);

enum task_next task_to_running(struct task *t)
{
	/* SCHEDULED is set and RUNNING is clear, so this moves the one bit to
	 * the other. acquire: pairs with task_to_scheduled(), and with the
	 * release in task_to_idle() of the worker that polled it last. */
	uint64_t old = atomic_fetch_xor_explicit(&t->state,
						 TASK_SCHEDULED | TASK_RUNNING,
						 memory_order_acq_rel);

	BUG_ON((old & (TASK_SCHEDULED | TASK_RUNNING | TASK_DONE)) !=
	       TASK_SCHEDULED);
	return old & TASK_CANCELLED ? TASK_CANCEL : TASK_POLL;
}
EXPORT_SYMBOL(task_to_running);

enum task_next task_to_idle(struct task *t)
{
	/* TODO 2 (10 points): the end of a poll that is pending. Wakes and a
	 * cancel may have come meanwhile, or come right now.
	 * Hint: README#todo-2
	 */
	uint64_t old = atomic_load_explicit(&t->state, memory_order_relaxed);

	do {
		if (old & TASK_CANCELLED)
			return TASK_CANCEL;
		/* release: pairs with task_to_running(); the next worker sees
		 * what this poll wrote. */
	} while (!atomic_compare_exchange_weak_explicit(
		&t->state, &old, old & ~(uint64_t)TASK_RUNNING,
		memory_order_acq_rel, memory_order_relaxed));
	return old & TASK_SCHEDULED ? TASK_SUBMIT : TASK_NOTHING;
	/* STUB: return TODO(2, TASK_NOTHING); */
	/* END */
}
EXPORT_SYMBOL(task_to_idle);

enum task_next task_to_done(struct task *t)
{
	/* TODO 2, second half (see above): the end of the task. RUNNING goes,
	 * DONE comes; a handle that looks at the same moment sees either both
	 * or none, and finds its status and output if it sees DONE.
	 */
	/* release: publishes status and output; pairs with join_state().
	 * acquire: pairs with join_give_waker(); we read join_waker. */
	uint64_t old =
		atomic_fetch_xor_explicit(&t->state, TASK_RUNNING | TASK_DONE,
					  memory_order_acq_rel);

	return old & TASK_JOIN_WAKER ? TASK_WAKE_JOIN : TASK_NOTHING;
	/* STUB: return TODO(2, TASK_NOTHING); */
	/* END */
}
EXPORT_SYMBOL(task_to_done);

enum task_next task_to_cancelled(struct task *t)
{
	uint64_t old = atomic_load_explicit(&t->state, memory_order_relaxed);
	uint64_t new;

	do {
		if (old & TASK_DONE)
			return TASK_NOTHING;
		new = old | TASK_CANCELLED;
		if (!(old & (TASK_SCHEDULED | TASK_RUNNING)))
			new |= TASK_SCHEDULED;
		/* release: pairs with task_to_running(). A task_to_idle() that
		 * finds CANCELLED only drops: it reads nothing of ours. */
	} while (!atomic_compare_exchange_weak_explicit(&t->state, &old, new,
							memory_order_acq_rel,
							memory_order_relaxed));
	return (old ^ new) & TASK_SCHEDULED ? TASK_SUBMIT : TASK_NOTHING;
}
EXPORT_SYMBOL(task_to_cancelled);

void task_get(struct task *t)
{
	/* relaxed: whoever takes one more has one; nothing is published. */
	uint64_t old = atomic_fetch_add_explicit(&t->state, TASK_REF,
						 memory_order_relaxed);

	BUG_ON(old < TASK_REF);
}
EXPORT_SYMBOL(task_get);

void task_put(struct task *t)
{
	/* acquire: the last one sees all that the others did before it frees.
	 * Whoever has the only reference needs no locked instruction: nobody
	 * is left who could take or give one. */
	uint64_t old = atomic_load_explicit(&t->state, memory_order_acquire);

	/* acq_rel: pairs with the acquire above, and with itself. */
	if (old / TASK_REF != 1)
		old = atomic_fetch_sub_explicit(&t->state, TASK_REF,
						memory_order_acq_rel);
	BUG_ON(old < TASK_REF);
	if (old / TASK_REF == 1) {
		tp_free(t);
		kit_free(t);
	}
}
EXPORT_SYMBOL(task_put);

void task_wake(struct task *t)
{
	tp_wake(t);
	if (task_to_scheduled(t) == TASK_SUBMIT)
		sched_submit(t, false);
}
EXPORT_SYMBOL(task_wake);

void task_cancel(struct task *t)
{
	if (task_to_cancelled(t) == TASK_SUBMIT)
		sched_submit(t, false);
}
EXPORT_SYMBOL(task_cancel);

static struct waker task_waker_clone(void *data);

static void task_waker_wake(void *data)
{
	task_wake(data);
	tp_waker_drop(data);
	task_put(data);
}

static void task_waker_wake_by_ref(void *data)
{
	task_wake(data);
}

static void task_waker_drop(void *data)
{
	tp_waker_drop(data);
	task_put(data);
}

static const struct waker_ops task_waker_ops = {
	.clone = task_waker_clone,
	.wake = task_waker_wake,
	.wake_by_ref = task_waker_wake_by_ref,
	.drop = task_waker_drop,
};

static struct waker task_waker_clone(void *data)
{
	task_get(data);
	tp_clone(data);
	return (struct waker){ &task_waker_ops, data };
}

/* The task is RUNNING and ours: drop the future, tell the handle, let go. */
static void task_finish(struct task *t, int status)
{
	if (status)
		tp_cancel(t);
	future_drop(task_future(t));
	tp_drop(t);
	t->status = status;
	live_del(t);
	if (task_to_done(t) == TASK_WAKE_JOIN) {
		/* A copy: the handle may be comparing it, so it is only read. */
		struct waker waker = t->join_waker;

		waker_wake(&waker);
	}
	task_put(t);
}

/* One poll, with a waker that is borrowed for as long as it runs. */
static bool task_poll(struct task *t, struct worker *w)
{
	struct waker waker = { &task_waker_ops, t };
	struct context cx = { .waker = &waker };
	bool ready;

	tp_poll_begin(t, w->index);
	ready = future_poll(task_future(t), &cx, t->out) == POLL_READY;
	tp_poll_end(t, ready);
	return ready;
}

void task_run(struct task *t, struct worker *w)
{
	struct kit_self *self = kit_self();

	self->task = t;
	if (task_to_running(t) == TASK_CANCEL) {
		task_finish(t, -ECANCELED);
	} else if (task_poll(t, w)) {
		task_finish(t, 0);
	} else {
		live_keep(&w->live, t);
		switch (task_to_idle(t)) {
		case TASK_SUBMIT:
			sched_submit(t, true);
			break;
		case TASK_CANCEL:
			task_finish(t, -ECANCELED);
			break;
		default:
			break;
		}
	}
	self->task = NULL;
}
EXPORT_SYMBOL(task_run);

MODULE(task, "the state word of a task, and one poll of it", NULL, NULL);

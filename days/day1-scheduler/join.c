/* Given: the join handle, a future that is ready when its task has ended. */
#include "worker.h"

#include "kit/bug.h"
#include "kit/err.h"
#include "kit/module.h"
#include "kit/tracewait.h"

/* acquire: pairs with task_to_done(); the status and the output are seen. */
static uint64_t join_state(const struct task *t)
{
	return atomic_load_explicit(&t->state, memory_order_acquire);
}

/*
 * Take join_waker back from the worker that would wake it. False: the task
 * ended first, and the waker belongs to that worker.
 */
static bool join_take_waker(struct task *t)
{
	uint64_t old = join_state(t);

	do {
		if (old & TASK_DONE)
			return false;
		/* acquire, on failure: as in join_state(). */
	} while (!atomic_compare_exchange_weak_explicit(
		&t->state, &old, old & ~(uint64_t)TASK_JOIN_WAKER,
		memory_order_acquire, memory_order_acquire));
	return true;
}

/* Leave a waker to the worker. False: the task ended first. */
static bool join_give_waker(struct task *t, const struct waker *waker)
{
	uint64_t old = join_state(t);

	t->join_waker = waker_clone(waker);
	do {
		if (old & TASK_DONE) {
			waker_drop(&t->join_waker);
			return false;
		}
		/* release: publishes join_waker; pairs with task_to_done(). */
	} while (!atomic_compare_exchange_weak_explicit(&t->state, &old,
							old | TASK_JOIN_WAKER,
							memory_order_release,
							memory_order_acquire));
	return true;
}

/* The end of @t will wake the task that is polled here. */
static enum poll join_wait(const struct task *t)
{
	tp_wait(t, TP_WAIT_JOIN, 0);
	return POLL_PENDING;
}

static enum poll join_poll(struct future *f, struct context *cx, void *out)
{
	struct task *t = container_of(f, struct join, future)->task;
	uint64_t state = join_state(t);

	if (state & TASK_DONE)
		goto ended;
	if (state & TASK_JOIN_WAKER) {
		/* Nobody writes it while it is set, so it may be read. */
		if (waker_is_same(&t->join_waker, cx->waker))
			return join_wait(t);
		if (!join_take_waker(t))
			goto ended;
		waker_drop(&t->join_waker);
	}
	if (join_give_waker(t, cx->waker))
		return join_wait(t);
ended:
	tp_join(t);
	*(int *)out = t->status;
	return POLL_READY;
}

static void join_drop(struct future *f)
{
	struct join *j = container_of(f, struct join, future);
	struct task *t = j->task;

	if ((join_state(t) & TASK_JOIN_WAKER) && join_take_waker(t))
		waker_drop(&t->join_waker);
	j->task = NULL;
	task_put(t);
}

const struct future_ops join_ops = {
	.poll = join_poll,
	.drop = join_drop,
	.size = sizeof(struct join),
	.out_size = sizeof(int),
};

const void *join_output(const struct join *j)
{
	BUG_ON(!(join_state(j->task) & TASK_DONE) || j->task->status);
	return j->task->out;
}
EXPORT_SYMBOL(join_output);

void join_cancel(struct join *j)
{
	task_cancel(j->task);
}
EXPORT_SYMBOL(join_cancel);

MODULE(join, "the join handle", NULL, NULL);

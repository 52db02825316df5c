/* Given: a job of the blocking pool, and the future that waits for it. */
#include <string.h>

#include "blocking.h"
#include "budget.h"

#include "kit/alloc.h"
#include "kit/bug.h"
#include "kit/err.h"
#include "kit/module.h"
#include "kit/tracewait.h"

void __blocking_tell(struct blocking *b)
{
	uint64_t state;

	if (!tp_is_heard())
		return;
	state = tp_pool_arg(b->nr_threads, b->nr_threads - b->nr_busy,
			    b->depth);
	if (state == b->told)
		return;
	b->told = state;
	tp_pool(b, state);
}
EXPORT_SYMBOL(__blocking_tell);

void blocking_tell(struct blocking *b)
{
	if (!tp_is_heard())
		return;
	mutex_lock(&b->lock);
	__blocking_tell(b);
	mutex_unlock(&b->lock);
}
EXPORT_SYMBOL(blocking_tell);

struct blocking_work *work_create(const struct blocking_ops *ops,
				  size_t arg_size, size_t out_size)
{
	size_t room = (arg_size + 15) & ~(size_t)15;
	struct blocking_work *w;

	if (room < arg_size || out_size > SIZE_MAX - sizeof(*w) - room)
		return NULL;
	w = kit_zalloc(sizeof(*w) + room + out_size);
	if (!w)
		return NULL;
	w->ops = ops;
	atomic_init(&w->refs, 1);
	mutex_init(&w->lock);
	w->state = WORK_NEW;
	w->out = w->arg + room;
	w->out_size = out_size;
	return w;
}
EXPORT_SYMBOL(work_create);

static void work_put(struct blocking_work *w)
{
	/* acq_rel: the last one sees all that the other did before it frees. */
	if (atomic_fetch_sub_explicit(&w->refs, 1, memory_order_acq_rel) != 1)
		return;
	waker_drop(&w->waker);
	mutex_fini(&w->lock);
	kit_free(w);
}

void work_run(struct blocking_work *w)
{
	bool wanted;
	int status;

	mutex_lock(&w->lock);
	wanted = !w->is_dropped;
	if (wanted) {
		w->state = WORK_RUNNING;
		w->has_run = true;
	}
	mutex_unlock(&w->lock);
	if (!wanted)
		return;
	status = w->ops->run(w->arg, w->out);
	mutex_lock(&w->lock);
	w->status = status;
	mutex_unlock(&w->lock);
}
EXPORT_SYMBOL(work_run);

void work_end(struct blocking_work *w)
{
	struct waker waker;
	bool is_ours;

	mutex_lock(&w->lock);
	if (!w->has_run)
		w->status = -ECANCELED;
	/* Dropped before it ran: then the future has discarded it. */
	is_ours = w->is_dropped && w->has_run;
	w->state = WORK_DONE;
	waker = w->waker;
	w->waker.ops = NULL;
	mutex_unlock(&w->lock);
	if (is_ours && w->ops->discard)
		w->ops->discard(w->arg, w->out, true);
	/* Not under the lock: a waker is somebody else's code. */
	if (waker.ops)
		waker_wake(&waker);
	work_put(w);
}
EXPORT_SYMBOL(work_end);

static enum poll job_poll(struct future *f, struct context *cx, void *out)
{
	struct blocking_work *w =
		container_of(f, struct blocking_job, future)->work;
	struct waker old = { 0 };
	bool is_done;

	mutex_lock(&w->lock);
	is_done = w->state == WORK_DONE;
	if (!is_done &&
	    (!w->waker.ops || !waker_is_same(&w->waker, cx->waker))) {
		old = w->waker;
		w->waker = waker_clone(cx->waker);
	}
	mutex_unlock(&w->lock);
	waker_drop(&old);
	if (!is_done) {
		tp_wait(w, TP_WAIT_BLOCKING, 0);
		return POLL_PENDING;
	}
	/* Not under the lock either: it may wake. */
	if (budget_spend(cx) == POLL_PENDING)
		return POLL_PENDING;
	mutex_lock(&w->lock);
	w->is_told = true;
	*(int *)out = w->status;
	mutex_unlock(&w->lock);
	return POLL_READY;
}

static void job_drop(struct future *f)
{
	struct blocking_job *job = container_of(f, struct blocking_job, future);
	struct blocking_work *w = job->work;
	struct waker waker;
	bool has_run, is_ours;

	mutex_lock(&w->lock);
	w->is_dropped = true;
	has_run = w->has_run;
	/* While it runs, it is the thread that discards, in work_end(). */
	is_ours = w->state != WORK_RUNNING && !w->is_told;
	waker = w->waker;
	w->waker.ops = NULL;
	mutex_unlock(&w->lock);
	waker_drop(&waker);
	if (is_ours && w->ops->discard)
		w->ops->discard(w->arg, w->out, has_run);
	job->work = NULL;
	work_put(w);
}

static const struct future_ops job_ops = {
	.poll = job_poll,
	.drop = job_drop,
	.size = sizeof(struct blocking_job),
	.out_size = sizeof(int),
};

void work_queue(struct blocking_work *w, struct blocking_job *job)
{
	/* relaxed: nobody else has it yet. From the submit on, the pool has. */
	atomic_store_explicit(&w->refs, 2, memory_order_relaxed);
	w->state = WORK_QUEUED;
	job->future.ops = &job_ops;
	job->work = w;
}
EXPORT_SYMBOL(work_queue);

void work_refuse(struct blocking_work *w)
{
	/* relaxed: nobody else has got it. */
	atomic_store_explicit(&w->refs, 1, memory_order_relaxed);
	work_put(w);
}
EXPORT_SYMBOL(work_refuse);

int blocking_start(struct blocking *b, struct blocking_work *w,
		   struct blocking_job *job)
{
	struct blocking_job queued;
	int err;

	if (!w)
		return -ENOMEM;
	work_queue(w, &queued);
	err = blocking_submit(b, w);
	if (err) {
		work_refuse(w);
		return err;
	}
	blocking_tell(b);
	*job = queued;
	return 0;
}
EXPORT_SYMBOL(blocking_start);

int blocking_spawn(struct blocking *b, const struct blocking_ops *ops,
		   const void *arg, size_t arg_size, size_t out_size,
		   struct blocking_job *job)
{
	struct blocking_work *w = work_create(ops, arg_size, out_size);

	if (w && arg_size)
		memcpy(w->arg, arg, arg_size);
	return blocking_start(b, w, job);
}
EXPORT_SYMBOL(blocking_spawn);

void blocking_output(const struct blocking_job *job, void *out)
{
	struct blocking_work *w = job->work;

	BUG_ON(!w->is_told || !w->has_run);
	memcpy(out, w->out, w->out_size);
}
EXPORT_SYMBOL(blocking_output);

MODULE(job, "a job of the pool, and its future", NULL, NULL);

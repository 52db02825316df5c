/*
 * executor: a channel of jobs, and tasks that take turns to receive from it.
 *
 *	loop:  +--> wait for the turn --> receive --> pass the turn on --+
 *	       |                             |                           |
 *	       |                       channel closed, empty:            |
 *	       |                       pass the turn on, end             |
 *	       +--------- run the job <--- give way to the next one <----+
 *
 * Whoever has the turn is the only one that receives, so the channel has its
 * one receiver. He passes it on before he runs the job: the next one waits for
 * the next job meanwhile.
 *
 * But where does the next one run? An unlock on a worker puts the task that it
 * wakes into that worker's slot, from which nobody steals (day 1): it would sit
 * behind the job for as long as that takes, with the other workers idle. So a
 * loop that has a job gives way first. Now the other one is polled here, and the
 * loop with the job is in the ring, where any worker finds it.
 *
 * No flag says whether jobs are accepted: the channel does. It is closed, or it
 * takes the job; and what it took before it was closed is still received.
 */
#define pr_fmt(fmt) "executor: " fmt

#include "executor.h"

#include "kit/alloc.h"
#include "kit/async.h"
#include "kit/atomic.h"
#include "kit/err.h"
#include "kit/module.h"
#include "kit/printk.h"
#include "kit/todo.h"

/* A task that runs jobs. */
struct loop {
	struct async async;
	struct executor *executor;
	struct amutex_lock lock;   /* awaited: our turn */
	struct chan_recv recv;	   /* awaited: a job */
	struct yield yield;	   /* awaited: the others */
	bool has_turn;		   /* and has to pass it on */
	struct blocking_work *job; /* received, and not run yet; or NULL */
};

static enum poll loop_poll(struct future *f, struct context *cx, void *out)
{
	struct loop *l = container_of(f, struct loop, async.future);
	struct executor *e = l->executor;
	int err = 0;

	ASYNC_BEGIN(&l->async);
	for (;;) {
		l->lock = amutex_lock(&e->turn);
		AWAIT(&l->lock.future, NULL);
		l->has_turn = true;
		l->recv = chan_recv(e->jobs, &l->job);
		/* TODO 6 (14 points), first part: await the job. Then it is
		 * somebody else's turn, in any case. An error is the end of the
		 * channel, and of the loop. With a job: await yield_now(), then
		 * work_run() and work_end(). Hint: README#todo-6
		 */
		AWAIT(&l->recv.future, &err);
		l->has_turn = false;
		amutex_unlock(&e->turn);
		if (err)
			break;
		l->yield = yield_now();
		AWAIT(&l->yield.future, NULL);
		work_run(l->job);
		work_end(l->job);
		l->job = NULL;
		/* STUB: AWAIT(&l->recv.future, &err); */
		/* STUB: return TODO(6, err ? POLL_READY : POLL_PENDING); */
		/* END */
	}
	ASYNC_END(&l->async);
}

/* It has ended; or the scheduler was shut down, and it was waiting. */
static void loop_drop(struct future *f)
{
	struct loop *l = container_of(f, struct loop, async.future);

	async_drop(&l->async);
	/* TODO 6, second part (see above): it takes neither the turn with it,
	 * nor a job that it has not run: that one has ended, too.
	 */
	if (l->has_turn)
		amutex_unlock(&l->executor->turn);
	if (l->job)
		work_end(l->job);
	/* STUB: TODO(6, ); */
	/* END */
}

static const struct future_ops loop_ops = {
	.poll = loop_poll,
	.drop = loop_drop,
	.size = sizeof(struct loop),
};

/* A job that nobody will take: its future is told. */
static void job_discard(void *message)
{
	struct blocking_work **job = message;

	work_end(*job);
}

/* Spawn the loops, or as many as can be; none at all is an error. */
static int loops_spawn(struct executor *e, struct sched *s, unsigned int loops)
{
	struct loop l = { .async.future.ops = &loop_ops, .executor = e };
	int err = 0;

	for (e->nr_loops = 0; e->nr_loops < loops; e->nr_loops++) {
		err = sched_spawn(s, &loop_ops, &l, &e->loops[e->nr_loops]);
		if (err)
			break;
	}
	if (!e->nr_loops)
		return err;
	if (err)
		pr_warn("%u loops in place of %u (%s)", e->nr_loops, loops,
			err_name(err));
	return 0;
}

int executor_init(struct executor *e, struct sched *s, unsigned int loops,
		  size_t depth)
{
	int err;

	if (!loops || loops > EXECUTOR_LOOPS_MAX)
		return -EINVAL;
	err = chan_create(&e->jobs, "jobs", depth,
			  sizeof(struct blocking_work *), job_discard);
	if (err)
		return err;
	amutex_init(&e->turn, "turn");
	atomic_init(&e->accepted, 0);
	atomic_init(&e->refused, 0);
	e->loops = kit_alloc(loops * sizeof(e->loops[0]));
	err = e->loops ? loops_spawn(e, s, loops) : -ENOMEM;
	if (!err)
		return 0;
	kit_free(e->loops);
	amutex_fini(&e->turn);
	chan_sender_put(e->jobs);
	chan_receiver_put(e->jobs);
	return err;
}
EXPORT_SYMBOL(executor_init);

/* relaxed: a statistic, through which nothing is published. */
static void count(_Atomic(uint64_t) *n)
{
	atomic_fetch_add_explicit(n, 1, memory_order_relaxed);
}

int executor_submit(struct executor *e, struct blocking_work *w,
		    struct blocking_job *job)
{
	/* TODO 6, third part (see above): no block is -ENOMEM. work_queue() it,
	 * and into the channel, without waiting. A channel without room is
	 * -EAGAIN, a closed one -ESHUTDOWN and a pr_warn(); then work_refuse().
	 * @job is written when the job is accepted, and not before. count()
	 * what came of it.
	 */
	struct blocking_job queued;
	int err;

	if (!w)
		return -ENOMEM;
	work_queue(w, &queued);
	err = chan_try_send(e->jobs, &w);
	if (!err) {
		count(&e->accepted);
		*job = queued;
		return 0;
	}
	work_refuse(w);
	if (err != -EPIPE)
		return err;
	count(&e->refused);
	pr_warn("a job was refused: the executor is shut down");
	return -ESHUTDOWN;
	/* STUB: return TODO(6, -ENOSYS); */
	/* END */
}
EXPORT_SYMBOL(executor_submit);

void executor_close(struct executor *e)
{
	chan_close(e->jobs);
}
EXPORT_SYMBOL(executor_close);

void executor_fini(struct executor *e)
{
	unsigned int i;

	for (i = 0; i < e->nr_loops; i++)
		future_drop(&e->loops[i].future);
	kit_free(e->loops);
	amutex_fini(&e->turn);
	chan_sender_put(e->jobs);
	chan_receiver_put(e->jobs);
}
EXPORT_SYMBOL(executor_fini);

MODULE(executor, "a second runtime, for what computes", NULL, NULL);

/*
 * The end of a task in every order of the worker that ends it, its join handle,
 * and a waker that is left.
 */
#include "worker.h"

#include "kit/err.h"
#include "test/model/model.h"

static struct sched *sched;
static struct task *task;
static struct join join;
/** Of the task's future. */
static unsigned int nr_polls, nr_drops;

static enum poll ready_poll(struct future *f, struct context *cx, void *out)
{
	nr_polls++;
	return POLL_READY;
}

static void count_drop(struct future *f)
{
	nr_drops++;
}

static const struct future_ops ready_ops = {
	.poll = ready_poll,
	.drop = count_drop,
	.size = sizeof(struct future),
	.out_size = 0,
};

/** Two tasks that may wait for the handle: what became of their wakers. */
static struct asker {
	unsigned int clones, wakes, drops;
} first, second;

static struct waker asker_clone(void *data);

static void asker_wake(void *data)
{
	((struct asker *)data)->wakes++;
}

static void asker_drop(void *data)
{
	((struct asker *)data)->drops++;
}

static const struct waker_ops asker_ops = { asker_clone, asker_wake, asker_wake,
					    asker_drop, NULL };

static struct waker asker_clone(void *data)
{
	((struct asker *)data)->clones++;
	return (struct waker){ &asker_ops, data };
}

/* A task that a worker has just taken from a queue. */
static void setup(const struct future_ops *ops, unsigned int refs)
{
	const struct future init = { .ops = ops };

	nr_polls = nr_drops = 0;
	first = second = (struct asker){ 0 };
	EXPECT_ERR(sched_create_stepped(&sched, 1), 0, "a scheduler");
	task = task_create(sched, ops, &init, refs, TP_PLACE("a task"));
	EXPECT(task, "a task");
	model_name(task, "A");
	EXPECT_ERR(live_add(&sched->workers[0].live, task), 0, "it is alive");
	join.future.ops = &join_ops;
	join.task = task;
}

static void run(void *arg)
{
	task_run(task, &sched->workers[0]);
}

static void start(struct thread *t)
{
	EXPECT_ERR(thread_create(t, "worker", run, NULL), 0, "a thread");
}

static enum poll ask(struct asker *a, int *status)
{
	struct waker waker = { &asker_ops, a };
	struct context cx = { .waker = &waker };

	return future_poll(&join.future, &cx, status);
}

static void expect_used_up(const struct asker *a)
{
	EXPECT_EQ(a->wakes + a->drops, a->clones,
		  "each waker that was left is used up once");
}

static void teardown(void)
{
	sched_destroy(sched);
	expect_used_up(&first);
	expect_used_up(&second);
	EXPECT_EQ(nr_drops, 1, "the future is dropped once");
}

/* Whoever was told to wait is told of the end. */
static void expect_end(enum poll asked, const struct asker *a, int status)
{
	if (asked == POLL_PENDING) {
		EXPECT_EQ(a->wakes, 1, "who was told to wait is woken");
		EXPECT_EQ(ask(&first, &status), POLL_READY,
			  "the task has ended");
	}
	EXPECT_ERR(status, 0, "it ran to its end");
}

MODEL(a_handle_that_asks_during_the_end_hears_of_it, 2, 10)
{
	struct thread t;
	enum poll asked;
	int status = 1;

	WHY("The handle looks: not DONE. The task ends. The handle leaves its "
	    "waker: who is to wake it?");
	setup(&ready_ops, 2);
	start(&t);
	asked = ask(&first, &status);
	thread_join(&t);
	expect_end(asked, &first, status);
	future_drop(&join.future);
	teardown();
}

MODEL(a_handle_that_moves_during_the_end_hears_of_it, 2, 10)
{
	struct thread t;
	enum poll asked;
	int status = 1;

	WHY("Another task waits for the handle now: it takes the old waker "
	    "out, while the worker is about to wake it.");
	setup(&ready_ops, 2);
	EXPECT_EQ(ask(&first, &status), POLL_PENDING, "nothing ran yet");
	start(&t);
	asked = ask(&second, &status);
	thread_join(&t);
	expect_end(asked, &second, status);
	future_drop(&join.future);
	teardown();
}

MODEL(a_handle_that_is_dropped_during_the_end_frees_once, 2, 10)
{
	struct thread t;
	int status = 1;

	WHY("Handle and worker both let go of the block, and both know of the "
	    "waker: one of them frees, and one of them uses the waker.");
	setup(&ready_ops, 2);
	EXPECT_EQ(ask(&first, &status), POLL_PENDING, "nothing ran yet");
	start(&t);
	future_drop(&join.future);
	thread_join(&t);
	teardown();
}

MODEL(a_cancel_during_the_end_has_one_outcome, 2, 10)
{
	struct thread t;
	int status = 1;

	WHY("The task has run, or was cancelled: never both, never neither.");
	setup(&ready_ops, 2);
	start(&t);
	join_cancel(&join);
	thread_join(&t);
	EXPECT_EQ(ask(&first, &status), POLL_READY, "the task has ended");
	EXPECT_ERR(status, nr_polls ? 0 : -ECANCELED,
		   "the status is that of what became of the task");
	future_drop(&join.future);
	teardown();
}

static struct thread waker_thread;
static struct waker left;

static void wake_left(void *arg)
{
	waker_wake(&left);
}

/* Ready; but a thread has a waker of the task, and uses it now. */
static enum poll leave_poll(struct future *f, struct context *cx, void *out)
{
	left = waker_clone(cx->waker);
	EXPECT_ERR(thread_create(&waker_thread, "waker", wake_left, NULL), 0,
		   "a thread");
	return POLL_READY;
}

MODEL(a_waker_may_be_used_while_its_task_ends, 2, 10)
{
	static const struct future_ops ops = {
		.poll = leave_poll,
		.drop = count_drop,
		.size = sizeof(struct future),
		.out_size = 0,
	};

	WHY("The waker is a reference: the block stays until it is used, and "
	    "a task that has ended is not queued again.");
	setup(&ops, 1);
	run(NULL);
	thread_join(&waker_thread);
	EXPECT(!sched_has_work(sched), "the task is in no queue");
	teardown();
}

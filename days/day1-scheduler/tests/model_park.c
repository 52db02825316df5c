/*
 * Park against submit in every order: no task lies in a queue while everybody
 * sleeps. And the whole life of a scheduler with a thread of its own.
 */
#include "worker.h"

#include "kit/clock.h"
#include "kit/err.h"
#include "test/model/model.h"
#include "test/test.h"

static struct sched *sched;
static struct task *taken, *task;

static enum poll ready_poll(struct future *f, struct context *cx, void *out)
{
	return POLL_READY;
}

static const struct future_ops ready_ops = {
	.poll = ready_poll,
	.size = sizeof(struct future),
	.out_size = 0,
};
static const struct future ready = { .ops = &ready_ops };

static const char *why_stuck(void *arg)
{
	/* Nobody runs any more. */
	return sched_has_work(sched)
		       ? "a task is queued, and every worker sleeps: its "
			 "wake-up was lost"
		       : NULL;
}

/* Workers that nobody moves, but which sleep as if they had threads. */
static void setup(unsigned int workers)
{
	EXPECT_ERR(sched_create_stepped(&sched, workers), 0, "a scheduler");
	sched->flavour = SCHED_THREADS;
	task = task_create(sched, &ready_ops, &ready, 1, TP_PLACE("a task"));
	EXPECT(task, "a task");
	model_name(task, "A");
	taken = NULL;
	model_stuck(why_stuck, NULL);
}

static void teardown(void)
{
	EXPECT(taken == task, "the worker has got the task");
	task_put(task);
	sched->flavour = SCHED_STEPPED;
	sched_destroy(sched);
}

/* What worker_main() does, until there is a task. */
static void look_and_park(void *arg)
{
	struct worker *w = arg;

	kit_self()->worker = w;
	while (!(taken = worker_next(w)))
		worker_park(w);
	idle_found(w);
}

MODEL(a_submit_from_outside_wakes_a_worker, 8, 10)
{
	struct thread t;

	WHY("The worker looks and finds nothing; the task is queued; the "
	    "worker sleeps. Whoever comes second must see the first.");
	setup(1);
	EXPECT_ERR(thread_create(&t, "worker", look_and_park,
				 &sched->workers[0]),
		   0, "a thread");
	sched_submit(task, false);
	thread_join(&t);
	teardown();
}

MODEL(a_push_into_a_ring_wakes_a_thief, 8, 10)
{
	struct thread t;

	WHY("Work in one worker's ring is work for a worker that sleeps.");
	setup(2);
	EXPECT_ERR(thread_create(&t, "thief", look_and_park,
				 &sched->workers[1]),
		   0, "a thread");
	kit_self()->worker = &sched->workers[0];
	worker_push(&sched->workers[0], task);
	kit_self()->worker = NULL;
	thread_join(&t);
	teardown();
}

static void run_it(void *arg)
{
	parker_park(arg, CLOCK_NEVER);
}

MODEL(a_permit_that_comes_early_is_not_lost, 8, 0, kit)
{
	struct parker p;
	struct thread t;

	WHY("park() takes the permit, or sleeps until there is one.");
	parker_init(&p);
	EXPECT_ERR(thread_create(&t, "sleeper", run_it, &p), 0, "a thread");
	parker_unpark(&p);
	thread_join(&t);
}

MODEL(a_scheduler_runs_a_task_and_ends, 8, 10)
{
	WHY("Spawn, run, shut down: in every order of the two threads.");
	EXPECT_ERR(sched_create(&sched, 1), 0, "a scheduler");
	model_stuck(why_stuck, NULL);
	EXPECT_ERR(sched_spawn(sched, &ready_ops, &ready, NULL), 0, "a task");
	sched_destroy(sched);
}

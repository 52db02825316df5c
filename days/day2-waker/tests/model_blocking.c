/*
 * The pool for what blocks, in every order of a submit, a thread that retires,
 * and the end of the pool.
 */
#include "blocking.h"

#include "kit/clock.h"
#include "kit/err.h"
#include "kit/park.h"
#include "test/model/model.h"

static _Atomic(unsigned int) nr_run;

static int run(void *arg, void *out)
{
	atomic_fetch_add_explicit(&nr_run, 1, memory_order_relaxed);
	return 0;
}

static const struct blocking_ops job_ops = { .run = run };

static const char *why_stuck(void *arg)
{
	return "work is queued, or the pool is to end, and no thread of it "
	       "comes";
}

static void submit(struct blocking *b)
{
	struct blocking_job job;

	EXPECT_ERR(blocking_spawn(b, &job_ops, NULL, 0, 0, &job), 0,
		   "the work is queued");
	future_drop(&job.future);
}

/* A future that is dropped takes its work back, if it does not run yet. */
static void keep(struct blocking *b, struct blocking_job *job)
{
	EXPECT_ERR(blocking_spawn(b, &job_ops, NULL, 0, 0, job), 0,
		   "the work is queued");
}

MODEL(a_submit_meets_a_thread_that_retires, 7, 60)
{
	struct blocking *b;
	struct blocking_job first, second;

	WHY("The thread has waited long enough and goes; the work that comes "
	    "at this moment must not count on it.");
	atomic_init(&nr_run, 0);
	model_stuck(why_stuck, NULL);
	EXPECT_ERR(blocking_create(&b, 1, 10), 0, "a pool");
	keep(b, &first);
	keep(b, &second);
	blocking_destroy(b);
	EXPECT_EQ(nr_run, 2, "both pieces of work have run");
	future_drop(&first.future);
	future_drop(&second.future);
}

MODEL(a_pool_ends_with_all_its_threads, 7, 40)
{
	struct blocking *b;

	WHY("Who frees the pool waits for the thread that retired last.");
	atomic_init(&nr_run, 0);
	model_stuck(why_stuck, NULL);
	EXPECT_ERR(blocking_create(&b, 1, 10), 0, "a pool");
	submit(b);
	blocking_destroy(b);
}

static struct parker parker;

static int wait_for_the_other(void *arg, void *out)
{
	parker_park(&parker, CLOCK_NEVER);
	return 0;
}

static int let_the_other_go(void *arg, void *out)
{
	parker_unpark(&parker);
	return 0;
}

MODEL(two_that_wait_for_each_other_get_a_thread_each, 7, 40)
{
	static const struct blocking_ops waits = { .run = wait_for_the_other };
	static const struct blocking_ops lets = { .run = let_the_other_go };
	struct blocking *b;
	struct blocking_job first, second;

	WHY("A thread that is on its way takes one piece of work. The second "
	    "one that is queued at this moment needs one of its own.");
	parker_init(&parker);
	model_stuck(why_stuck, NULL);
	EXPECT_ERR(blocking_create(&b, 2, CLOCK_NEVER), 0, "a pool");
	EXPECT_ERR(blocking_spawn(b, &waits, NULL, 0, 0, &first), 0,
		   "the work is queued");
	EXPECT_ERR(blocking_spawn(b, &lets, NULL, 0, 0, &second), 0,
		   "the work is queued");
	blocking_destroy(b);
	future_drop(&first.future);
	future_drop(&second.future);
}

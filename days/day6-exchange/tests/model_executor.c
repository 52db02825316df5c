/* The executor in every order of a submit, of its end, and of a drop. */
#include "jobs.h"

#include "kit/thread.h"
#include "test/model/model.h"

static struct second x;
static struct told told;
static int accepted;

static void submit_it(void *arg)
{
	accepted = submit(&x.e, &told);
}

static void close_it(void *arg)
{
	executor_close(&x.e);
}

static void drop_it(void *arg)
{
	future_drop(&told.job.future);
}

static void setup(unsigned int loops)
{
	told = (struct told){ .runs = 0 };
	second_start(&x, 1, loops, 2);
}

static void start(struct thread *t, const char *name, void (*fn)(void *))
{
	EXPECT_ERR(thread_create(t, name, fn, NULL), 0, "a thread");
}

MODEL(a_job_is_accepted_and_runs_or_is_refused, 6, 50)
{
	struct thread a, b;

	WHY("A submit may come just when the executor is closed: a job that is "
	    "accepted then, and never runs, is waited for for ever.");
	setup(1);
	start(&a, "submit", submit_it);
	start(&b, "close", close_it);
	second_run(&x);
	thread_join(&a);
	thread_join(&b);
	second_run(&x);
	if (!accepted) {
		EXPECT_EQ(told.runs, 1, "a job that was accepted runs");
		future_drop(&told.job.future);
		EXPECT_EQ(told.discards, 1, "what it made is given back");
	} else {
		EXPECT_ERR(accepted, -ESHUTDOWN, "it is refused, or accepted");
		EXPECT_EQ(told.runs, 0, "a job that was refused does not run");
	}
	second_end(&x);
}

MODEL(a_job_that_is_dropped_runs_or_does_not, 6, 50)
{
	struct thread a;

	WHY("It may be dropped just when a loop takes it.");
	setup(1);
	EXPECT_ERR(submit(&x.e, &told), 0, "the job is accepted");
	start(&a, "drop", drop_it);
	second_run(&x);
	thread_join(&a);
	EXPECT_EQ(told.discards, 1, "what it holds is given back once");
	EXPECT_EQ(told.was_run, told.runs == 1, "discard() is told if it ran");
	second_end(&x);
}

/* TODO 6: an executor: submit, refuse after the close, drain. */
#include <stdio.h>
#include <stdlib.h>

#include "jobs.h"

#include "kit/fault.h"
#include "kit/printk.h"

TEST(job_runs_on_the_executor_and_wakes_who_waits, 6, 1)
{
	struct second x;
	struct waiter h;
	struct told a;
	int status;

	WHY("Whoever submits goes on at once, and hears of the end.");
	waiter_init(&h, "the test", NULL);
	second_start(&x, 1, 1, 4);
	STEP("submit a job");
	submit_new(&x.e, &a);
	EXPECT_EQ(a.runs, 0, "a submit runs nothing: its caller goes on");
	EXPECT_POLL(waiter_poll(&h, &a.job.future, &status), "pending",
		    "the job is not done yet");
	STEP("the executor's worker runs");
	second_run(&x);
	EXPECT_EQ(a.runs, 1, "the job ran once");
	EXPECT_EQ(waiter_wakes(&h), 1, "whoever waits for it was woken");
	expect_done(&a, &h);
	STEP("submit a second job");
	submit_new(&x.e, &a);
	second_run(&x);
	expect_done(&a, &h);
	second_end(&x);
	waiter_fini(&h);
}

TEST(jobs_run_in_the_order_of_their_coming, 6, 1)
{
	enum { N = 8 };
	unsigned int last = 0, i;
	struct told t[N];
	struct second x;
	struct waiter h;

	WHY("Who came first has waited longest. And a loop comes back for the "
	    "next job.");
	waiter_init(&h, "the test", NULL);
	second_start(&x, 1, 2, N);
	for (i = 0; i < N; i++) {
		submit_new(&x.e, &t[i]);
		t[i].last = &last;
	}
	STEP("%d jobs, two loops on one worker", N);
	second_run(&x);
	for (i = 0; i < N; i++) {
		EXPECT_EQ(t[i].number, i + 1, "job %u was run in its turn", i);
		expect_done(&t[i], &h);
	}
	/* relaxed: a counter */
	EXPECT_EQ(atomic_load_explicit(&x.e.accepted, memory_order_relaxed), N,
		  "each was counted as accepted");
	second_end(&x);
	waiter_fini(&h);
}

/* In the middle of a job on worker 0: worker 1 does what it finds. */
static void other_worker_runs(void *arg)
{
	struct second *x = arg;
	unsigned int i;

	for (i = 0; i < 20; i++)
		sched_step(x->s, 1);
}

TEST(job_is_not_stuck_behind_a_longer_one, 6, 2)
{
	struct told longer, other;
	struct second x;
	struct waiter h;
	unsigned int i;

	WHY("Two workers, two loops, two jobs, and one of them takes long: the "
	    "other one can run meanwhile, if its loop is where the second "
	    "worker finds it.");
	waiter_init(&h, "the test", NULL);
	second_start(&x, 2, 2, 4);
	STEP("submit a job, and another one");
	submit_new(&x.e, &longer);
	longer.during = other_worker_runs;
	longer.arg = &x;
	submit_new(&x.e, &other);
	STEP("worker 0 runs; within the first job, worker 1 runs");
	for (i = 0; i < 20 && !longer.runs; i++)
		sched_step(x.s, 0);
	EXPECT_EQ(longer.runs, 1, "worker 0 ran the first job");
	EXPECT_EQ(other.runs, 1,
		  "worker 1 ran the other one while the first "
		  "was running");
	expect_done(&longer, &h);
	expect_done(&other, &h);
	second_end(&x);
	waiter_fini(&h);
}

TEST(job_that_has_no_room_is_refused, 6, 1)
{
	unsigned long live;
	struct told t[3];
	struct second x;
	struct waiter h;
	unsigned int i;

	WHY("Everything is bounded: whoever submits faster than jobs run is "
	    "told, and may answer 'busy'.");
	waiter_init(&h, "the test", NULL);
	second_start(&x, 1, 1, 2);
	STEP("a channel for 2 jobs; nobody takes any");
	submit_new(&x.e, &t[0]);
	submit_new(&x.e, &t[1]);
	live = heap_live();
	t[2] = (struct told){ .runs = 0 };
	EXPECT_ERR(submit(&x.e, &t[2]), -EAGAIN, "the third one has no room");
	EXPECT_EQ(heap_live(), live, "its block is freed");
	EXPECT_EQ(t[2].discards, 0, "without discard(): it was never accepted");
	EXPECT(!t[2].job.future.ops && !t[2].job.work,
	       "it has no future: nobody would drop that");
	EXPECT_ERR(executor_submit(&x.e, NULL, &t[2].job), -ENOMEM,
		   "no block is no memory");
	STEP("they run, and there is room again");
	second_run(&x);
	EXPECT_ERR(submit(&x.e, &t[2]), 0, "the third one is accepted now");
	second_run(&x);
	for (i = 0; i < 3; i++)
		expect_done(&t[i], &h);
	second_end(&x);
	waiter_fini(&h);
}

/* The message ring, as text; the caller's, from malloc(). */
static char *messages(void)
{
	size_t size;
	char *text = NULL;
	FILE *f = open_memstream(&text, &size);

	EXPECT(f != NULL, "there is memory for the messages");
	printk_dump(f);
	fclose(f);
	return text;
}

static bool has_message(const char *part)
{
	char *text = messages();
	bool has = strstr(text, part);

	free(text);
	return has;
}

TEST(job_is_refused_after_the_close_with_a_warning, 6, 2)
{
	struct told before, after = { .runs = 0 };
	struct second x;
	struct waiter h;
	unsigned long live;

	WHY("A job that is accepted and never runs is waited for, for ever. "
	    "And whoever still submits has not been told to end: a line in "
	    "the messages says so.");
	waiter_init(&h, "the test", NULL);
	second_start(&x, 1, 2, 4);
	submit_new(&x.e, &before);
	EXPECT(!has_message("executor"), "nothing is said about an executor");
	STEP("close");
	executor_close(&x.e);
	live = heap_live();
	EXPECT_ERR(submit(&x.e, &after), -ESHUTDOWN, "a job is refused");
	EXPECT_EQ(heap_live(), live, "its block is freed");
	EXPECT_EQ(after.discards, 0,
		  "without discard(): it was never accepted");
	EXPECT(!after.job.future.ops, "it has no future");
	EXPECT(has_message("executor"), "a warning says that an executor has "
					"refused a job");
	/* relaxed: a counter */
	EXPECT_EQ(atomic_load_explicit(&x.e.refused, memory_order_relaxed), 1,
		  "it is counted");
	STEP("the executor's worker runs");
	second_run(&x);
	expect_done(&before, &h);
	EXPECT_EQ(after.runs, 0, "the one that was refused did not run");
	second_end(&x);
	waiter_fini(&h);
}

TEST(accepted_jobs_run_before_the_end, 6, 1)
{
	enum { N = 6 };
	struct told t[N];
	struct second x;
	struct waiter h;
	unsigned int i;
	int status;

	WHY("Accepted is a promise. A shutdown keeps it: first the jobs, then "
	    "the loops.");
	waiter_init(&h, "the test", NULL);
	second_start(&x, 2, 2, N);
	STEP("submit %d jobs, close, shut the scheduler down", N);
	for (i = 0; i < N; i++)
		submit_new(&x.e, &t[i]);
	executor_close(&x.e);
	sched_shutdown(x.s);
	for (i = 0; i < x.e.nr_loops; i++) {
		EXPECT_POLL(waiter_poll(&h, &x.e.loops[i].future, &status),
			    "ready", "loop %u has ended", i);
		EXPECT_ERR(status, 0, "by itself: it saw the end of the jobs");
	}
	for (i = 0; i < N; i++)
		expect_done(&t[i], &h);
	second_end(&x);
	waiter_fini(&h);
}

TEST(job_that_is_dropped_in_time_never_runs, 6, 1)
{
	struct told a, b;
	struct second x;
	struct waiter h;

	WHY("Whoever asked has gone: work for nobody takes a core from "
	    "somebody.");
	waiter_init(&h, "the test", NULL);
	second_start(&x, 1, 1, 4);
	submit_new(&x.e, &a);
	submit_new(&x.e, &b);
	STEP("drop the first of two jobs, then let the executor run");
	future_drop(&a.job.future);
	EXPECT_EQ(a.discards, 1, "what it holds is given back at once");
	second_run(&x);
	EXPECT_EQ(a.runs, 0, "the job that was dropped did not run");
	EXPECT_EQ(a.discards, 1, "and is given back only once");
	EXPECT(!a.was_run, "discard() is told that it did not run");
	expect_done(&b, &h);
	second_end(&x);
	waiter_fini(&h);
}

static void drop_it(void *arg)
{
	struct told *t = arg;

	future_drop(&t->job.future);
	EXPECT_EQ(t->discards, 0, "nothing is given back while it runs");
}

TEST(job_that_is_dropped_while_it_runs_is_thrown_away, 6, 1)
{
	struct told a, b;
	struct second x;
	struct waiter h;

	WHY("A computation cannot be stopped; nobody is there for its result.");
	waiter_init(&h, "the test", NULL);
	second_start(&x, 1, 1, 4);
	submit_new(&x.e, &a);
	a.during = drop_it;
	a.arg = &a;
	submit_new(&x.e, &b);
	STEP("the first job is dropped in the middle of its run");
	second_run(&x);
	EXPECT_EQ(a.runs, 1, "it ran to its end");
	EXPECT_EQ(a.discards, 1, "what it made is given back, once");
	EXPECT(a.was_run, "discard() is told that it ran");
	expect_done(&b, &h);
	second_end(&x);
	waiter_fini(&h);
}

TEST(end_of_the_scheduler_leaves_no_job_in_between, 6, 1)
{
	struct told taken, late;
	struct second x;
	struct waiter h;
	unsigned int i;
	int status;

	WHY("Shut down in the wrong order: the scheduler goes, and the "
	    "executor "
	    "still accepts. Nobody may wait for ever.");
	waiter_init(&h, "the test", NULL);
	STEP("three loops wait for jobs; the scheduler is shut down");
	second_start(&x, 1, 3, 4);
	sched_shutdown(x.s);
	EXPECT(!x.e.turn.is_held, "no loop took the turn with it");
	STEP("submit a job, close, end the executor");
	submit_new(&x.e, &late);
	executor_close(&x.e);
	executor_fini(&x.e);
	EXPECT_POLL(waiter_poll(&h, &late.job.future, &status), "ready",
		    "the job that nobody took has ended");
	EXPECT_ERR(status, -ECANCELED, "it did not run");
	future_drop(&late.job.future);
	sched_destroy(x.s);
	STEP("one loop takes a job, and is cancelled before it runs it");
	second_start(&x, 1, 1, 4);
	submit_new(&x.e, &taken);
	for (i = 0; i < 10 && chan_len(x.e.jobs); i++)
		sched_step(x.s, 0);
	EXPECT_EQ(chan_len(x.e.jobs), 0, "the loop has taken the job");
	EXPECT_EQ(taken.runs, 0,
		  "it gives way before it runs it: who has the "
		  "turn now can run elsewhere");
	join_cancel(&x.e.loops[0]);
	second_end(&x);
	EXPECT_POLL(waiter_poll(&h, &taken.job.future, &status), "ready",
		    "the job that was taken has ended");
	EXPECT_ERR(status, -ECANCELED, "it did not run");
	future_drop(&taken.job.future);
	EXPECT_EQ(taken.runs + late.runs, 0, "neither did run");
	waiter_fini(&h);
}

TEST(executor_needs_loops_room_and_memory, 6, 0, kit)
{
	struct executor e;
	unsigned int k, live;
	struct sched *s;
	int err = -ENOMEM;

	EXPECT_ERR(sched_create_stepped(&s, 1), 0, "a scheduler");
	EXPECT_ERR(executor_init(&e, s, 0, 1), -EINVAL, "no loop");
	EXPECT_ERR(executor_init(&e, s, EXECUTOR_LOOPS_MAX + 1, 1), -EINVAL,
		   "too many loops");
	EXPECT_ERR(executor_init(&e, s, 1, 0), -EINVAL, "no room");
	live = heap_live();
	/* The channel, the handles, the first loop. */
	for (k = 1; k <= 3; k++) {
		fault_set(FAULT_ALLOC, k, -ENOMEM);
		EXPECT_ERR(executor_init(&e, s, 2, 1), -ENOMEM,
			   "allocation %u failed", k);
		EXPECT(fault_hit(), "it was asked for");
		EXPECT_EQ(heap_live(), live, "nothing is left behind");
	}
	fault_set(FAULT_ALLOC, 4, -ENOMEM);
	err = executor_init(&e, s, 2, 1);
	EXPECT_ERR(err, 0, "one loop of two is enough");
	EXPECT_EQ(e.nr_loops, 1, "there is one");
	EXPECT(has_message("1 loops in place of 2"), "and a line says so");
	executor_close(&e);
	sched_shutdown(s);
	executor_fini(&e);
	EXPECT_ERR(executor_init(&e, s, 2, 1), -ESHUTDOWN,
		   "a scheduler that was shut down");
	sched_destroy(s);
}

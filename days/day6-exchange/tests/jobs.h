/**
 * @file jobs.h
 * What tests of the executor need: one on workers that are moved by hand, and
 * jobs that tell what became of them. Only tests include this file.
 */
#ifndef DAY6_TESTS_JOBS_H
#define DAY6_TESTS_JOBS_H

#include <string.h>

#include "waiter.h"
#include "executor.h"

#include "kit/err.h"

/** A job, as its test sees it; the block that the executor has points here. */
struct told {
	struct blocking_job job;
	unsigned int runs;	/**< so often it was run */
	unsigned int discards;	/**< so often discard() was called */
	bool was_run;		/**< what discard() was told */
	unsigned int number;	/**< in the order of running, from 1 */
	unsigned int *last;	/**< the number given last */
	void (*during)(void *); /**< called while it runs, or NULL */
	void *arg;
};

static inline int told_run(void *arg, void *out)
{
	struct told *t = *(struct told **)arg;

	t->runs++;
	if (t->last)
		t->number = ++*t->last;
	if (t->during)
		t->during(t->arg);
	*(int *)out = 42;
	return 7;
}

static inline void told_discard(void *arg, void *out, bool has_run)
{
	struct told *t = *(struct told **)arg;

	t->discards++;
	t->was_run = has_run;
}

/** Submit it; what executor_submit() says. */
static inline int submit(struct executor *e, struct told *t)
{
	static const struct blocking_ops ops = { told_run, told_discard };
	struct blocking_work *w = work_create(&ops, sizeof(t), sizeof(int));

	EXPECT(w != NULL, "there is memory for a job");
	memcpy(w->arg, &t, sizeof(t));
	return executor_submit(e, w, &t->job);
}

/** Submit it, and be accepted. */
static inline void submit_new(struct executor *e, struct told *t)
{
	*t = (struct told){ .runs = 0 };
	EXPECT_ERR(submit(e, t), 0, "the job is accepted");
}

/** The job has run, and its future says so; it is dropped then. */
static inline void expect_done(struct told *t, struct waiter *h)
{
	int status = 0, out = 0;

	EXPECT_POLL(waiter_poll(h, &t->job.future, &status), "ready",
		    "the job has ended");
	EXPECT_EQ(status, 7, "the status is what run() returned");
	blocking_output(&t->job, &out);
	EXPECT_EQ(out, 42, "the output is what run() wrote");
	future_drop(&t->job.future);
	EXPECT_EQ(t->runs, 1, "it ran once");
	EXPECT_EQ(t->discards, 0, "and nothing was thrown away");
}

/** An executor on a second runtime that is moved by hand. */
struct second {
	struct sched *s;
	unsigned int workers;
	struct executor e;
};

/** Move the workers until nobody has anything to do. */
static inline void second_run(struct second *x)
{
	unsigned int i, steps = 0;
	bool found;

	do {
		found = false;
		for (i = 0; i < x->workers; i++)
			found |= sched_step(x->s, i);
		EXPECT(++steps < 10000, "the loops come to rest");
	} while (found);
}

/** Its loops wait for jobs when this returns. */
static inline void second_start(struct second *x, unsigned int workers,
				unsigned int loops, size_t depth)
{
	x->workers = workers;
	EXPECT_ERR(sched_create_stepped(&x->s, workers), 0, "a scheduler");
	EXPECT_ERR(executor_init(&x->e, x->s, loops, depth), 0, "an executor");
	second_run(x);
}

/** Close it, and take it down. */
static inline void second_end(struct second *x)
{
	executor_close(&x->e);
	sched_shutdown(x->s);
	EXPECT(!x->e.turn.is_held, "a loop that has ended has passed on the "
				   "turn");
	executor_fini(&x->e);
	sched_destroy(x->s);
}

#endif

/* dedicated.c: given, so without points. */
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>

#include "jobs.h"

#include "kit/clock.h"
#include "kit/fault.h"
#include "kit/park.h"
#include "kit/printk.h"

static int nice_of_this_thread(void *arg, void *out)
{
	*(int *)out = getpriority(PRIO_PROCESS, 0);
	return 0;
}

TEST(dedicated_runtime_is_nicer_than_the_main_one, 6, 0, kit)
{
	static const struct blocking_ops ops = { .run = nice_of_this_thread };
	int before = getpriority(PRIO_PROCESS, 0), nice = -1, status;
	struct blocking_job job;
	struct dedicated *d;
	struct sched *s;

	EXPECT_ERR(sched_create(&s, 0), 0, "a main runtime");
	EXPECT_ERR(dedicated_create(&d, "crunch", 2, 4), 0, "a dedicated one");
	EXPECT_ERR(executor_submit(dedicated_executor(d),
				   work_create(&ops, 0, sizeof(int)), &job),
		   0, "a job");
	EXPECT_ERR(sched_block_on(s, &job.future, &status), 0, "its end");
	EXPECT_ERR(status, 0, "it ran");
	blocking_output(&job, &nice);
	future_drop(&job.future);
	EXPECT_EQ(nice, before < 10 ? 10 : before,
		  "the priority of its thread");
	EXPECT_EQ(getpriority(PRIO_PROCESS, 0), before, "ours is as it was");
	dedicated_destroy(d);
	dedicated_destroy(NULL);
	sched_destroy(s);
}

TEST(dedicated_runtime_finishes_what_it_accepted, 6, 0, kit)
{
	enum { N = 32 };
	static struct told t[N];
	struct dedicated *d;
	struct waiter h;
	unsigned int i;

	waiter_init(&h, "the test", NULL);
	EXPECT_ERR(dedicated_create(&d, "crunch", 2, N), 0, "a dedicated one");
	for (i = 0; i < N; i++)
		submit_new(dedicated_executor(d), &t[i]);
	dedicated_destroy(d);
	for (i = 0; i < N; i++)
		expect_done(&t[i], &h);
	waiter_fini(&h);
}

/* Jobs that wait for each other, for a while. */
static struct meeting {
	struct mutex lock;
	struct cond changed;
	unsigned int here; /* under the lock */
} meeting;

static int meet(void *arg, void *out)
{
	uint64_t deadline = clock_now() + 4 * NSEC_PER_SEC;
	int err = 0;

	mutex_lock(&meeting.lock);
	meeting.here++;
	cond_broadcast(&meeting.changed);
	while (meeting.here % 2 && !err)
		err = cond_wait(&meeting.changed, &meeting.lock, deadline);
	mutex_unlock(&meeting.lock);
	return err;
}

TEST(two_threads_run_two_jobs_at_once, 6, 0, kit)
{
	static const struct blocking_ops ops = { .run = meet };
	unsigned int rounds = test_is_slow() ? 10 : 100, i, j;
	struct blocking_job job[2];
	struct dedicated *d;
	struct sched *s;
	int status;

	meeting.here = 0;
	mutex_init(&meeting.lock);
	cond_init(&meeting.changed);
	EXPECT_ERR(sched_create(&s, 0), 0, "a main runtime");
	EXPECT_ERR(dedicated_create(&d, "crunch", 2, 4), 0, "a dedicated one");
	for (i = 0; i < rounds; i++) {
		for (j = 0; j < 2; j++)
			EXPECT_ERR(executor_submit(dedicated_executor(d),
						   work_create(&ops, 0, 0),
						   &job[j]),
				   0, "a job");
		for (j = 0; j < 2; j++) {
			EXPECT_ERR(sched_block_on(s, &job[j].future, &status),
				   0, "its end");
			EXPECT_ERR(status, 0, "it has met the other one");
			future_drop(&job[j].future);
		}
	}
	dedicated_destroy(d);
	sched_destroy(s);
	cond_fini(&meeting.changed);
	mutex_fini(&meeting.lock);
}

TEST(dedicated_runtime_that_cannot_be_made_leaves_nothing, 6, 0, kit)
{
	struct dedicated *d = NULL;
	unsigned int k, failed = 0;

	EXPECT_ERR(dedicated_create(&d, "crunch", 0, 4), -EINVAL, "no thread");
	EXPECT_ERR(dedicated_create(&d, "crunch", 1, 0), -EINVAL, "no room");
	/* The keeper, and the two of the runtime. */
	for (k = 1; k <= 3; k++) {
		fault_set(FAULT_THREAD, k, -EAGAIN);
		EXPECT_ERR(dedicated_create(&d, "crunch", 2, 4), -EAGAIN,
			   "thread %u could not be made", k);
	}
	for (k = 1; k <= 20; k++) {
		fault_set(FAULT_ALLOC, k, -ENOMEM);
		if (dedicated_create(&d, "crunch", 1, 4)) {
			failed++;
			EXPECT(!d, "nothing is handed out");
		} else {
			dedicated_destroy(d);
			d = NULL;
		}
		fault_set(FAULT_ALLOC, 0, 0);
	}
	EXPECT(failed >= 3, "it needs memory");
}

/* Threads that submit until they are refused, and wait for nothing. */
struct crowd {
	struct thread thread;
	struct executor *e;
	unsigned int accepted;
	int err; /* that ended it */
};

static _Atomic(unsigned int) crowd_runs, crowd_discards;

static int crowd_run(void *arg, void *out)
{
	/* relaxed, both: counters, read when all have ended */
	atomic_fetch_add_explicit(&crowd_runs, 1, memory_order_relaxed);
	return 0;
}

static void crowd_discard(void *arg, void *out, bool has_run)
{
	atomic_fetch_add_explicit(&crowd_discards, 1, memory_order_relaxed);
}

static void crowd_main(void *arg)
{
	static const struct blocking_ops ops = { crowd_run, crowd_discard };
	struct crowd *c = arg;
	struct blocking_job job;

	do {
		c->err = executor_submit(c->e, work_create(&ops, 0, 0), &job);
		if (c->err)
			continue;
		c->accepted++;
		future_drop(&job.future);
	} while (!c->err || c->err == -EAGAIN);
}

TEST(close_meets_a_crowd_of_submitters, 6, 0, kit)
{
	static struct crowd c[2];
	unsigned int i, accepted = 0;
	struct parker p;
	struct dedicated *d;

	crowd_runs = crowd_discards = 0;
	parker_init(&p);
	EXPECT_ERR(dedicated_create(&d, "crunch", 2, 8), 0, "a dedicated one");
	for (i = 0; i < 2; i++) {
		c[i] = (struct crowd){ .e = dedicated_executor(d) };
		EXPECT_ERR(thread_create(&c[i].thread, "crowd", crowd_main,
					 &c[i]),
			   0, "a thread");
	}
	/* relaxed: a counter; nobody unparks the test: it looks again */
	while (atomic_load_explicit(&dedicated_executor(d)->accepted,
				    memory_order_relaxed) < 100)
		parker_park(&p, clock_now() + 100 * NSEC_PER_USEC);
	executor_close(dedicated_executor(d));
	for (i = 0; i < 2; i++) {
		thread_join(&c[i].thread);
		EXPECT_ERR(c[i].err, -ESHUTDOWN, "it was refused in the end");
		accepted += c[i].accepted;
	}
	dedicated_destroy(d);
	EXPECT_EQ(crowd_discards, accepted,
		  "each was dropped at once, and given back once");
	EXPECT(crowd_runs <= accepted, "none ran that was not accepted");
}

/* Tries to start a runtime on a worker, and to wait on one. */
struct inside {
	struct future future;
	struct sched *s;
	int *create, *block_on;
};

static enum poll inside_poll(struct future *f, struct context *cx, void *out)
{
	struct inside *i = container_of(f, struct inside, future);
	struct yield y = yield_now();
	struct dedicated *d;

	*i->create = dedicated_create(&d, "crunch", 1, 4);
	*i->block_on = sched_block_on(i->s, &y.future, NULL);
	return POLL_READY;
}

TEST(runtime_inside_a_runtime_is_refused_in_words, 6, 0, kit)
{
	static const struct future_ops ops = { .poll = inside_poll,
					       .size = sizeof(struct inside) };
	int create = 0, block_on = 0, status;
	struct inside in = { .future.ops = &ops };
	char *text = NULL;
	struct join j;
	size_t size;
	FILE *f;

	EXPECT_ERR(sched_create(&in.s, 1), 0, "a runtime");
	in.create = &create;
	in.block_on = &block_on;
	EXPECT_ERR(sched_spawn(in.s, &ops, &in, &j), 0, "a task");
	EXPECT_ERR(sched_block_on(in.s, &j.future, &status), 0, "its end");
	future_drop(&j.future);
	EXPECT_ERR(create, -EDEADLK, "a runtime inside a runtime");
	EXPECT_ERR(block_on, -EDEADLK, "waiting for a future on a worker");
	f = open_memstream(&text, &size);
	printk_dump(f);
	fclose(f);
	EXPECT(strstr(text, "start it before"), "what to do instead is said");
	EXPECT(strstr(text, "await the future"), "and here, too");
	free(text);
	sched_destroy(in.s);
}

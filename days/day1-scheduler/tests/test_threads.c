/* TODO 8, with real threads. Each wait has a limit, and says what it was for. */
#include "count.h"
#include "tasks.h"

#include "kit/alloc.h"
#include "kit/clock.h"
#include "kit/fault.h"
#include "kit/tracepoint.h"
#include "test/test.h"

/* Run @fn on a thread of its own; false: it has not ended in time. */
struct job {
	void (*fn)(void);
	struct count count;
	struct thread thread;
};

static void job_main(void *arg)
{
	struct job *job = arg;

	job->fn();
	count_one(&job->count);
}

static bool job_run(void (*fn)(void))
{
	static struct job job;

	job.fn = fn;
	count_init(&job.count, 1);
	EXPECT_ERR(thread_create(&job.thread, "job", job_main, &job), 0,
		   "the thread was started");
	if (!count_wait(&job.count))
		return false;
	thread_join(&job.thread);
	count_fini(&job.count);
	return true;
}

static struct sched *s;

/* A task that sleeps until it is woken from outside, again and again. */
struct sleeper {
	struct future future;
};

static struct mutex sleeper_lock;
static struct waker sleeper_waker;
static struct count sleeper_polled;

static enum poll sleeper_poll(struct future *f, struct context *cx, void *out)
{
	mutex_lock(&sleeper_lock);
	waker_drop(&sleeper_waker);
	sleeper_waker = waker_clone(cx->waker);
	mutex_unlock(&sleeper_lock);
	count_one(&sleeper_polled);
	return POLL_PENDING;
}

TEST(wake_from_outside_gets_a_sleeping_worker_up, 8, 2)
{
	static const struct future_ops ops = {
		.poll = sleeper_poll,
		.size = sizeof(struct sleeper),
	};
	struct sleeper init = { .future.ops = &ops };
	unsigned int round, rounds = test_is_slow() ? 50 : 300;
	struct waker waker;
	struct join join;
	enum poll asked = POLL_PENDING;
	int status = 0;

	WHY("A task that is queued while all workers sleep stays there for "
	    "ever.");
	mutex_init(&sleeper_lock);
	count_init(&sleeper_polled, 1);
	STEP("a scheduler with 2 threads, and one task that only sleeps");
	EXPECT_ERR(sched_create(&s, 2), 0, "the scheduler was made");
	EXPECT_ERR(sched_spawn(s, &ops, &init, &join), 0,
		   "the task was spawned");
	STEP("wait until it was polled, wake it, and again, %u times", rounds);
	for (round = 0; round < rounds; round++) {
		if (!count_wait(&sleeper_polled))
			FAIL("wake number %u was lost: 3 s later the task "
			     "still waits, and every worker sleeps",
			     round);
		mutex_lock(&sleeper_lock);
		waker = waker_clone(&sleeper_waker);
		mutex_unlock(&sleeper_lock);
		mutex_lock(&sleeper_polled.lock);
		sleeper_polled.have = 0;
		mutex_unlock(&sleeper_polled.lock);
		waker_wake(&waker);
	}
	STEP("cancel it; ask its handle meanwhile, and at the end");
	join_cancel(&join);
	for (round = 0; round < 2000 && asked == POLL_PENDING; round++)
		asked = join_ask(&join, &status);
	sched_destroy(s);
	if (asked == POLL_PENDING)
		asked = join_ask(&join, &status);
	EXPECT_EQ(asked, POLL_READY, "the task has ended");
	EXPECT_ERR(status, -ECANCELED, "the task was cancelled");
	future_drop(&join.future);
	waker_drop(&sleeper_waker);
	count_fini(&sleeper_polled);
	mutex_fini(&sleeper_lock);
}

static struct count parked;
static unsigned int thread_calls, thread_fails;

/* Counts how many workers are about to sleep. */
static void hear_parking(enum tp_event ev, const void *who, uint64_t arg)
{
	if (ev == TP_PARK)
		count_one(&parked);
}

/* Refuse one thread, when those before it have nothing left to do. */
static int refuse_thread(enum fault_site site)
{
	if (site != FAULT_THREAD || ++thread_calls != thread_fails)
		return 0;
	mutex_lock(&parked.lock);
	parked.want = thread_fails - 1;
	mutex_unlock(&parked.lock);
	count_wait(&parked);
	return -EAGAIN;
}

static int create_err[3];

static void create_with_faults(void)
{
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(create_err); i++) {
		thread_calls = 0;
		thread_fails = i + 1;
		count_init(&parked, 0);
		fault_hook = refuse_thread;
		create_err[i] = sched_create(&s, ARRAY_SIZE(create_err));
		fault_hook = NULL;
		count_fini(&parked);
	}
}

TEST(creation_that_fails_leaves_no_thread_behind, 8, 1)
{
	unsigned int i, threads = thread_count();

	WHY("Half a scheduler is no use; the caller has to be able to try "
	    "again.");
	STEP("create a scheduler with too many workers");
	EXPECT_ERR(sched_create(&s, SCHED_WORKERS_MAX + 1), -EINVAL,
		   "creation refuses more than %u workers", SCHED_WORKERS_MAX);
	sched_destroy(NULL);
	STEP("create a scheduler; there is no memory");
	fault_set(FAULT_ALLOC, 1, -ENOMEM);
	EXPECT_ERR(sched_create(&s, 3), -ENOMEM,
		   "creation returned that there was no memory");
	EXPECT(fault_hit(), "creation asked for memory");
	STEP("then the first, the second, the third thread cannot be started");
	/* release: pairs with the acquire in tp_emit(). */
	atomic_store_explicit(&tp_listener, hear_parking, memory_order_release);
	if (!job_run(create_with_faults))
		FAIL("after 3 s the threads that had started still run: a "
		     "worker that is unparked has to return, task or not");
	atomic_store_explicit(&tp_listener, NULL, memory_order_release);
	for (i = 0; i < ARRAY_SIZE(create_err); i++)
		EXPECT_ERR(
			create_err[i], -EAGAIN,
			"creation returned that thread %u could not be started",
			i + 1);
	EXPECT_EQ(thread_count(), threads,
		  "as many threads run as before the creations that failed");
	STEP("nothing fails any more");
	EXPECT_ERR(sched_create(&s, 3), 0, "the scheduler was made");
	sched_destroy(s);
}

static struct probe late = { .id = 9, .is_ready = true };
static int late_err;

/*
 * A task that was queued before the shutdown, and spawns during it. With
 * threads it may run before, and the probe must not be in two tasks at once.
 */
static void spawn_late(struct probe *p, struct context *cx)
{
	struct probe_task init = { .future.ops = &probe_ops, .probe = &late };

	late_err = sched_spawn(sched_current(), &probe_ops, &init, NULL);
}

static struct probe queued = { .id = 1, .is_ready = true, .yields = 2 };
static struct probe pending = { .id = 2 };

static void shut_down(void)
{
	sched_destroy(s);
}

static void expect_status(struct probe *p, int want, const char *sentence)
{
	int status = 1;

	EXPECT_EQ(join_ask(&p->join, &status), POLL_READY,
		  "the handle of the task says that it has ended");
	EXPECT_ERR(status, want, "%s", sentence);
	EXPECT_EQ(p->drops, 1, "the future of the task was dropped once");
	future_drop(&p->join.future);
}

static void shutdown_with(unsigned int workers)
{
	STEP("a scheduler with %u threads", workers);
	EXPECT_ERR(sched_create(&s, workers), 0, "the scheduler was made");
	STEP("one task that waits for ever, and one that yields twice");
	probe_spawn(s, &pending);
	probe_spawn(s, &queued);
	STEP("shut down");
	if (!job_run(shut_down))
		FAIL("after 3 s the shutdown still waits for its workers");
}

TEST(shutdown_runs_the_queued_and_cancels_the_pending, 8, 2)
{
	WHY("A clean end loses no work, and waits for nothing that never "
	    "comes.");
	shutdown_with(2);
	EXPECT_EQ(queued.polls, 3,
		  "the queued task was polled three times, to its end");
	expect_status(&queued, 0, "a task that can run is run to its end");
	expect_status(&pending, -ECANCELED,
		      "a task that nobody wakes is cancelled");
	EXPECT_EQ(pending.polls, 1,
		  "the task that was cancelled was not polled again");
	STEP("its waker is used when all is gone");
	waker_wake(&pending.waker);
}

TEST(spawn_during_shutdown_is_refused, 8, 1)
{
	WHY("A shutdown that takes new tasks never ends.");
	queued.at_poll = spawn_late;
	shutdown_with(0);
	EXPECT_ERR(late_err, -ESHUTDOWN,
		   "a spawn during the shutdown is refused");
	EXPECT_EQ(late.polls, 0, "the task that was refused was not polled");
	expect_status(&queued, 0, "the task that spawned is run to its end");
	expect_status(&pending, -ECANCELED,
		      "a task that nobody wakes is cancelled");
	waker_drop(&pending.waker);
}

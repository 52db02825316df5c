/*
 * The state word in every order of a poll, wakes, a cancel, and the handle.
 */
#include "states.h"

#include "kit/err.h"
#include "kit/thread.h"
#include "test/model/model.h"

static struct task task;
/** How often somebody was told to queue it, to drop it. */
static unsigned int nr_queued, nr_dropped;
/** What a waker wrote before the wake, and what the poll read. */
static _Atomic(int) news;
static int nr_seen;

static void setup(unsigned int bits)
{
	task_make(&task, bits);
	nr_queued = bits & TASK_SCHEDULED ? 1 : 0;
	nr_dropped = 0;
	nr_seen = 0;
	atomic_init(&news, 0);
}

static void heed(enum task_next next)
{
	nr_queued += next == TASK_SUBMIT;
	nr_dropped += next == TASK_CANCEL;
}

static void wake(void *arg)
{
	/* relaxed: the wake publishes it. */
	atomic_store_explicit(&news, 1, memory_order_relaxed);
	heed(task_to_scheduled(&task));
}

/* A worker takes it, polls it once, and it is pending. */
static void poll_once(void)
{
	if (!nr_queued)
		return;
	nr_queued--;
	if (task_to_running(&task) == TASK_CANCEL) {
		nr_dropped++;
		return;
	}
	nr_seen = atomic_load_explicit(&news, memory_order_relaxed);
	heed(task_to_idle(&task));
}

static void start(struct thread *t, const char *name, void (*fn)(void *))
{
	EXPECT_ERR(thread_create(t, name, fn, NULL), 0, "a thread");
}

MODEL(a_wake_during_the_poll_leads_to_another, 2, 10)
{
	struct thread t;

	WHY("A wake that the poll did not see, and that queues nothing, is "
	    "lost: the task sleeps for ever.");
	setup(TASK_SCHEDULED);
	start(&t, "waker", wake);
	poll_once();
	thread_join(&t);
	if (!nr_queued)
		EXPECT_EQ(nr_seen, 1,
			  "a task that is in no queue has seen the news");
	EXPECT(nr_queued <= 1, "the task is queued once");
	EXPECT_EQ(!!(task_bits(&task) & TASK_SCHEDULED), nr_queued,
		  "it is SCHEDULED exactly while it is queued");
}

MODEL(two_wakes_queue_a_task_once, 1, 10)
{
	struct thread a, b;

	WHY("A task that is in two queues is polled by two workers at once.");
	setup(0);
	start(&a, "waker", wake);
	start(&b, "other", wake);
	thread_join(&a);
	thread_join(&b);
	EXPECT_EQ(nr_queued, 1, "the task is queued once");
}

static void finish(void)
{
	nr_queued--;
	if (task_to_running(&task) == TASK_POLL &&
	    task_to_done(&task) == TASK_WAKE_JOIN)
		FAIL("nobody has left a join waker");
}

MODEL(a_wake_of_a_task_that_ends_queues_nothing, 1, 10)
{
	struct thread t;

	WHY("What is queued after its end is polled after its end.");
	setup(TASK_SCHEDULED);
	start(&t, "waker", wake);
	finish();
	thread_join(&t);
	EXPECT_EQ(nr_queued, 0, "the task is in no queue");
	EXPECT(task_bits(&task) & TASK_DONE, "the task is DONE");
}

static void cancel(void *arg)
{
	heed(task_to_cancelled(&task));
}

MODEL(a_cancel_during_the_poll_drops_the_task_once, 2, 10)
{
	struct thread t;

	WHY("Either the worker drops it at the end of the poll, or it is "
	    "queued and dropped then; never both, never neither.");
	setup(TASK_SCHEDULED);
	start(&t, "canceller", cancel);
	poll_once();
	thread_join(&t);
	poll_once();
	EXPECT_EQ(nr_dropped, 1, "the future is dropped once");
}

MODEL(a_wake_while_the_future_is_dropped_queues_nothing, 2, 10)
{
	struct thread t;

	WHY("A task that was asked to end is its worker's until it is DONE: "
	    "who queues it meanwhile, gives it to another worker.");
	setup(TASK_SCHEDULED);
	start(&t, "waker", wake);
	nr_queued--;
	EXPECT_EQ(task_to_running(&task), TASK_POLL, "it is polled");
	cancel(NULL);
	heed(task_to_idle(&task));
	EXPECT_EQ(nr_dropped, 1, "its worker is told to drop the future");
	EXPECT_EQ(task_to_done(&task), TASK_NOTHING, "nobody waits for it");
	thread_join(&t);
	EXPECT_EQ(nr_queued, 0, "the task is in no queue");
}

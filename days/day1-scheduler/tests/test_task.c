/* TODO 1 and 2: the transitions of the state word, on a task made by hand. */
#include "task.h"

#include "test/test.h"

#define REFS 3

/* A task that is in no queue and has no future: just the state word. */
static void task_make(struct task *t, unsigned int bits)
{
	atomic_init(&t->state, bits | REFS * TASK_REF);
}

static unsigned int task_bits(struct task *t)
{
	return atomic_load_explicit(&t->state, memory_order_relaxed) &
	       (TASK_REF - 1);
}

static void expect_refs(struct task *t)
{
	EXPECT_EQ(atomic_load_explicit(&t->state, memory_order_relaxed) /
			  TASK_REF,
		  REFS, "the number of references did not change");
}

TEST(wake_of_an_idle_task_asks_for_a_queue, 1, 3)
{
	struct task t;

	WHY("Nobody polls an idle task again unless it gets into a queue.");
	task_make(&t, 0);
	STEP("a task sleeps; wake it");
	EXPECT_EQ(task_to_scheduled(&t), TASK_SUBMIT,
		  "the first wake has to queue the task (TASK_SUBMIT)");
	EXPECT_EQ(task_bits(&t), TASK_SCHEDULED,
		  "the task is SCHEDULED, and nothing else changed");
	expect_refs(&t);
}

TEST(second_wake_does_not_queue_the_task_again, 1, 2)
{
	struct task t;

	WHY("A task that is queued twice is polled by two workers at once.");
	task_make(&t, 0);
	STEP("wake a task that sleeps");
	EXPECT_EQ(task_to_scheduled(&t), TASK_SUBMIT,
		  "the first wake has to queue the task");
	STEP("wake it again, before any worker took it");
	EXPECT_EQ(task_to_scheduled(&t), TASK_NOTHING,
		  "the second wake finds it queued, and queues nothing");
	EXPECT_EQ(task_bits(&t), TASK_SCHEDULED, "the task is SCHEDULED");
	expect_refs(&t);
}

TEST(wake_during_a_poll_is_remembered_and_not_queued, 1, 3)
{
	struct task t;

	WHY("The poll may have looked for its event just before the wake "
	    "came.");
	task_make(&t, TASK_RUNNING);
	STEP("a worker polls the task; wake it meanwhile");
	EXPECT_EQ(task_to_scheduled(&t), TASK_NOTHING,
		  "a task that is polled is not queued for a second worker");
	EXPECT_EQ(task_bits(&t), TASK_RUNNING | TASK_SCHEDULED,
		  "the wake is kept in the state word for the end of the poll");
	STEP("wake it once more");
	EXPECT_EQ(task_to_scheduled(&t), TASK_NOTHING,
		  "one wake is remembered, a second adds nothing");
	expect_refs(&t);
}

TEST(wake_after_completion_does_nothing, 1, 2)
{
	struct task t;

	WHY("Wakers outlive tasks; a future that was dropped is never polled.");
	task_make(&t, TASK_DONE);
	STEP("a task has ended; use a waker that somebody kept");
	EXPECT_EQ(task_to_scheduled(&t), TASK_NOTHING,
		  "a wake after the end queues nothing");
	EXPECT(task_bits(&t) & TASK_DONE, "the task is still DONE");
	EXPECT(!(task_bits(&t) & TASK_RUNNING), "nobody runs it");
	expect_refs(&t);
}

TEST(pending_task_is_left_alone, 2, 2)
{
	struct task t;

	WHY("A task that is queued without a wake polls for ever: a busy "
	    "loop.");
	task_make(&t, TASK_RUNNING);
	STEP("a poll ends pending, and no wake came meanwhile");
	EXPECT_EQ(task_to_idle(&t), TASK_NOTHING,
		  "there is nothing to do until a wake comes");
	EXPECT_EQ(task_bits(&t), 0, "the task is idle: no bit is set");
	expect_refs(&t);
	STEP("wake it");
	EXPECT_EQ(task_to_scheduled(&t), TASK_SUBMIT,
		  "now the wake has to queue it");
}

TEST(task_woken_during_its_poll_is_queued_again, 2, 3)
{
	struct task t;

	WHY("The wake that came during the poll is the only one there will "
	    "be.");
	task_make(&t, TASK_RUNNING);
	STEP("a worker polls the task; wake it meanwhile");
	EXPECT_EQ(task_to_scheduled(&t), TASK_NOTHING,
		  "the waker leaves the queueing to the worker");
	STEP("the poll ends pending");
	EXPECT_EQ(task_to_idle(&t), TASK_SUBMIT,
		  "the worker has to queue the task: the wake was lost");
	EXPECT_EQ(task_bits(&t), TASK_SCHEDULED,
		  "it is SCHEDULED, and RUNNING no more");
	expect_refs(&t);
	STEP("another worker takes it");
	EXPECT_EQ(task_to_running(&t), TASK_POLL, "it can be polled");
}

TEST(task_cancelled_during_its_poll_stays_with_its_worker, 2, 3)
{
	struct task t;

	WHY("The future is dropped by the one worker that may touch it.");
	task_make(&t, TASK_RUNNING);
	STEP("a worker polls the task; cancel it meanwhile");
	EXPECT_EQ(task_to_cancelled(&t), TASK_NOTHING,
		  "whoever cancels leaves the rest to the worker");
	STEP("the poll ends pending");
	EXPECT_EQ(task_to_idle(&t), TASK_CANCEL,
		  "the worker is told to drop the future");
	EXPECT_EQ(task_bits(&t), TASK_RUNNING | TASK_CANCELLED,
		  "the task stays RUNNING while its future is dropped");
	STEP("a cancelled task that was woken, too");
	task_make(&t, TASK_RUNNING | TASK_CANCELLED | TASK_SCHEDULED);
	EXPECT_EQ(task_to_idle(&t), TASK_CANCEL,
		  "the request to end goes before the wake");
	EXPECT(task_bits(&t) & TASK_RUNNING, "the task stays RUNNING");
	expect_refs(&t);
}

TEST(end_of_a_task_says_whether_somebody_waits, 2, 2)
{
	struct task t;

	WHY("Who waits for the task sleeps; its end is what wakes him.");
	task_make(&t, TASK_RUNNING | TASK_JOIN_WAKER);
	STEP("a task ends, and its handle has left a waker");
	EXPECT_EQ(task_to_done(&t), TASK_WAKE_JOIN,
		  "the waker of the handle has to be woken");
	EXPECT_EQ(task_bits(&t) & (TASK_RUNNING | TASK_DONE), TASK_DONE,
		  "the task is DONE, and RUNNING no more");
	expect_refs(&t);
	task_make(&t, TASK_RUNNING | TASK_SCHEDULED);
	STEP("a task ends that was woken, and nobody waits for it");
	EXPECT_EQ(task_to_done(&t), TASK_NOTHING, "there is nobody to wake");
	EXPECT_EQ(task_bits(&t) & (TASK_RUNNING | TASK_DONE), TASK_DONE,
		  "the task is DONE, and RUNNING no more");
}

/*
 * TODO 1 and 2: the transitions of the state word, on a task made by hand;
 * and what another thread does in the middle of them.
 */
#include "states.h"

#include "test/step.h"
#include "test/test.h"

#define MOMENTS_MAX 300 /* instructions of a transition; it has about 30 */

TEST(wake_of_an_idle_task_asks_for_a_queue, 1, 2)
{
	struct task t;

	WHY("Nobody polls an idle task again unless it gets into a queue.");
	task_make(&t, 0);
	STEP("a task sleeps; wake it");
	EXPECT_STR(next_name(task_to_scheduled(&t)), "TASK_SUBMIT",
		   "the wake of an idle task asks for a queue");
	EXPECT_STR(bit_names(task_bits(&t)), "TASK_SCHEDULED",
		   "the task is SCHEDULED, and nothing else changed");
	expect_refs(&t);
}

TEST(second_wake_does_not_queue_the_task_again, 1, 1)
{
	struct task t;

	WHY("A task that is queued twice is polled by two workers at once.");
	task_make(&t, 0);
	STEP("wake a task that sleeps");
	EXPECT_STR(next_name(task_to_scheduled(&t)), "TASK_SUBMIT",
		   "the first wake asks for a queue");
	STEP("wake it again, before any worker took it");
	EXPECT_STR(next_name(task_to_scheduled(&t)), "TASK_NOTHING",
		   "the second wake asks for nothing: the task is queued");
	EXPECT_STR(bit_names(task_bits(&t)), "TASK_SCHEDULED",
		   "the task is SCHEDULED");
	expect_refs(&t);
}

TEST(wake_during_a_poll_is_remembered_and_not_queued, 1, 2)
{
	struct task t;

	WHY("The poll may have looked for its event just before the wake "
	    "came.");
	task_make(&t, TASK_RUNNING);
	STEP("a worker polls the task; wake it meanwhile");
	EXPECT_STR(next_name(task_to_scheduled(&t)), "TASK_NOTHING",
		   "a wake during the poll leaves the queueing to the worker");
	EXPECT_STR(
		bit_names(task_bits(&t)), "TASK_SCHEDULED | TASK_RUNNING",
		"the wake is kept in the state word for the end of the poll");
	STEP("wake it once more");
	EXPECT_STR(next_name(task_to_scheduled(&t)), "TASK_NOTHING",
		   "a second wake during the poll asks for nothing, too");
	expect_refs(&t);
}

TEST(wake_after_completion_does_nothing, 1, 1)
{
	struct task t;

	WHY("Wakers outlive tasks; a future that was dropped is never polled.");
	task_make(&t, TASK_DONE);
	STEP("a task has ended; use a waker that somebody kept");
	EXPECT_STR(next_name(task_to_scheduled(&t)), "TASK_NOTHING",
		   "a wake after the end asks for nothing");
	EXPECT_STR(bit_names(task_bits(&t) & (TASK_RUNNING | TASK_DONE)),
		   "TASK_DONE", "the task is still DONE, and not RUNNING");
	expect_refs(&t);
}

/* A transition of ours, and what another thread does in the middle of it. */
struct race {
	enum task_next ours;
	enum task_next theirs;
	bool saw_done; /* the other thread found the task DONE */
	struct task t;
};

static void we_wake(void *arg)
{
	struct race *r = arg;

	r->ours = task_to_scheduled(&r->t);
}

static void we_end_the_poll(void *arg)
{
	struct race *r = arg;

	r->ours = task_to_idle(&r->t);
}

static void we_end_the_task(void *arg)
{
	struct race *r = arg;

	r->ours = task_to_done(&r->t);
}

/* As task_to_scheduled() has to do it; the test needs one that is right. */
static void they_wake(void *arg)
{
	struct race *r = arg;
	uint64_t old = atomic_fetch_or_explicit(&r->t.state, TASK_SCHEDULED,
						memory_order_acq_rel);

	if (!(old & (TASK_SCHEDULED | TASK_RUNNING | TASK_DONE)))
		r->theirs = TASK_SUBMIT;
}

static void they_cancel(void *arg)
{
	struct race *r = arg;

	r->theirs = task_to_cancelled(&r->t);
}

static void they_clone_a_waker(void *arg)
{
	struct race *r = arg;

	task_get(&r->t);
}

/* As a handle that finds the task not DONE. */
static void they_leave_a_waker(void *arg)
{
	struct race *r = arg;

	r->saw_done = atomic_load_explicit(&r->t.state, memory_order_acquire) &
		      TASK_DONE;
	if (!r->saw_done)
		atomic_fetch_or_explicit(&r->t.state, TASK_JOIN_WAKER,
					 memory_order_acq_rel);
}

/* Our transition of a task with @bits; in the middle of it, theirs. */
static bool race(struct race *r, unsigned int bits, void (*ours)(void *),
		 unsigned int moment, void (*theirs)(void *))
{
	task_make(&r->t, bits);
	r->ours = TASK_NOTHING;
	r->theirs = TASK_NOTHING;
	r->saw_done = false;
	return moment < MOMENTS_MAX &&
	       step_interrupt(ours, r, moment, theirs, r);
}

static void expect_cloned(struct race *r, unsigned int moment, const char *what)
{
	unsigned int references = task_refs(&r->t);

	EXPECT_EQ(references, REFS + 1,
		  "the reference is kept that was taken after instruction %u "
		  "of %s",
		  moment, what);
}

/* plain: sanitizers and valgrind have instructions of their own. */
TEST(two_wakes_at_the_same_moment_queue_the_task_once, 1, 2, plain)
{
	unsigned int k, queued;
	struct race r;

	WHY("Two threads that wake at once may not both queue the task, and "
	    "one has to.");
	STEP("wake an idle task; in the middle of it another thread wakes it");
	STEP("once more for each instruction, until the first wake has ended");
	for (k = 1; race(&r, 0, we_wake, k, they_wake); k++) {
		queued = (r.ours == TASK_SUBMIT) + (r.theirs == TASK_SUBMIT);
		EXPECT_EQ(queued, 1,
			  "one of the two wakes asks for a queue, when the "
			  "second comes after instruction %u of the first",
			  k);
		EXPECT_STR(bit_names(task_bits(&r.t)), "TASK_SCHEDULED",
			   "the task is SCHEDULED");
	}
}

/* plain: as above. */
TEST(change_in_the_middle_of_a_wake_is_kept, 1, 2, plain)
{
	struct race r;
	unsigned int k;

	WHY("Others count references in the same word: one that is lost frees "
	    "the task too early.");
	STEP("wake an idle task; in the middle a waker of it is cloned");
	for (k = 1; race(&r, 0, we_wake, k, they_clone_a_waker); k++) {
		expect_cloned(&r, k, "the wake");
		EXPECT_STR(next_name(r.ours), "TASK_SUBMIT",
			   "the wake asks for a queue");
	}
	STEP("wake an idle task; in the middle its handle leaves a waker");
	for (k = 1; race(&r, 0, we_wake, k, they_leave_a_waker); k++)
		EXPECT_STR(bit_names(task_bits(&r.t)),
			   "TASK_SCHEDULED | TASK_JOIN_WAKER",
			   "the bit is kept that was set after instruction %u "
			   "of the wake",
			   k);
}

TEST(pending_task_is_left_alone, 2, 1)
{
	struct task t;

	WHY("A task that is queued without a wake polls for ever: a busy "
	    "loop.");
	task_make(&t, TASK_RUNNING);
	STEP("a poll ends pending, and no wake came meanwhile");
	EXPECT_STR(next_name(task_to_idle(&t)), "TASK_NOTHING",
		   "the end of a poll without a wake asks for nothing");
	EXPECT_STR(bit_names(task_bits(&t)), "no bit",
		   "the task is idle: no bit is set");
	expect_refs(&t);
	STEP("wake it");
	EXPECT_STR(next_name(task_to_scheduled(&t)), "TASK_SUBMIT",
		   "the wake of a pending task asks for a queue");
}

TEST(task_woken_during_its_poll_is_queued_again, 2, 2)
{
	struct task t;

	WHY("The wake that came during the poll is the only one there will "
	    "be.");
	task_make(&t, TASK_RUNNING);
	STEP("a worker polls the task; wake it meanwhile");
	EXPECT_STR(next_name(task_to_scheduled(&t)), "TASK_NOTHING",
		   "a wake during the poll leaves the queueing to the worker");
	STEP("the poll ends pending");
	EXPECT_STR(next_name(task_to_idle(&t)), "TASK_SUBMIT",
		   "the end of a poll with a wake asks the worker for a queue");
	EXPECT_STR(bit_names(task_bits(&t)), "TASK_SCHEDULED",
		   "the task is SCHEDULED, and RUNNING no more");
	expect_refs(&t);
	STEP("another worker takes it");
	EXPECT_STR(next_name(task_to_running(&t)), "TASK_POLL",
		   "the worker that takes the task polls it");
}

TEST(task_cancelled_during_its_poll_stays_with_its_worker, 2, 2)
{
	struct task t;

	WHY("The future is dropped by the one worker that may touch it.");
	task_make(&t, TASK_RUNNING);
	STEP("a worker polls the task; cancel it meanwhile");
	EXPECT_STR(next_name(task_to_cancelled(&t)), "TASK_NOTHING",
		   "whoever cancels during the poll leaves the rest to the "
		   "worker");
	STEP("the poll ends pending");
	EXPECT_STR(next_name(task_to_idle(&t)), "TASK_CANCEL",
		   "the end of the poll tells the worker to drop the future");
	EXPECT_STR(bit_names(task_bits(&t)), "TASK_RUNNING | TASK_CANCELLED",
		   "the task stays RUNNING while its future is dropped");
	STEP("a cancelled task that was woken, too");
	task_make(&t, TASK_RUNNING | TASK_CANCELLED | TASK_SCHEDULED);
	EXPECT_STR(next_name(task_to_idle(&t)), "TASK_CANCEL",
		   "a request to end goes before a wake");
	EXPECT_STR(bit_names(task_bits(&t) & TASK_RUNNING), "TASK_RUNNING",
		   "the task stays RUNNING");
	expect_refs(&t);
}

TEST(end_of_a_task_says_whether_somebody_waits, 2, 1)
{
	struct task t;

	WHY("Who waits for the task sleeps; its end is what wakes him.");
	task_make(&t, TASK_RUNNING | TASK_JOIN_WAKER);
	STEP("a task ends, and its handle has left a waker");
	EXPECT_STR(next_name(task_to_done(&t)), "TASK_WAKE_JOIN",
		   "the end of the task asks for a wake of its handle");
	EXPECT_STR(bit_names(task_bits(&t) & (TASK_RUNNING | TASK_DONE)),
		   "TASK_DONE", "the task is DONE, and RUNNING no more");
	expect_refs(&t);
	task_make(&t, TASK_RUNNING | TASK_SCHEDULED);
	STEP("a task ends that was woken, and nobody waits for it");
	EXPECT_STR(next_name(task_to_done(&t)), "TASK_NOTHING",
		   "the end of a task that nobody waits for asks for nothing");
	EXPECT_STR(bit_names(task_bits(&t) & (TASK_RUNNING | TASK_DONE)),
		   "TASK_DONE", "the task is DONE, and RUNNING no more");
}

/* plain: as above. */
TEST(change_in_the_middle_of_the_end_of_a_poll_is_kept, 2, 2, plain)
{
	unsigned int k, carers;
	struct race r;

	WHY("A wake between the look at the word and its change is lost, and "
	    "the task sleeps for ever.");
	STEP("a poll ends pending; in the middle of this the task is woken");
	for (k = 1; race(&r, TASK_RUNNING, we_end_the_poll, k, they_wake);
	     k++) {
		carers = (r.ours == TASK_SUBMIT) + (r.theirs == TASK_SUBMIT);
		EXPECT_EQ(carers, 1,
			  "worker or waker, one of them queues the task, when "
			  "the wake comes after instruction %u",
			  k);
		EXPECT_STR(bit_names(task_bits(&r.t)), "TASK_SCHEDULED",
			   "the task is SCHEDULED, and RUNNING no more");
	}
	STEP("a poll ends pending; in the middle the task is cancelled");
	for (k = 1; race(&r, TASK_RUNNING, we_end_the_poll, k, they_cancel);
	     k++) {
		carers = (r.ours == TASK_CANCEL) + (r.theirs == TASK_SUBMIT);
		EXPECT_EQ(carers, 1,
			  "the worker drops the future, or whoever cancels "
			  "queues the task (after instruction %u)",
			  k);
		EXPECT_STR(bit_names(task_bits(&r.t)),
			   r.ours == TASK_CANCEL
				   ? "TASK_RUNNING | TASK_CANCELLED"
				   : "TASK_SCHEDULED | TASK_CANCELLED",
			   "the bits of the task fit what follows");
	}
	STEP("a poll ends pending; in the middle a waker is cloned");
	for (k = 1;
	     race(&r, TASK_RUNNING, we_end_the_poll, k, they_clone_a_waker);
	     k++)
		expect_cloned(&r, k, "the end of the poll");
}

/* plain: as above. */
TEST(change_in_the_middle_of_the_end_of_the_task_is_kept, 2, 2, plain)
{
	unsigned int k, heard;
	struct race r;

	WHY("A handle that leaves its waker at this moment would wait for "
	    "ever.");
	STEP("a task ends; in the middle its handle leaves a waker");
	for (k = 1;
	     race(&r, TASK_RUNNING, we_end_the_task, k, they_leave_a_waker);
	     k++) {
		heard = (r.ours == TASK_WAKE_JOIN) + r.saw_done;
		EXPECT_EQ(heard, 1,
			  "the handle is woken, or has seen DONE, when it "
			  "leaves its waker after instruction %u",
			  k);
	}
	STEP("a task ends; in the middle a waker is cloned");
	for (k = 1;
	     race(&r, TASK_RUNNING, we_end_the_task, k, they_clone_a_waker);
	     k++) {
		expect_cloned(&r, k, "the end of the task");
		EXPECT_STR(bit_names(task_bits(&r.t)), "TASK_DONE",
			   "the task is DONE, and RUNNING no more");
	}
}

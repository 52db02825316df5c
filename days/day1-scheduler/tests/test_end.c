/* TODO 7, the whole way: wakes, joins and cancels around a task's end. */
#include "tasks.h"

#include "test/test.h"

static struct sched *s;
static struct probe a = { .id = 1, .output = 42 };
static struct probe b = { .id = 2, .is_ready = true, .output = 43 };

static void make(void)
{
	STEP("a stepped scheduler with 1 worker");
	EXPECT_ERR(sched_create_stepped(&s, 1), 0,
		   "the stepped scheduler was made");
}

/* A waker that counts. */
static unsigned int nr_wakes, nr_clones, nr_drops;

static struct waker count_clone(void *data);

static void count_wake(void *data)
{
	nr_wakes++;
	nr_drops++;
}

static void count_wake_by_ref(void *data)
{
	nr_wakes++;
}

static void count_drop(void *data)
{
	nr_drops++;
}

static const struct waker_ops count_ops = {
	.clone = count_clone,
	.wake = count_wake,
	.wake_by_ref = count_wake_by_ref,
	.drop = count_drop,
};

static struct waker count_clone(void *data)
{
	nr_clones++;
	return (struct waker){ &count_ops, data };
}

static enum poll join_ask_counted(struct join *j, int *status)
{
	struct waker waker = { &count_ops, NULL };
	struct context cx = { .waker = &waker };

	return future_poll(&j->future, &cx, status);
}

TEST(join_hears_of_the_end_before_and_after_it, 7, 2)
{
	int output, status = 1;

	WHY("Whoever joins must get the output, however late or early he "
	    "asks.");
	make();
	STEP("ask it to block, as a stranger and as its worker");
	EXPECT_ERR(sched_block_on(s, &a.join.future, &status), -EINVAL,
		   "a stepped scheduler refuses sched_block_on()");
	as_worker(s, 0);
	EXPECT_ERR(sched_block_on(s, &a.join.future, &status), -EDEADLK,
		   "a worker that calls sched_block_on() is refused");
	as_nobody();
	probe_spawn(s, &a);
	run_all(s, 0);
	STEP("task A is pending; ask its handle");
	EXPECT_EQ(join_ask_counted(&a.join, &status), POLL_PENDING,
		  "the handle of A says that A has not ended");
	EXPECT_EQ(nr_wakes, 0, "nobody is woken before the end of A");
	STEP("A is woken, and ends");
	a.is_ready = true;
	waker_wake(&a.waker);
	run_all(s, 0);
	EXPECT_EQ(nr_wakes, 1, "the end of A wakes who waits for it, once");
	EXPECT_EQ(join_ask_counted(&a.join, &status), POLL_READY,
		  "the handle of A says that A has ended");
	EXPECT_ERR(status, 0, "A was not cancelled");
	output = *(const int *)join_output(&a.join);
	EXPECT_EQ(output, 42, "the handle has the output of A");
	future_drop(&a.join.future);
	EXPECT_EQ(nr_clones, nr_drops,
		  "as many wakers were used or dropped as were cloned");
	STEP("task B ends before anybody asks");
	probe_spawn(s, &b);
	run_all(s, 0);
	status = 1;
	EXPECT_EQ(join_ask_counted(&b.join, &status), POLL_READY,
		  "the handle of B says that B has ended");
	EXPECT_ERR(status, 0, "B was not cancelled");
	output = *(const int *)join_output(&b.join);
	EXPECT_EQ(output, 43, "the handle has the output of B");
	future_drop(&b.join.future);
	EXPECT_EQ(a.drops + b.drops, 2,
		  "the futures of A and B were dropped once each");
	sched_destroy(s);
}

/* Wake the task that is polled, as somebody with a kept waker would. */
static void wake_now(struct probe *p, struct context *cx)
{
	waker_wake_by_ref(&p->waker);
}

TEST(waker_may_be_used_during_the_poll_and_after_the_end, 7, 1)
{
	struct waker kept;

	WHY("A waker is held by others; they do not know when the task ends.");
	make();
	probe_spawn(s, &a);
	run_all(s, 0);
	STEP("A is woken, and while it is polled it is woken again");
	kept = waker_clone(&a.waker);
	a.at_poll = wake_now;
	waker_wake_by_ref(&kept);
	EXPECT(sched_step(s, 0), "the first wake makes the worker poll A");
	a.at_poll = NULL;
	EXPECT_EQ(a.polls, 2, "A was polled twice");
	EXPECT(sched_step(s, 0),
	       "the wake during that poll makes the worker poll A again");
	EXPECT_EQ(a.polls, 3, "A was polled three times");
	EXPECT(!sched_step(s, 0),
	       "the worker finds nothing after that: A sleeps");
	STEP("A ends");
	a.is_ready = true;
	waker_wake_by_ref(&kept);
	run_all(s, 0);
	EXPECT_EQ(a.polls, 4, "A was polled four times");
	STEP("its waker is used again");
	waker_wake_by_ref(&kept);
	EXPECT(!sched_step(s, 0),
	       "a task that has ended is not queued by a wake");
	future_drop(&a.join.future);
	waker_drop(&a.waker);
	sched_destroy(s);
	STEP("and once more when the scheduler is gone");
	waker_wake(&kept);
	EXPECT_EQ(a.drops, 1, "the future of A was dropped once");
}

static void cancel_now(struct probe *p, struct context *cx)
{
	join_cancel(&p->join);
}

static void expect_end(struct probe *p, int want, const char *when)
{
	int status = 1;

	run_all(s, 0);
	EXPECT_EQ(join_ask(&p->join, &status), POLL_READY,
		  "a task that was cancelled %s has ended", when);
	EXPECT_ERR(status, want,
		   "a task that was cancelled %s ends with the right status",
		   when);
	EXPECT_EQ(p->drops, 1,
		  "the future of a task that was cancelled %s was dropped once",
		  when);
	future_drop(&p->join.future);
	waker_drop(&p->waker);
}

TEST(task_can_be_cancelled_queued_pending_running_and_ended, 7, 2)
{
	static struct probe queued, pending, running, ready, ended;

	WHY("Cancelling drops the future; only its worker may touch it.");
	make();
	STEP("cancel a task that is queued");
	probe_spawn(s, &queued);
	join_cancel(&queued.join);
	expect_end(&queued, -ECANCELED, "while it was queued");
	EXPECT_EQ(queued.polls, 0,
		  "a task cancelled in the queue is never polled");
	STEP("cancel a task that is pending");
	probe_spawn(s, &pending);
	run_all(s, 0);
	join_cancel(&pending.join);
	expect_end(&pending, -ECANCELED, "while it was pending");
	EXPECT_EQ(pending.polls, 1,
		  "a task cancelled while pending is not polled again");
	STEP("cancel a task during its poll, which ends pending");
	running.at_poll = cancel_now;
	probe_spawn(s, &running);
	expect_end(&running, -ECANCELED, "while it was polled");
	EXPECT_EQ(running.polls, 1,
		  "a task cancelled during its poll is not polled again");
	STEP("cancel a task during its poll, which makes it ready");
	ready = (struct probe){ .at_poll = cancel_now, .is_ready = true };
	probe_spawn(s, &ready);
	expect_end(&ready, 0, "too late, in its last poll");
	STEP("cancel a task that has ended");
	ended.is_ready = true;
	probe_spawn(s, &ended);
	run_all(s, 0);
	join_cancel(&ended.join);
	expect_end(&ended, 0, "after its end");
	sched_destroy(s);
}

/* TODO 8: work that may take only so long. */
#include "child.h"
#include "kit/err.h"
#include "timeout.h"

/* Work and timer are woken by hand; the timer says 0 unless a test differs. */
struct timed {
	struct timeout timeout;
	struct child work, timer;
	struct parent p;
	int result, out;
};

static void timed_start(struct timed *t)
{
	parent_init(&t->p);
	child_init(&t->work, 0);
	child_init(&t->timer, 1);
	t->timer.value = 0;
	t->result = -1;
	t->out = 1;
	timeout_init(&t->timeout, &t->work.future, &t->timer.future,
		     &t->result);
}

static enum poll timed_turn(struct timed *t)
{
	return turn_into(&t->timeout.future, &t->p, &t->out);
}

static void timed_end(struct timed *t)
{
	EXPECT_EQ(t->work.drops, 1, "the work is dropped once by the end");
	EXPECT_EQ(t->timer.drops, 1, "the timer is dropped once by the end");
	STEP("drop the timeout");
	future_drop(&t->timeout.future);
	EXPECT_EQ(t->work.drops, 1, "the work is not dropped again");
	EXPECT_EQ(t->timer.drops, 1, "the timer is not dropped again");
	EXPECT_EQ(parent_live(&t->p), 0,
		  "no clone of the parent's waker is left");
}

TEST(work_in_time_gives_its_result, 8, 2)
{
	struct timed t;

	WHY("The usual case: the answer comes, and a timer that is kept would "
	    "wake somebody for nothing later.");
	timed_start(&t);
	STEP("poll: the work waits, time is not up");
	EXPECT_POLL(timed_turn(&t), "pending", "neither is ready");
	STEP("finish the work");
	child_finish(&t.work);
	EXPECT_EQ(parent_wakes(&t.p), 1, "the work wakes the parent");
	EXPECT_POLL(timed_turn(&t), "ready", "the work is ready");
	EXPECT_ERR(t.out, 0, "the work was in time");
	EXPECT_EQ(t.result, 100, "the result of the work is there");
	timed_end(&t);
}

TEST(work_that_is_late_is_dropped, 8, 2)
{
	struct timed t;
	struct parent moved;

	WHY("Whoever waits has a deadline of its own; work that goes on after "
	    "it is work for nobody.");
	timed_start(&t);
	STEP("poll: the work waits, time is not up");
	EXPECT_POLL(timed_turn(&t), "pending", "neither is ready");
	STEP("poll it in another task");
	parent_init(&moved);
	EXPECT_POLL(turn_into(&t.timeout.future, &moved, &t.out), "pending",
		    "neither is ready");
	STEP("time is up");
	child_finish(&t.timer);
	EXPECT_EQ(parent_wakes(&t.p), 0, "the task that was left is not woken");
	EXPECT_EQ(parent_wakes(&moved), 1, "the task that polls now is woken");
	EXPECT_POLL(turn_into(&t.timeout.future, &moved, &t.out), "ready",
		    "time is up, so it is over");
	EXPECT_ERR(t.out, -ETIMEDOUT, "the work was not in time");
	EXPECT_EQ(t.result, -1, "no result was written");
	timed_end(&t);
	EXPECT_EQ(parent_live(&moved), 0,
		  "no clone of the parent's waker is left");
}

TEST(result_that_is_there_beats_the_timer, 8, 2)
{
	unsigned int polled;
	struct timed t;

	WHY("Work and timer may be ready in the same turn, the more often the "
	    "busier the machine is. A result that is there is thrown away by "
	    "nobody but the timeout.");
	for (polled = 0; polled < 2; polled++) {
		timed_start(&t);
		if (polled) {
			STEP("poll: the work waits, time is not up");
			timed_turn(&t);
		}
		STEP("the work is ready and time is up, at once");
		t.work.done = t.timer.done = true;
		EXPECT_POLL(timed_turn(&t), "ready", "both are ready");
		EXPECT_ERR(t.out, 0, "the work wins");
		EXPECT_EQ(t.result, 100, "the result of the work is there");
		timed_end(&t);
	}
}

TEST(work_that_need_not_wait_arms_no_timer, 8, 1)
{
	struct timed t;

	WHY("A timer that is armed costs a place in the queue of timers, and "
	    "perhaps the wake-up of a driver, for nothing.");
	timed_start(&t);
	t.work.done = true;
	STEP("poll: the work is ready at once");
	EXPECT_POLL(timed_turn(&t), "ready", "the work is ready");
	EXPECT_EQ(t.timer.polls, 0, "the timer was not asked");
	timed_end(&t);
}

/* A leaf that is ready at 0, and charges a budget for it, as day 2's do. */
struct leaf {
	struct future future;
	unsigned int *budget;
	bool is_ready;
	unsigned int drops;
};

static enum poll leaf_poll(struct future *f, struct context *cx, void *out)
{
	struct leaf *l = container_of(f, struct leaf, future);

	if (!l->is_ready || !*l->budget)
		return POLL_PENDING;
	--*l->budget;
	*(int *)out = 0;
	return POLL_READY;
}

/* Work that never ends and always has more to do: it spends all there is. */
static enum poll busy_poll(struct future *f, struct context *cx, void *out)
{
	struct leaf *l = container_of(f, struct leaf, future);

	*l->budget = 0;
	return POLL_PENDING;
}

static void leaf_drop(struct future *f)
{
	container_of(f, struct leaf, future)->drops++;
}

TEST(busy_work_does_not_keep_the_timer_quiet, 8, 1)
{
	static const struct future_ops ops = { .poll = leaf_poll,
					       .drop = leaf_drop,
					       .size = sizeof(struct leaf),
					       .out_size = sizeof(int) };
	static const struct future_ops busy_ops = { .poll = busy_poll,
						    .drop = leaf_drop,
						    .size = sizeof(struct leaf),
						    .out_size = sizeof(int) };
	unsigned int budget, i;
	struct leaf work = { .future.ops = &busy_ops, .budget = &budget };
	struct leaf timer = { .future.ops = &ops, .budget = &budget };
	struct timeout t;
	struct parent p;
	int out = 1;

	WHY("A task may do only so much in a poll. Work that uses it all up "
	    "each time leaves nothing for a timer that is asked after it.");
	parent_init(&p);
	timeout_init(&t, &work.future, &timer.future, NULL);
	STEP("poll; the work uses up the budget of the poll");
	budget = 128;
	EXPECT_POLL(turn_into(&t.future, &p, &out), "pending",
		    "neither is ready");
	STEP("time is up; poll, each time with a new budget");
	timer.is_ready = true;
	for (i = 0; i < 10; i++) {
		budget = 128;
		if (turn_into(&t.future, &p, &out) == POLL_READY)
			break;
	}
	if (i == 10)
		FAIL("time is up, and after ten polls the work still goes on");
	EXPECT_ERR(out, -ETIMEDOUT, "the work was not in time");
	EXPECT_EQ(work.drops, 1, "the work is dropped once");
	EXPECT_EQ(timer.drops, 1, "the timer is dropped once");
	future_drop(&t.future);
}

TEST(timeout_that_is_dropped_early_drops_both, 8, 1)
{
	unsigned int polled;
	struct timed t;

	WHY("The timeout owns both from the start, polled or not.");
	for (polled = 0; polled < 2; polled++) {
		timed_start(&t);
		STEP(polled ? "poll a timeout, then drop it"
			    : "drop a timeout that was never polled");
		if (polled)
			timed_turn(&t);
		future_drop(&t.timeout.future);
		EXPECT_EQ(t.work.drops, 1, "the work is dropped once");
		EXPECT_EQ(t.timer.drops, 1, "the timer is dropped once");
		EXPECT_EQ(parent_live(&t.p), 0,
			  "no clone of the parent's waker is left");
	}
}

TEST(timer_that_fails_ends_the_work, 8, 1)
{
	struct timed t;

	WHY("There may be no memory for a timer. Work that cannot be timed "
	    "must not go on for ever, and it was not late either.");
	timed_start(&t);
	t.timer.value = -ENOMEM;
	t.timer.done = true;
	STEP("poll; the timer says -ENOMEM");
	EXPECT_POLL(timed_turn(&t), "ready", "it is over");
	EXPECT_ERR(t.out, -ENOMEM, "the output is what the timer said");
	EXPECT_EQ(t.result, -1, "no result was written");
	timed_end(&t);
}

/* TODO 3: what the ledger says is wrong. */
#include "inner.h"
#include "sched.h"

#define STORM 5

/* The whole verdict as text. */
static const char *verdict(struct ledger *l)
{
	struct tracewaker_verdict v[16];
	static char buf[2048];
	size_t n = tracewaker_judge(l, STORM, v, ARRAY_SIZE(v));

	if (n > ARRAY_SIZE(v))
		FAIL("%zu verdicts, and not one more than %zu was expected", n,
		     ARRAY_SIZE(v));
	return tracewaker_text(v, n, buf, sizeof(buf));
}

TEST(a_clone_that_is_never_dropped_is_leaked, 3, 2)
{
	struct waker one, two, three;
	struct bench b;

	WHY("A leaked waker keeps its whole task in memory.");
	bench_start(&b);
	STEP("clone twice at timer:5 and once at chan:9; the task ends");
	one = tracewaker_clone_at(&b.waker, "timer:5");
	two = tracewaker_clone_at(&b.waker, "timer:5");
	three = tracewaker_clone_at(&b.waker, "chan:9");
	waker_drop(&b.waker);
	waker_drop(&three);
	tracewaker_ended(b.task);
	EXPECT_STR(verdict(&b.ledger),
		   "reader: leaked: never dropped, timer:5, 2 times\n",
		   "both clones of timer:5 are leaked, and nothing else is");
	STEP("drop one of them");
	waker_drop(&one);
	EXPECT_STR(verdict(&b.ledger),
		   "reader: leaked: never dropped, timer:5, 1 times\n",
		   "one is left");
	waker_drop(&two);
	EXPECT_STR(verdict(&b.ledger), "", "nothing is left");
	bench_end(&b);
}

TEST(a_second_drop_is_told_by_task_and_place, 3, 2)
{
	struct waker one, copy, again;
	struct bench b;

	WHY("Two drops of one clone and none of another balance in number; "
	    "only the place tells which is which.");
	bench_start(&b);
	one = tracewaker_clone_at(&b.waker, "timer:5");
	copy = again = one;
	STEP("drop the clone of timer:5 three times");
	waker_drop(&one);
	waker_drop(&copy);
	waker_drop(&again);
	EXPECT_STR(verdict(&b.ledger),
		   "reader: leaked: never dropped, spawn:1, 1 times\n"
		   "reader: dropped twice: was consumed, timer:5, 2 times\n",
		   "two drops too many at timer:5, and one too few at spawn:1");
	waker_drop(&b.waker);
	bench_end(&b);
}

TEST(a_use_after_the_drop_is_told_by_task_and_place, 3, 1)
{
	struct waker one, copy;
	struct bench b;

	WHY("It is the place of the clone that leads to who kept it.");
	bench_start(&b);
	one = tracewaker_clone_at(&b.waker, "timer:5");
	copy = one;
	STEP("wake the clone of timer:5, and wake it by reference once more");
	waker_wake(&one);
	waker_wake_by_ref(&copy);
	waker_drop(&b.waker);
	EXPECT_STR(verdict(&b.ledger),
		   "reader: used after drop: was consumed, timer:5, 1 times\n",
		   "one use too many at timer:5");
	bench_end(&b);
}

TEST(a_pending_task_with_no_waker_left_is_lost, 3, 2)
{
	struct script s;
	struct bench b;

	WHY("Nobody polls it again, nothing crashes, and no message comes.");
	bench_start(&b);
	waker_drop(&b.waker);
	script_init(&s);
	STEP("a poll that is pending and keeps no waker");
	EXPECT_EQ(script_turn(&s, &b), POLL_PENDING, "the task is pending");
	EXPECT_STR(verdict(&b.ledger),
		   "reader: lost: pending, and no waker is left; last, "
		   "spawn:1, 1 times\n",
		   "it never cloned: the place is the task's");
	STEP("a poll that keeps one, made at await:7; then that is dropped");
	s.keeps = true;
	EXPECT_EQ(script_turn(&s, &b), POLL_PENDING, "the task is pending");
	EXPECT_STR(verdict(&b.ledger), "", "somebody can still wake it");
	waker_drop(&s.kept);
	EXPECT_STR(verdict(&b.ledger),
		   "reader: lost: pending, and no waker is left; last, "
		   "await:7, 1 times\n",
		   "the place is that of the clone consumed last");
	future_drop(&s.future);
	bench_end(&b);
}

TEST(a_task_that_is_woken_or_done_is_not_lost, 3, 2)
{
	struct script s;
	struct bench b;

	WHY("A waker that woke has done its work: the task is on its way to "
	    "the next poll.");
	bench_start(&b);
	waker_drop(&b.waker);
	script_init(&s);
	STEP("a poll that keeps a waker; it wakes, and is consumed");
	s.keeps = true;
	EXPECT_EQ(script_turn(&s, &b), POLL_PENDING, "the task is pending");
	waker_wake(&s.kept);
	EXPECT_STR(verdict(&b.ledger), "", "it was woken after its last poll");
	STEP("a poll in which the task wakes itself");
	s.keeps = false;
	s.pokes = 1;
	EXPECT_EQ(script_turn(&s, &b), POLL_PENDING, "the task is pending");
	EXPECT_STR(verdict(&b.ledger), "", "it was woken during its last poll");
	STEP("the next poll is pending, and the clone has no entry");
	s.pokes = 0;
	b.task->untraced = 1;
	EXPECT_EQ(script_turn(&s, &b), POLL_PENDING, "the task is pending");
	EXPECT_STR(verdict(&b.ledger), "", "an untraced waker may be left");
	STEP("the task ends");
	b.task->untraced = 0;
	s.is_ready = true;
	EXPECT_EQ(script_turn(&s, &b), POLL_READY, "the task is ready");
	EXPECT_STR(verdict(&b.ledger), "", "it waits for nothing any more");
	future_drop(&s.future);
	bench_end(&b);
}

TEST(a_wake_after_the_end_is_late, 3, 1)
{
	struct waker timer;
	struct script s;
	struct bench b;

	WHY("Harmless once; many of them are a timer that nobody cancelled.");
	bench_start(&b);
	waker_drop(&b.waker);
	script_init(&s);
	STEP("the task keeps a waker, gives it to a timer, and ends");
	s.keeps = true;
	EXPECT_EQ(script_turn(&s, &b), POLL_PENDING, "the task is pending");
	timer = s.kept;
	s.kept.ops = NULL;
	waker_wake_by_ref(&timer);
	s.is_ready = true;
	EXPECT_EQ(script_turn(&s, &b), POLL_READY, "the task is ready");
	future_drop(&s.future);
	STEP("the timer wakes it");
	waker_wake(&timer);
	EXPECT_STR(verdict(&b.ledger),
		   "reader: late: woken after its end, await:7, 1 times\n",
		   "one wake came after the end, one before");
	bench_end(&b);
}

TEST(a_task_that_only_wakes_itself_is_a_storm, 3, 2)
{
	struct script s;
	struct bench b;
	unsigned int i;

	WHY("It asks, and asks again: a core at 100 % that waits.");
	bench_start(&b);
	waker_drop(&b.waker);
	script_init(&s);
	STEP("%u polls in a row that wake the task itself, twice each", STORM);
	s.pokes = 2;
	for (i = 0; i < STORM; i++)
		EXPECT_EQ(script_turn(&s, &b), POLL_PENDING, "it is pending");
	EXPECT_STR(verdict(&b.ledger), "", "so many are allowed");
	STEP("one that waits, and %u more", STORM);
	s.pokes = 0;
	EXPECT_EQ(script_turn(&s, &b), POLL_PENDING, "it is pending");
	s.pokes = 1;
	for (i = 0; i < STORM; i++)
		EXPECT_EQ(script_turn(&s, &b), POLL_PENDING, "it is pending");
	EXPECT_STR(verdict(&b.ledger), "", "a poll that waits ends the row");
	STEP("one more");
	EXPECT_EQ(script_turn(&s, &b), POLL_PENDING, "it is pending");
	EXPECT_STR(verdict(&b.ledger),
		   "reader: storm: woke itself poll after poll, spawn:1, "
		   "6 times\n",
		   "one in a row too many");
	s.is_ready = true;
	EXPECT_EQ(script_turn(&s, &b), POLL_READY, "the task is ready");
	future_drop(&s.future);
	bench_end(&b);
}

#define TASKS 8

/* Gives way so many times, then is ready: well behaved. */
struct polite {
	struct future future;
	unsigned int yields;
	struct waker kept;
};

static enum poll polite_poll(struct future *f, struct context *cx, void *out)
{
	struct polite *p = container_of(f, struct polite, future);

	waker_drop(&p->kept);
	if (!p->yields--) {
		*(int *)out = 1;
		return POLL_READY;
	}
	p->kept = waker_clone(cx->waker);
	if (p->yields % 2)
		waker_wake_by_ref(cx->waker);
	else
		waker_wake(&p->kept);
	return POLL_PENDING;
}

static void polite_drop(struct future *f)
{
	waker_drop(&container_of(f, struct polite, future)->kept);
}

TEST(a_healthy_program_has_no_verdict, 3, 2)
{
	static const struct future_ops ops = { .poll = polite_poll,
					       .drop = polite_drop,
					       .size = sizeof(struct polite),
					       .out_size = sizeof(int) };
	struct polite polite[TASKS];
	struct traced traced[TASKS];
	struct join joins[TASKS];
	struct ledger_task *task;
	struct ledger ledger;
	struct sched *s;
	int status = -1;
	unsigned int i;

	WHY("A tool that cries wolf is switched off.");
	ledger_init(&ledger, 0);
	EXPECT_ERR(sched_create(&s, 2), 0, "there is room for two workers");
	STEP("%u tasks on two workers, each gives way a few times", TASKS);
	for (i = 0; i < TASKS; i++) {
		polite[i] = (struct polite){ .future.ops = &ops,
					     .yields = 1 + i % 4 };
		EXPECT_ERR(ledger_task(&ledger, "polite", KIT_HERE, &task), 0,
			   "there is memory for a task in the ledger");
		traced_init(&traced[i], task, &polite[i].future);
		EXPECT_ERR(sched_spawn(s, &traced[i].ops, &traced[i],
				       &joins[i]),
			   0, "there is memory for a task");
	}
	for (i = 0; i < TASKS; i++) {
		EXPECT_ERR(sched_block_on(s, &joins[i].future, &status), 0,
			   "the task can be waited for");
		EXPECT_ERR(status, 0, "the task ran to its end");
		EXPECT_EQ(*(const int *)join_output(&joins[i]), 1,
			  "task %u has its output", i);
		future_drop(&joins[i].future);
	}
	sched_shutdown(s);
	sched_destroy(s);
	EXPECT_STR(verdict(&ledger), "", "nothing is wrong");
	ledger_fini(&ledger);
}

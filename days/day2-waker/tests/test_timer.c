/**
 * @file test_timer.c
 * Day 2, TODO 5: timer order.
 */
#include <inttypes.h>
#include <stdlib.h>

#include "timer.h"

#include "kit/err.h"
#include "kit/fault.h"
#include "test/cost.h"
#include "test/test.h"

static struct timers ts;
static struct timer timers[100000];

static void add(unsigned int i, uint64_t deadline)
{
	timer_init(&timers[i]);
	timers[i].deadline = deadline;
	EXPECT_ERR(timers_add(&ts, &timers[i]), 0, "a timer can be added");
}

/** Every timer knows its place, and is no later than its children. */
static void check_heap(void)
{
	unsigned int i;

	for (i = 0; i < ts.nr; i++) {
		EXPECT_EQ(ts.heap[i]->index, i, "a timer knows its place");
		EXPECT(!i || ts.heap[(i - 1) / 2]->deadline <=
				       ts.heap[i]->deadline,
		       "the timer for %" PRIu64 " ns is below a later one",
		       ts.heap[i]->deadline);
	}
}

/** Take all out at @now; each must be no earlier than the last one. */
static unsigned int take_all(uint64_t now)
{
	uint64_t last = 0, seq = 0;
	unsigned int n = 0;
	struct timer *t;

	while ((t = timers_expire(&ts, now))) {
		EXPECT(t->deadline >= last,
		       "the timer for %" PRIu64 " ns came after the one for "
		       "%" PRIu64 " ns",
		       t->deadline, last);
		EXPECT(n == 0 || t->deadline > last || t->seq > seq,
		       "of two timers for %" PRIu64 " ns, the one that was "
		       "added later came first",
		       last);
		EXPECT(t->deadline <= now, "a timer came before its time");
		EXPECT_EQ(t->index, TIMER_IDLE, "it is in no heap now");
		last = t->deadline;
		seq = t->seq;
		if (++n > ARRAY_SIZE(timers))
			FAIL("more timers came out than were put in");
	}
	return n;
}

TEST(timers_come_out_in_order, 5, 2)
{
	static const uint64_t deadlines[] = { 50, 10, 40, 20, 60, 30, 5, 45 };
	unsigned int i;

	WHY("A sleep of a millisecond must not wait for one of a minute.");
	timers_init(&ts);
	for (i = 0; i < ARRAY_SIZE(deadlines); i++) {
		STEP("add a timer for %" PRIu64, deadlines[i]);
		add(i, deadlines[i]);
	}
	EXPECT_EQ(timers_next(&ts), 5, "the earliest deadline is in front");
	EXPECT_EQ(take_all(100), ARRAY_SIZE(deadlines),
		  "every timer came out once");
	EXPECT_EQ(timers_next(&ts), CLOCK_NEVER, "an empty heap is never due");
	timers_fini(&ts);
}

TEST(a_timer_is_never_early, 5, 1)
{
	WHY("A sleep that ends early breaks every program that relies on it; "
	    "late is allowed, early is not.");
	timers_init(&ts);
	add(0, 1000);
	EXPECT(!timers_expire(&ts, 999), "1 ns before its time it is not due");
	EXPECT(timers_expire(&ts, 1000) == &timers[0],
	       "at its deadline it is due");
	EXPECT(!timers_expire(&ts, UINT64_MAX - 1), "and only once");
	add(1, CLOCK_NEVER);
	EXPECT(!timers_expire(&ts, UINT64_MAX - 1),
	       "one for never is not due at any time");
	timers_cancel(&ts, &timers[1]);
	timers_fini(&ts);
}

TEST(equal_deadlines_keep_their_order, 5, 2)
{
	unsigned int i;

	WHY("Two sleeps that end together end in the order in which they "
	    "began: programs are easier to understand that way.");
	timers_init(&ts);
	STEP("add 100 timers for 7, and among them some for 3 and 9");
	for (i = 0; i < 100; i++) {
		add(3 * i, 7);
		add(3 * i + 1, 9);
		add(3 * i + 2, 3);
	}
	STEP("cancel every tenth");
	for (i = 0; i < 300; i += 10)
		timers_cancel(&ts, &timers[i]);
	EXPECT_EQ(take_all(10), 270, "the others came out");
	timers_fini(&ts);
}

TEST(a_cancelled_timer_does_not_come_out, 5, 2)
{
	/* As a heap: 1 / 10 2 / 11 12 3 4. Without 11, the last one, 4, must
	 * go up past 10. */
	static const uint64_t deadlines[] = { 1, 10, 2, 11, 12, 3, 4 };
	unsigned int i;

	WHY("A timeout that is dropped must not wake anybody, and whatever "
	    "moves to its place must still be in order.");
	timers_init(&ts);
	for (i = 0; i < ARRAY_SIZE(deadlines); i++)
		add(i, deadlines[i]);
	STEP("cancel the one for 11; the one for 4 fills the gap");
	EXPECT(timers_cancel(&ts, &timers[3]), "it was in the heap");
	check_heap();
	EXPECT(!timers_cancel(&ts, &timers[3]),
	       "a second time there is nothing to cancel");
	EXPECT_EQ(timers[3].index, TIMER_IDLE, "it is in no heap now");
	EXPECT_EQ(take_all(100), 6, "the others came out");
	STEP("cancel the only one, and one that has expired");
	add(0, 5);
	EXPECT(timers_cancel(&ts, &timers[0]), "it was in the heap");
	EXPECT_EQ(timers_next(&ts), CLOCK_NEVER, "and the heap is empty");
	EXPECT(!timers_cancel(&ts, &timers[1]), "an expired one is left alone");
	timers_fini(&ts);
}

TEST(a_hundred_thousand_timers_are_handled, 5, 1)
{
	unsigned int n = test_is_slow() ? 5000 : ARRAY_SIZE(timers);
	unsigned int i, gone = 0;

	WHY("A server with a timeout for each connection has as many timers, "
	    "and cancels nearly all of them.");
	timers_init(&ts);
	STEP("add %u timers at random times", n);
	for (i = 0; i < n; i++)
		add(i, test_rand() % 1000);
	STEP("cancel every third");
	for (i = 0; i < n; i += 3)
		gone += timers_cancel(&ts, &timers[i]);
	EXPECT_EQ(gone, (n + 2) / 3, "each was in the heap");
	check_heap();
	EXPECT_EQ(take_all(1000), n - gone, "the others came out, in order");
	timers_fini(&ts);
}

/* Instructions to cancel a timer out of the middle of @n. */
static uint64_t cost_of_cancel(unsigned int n)
{
	unsigned int i;

	timers_init(&ts);
	for (i = 0; i < n; i++)
		add(i, 1000 + i);
	cost_begin();
	timers_cancel(&ts, &timers[n / 4]);
	return cost_end();
}

TEST(cancelling_costs_the_logarithm, 5, 1, cost)
{
	uint64_t few, many;

	WHY("Most timeouts are cancelled. Looking through all timers for one "
	    "makes a server with many connections slow for each of them.");
	few = cost_of_cancel(64);
	timers_fini(&ts);
	many = cost_of_cancel(4096);
	timers_fini(&ts);
	cost_report("64", few);
	cost_report("4096", many);
	EXPECT(many < 4 * few + 200,
	       "out of 64 times as many timers, one is cancelled at a few "
	       "times the cost, not at 64 times");
}

TEST(a_timer_that_cannot_be_added_changes_nothing, 5, 1)
{
	unsigned int i;

	WHY("The caller is told, and nobody fires a timer later that its "
	    "owner believes not to run.");
	timers_init(&ts);
	STEP("add the first while there is no memory");
	timer_init(&timers[0]);
	timers[0].deadline = 5;
	fault_set(FAULT_ALLOC, 1, -ENOMEM);
	EXPECT_ERR(timers_add(&ts, &timers[0]), -ENOMEM, "it is refused");
	EXPECT(fault_hit(), "memory was asked for");
	EXPECT_EQ(timers[0].index, TIMER_IDLE, "it is in no heap");
	for (i = 0; i < 16; i++)
		add(i, 20 - i);
	EXPECT_ERR(timers_add(&ts, &timers[3]), -EEXIST,
		   "a timer that is in the heap is not added twice");
	STEP("add the 17th while there is no memory for a larger heap");
	timer_init(&timers[16]);
	timers[16].deadline = 1;
	fault_set(FAULT_ALLOC, 1, -ENOMEM);
	EXPECT_ERR(timers_add(&ts, &timers[16]), -ENOMEM, "it is refused");
	EXPECT(fault_hit(), "memory was asked for");
	EXPECT_EQ(take_all(100), 16, "the 16 others came out");
	timers_fini(&ts);
}

/* TODO 5: the thief's side of the ring. */
#include "rings.h"

#include "kit/clock.h"
#include "kit/park.h"
#include "kit/thread.h"
#include "test/test.h"

TEST(steal_takes_the_older_half, 5, 3)
{
	WHY("Half now saves the thief from coming back for each task.");
	make_at(UINT32_MAX - 2);
	push(0, 8);
	STEP("steal");
	EXPECT_EQ(runq_steal(&ring, &thief), 4, "half of 8 tasks move, so 4");
	expect_ring(&thief, 0, 4);
	expect_ring(&ring, 4, 4);
	make();
	push(0, 7);
	STEP("steal");
	EXPECT_EQ(runq_steal(&ring, &thief), 4,
		  "half of 7 is rounded up, so 4 tasks move");
	expect_ring(&thief, 0, 4);
	expect_ring(&ring, 4, 3);
	make();
	push(0, RUNQ_SIZE);
	STEP("steal from a full ring");
	EXPECT_EQ(runq_steal(&ring, &thief), HALF, "half of %u tasks move",
		  RUNQ_SIZE);
	expect_ring(&thief, 0, HALF);
	expect_ring(&ring, HALF, HALF);
}

TEST(single_task_can_be_stolen_and_none_from_an_empty_ring, 5, 3)
{
	WHY("The owner may be in a long poll while its one task waits.");
	make();
	STEP("steal from a new ring");
	EXPECT_EQ(runq_steal(&ring, &thief), 0,
		  "nothing is stolen from a new ring");
	EXPECT_EQ(runq_len(&thief), 0, "the thief's ring stays empty");
	push(0, 1);
	STEP("steal");
	EXPECT_EQ(runq_steal(&ring, &thief), 1, "the only task moves");
	expect_ring(&thief, 0, 1);
	STEP("the owner pops, and the thief steals once more");
	EXPECT_STR(name_of(runq_pop(&ring)), "NULL",
		   "the owner finds no task any more");
	EXPECT_EQ(runq_steal(&ring, &thief), 0, "nothing is left to steal");
	EXPECT_STR(name_of(runq_pop(&thief)), "task 0",
		   "the thief has the task");
}

static unsigned int stolen;

static void steal(void *arg)
{
	stolen = runq_steal(&ring, &thief);
}

static void owner_pops_all_and_pushes(void *arg)
{
	take_by_hand(runq_len(&ring));
	fill(3);
	take_by_hand(2);
}

static void owner_goes_round(void *arg)
{
	take_by_hand(runq_len(&ring));
	fill(RUNQ_SIZE);
}

/* The owner's @other at every moment of a steal from a ring with 4 tasks. */
static void interrupt_steals(void (*other)(void *), const char *when)
{
	unsigned int k, in_ring;
	bool goes_on = true;

	for (k = 1; goes_on && k < MOMENTS_MAX; k++) {
		make_with(4);
		goes_on = step_interrupt(steal, NULL, k, other, NULL);
		in_ring = runq_len(&thief);
		EXPECT_EQ(in_ring, stolen,
			  "the thief's ring holds as many tasks as the steal "
			  "returned");
		find_in(&thief);
		find_in(&ring);
		expect_found_once(when, k);
		EXPECT(stolen, "a steal brings a task as long as there is one");
	}
}

/* plain: sanitizers and valgrind have instructions of their own. */
TEST(steal_and_the_owner_in_its_middle_take_different_tasks, 5, 2, plain)
{
	WHY("A task that two workers poll at once is corrupted.");
	STEP("steal from 4 tasks; in its middle the owner pops and pushes");
	interrupt_steals(owner_pops_all_and_pushes,
			 "the owner pops and pushes");
	STEP("once more; the owner pushes until it is once round");
	interrupt_steals(owner_goes_round, "the owner goes round");
}

/* How often each task came out, on either side. */
static _Atomic(unsigned int) taken[ARRAY_SIZE(tasks)];
static _Atomic(bool) is_over;

static void take(struct task *t)
{
	/* relaxed: counters, read after the thread is joined. */
	if (number(t) < 0)
		FAIL("something came out that never went in");
	atomic_fetch_add_explicit(&taken[number(t)], 1, memory_order_relaxed);
}

static struct parker owner;

static void thief_main(void *arg)
{
	struct task *t;

	/* relaxed: a flag to end a loop. */
	while (!atomic_load_explicit(&is_over, memory_order_relaxed)) {
		if (!runq_steal(&ring, &thief))
			continue;
		while ((t = runq_pop(&thief)))
			take(t);
		parker_unpark(&owner);
	}
}

/* The owner is in a long poll: it waits until the thief has taken all. */
static void leave_it_to_the_thief(void)
{
	uint64_t deadline = clock_now() + 3 * NSEC_PER_SEC;

	while (runq_len(&ring))
		if (!parker_park(&owner, deadline) && clock_now() >= deadline)
			FAIL("3 s later the thief has not taken the %u tasks "
			     "that the owner left to it",
			     runq_len(&ring));
}

TEST(each_task_goes_to_owner_or_thief_and_never_to_both, 5, 3)
{
	unsigned int rounds = test_is_slow() ? 2048 : 20480;
	unsigned int i, round, times_out, at = 0;
	struct thread thread;
	struct task *t;

	WHY("A task that two workers poll at once is corrupted.");
	make();
	parker_init(&owner);
	STEP("another thread steals all the time, for %u rounds", rounds);
	EXPECT_ERR(thread_create(&thread, "thief", thief_main, NULL), 0,
		   "a thread was started");
	STEP("the owner pushes one to four tasks, and pops until none is "
	     "left;");
	STEP("in every 64th round it leaves them to the thief");
	for (round = 0; round < rounds; round++) {
		for (i = 0; i <= round % 4; i++)
			runq_push(&ring, tasks[at++ % ARRAY_SIZE(tasks)],
				  &inject);
		if (round % 64 == 63)
			leave_it_to_the_thief();
		while ((t = runq_pop(&ring)))
			take(t);
	}
	atomic_store_explicit(&is_over, true, memory_order_relaxed);
	thread_join(&thread);
	/* @at is a multiple of their number, so each went in as often. */
	for (i = 0; i < ARRAY_SIZE(tasks); i++) {
		times_out =
			atomic_load_explicit(&taken[i], memory_order_relaxed);
		EXPECT_EQ(times_out, at / ARRAY_SIZE(tasks),
			  "task %u came out as often as it went in", i);
	}
}

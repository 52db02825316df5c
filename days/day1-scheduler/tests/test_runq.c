/* TODO 3 to 5: the ring. Its tasks are addresses; nobody looks inside. */
#include "inject.h"
#include "runq.h"
#include "task.h"

#include "kit/clock.h"
#include "kit/park.h"
#include "kit/thread.h"
#include "kit/tracepoint.h"
#include "test/test.h"

#define HALF (RUNQ_SIZE / 2)

/* Tasks 0, 1, 2, ... of which only the address and the queue link count. */
static struct task *tasks[1024];
static char memory[ARRAY_SIZE(tasks)][sizeof(struct task)]
	__attribute__((aligned(16)));

static struct runq ring, thief;
static struct inject inject;

static void make(void)
{
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(tasks); i++)
		tasks[i] = (struct task *)memory[i];
	runq_init(&ring);
	runq_init(&thief);
	inject_init(&inject);
}

/* Both rings begin with an index of @at instead of 0. */
static void make_at(uint32_t at)
{
	make();
	atomic_init(&ring.head, at);
	atomic_init(&ring.tail, at);
	atomic_init(&thief.head, at);
	atomic_init(&thief.tail, at);
}

/* Number of the task, or -1 for NULL. */
static int number(const struct task *t)
{
	return t ? (int)(((const char *)t - memory[0]) /
			 (long)sizeof(memory[0]))
		 : -1;
}

static void push(unsigned int from, unsigned int n)
{
	unsigned int i;

	STEP("push %u tasks, from number %u on", n, from);
	for (i = from; i < from + n; i++)
		runq_push(&ring, tasks[i], &inject);
}

/* What the ring holds, without popping: tasks @from, @from + 1, ... */
static void expect_ring(struct runq *q, unsigned int from, unsigned int n)
{
	uint32_t head = atomic_load_explicit(&q->head, memory_order_relaxed);
	unsigned int i;

	EXPECT_EQ(runq_len(q), n, "the ring holds %u tasks", n);
	for (i = 0; i < n; i++)
		EXPECT_EQ(number(atomic_load_explicit(
				  &q->slots[(head + i) % RUNQ_SIZE],
				  memory_order_relaxed)),
			  from + i, "place %u of the ring holds task %u", i,
			  from + i);
}

static void expect_inject(unsigned int from, unsigned int n)
{
	unsigned int i;

	EXPECT_EQ(inject_len(&inject), n, "the injection queue holds %u tasks",
		  n);
	for (i = 0; i < n; i++)
		EXPECT_EQ(number(inject_pop(&inject)), from + i,
			  "the injection queue gives task %u next", from + i);
}

TEST(push_keeps_the_order, 3, 3)
{
	WHY("Tasks in the ring wait their turn; the first one waits longest.");
	make();
	push(0, 1);
	expect_ring(&ring, 0, 1);
	push(1, RUNQ_SIZE - 1);
	expect_ring(&ring, 0, RUNQ_SIZE);
	expect_inject(0, 0);
}

TEST(push_to_a_full_ring_moves_the_older_half, 3, 4)
{
	WHY("A push that fails, or overwrites, loses a task for ever.");
	make();
	record_start();
	push(0, RUNQ_SIZE);
	push(RUNQ_SIZE, 1);
	EXPECT_EQ(record_count(TP_OVERFLOW), 1,
		  "the ring overflowed once (tp_overflow)");
	expect_ring(&ring, HALF, HALF + 1);
	expect_inject(0, HALF);
	push(RUNQ_SIZE + 1, HALF);
	expect_ring(&ring, RUNQ_SIZE, HALF + 1);
	expect_inject(HALF, HALF);
}

TEST(push_works_where_the_index_wraps, 3, 3)
{
	WHY("head and tail grow for ever; after 2^32 - 1 comes 0.");
	STEP("a ring that has been used 4294967286 times");
	make_at(UINT32_MAX - 9);
	push(0, RUNQ_SIZE);
	expect_ring(&ring, 0, RUNQ_SIZE);
	push(RUNQ_SIZE, 1);
	expect_ring(&ring, HALF, HALF + 1);
	expect_inject(0, HALF);
}

TEST(pop_of_a_ring_never_pushed_to_finds_nothing, 4, 3)
{
	WHY("An index that goes below 0 is 4294967295: the ring looks full.");
	make();
	STEP("pop twice from a new ring");
	EXPECT_EQ(number(runq_pop(&ring)), -1, "there is no task (NULL)");
	EXPECT_EQ(number(runq_pop(&ring)), -1, "there is no task (NULL)");
	EXPECT_EQ(runq_len(&ring), 0, "the ring is empty");
	push(0, 1);
	EXPECT_EQ(number(runq_pop(&ring)), 0, "the task comes out");
	EXPECT_EQ(number(runq_pop(&ring)), -1, "and only once");
}

TEST(pop_takes_the_oldest_first, 4, 4)
{
	unsigned int i;

	WHY("First in, first out: no task waits while later ones overtake it.");
	make_at(UINT32_MAX - 9);
	push(0, 20);
	STEP("pop 15 times");
	for (i = 0; i < 15; i++)
		EXPECT_EQ(number(runq_pop(&ring)), i,
			  "pop number %u gives the oldest task", i);
	push(20, 10);
	STEP("pop until nothing is left");
	for (i = 15; i < 30; i++)
		EXPECT_EQ(number(runq_pop(&ring)), i,
			  "pop number %u gives the oldest task", i);
	EXPECT_EQ(number(runq_pop(&ring)), -1, "then there is none");
	EXPECT_EQ(runq_len(&ring), 0, "the ring is empty");
}

TEST(steal_takes_the_older_half, 5, 4)
{
	WHY("Half now saves the thief from coming back for each task.");
	make_at(UINT32_MAX - 2);
	push(0, 8);
	STEP("steal");
	EXPECT_EQ(runq_steal(&ring, &thief), 4, "half of 8 tasks move");
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
	EXPECT_EQ(runq_steal(&ring, &thief), HALF, "half of the tasks move");
	expect_ring(&thief, 0, HALF);
	expect_ring(&ring, HALF, HALF);
}

TEST(single_task_can_be_stolen_and_none_from_an_empty_ring, 5, 3)
{
	WHY("The owner may be in a long poll while its one task waits.");
	make();
	STEP("steal from a new ring");
	EXPECT_EQ(runq_steal(&ring, &thief), 0, "there is nothing to steal");
	EXPECT_EQ(runq_len(&thief), 0, "the thief's ring stays empty");
	push(0, 1);
	STEP("steal");
	EXPECT_EQ(runq_steal(&ring, &thief), 1, "the only task moves");
	expect_ring(&thief, 0, 1);
	STEP("the owner pops, and the thief steals once more");
	EXPECT_EQ(number(runq_pop(&ring)), -1, "the owner finds nothing");
	EXPECT_EQ(runq_steal(&ring, &thief), 0, "and nor does the thief");
	EXPECT_EQ(number(runq_pop(&thief)), 0, "the thief has the task");
}

/* How often each task came out, on either side. */
static _Atomic(unsigned int) taken[ARRAY_SIZE(tasks)];
static _Atomic(bool) is_over;

static void take(struct task *t)
{
	/* relaxed: counters, read after the thread is joined. */
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

TEST(each_task_goes_to_owner_or_thief_and_never_to_both, 5, 4)
{
	unsigned int rounds = test_is_slow() ? 2048 : 20480;
	unsigned int i, round, at = 0;
	struct thread thread;
	struct task *t;

	WHY("A task that two workers poll at once is corrupted.");
	make();
	parker_init(&owner);
	STEP("another thread steals all the time, for %u rounds", rounds);
	EXPECT_ERR(thread_create(&thread, "thief", thief_main, NULL), 0,
		   "a thread can be started");
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
	for (i = 0; i < ARRAY_SIZE(tasks); i++)
		EXPECT_EQ(atomic_load_explicit(&taken[i], memory_order_relaxed),
			  at / ARRAY_SIZE(tasks),
			  "task %u came out as often as it went in", i);
}

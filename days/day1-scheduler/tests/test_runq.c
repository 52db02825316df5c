/* TODO 3 and 4: the owner's side of the ring. */
#include "rings.h"

#include "kit/tracepoint.h"
#include "test/test.h"

TEST(push_keeps_the_order, 3, 2)
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
		  "one overflow was traced, with tp_overflow()");
	expect_ring(&ring, HALF, HALF + 1);
	expect_inject(0, HALF);
	push(RUNQ_SIZE + 1, HALF);
	expect_ring(&ring, RUNQ_SIZE, HALF + 1);
	expect_inject(HALF, HALF);
}

TEST(push_works_where_the_index_wraps, 3, 2)
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

static void push_one(void *arg)
{
	runq_push(&ring, tasks[nr_in - 1], &inject);
}

static bool head_has_moved(void *arg)
{
	/* relaxed: one thread only. */
	return atomic_load_explicit(&ring.head, memory_order_relaxed) !=
	       *(uint32_t *)arg;
}

/* A full ring, and a task that is about to be pushed; head of the ring. */
static uint32_t make_full(void)
{
	make_with(RUNQ_SIZE);
	nr_in++;
	return atomic_load_explicit(&ring.head, memory_order_relaxed);
}

static void steal_in_a_push(unsigned int moment)
{
	struct task *t;

	make_full();
	step_interrupt(push_one, NULL, moment, steal_by_hand, NULL);
	find_in(&ring);
	while ((t = inject_pop(&inject)))
		find(t);
	expect_found_once("a thief comes", moment);
}

/* plain: sanitizers and valgrind have instructions of their own. */
TEST(thief_in_the_middle_of_an_overflow_doubles_no_task, 3, 2, plain)
{
	uint32_t head = make_full();
	unsigned int k, moved;

	WHY("The older half is the owner's only when he has moved head over "
	    "it.");
	moved = step_count(push_one, NULL, head_has_moved, &head);
	STEP("push to a full ring; in the middle of it a thief takes half");
	STEP("once more for each of the first instructions");
	for (k = 1; k <= 32; k++)
		steal_in_a_push(k);
	STEP("and for those around the one that moves head");
	for (k = moved > 5 ? moved - 5 : 1; k <= moved; k++)
		steal_in_a_push(k);
}

TEST(pop_of_a_ring_never_pushed_to_finds_nothing, 4, 2)
{
	WHY("An index that goes below 0 is 4294967295: the ring looks full.");
	make();
	STEP("pop twice from a new ring");
	EXPECT_STR(name_of(runq_pop(&ring)), "NULL",
		   "a pop from a new ring finds no task");
	EXPECT_STR(name_of(runq_pop(&ring)), "NULL",
		   "a second pop from it finds no task either");
	EXPECT_EQ(runq_len(&ring), 0, "the ring is still empty");
	push(0, 1);
	STEP("pop twice");
	EXPECT_STR(name_of(runq_pop(&ring)), "task 0",
		   "the task comes out that was pushed");
	EXPECT_STR(name_of(runq_pop(&ring)), "NULL",
		   "a task comes out only once");
}

TEST(pop_takes_the_oldest_first, 4, 3)
{
	unsigned int i;

	WHY("First in, first out: no task waits while later ones overtake it.");
	make_at(UINT32_MAX - 9);
	push(0, 20);
	STEP("pop 15 times");
	for (i = 0; i < 15; i++)
		EXPECT_STR(name_of(runq_pop(&ring)), name_of(tasks[i]),
			   "pop number %u gives the oldest task", i + 1);
	push(20, 10);
	STEP("pop until nothing is left");
	for (i = 15; i < 30; i++)
		EXPECT_STR(name_of(runq_pop(&ring)), name_of(tasks[i]),
			   "pop number %u gives the oldest task", i + 1);
	EXPECT_STR(name_of(runq_pop(&ring)), "NULL",
		   "a pop from an empty ring finds no task");
	EXPECT_EQ(runq_len(&ring), 0, "the ring is empty after the pops");
}

static struct task *popped;

static void pop_one(void *arg)
{
	popped = runq_pop(&ring);
}

/* plain: as above. */
TEST(pop_and_the_thief_in_its_middle_take_different_tasks, 4, 2, plain)
{
	static const unsigned int lengths[] = { 1, 2, 5 };
	unsigned int i, k;
	bool goes_on;

	WHY("A task that two workers poll at once is corrupted.");
	for (i = 0; i < ARRAY_SIZE(lengths); i++) {
		STEP("%u task(s); pop, and in its middle a thief takes half",
		     lengths[i]);
		goes_on = true;
		for (k = 1; goes_on && k < MOMENTS_MAX; k++) {
			make_with(lengths[i]);
			goes_on = step_interrupt(pop_one, NULL, k,
						 steal_by_hand, NULL);
			if (popped)
				find(popped);
			find_in(&ring);
			expect_found_once("a thief comes", k);
			/* With one task, the thief may have it. */
			EXPECT(popped || lengths[i] == 1,
			       "a pop finds a task as long as there is one");
		}
	}
}

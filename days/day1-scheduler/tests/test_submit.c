/* TODO 6: where a task goes that can run; and what a spawn costs in memory. */
#include "tasks.h"

#include "kit/fault.h"
#include "kit/tracepoint.h"
#include "test/test.h"

#define SCHEDULED (1u << TP_SCHEDULE)

static struct sched *s;
static struct probe a = { .id = 1, .is_ready = true };
static struct probe b = { .id = 2, .is_ready = true };
static struct probe c = { .id = 3, .is_ready = true };

static void make(unsigned int workers)
{
	STEP("a stepped scheduler with %u worker(s)", workers);
	EXPECT_ERR(sched_create_stepped(&s, workers), 0,
		   "the stepped scheduler was made");
}

/* Who is in the slot of worker @i: "A", "B", "C", or "nobody". */
static const char *in_slot(unsigned int i)
{
	const struct task *t = s->workers[i].slot;

	if (!t)
		return "nobody";
	return t == a.join.task	  ? "A"
	       : t == b.join.task ? "B"
	       : t == c.join.task ? "C"
				  : "somebody else";
}

/* Run what is queued, drop the first @n handles and the scheduler. */
static void finish(unsigned int n)
{
	struct probe *const all[] = { &a, &b, &c };
	unsigned int i;

	run_by_hand(s, 100);
	for (i = 0; i < n; i++)
		future_drop(&all[i]->join.future);
	sched_destroy(s);
}

TEST(spawned_task_takes_the_slot_from_the_one_before, 6, 3)
{
	unsigned int in_ring;

	WHY("What was made last is still in the cache: it is polled next.");
	make(1);
	as_worker(s, 0);
	STEP("worker 0 spawns A");
	probe_spawn(s, &a);
	EXPECT_STR(in_slot(0), "A", "A is in the slot");
	in_ring = runq_len(&s->workers[0].ring);
	EXPECT_EQ(in_ring, 0, "the ring is empty");
	STEP("worker 0 spawns B");
	probe_spawn(s, &b);
	EXPECT_STR(in_slot(0), "B", "B is in the slot now");
	in_ring = runq_len(&s->workers[0].ring);
	EXPECT_EQ(in_ring, 1, "the ring holds A, which was in the slot before");
	EXPECT_EQ(inject_len(&s->inject), 0,
		  "the injection queue is empty: no task came from outside");
	as_nobody();
	finish(2);
	EXPECT_EQ(a.polls + b.polls, 2, "tasks A and B were polled, once each");
}

TEST(task_from_another_thread_goes_through_the_injection_queue, 6, 3)
{
	struct sched *other;

	WHY("Slot and ring have one writer: the worker. All others queue "
	    "here.");
	make(2);
	STEP("a thread that is no worker spawns A");
	probe_spawn(s, &a);
	EXPECT_EQ(inject_len(&s->inject), 1, "A is in the injection queue");
	STEP("a worker of another scheduler spawns B");
	EXPECT_ERR(sched_create_stepped(&other, 1), 0,
		   "the second scheduler was made");
	as_worker(other, 0);
	probe_spawn(s, &b);
	as_nobody();
	EXPECT_EQ(inject_len(&s->inject), 2,
		  "A and B are in the injection queue");
	EXPECT(!other->workers[0].slot,
	       "the slot of the other scheduler's worker is empty: B is not "
	       "its task");
	EXPECT_STR(in_slot(0), "nobody", "the slot of worker 0 is empty");
	EXPECT_STR(in_slot(1), "nobody", "the slot of worker 1 is empty");
	sched_destroy(other);
	finish(2);
	EXPECT_EQ(a.polls + b.polls, 2, "tasks A and B were polled, once each");
}

TEST(task_that_wakes_itself_goes_to_the_end_of_the_ring, 6, 2)
{
	unsigned int in_ring;

	WHY("A task that gives way, and is put first, gave way to nobody.");
	make(1);
	as_worker(s, 0);
	record_start();
	STEP("worker 0 spawns A, B and C; C yields once");
	c.yields = 1;
	probe_spawn(s, &a);
	probe_spawn(s, &b);
	probe_spawn(s, &c);
	record_name(a.join.task, "A");
	record_name(b.join.task, "B");
	record_name(c.join.task, "C");
	STEP("one turn: C is polled, wakes itself, and is pending");
	run_by_hand(s, 1);
	EXPECT_STR(
		record_text(SCHEDULED),
		"lifo A, lifo B, local A, lifo C, local B, local C",
		"each task went where it belongs, and C to the ring at last");
	EXPECT_STR(in_slot(0), "nobody", "the slot is empty");
	in_ring = runq_len(&s->workers[0].ring);
	EXPECT_EQ(in_ring, 3, "A, B and C wait in the ring");
	finish(3);
	EXPECT_EQ(c.polls, 2, "C was polled twice");
}

TEST(spawn_allocates_once, 6, 2)
{
	unsigned long before, allocations;

	WHY("The allocator is a large part of what a spawn costs.");
	make(1);
	as_worker(s, 0);
	before = heap_allocs();
	STEP("spawn three tasks");
	probe_spawn(s, &a);
	probe_spawn(s, &b);
	as_nobody();
	probe_spawn(s, &c);
	allocations = heap_allocs() - before;
	EXPECT_EQ(allocations, 3,
		  "a task is one block, and its place in a queue is inside");
	finish(3);
}

TEST(spawn_without_memory_leaves_nothing_behind, 6, 2)
{
	static const struct future_ops too_small = { .poll = probe_poll };
	struct probe_task init = { .future.ops = &probe_ops, .probe = &a };
	unsigned long live;
	unsigned int k;
	int err = -ENOMEM;

	WHY("A server that is short of memory has to survive it.");
	make(1);
	as_worker(s, 0);
	live = heap_live();
	for (k = 1; err && k < 10; k++) {
		STEP("spawn, and allocation number %u fails", k);
		fault_set(FAULT_ALLOC, k, -ENOMEM);
		err = sched_spawn(s, &probe_ops, &init, NULL);
		if (fault_hit())
			EXPECT_ERR(err, -ENOMEM,
				   "spawn returned that there was no memory");
		if (!err)
			break;
		EXPECT_EQ(heap_live(), live,
			  "a spawn that failed leaves nothing allocated");
		EXPECT_EQ(a.drops, 0,
			  "a spawn that failed does not drop the future");
		EXPECT_STR(in_slot(0), "nobody",
			   "a spawn that failed leaves the slot empty");
		EXPECT_EQ(
			inject_len(&s->inject), 0,
			"a spawn that failed leaves the injection queue empty");
	}
	EXPECT_ERR(err, 0, "spawn succeeded when memory was there");
	EXPECT_ERR(sched_spawn(s, &too_small, &init, NULL), -EINVAL,
		   "spawn refuses a future of 0 bytes");
	finish(0);
	EXPECT_EQ(a.drops, 1, "the future of the task was dropped once");
}

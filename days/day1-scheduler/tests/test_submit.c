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
		   "a stepped scheduler can be made");
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
	WHY("What was made last is still in the cache: it is polled next.");
	make(1);
	as_worker(s, 0);
	STEP("worker 0 spawns A");
	probe_spawn(s, &a);
	EXPECT(s->workers[0].slot == a.join.task, "A is in the slot");
	EXPECT_EQ(runq_len(&s->workers[0].ring), 0, "the ring is empty");
	STEP("worker 0 spawns B");
	probe_spawn(s, &b);
	EXPECT(s->workers[0].slot == b.join.task, "now B is in the slot");
	EXPECT_EQ(runq_len(&s->workers[0].ring), 1,
		  "the ring holds A, which was in the slot before");
	EXPECT_EQ(inject_len(&s->inject), 0,
		  "the injection queue is for tasks from outside");
	as_nobody();
	finish(2);
	EXPECT_EQ(a.polls + b.polls, 2, "both tasks were polled, once each");
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
		   "a second scheduler can be made");
	as_worker(other, 0);
	probe_spawn(s, &b);
	as_nobody();
	EXPECT_EQ(inject_len(&s->inject), 2, "B is in the injection queue");
	EXPECT(!other->workers[0].slot,
	       "a task only runs on workers of its own scheduler");
	EXPECT(!s->workers[0].slot && !s->workers[1].slot,
	       "no slot was touched from outside");
	sched_destroy(other);
	finish(2);
	EXPECT_EQ(a.polls + b.polls, 2, "both tasks were polled, once each");
}

TEST(task_that_wakes_itself_goes_to_the_end_of_the_ring, 6, 2)
{
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
	EXPECT_STR(record_text(SCHEDULED),
		   "lifo A, lifo B, local A, lifo C, local B, local C",
		   "each task went where it belongs, C to the ring at last");
	EXPECT(!s->workers[0].slot, "the slot is free");
	EXPECT_EQ(runq_len(&s->workers[0].ring), 3,
		  "A, B and C wait in the ring");
	finish(3);
	EXPECT_EQ(c.polls, 2, "C was polled a second time");
}

TEST(spawn_allocates_once, 6, 2)
{
	unsigned long before;

	WHY("The allocator is a large part of what a spawn costs.");
	make(1);
	as_worker(s, 0);
	before = heap_allocs();
	STEP("spawn three tasks");
	probe_spawn(s, &a);
	probe_spawn(s, &b);
	as_nobody();
	probe_spawn(s, &c);
	EXPECT_EQ(heap_allocs() - before, 3,
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
				   "spawn says that there was no memory");
		if (!err)
			break;
		EXPECT_EQ(heap_live(), live, "nothing is left allocated");
		EXPECT_EQ(a.drops, 0, "the future is still the caller's");
		EXPECT(!s->workers[0].slot && !inject_len(&s->inject),
		       "no queue was touched");
	}
	EXPECT_ERR(err, 0, "spawn succeeds when memory is there");
	EXPECT_ERR(sched_spawn(s, &too_small, &init, NULL), -EINVAL,
		   "a future of no bytes is a mistake");
	finish(0);
	EXPECT_EQ(a.drops, 1, "the task that was spawned was run and dropped");
}

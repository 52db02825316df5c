/* TODO 7: which task a worker polls next; all moved by hand. */
#include "tasks.h"

#include "kit/alloc.h"
#include "kit/tracepoint.h"
#include "test/cost.h"
#include "test/test.h"

static struct sched *s;
static struct probe probes[200];

static void make(unsigned int workers)
{
	unsigned int i;

	STEP("a stepped scheduler with %u worker(s)", workers);
	EXPECT_ERR(sched_create_stepped(&s, workers), 0,
		   "the stepped scheduler was made");
	for (i = 0; i < ARRAY_SIZE(probes); i++) {
		probes[i].id = i;
		probes[i].is_ready = true;
	}
}

/* Spawn probes @from, @from + 1, ...; the last one is in the slot then. */
static void spawn(unsigned int from, unsigned int n)
{
	unsigned int i;

	for (i = from; i < from + n; i++)
		probe_spawn(s, &probes[i]);
}

/* Drop the first @n handles, and the scheduler. */
static void finish(unsigned int n)
{
	unsigned int i;

	for (i = 0; i < n; i++) {
		future_drop(&probes[i].join.future);
		waker_drop(&probes[i].waker);
	}
	sched_destroy(s);
}

/* At most @n turns of a worker; says when one finds nothing. */
static void turns(unsigned int worker, unsigned int n)
{
	unsigned int i;

	for (i = 0; i < n; i++)
		EXPECT(sched_step(s, worker),
		       "turn %u of worker %u finds a task", i + 1, worker);
}

TEST(slot_comes_first_then_the_ring_in_order, 7, 3)
{
	WHY("The slot is for speed, the order of the ring is for fairness.");
	make(1);
	STEP("from outside: task 9 into the injection queue");
	spawn(9, 1);
	as_worker(s, 0);
	STEP("worker 0 spawns tasks 0, 1, 2, 3: the last one is in the slot");
	spawn(0, 4);
	as_nobody();
	STEP("five turns");
	turns(0, 5);
	EXPECT_STR(
		order_text(0), "3 0 1 2 9",
		"slot, then ring in order, then injection queue is the order");
	EXPECT(!sched_step(s, 0),
	       "the worker finds nothing after the last task");
	future_drop(&probes[9].join.future);
	finish(4);
}

TEST(every_61st_turn_begins_with_the_injection_queue, 7, 3)
{
	WHY("A busy worker must not let tasks from outside wait for ever.");
	make(1);
	as_worker(s, 0);
	STEP("worker 0 spawns tasks 0 to 149");
	spawn(0, 150);
	as_nobody();
	STEP("from outside: tasks 150, 151, 152");
	spawn(150, 3);
	STEP("153 turns");
	turns(0, 153);
	EXPECT_EQ(order[59], 58, "turn 60 polls task 58 out of the ring");
	EXPECT_EQ(order[60], 150,
		  "turn 61 polls task 150 out of the injection queue");
	EXPECT_EQ(order[61], 59, "turn 62 polls task 59 out of the ring");
	EXPECT_EQ(order[121], 151,
		  "turn 122 polls task 151 out of the injection queue");
	EXPECT_EQ(order[152], 152,
		  "task 152 waits in the injection queue until the ring is "
		  "empty");
	finish(153);
}

/* Each one in the chain spawns the next, which is then in the slot. */
static void spawn_next(struct probe *p, struct context *cx)
{
	if (p->id < 109)
		probe_spawn(s, p + 1);
}

TEST(slot_gives_way_after_three_polls_in_a_row, 7, 3)
{
	unsigned int i;

	WHY("Two tasks that wake each other would keep the ring waiting for "
	    "ever.");
	make(1);
	as_worker(s, 0);
	STEP("tasks 0, 1, 2 are in the ring");
	spawn(0, 3);
	STEP("task 100 is in the slot; it spawns 101, which spawns 102, ... "
	     "109");
	for (i = 100; i < 110; i++)
		probes[i].at_poll = spawn_next;
	spawn(100, 1);
	as_nobody();
	STEP("thirteen turns");
	turns(0, 13);
	EXPECT_STR(order_text(0),
		   "100 101 102 0 1 2 103 104 105 106 107 108 109",
		   "after three polls out of the slot the fourth task goes to "
		   "the end of the ring");
	for (i = 100; i < 110; i++)
		future_drop(&probes[i].join.future);
	finish(3);
}

TEST(worker_takes_a_batch_and_then_steals, 7, 3)
{
	unsigned int in_ring;

	WHY("A worker without tasks has to find those that others cannot get "
	    "to.");
	make(2);
	STEP("from outside: tasks 0 to 7");
	spawn(0, 8);
	STEP("a turn of worker 0");
	turns(0, 1);
	EXPECT_EQ(order[0], 0, "worker 0 polls task 0, the oldest");
	in_ring = runq_len(&s->workers[0].ring);
	EXPECT_EQ(in_ring, 4,
		  "of 8 tasks for 2 workers worker 0 took 5: 4 wait in its "
		  "ring");
	STEP("turns of worker 1, until the injection queue is empty");
	while (inject_len(&s->inject))
		turns(1, 1);
	EXPECT_EQ(order[1], 5,
		  "worker 1 polls task 5, the oldest that was left");
	record_start();
	STEP("turns of worker 1, until it finds nothing");
	run_all(s, 1);
	EXPECT(record_count(TP_STEAL), "worker 1 stole from worker 0");
	EXPECT_EQ(nr_order, 8,
		  "all 8 tasks were polled, those in worker 0's ring too");
	EXPECT(!sched_step(s, 0),
	       "worker 0 finds nothing after worker 1 has stolen all");
	finish(8);
}

/* One round: two spawns, so that slot and ring are used; polled, joined. */
static void spawn_and_join(void)
{
	unsigned int i;
	int status;

	spawn(0, 2);
	while (sched_step(s, 0))
		;
	for (i = 0; i < 2; i++) {
		join_ask(&probes[i].join, &status);
		future_drop(&probes[i].join.future);
	}
}

TEST(spawn_poll_and_join_cost_no_more_than_they_must, 7, 2, cost)
{
	const struct alloc_watcher *watch = alloc_watch;
	uint64_t count, limit;
	unsigned int i;

	WHY("What each task costs is what limits how small a task may be.");
	make(1);
	as_worker(s, 0);
	spawn_and_join();
	/* The watched heap costs more than all the rest. */
	alloc_watch = NULL;
	cost_begin();
	for (i = 0; i < 100; i++)
		spawn_and_join();
	count = cost_end();
	alloc_watch = watch;
	as_nobody();
	sched_destroy(s);
	cost_report("spawn", count);
	limit = cost_reference("spawn") * 3 / 2;
	STEP("200 tasks spawned, polled and joined; instructions counted");
	if (limit && count > limit)
		EXPECT_EQ(count / 200, limit / 200,
			  "a task takes at most 1.5 times the instructions of "
			  "the reference");
}

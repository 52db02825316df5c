/**
 * @file test_load.c
 * Day 5, TODO 7: does a poll hold a worker, or is there too much to do?
 */
#include "lint_world.h"
#include "test/test.h"

static struct world world;

/* The verdict on runtime 0; @worker is 99 when it was not written. */
static enum lint_load load(unsigned int *worker)
{
	struct lint_window window = world_window(&world);

	*worker = 99;
	return lint_load(&window, 0, worker);
}

TEST(a_poll_that_covers_a_delay_is_blocking, 7, 3)
{
	unsigned int worker;

	WHY("Who is told which worker is held by which task has found the "
	    "bug; who is told that the service is slow has not.");
	world_init(&world, 4);
	STEP("worker 1 is inside a poll for 11 ms, worker 2 for 12 ms");
	world_polls(&world, 1, world_task(&world, PLACE_CONN), 11 * MS);
	world_polls(&world, 2, world_task(&world, PLACE_THUMBNAIL), 12 * MS);
	STEP("a task has been in a ring for 12.4 ms");
	world_schedule(&world, world_task(&world, PLACE_DB), TASK_IN_RING,
		       12 * MS + 400000);
	EXPECT_EQ(load(&worker), LOAD_BLOCKING,
		  "a poll that covers 12 of the 12.4 ms is blocking");
	EXPECT_EQ(worker, 2, "worker 2 is held longest");
	STEP("another task has waited for 120 ms");
	world_schedule(&world, world_task(&world, PLACE_DB), TASK_IN_RING,
		       120 * MS);
	EXPECT_EQ(load(&worker), LOAD_BLOCKING,
		  "one wait that is explained is enough");
	STEP("worker 0 is inside a poll for 15 ms");
	world_polls(&world, 0, world_task(&world, PLACE_CONN), 15 * MS);
	EXPECT_EQ(load(&worker), LOAD_BLOCKING, "it is blocking as before");
	EXPECT_EQ(worker, 0, "worker 0 is held longest now");
}

TEST(a_long_poll_that_holds_nobody_up_is_fine, 7, 2)
{
	struct lint_window window;
	unsigned int worker, other;
	struct snap_task *t;

	WHY("A worker of its own for a long computation is a way to do it, "
	    "not a bug: a warning about it is noise.");
	world_init(&world, 4);
	other = world_runtime(&world, "files");
	STEP("worker 2 is inside a poll for 80 ms; a task waits for a "
	     "descriptor");
	world_polls(&world, 2, world_task(&world, PLACE_THUMBNAIL), 80 * MS);
	world_task(&world, PLACE_CONN);
	EXPECT_EQ(load(&worker), LOAD_FINE,
		  "a long poll is fine while no task is scheduled");
	STEP("a task was scheduled 20 us ago");
	world_schedule(&world, world_task(&world, PLACE_DB), TASK_IN_RING,
		       20000);
	EXPECT_EQ(load(&worker), LOAD_FINE,
		  "a wait of 20 us is no delay: some worker will take it");
	STEP("a task will be scheduled in 5 ms, says a slot that was read "
	     "late");
	t = world_task(&world, PLACE_DB);
	world_schedule(&world, t, TASK_IN_RING, 0);
	t->since += 5 * MS;
	EXPECT_EQ(load(&worker), LOAD_FINE,
		  "a time that is later than the snapshot is no time");
	STEP("a task of another runtime has been scheduled for 70 ms");
	t = world_task(&world, PLACE_DB);
	t->runtime = other;
	world_schedule(&world, t, TASK_IN_RING, 70 * MS);
	EXPECT_EQ(load(&worker), LOAD_FINE,
		  "a task waits for workers of its own runtime only");
	EXPECT_EQ(worker, 99, "no worker is named when none is held");
	STEP("the worker of that runtime is inside a poll for 70 ms");
	world_polls(&world, 4, world_task(&world, PLACE_CONN), 70 * MS);
	window = world_window(&world);
	EXPECT_EQ(lint_load(&window, other, &worker), LOAD_BLOCKING,
		  "in the other runtime that task is held up");
	EXPECT_EQ(worker, 4, "a worker's number counts all runtimes'");
}

TEST(a_delay_of_many_polls_is_saturation, 7, 3)
{
	unsigned int worker, i;

	WHY("Taking apart the one poll that happens to run when too much work "
	    "is there helps nobody: the next one is there already.");
	world_init(&world, 4);
	STEP("all workers are busy, each 2 ms into a poll; 100 tasks have "
	     "been queued for 120 ms");
	world_queue(&world, 100, 120 * MS);
	for (i = 0; i < 4; i++) {
		world_polls(&world, i, world_task(&world, PLACE_CONN), 2 * MS);
		world_busy(&world, i, 99);
	}
	EXPECT_EQ(load(&worker), LOAD_SATURATED,
		  "2 of 120 ms explain no delay: the runtime is saturated");
	STEP("the same, with workers between two polls");
	for (i = 0; i < 4; i++)
		world.workers[1][i].state = WORKER_SEARCHING;
	EXPECT_EQ(load(&worker), LOAD_SATURATED,
		  "without a poll in progress, too, it is saturated");
	EXPECT_EQ(worker, 99, "no worker is named when none is held");
}

TEST(a_worker_with_time_is_no_saturation, 7, 1)
{
	unsigned int worker, i;

	WHY("Another core does not help while one of those that are there is "
	    "free: something else keeps the tasks waiting.");
	world_init(&world, 4);
	STEP("three workers are busy all the time, one for 70 %% of it; 100 "
	     "tasks are queued");
	world_queue(&world, 100, 120 * MS);
	for (i = 0; i < 4; i++)
		world_busy(&world, i, i == 2 ? 70 : 100);
	EXPECT_EQ(load(&worker), LOAD_FINE,
		  "each worker has to be busy, not all of them on average");
}

TEST(a_burst_is_no_saturation, 7, 1)
{
	struct lint_window window;
	unsigned int worker = 99, i;

	WHY("A queue that was not there a moment ago may be gone a moment "
	    "later.");
	world_init(&world, 2);
	STEP("both workers are busy; 100 tasks are queued now, none was at the "
	     "window's beginning");
	world_queue(&world, 100, MS / 2);
	for (i = 0; i < 2; i++)
		world_busy(&world, i, 100);
	world.runtimes[0][0].injection = 0;
	world.workers[0][0].depth = 0;
	EXPECT_EQ(load(&worker), LOAD_FINE,
		  "a queue in one of two snapshots is no saturation");
	STEP("the queue was there, and is gone");
	world_init(&world, 2);
	world_queue(&world, 100, MS / 2);
	for (i = 0; i < 2; i++)
		world_busy(&world, i, 100);
	world.runtimes[1][0].injection = 0;
	world.workers[1][0].depth = 0;
	EXPECT_EQ(load(&worker), LOAD_FINE,
		  "nor is one that was served meanwhile");
	STEP("there is no older snapshot");
	window = world_window(&world);
	window.before = NULL;
	EXPECT_EQ(lint_load(&window, 0, &worker), LOAD_FINE,
		  "without a window nothing is known of the load");
}

TEST(busy_workers_without_a_queue_are_fine, 7, 1)
{
	unsigned int worker, i;

	WHY("All of a machine in use, and nobody waits: that is what it was "
	    "bought for.");
	world_init(&world, 2);
	STEP("both workers are busy all the time; 15 tasks are queued");
	world_queue(&world, 15, MS / 2);
	for (i = 0; i < 2; i++)
		world_busy(&world, i, 100);
	EXPECT_EQ(load(&worker), LOAD_FINE,
		  "a queue below queue_min, which is 16, is none");
}

TEST(each_queue_can_hold_the_victim, 7, 1)
{
	static const enum task_state where[] = { TASK_IN_SLOT, TASK_IN_RING,
						 TASK_INJECTED };
	unsigned int worker, i;

	WHY("Others can steal from a ring; from the slot of a held worker they "
	    "cannot, and that is where the task that it woke last lies.");
	for (i = 0; i < ARRAY_SIZE(where); i++) {
		world_init(&world, 2);
		STEP("worker 1 is inside a poll for 40 ms; a task has been in "
		     "%s as long",
		     i == 0   ? "a slot"
		     : i == 1 ? "a ring"
			      : "the injection queue");
		world_polls(&world, 1, world_task(&world, PLACE_THUMBNAIL),
			    40 * MS);
		world_schedule(&world, world_task(&world, PLACE_DB), where[i],
			       40 * MS);
		EXPECT_EQ(load(&worker), LOAD_BLOCKING,
			  "a task in any queue is scheduled");
	}
}

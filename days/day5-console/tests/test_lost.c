/**
 * @file test_lost.c
 * Day 5, TODO 8: a wait that nobody can end.
 */
#include "lint_world.h"
#include "test/test.h"

static struct world world;

static bool is_lost(const struct snap_task *t)
{
	struct lint_window window = world_window(&world);

	return lint_is_lost(&window, t);
}

/* Alone: there is no older snapshot. */
static bool is_lost_alone(const struct snap_task *t)
{
	struct lint_window window = world_window(&world);

	window.before = NULL;
	return lint_is_lost(&window, t);
}

/* A task that has waited for 4 s, with so many wakers, in both snapshots. */
static struct snap_task *waiting(uint64_t clones, uint64_t drops)
{
	struct snap_task *t;

	world_init(&world, 2);
	world_task(&world, PLACE_DB);
	t = world_task(&world, PLACE_CONN);
	t->clones = clones;
	t->drops = drops;
	world_waits(&world, t, TP_WAIT_OTHER, 0, 4 * SECOND);
	return t;
}

TEST(a_wait_that_nobody_can_end_is_lost, 8, 2)
{
	WHY("Such a task never runs again, nothing crashes, and no counter "
	    "moves: this is the only place where it shows.");
	STEP("a task has waited for 4 s; of its 3 wakers none is left");
	EXPECT(is_lost(waiting(3, 3)), "a task without a waker is lost");
	EXPECT(is_lost_alone(waiting(3, 3)),
	       "one snapshot is enough, when the wait is long");
	STEP("the same; no waker was ever made");
	EXPECT(is_lost(waiting(0, 0)),
	       "a task whose waker was never cloned is lost, too");
}

TEST(a_wait_with_a_waker_is_not_lost, 8, 2)
{
	WHY("A connection that is idle for an hour is nothing but idle.");
	STEP("a task has waited for 4 s; of its 3 wakers one is left");
	EXPECT(!is_lost(waiting(3, 2)), "a task with a waker is not lost");
	STEP("the same; 2 were made, and 3 are gone");
	EXPECT(!is_lost(waiting(2, 3)),
	       "when more are gone than were made, not all were counted");
}

TEST(a_waker_on_its_way_is_not_lost, 8, 2)
{
	struct snap_task *t;

	WHY("A waker is used up before the task is scheduled, and the two are "
	    "read one after the other.");
	STEP("a task has waited for 4 s; its last waker went since the older "
	     "snapshot");
	t = waiting(3, 3);
	world_old(&world, t)->drops = 2;
	EXPECT(!is_lost(t),
	       "a waker that was there a moment ago is on its way");
	STEP("the same; a waker was made and dropped since then");
	t = waiting(3, 3);
	world_old(&world, t)->drops = world_old(&world, t)->clones = 2;
	EXPECT(!is_lost(t), "somebody makes wakers of it even now");
	STEP("the same; it was in another wait then");
	t = waiting(3, 3);
	world_old(&world, t)->since -= SECOND;
	EXPECT(!is_lost(t), "a wait that has ended in between was not lost");
	STEP("the same; it was not in the older snapshot");
	t = waiting(3, 3);
	world.at[0].nr_tasks--;
	EXPECT(!is_lost(t), "what was not seen twice is not told");
}

TEST(who_waits_for_the_runtime_is_not_lost, 8, 2)
{
	struct snap_task *t;

	WHY("The runtime itself ends these waits; calling them lost is what "
	    "people write bug reports about.");
	STEP("a task without a waker waits for a blocking job for 4 s");
	t = waiting(3, 3);
	t->wait = world_old(&world, t)->wait = TP_WAIT_BLOCKING;
	EXPECT(!is_lost(t), "the end of a job wakes the task");
	STEP("another waits for the end of a task");
	t = waiting(3, 3);
	t->wait = world_old(&world, t)->wait = TP_WAIT_JOIN;
	t->wait_for = world_old(&world, t)->wait_for = 1;
	EXPECT(!is_lost(t), "the end of a task wakes who joins it");
}

TEST(a_short_wait_is_not_lost_yet, 8, 1)
{
	struct snap_task *t;

	WHY("Between two wakers there may be none for a moment: who is told "
	    "too early looks for a bug that is not there.");
	STEP("a task without a waker has waited for 0.9 s, and lives for 50 s");
	t = waiting(3, 3);
	t->since = world_old(&world, t)->since = world.at[1].now - 900 * MS;
	EXPECT(!is_lost(t), "a wait below lost_waker, which is 1 s, is short");
	STEP("lost_waker is set to 500 ms");
	world.p.lost_waker = 500 * MS;
	EXPECT(is_lost(t), "a wait above lost_waker is long");
}

TEST(only_a_task_that_waits_can_be_lost, 8, 1)
{
	static const enum task_state state[] = { TASK_IN_SLOT, TASK_IN_RING,
						 TASK_INJECTED, TASK_POLLED,
						 TASK_ENDED };
	struct snap_task *t;
	unsigned int i;

	WHY("A task that runs, is about to run, or has ended needs no waker.");
	for (i = 0; i < ARRAY_SIZE(state); i++) {
		STEP("a task without a waker, in state %u for 4 s", state[i]);
		t = waiting(3, 3);
		t->state = world_old(&world, t)->state = state[i];
		t->wait = world_old(&world, t)->wait = 0;
		EXPECT(!is_lost(t), "a task that does not wait is not lost");
	}
}

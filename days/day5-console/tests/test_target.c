/*
 * The target's side where it is used in other ways than the demo does: it starts
 * late, is left behind, is full, or finds a file in its place. Without points:
 * it is given.
 */
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "blocking.h"
#include "looking.h"
#include "sched.h"
#include "trace.h"
#include "watched.h"

#include "kit/clock.h"
#include "kit/err.h"
#include "kit/tracewait.h"
#include "test/test.h"

/* A task that is ready at once. */
static enum poll fly_poll(struct future *f, struct context *cx, void *out)
{
	return POLL_READY;
}

static const struct future_ops fly_ops = {
	.poll = fly_poll,
	.size = sizeof(struct future),
};

/* One that waits for ever. */
static enum poll stone_poll(struct future *f, struct context *cx, void *out)
{
	return POLL_PENDING;
}

static const struct future_ops stone_ops = {
	.poll = stone_poll,
	.size = sizeof(struct future),
};

static struct console_options options(void)
{
	return (struct console_options){ .level = CONSOLE_COUNTERS,
					 .path = "region" };
}

static void spawn(struct sched *s, const struct future_ops *ops)
{
	struct future f = { ops };

	EXPECT_ERR(sched_spawn(s, ops, &f, NULL), 0, "spawned");
}

/* Each worker in turn, until there is nothing to do. */
static void run_all(struct sched *s, unsigned int workers)
{
	unsigned int i, found;

	do {
		for (i = 0, found = 0; i < workers; i++)
			found += sched_step(s, i);
	} while (found);
}

TEST(a_lock_that_was_taken_before_the_console, 0, 0, kit)
{
	struct watched book;

	WHY("A console that starts in the middle has not seen the beginning.");
	fake_clock_start(5 * NSEC_PER_SEC);
	watched_init(&book, "book");
	watched_lock(&book);
	look_begin(options());
	STEP("what was locked before is unlocked");
	watched_unlock(&book);
	look();
	EXPECT_EQ(now.nr_resources, 1, "the lock is known");
	EXPECT_EQ(now.resources[0].held, 0, "nobody saw how long it was held");
	EXPECT_EQ(now.resources[0].max_held, 0, "nor how long at most");
	STEP("another 70 ns");
	watched_lock(&book);
	fake_clock_advance(70);
	watched_unlock(&book);
	look();
	EXPECT_EQ(now.resources[0].held, 70, "these were seen");
	watched_fini(&book);
	look_end();
}

TEST(a_listener_may_outlive_the_console, 0, 0, kit)
{
	struct sched *s;

	WHY("Who listens after the console stays: it goes on calling it.");
	look_begin(options());
	EXPECT_ERR(trace_start(4, 64), 0, "a trace, on top of the console");
	look_end();
	STEP("the console is off; the trace goes on");
	EXPECT_ERR(sched_create_stepped(&s, 1), 0, "a worker");
	spawn(s, &fly_ops);
	EXPECT(sched_step(s, 0), "it was polled");
	EXPECT(trace_ring(0)->slots, "the trace has a ring");
	STEP("the console is started again, under the same trace");
	look_begin(options());
	spawn(s, &fly_ops);
	EXPECT(sched_step(s, 0), "it was polled");
	look();
	EXPECT_EQ(now.runtimes[0].spawned, 1, "each event is counted once");
	STEP("the trace ends, and a third console starts");
	trace_free();
	look_end();
	look_begin(options());
	spawn(s, &fly_ops);
	EXPECT(sched_step(s, 0), "it was polled");
	look();
	EXPECT_EQ(now.runtimes[0].spawned, 1, "each event is counted once");
	sched_destroy(s);
	look_end();
	EXPECT(!tp_is_heard(), "nobody listens");
}

TEST(a_trace_that_runs_is_left_alone, 0, 0, kit)
{
	struct console_options o = options();
	struct sched *s;

	WHY("There are rings for one trace only; the first one has them.");
	EXPECT_ERR(trace_start(4, 64), 0, "a trace");
	STEP("a console wants the rings, too");
	o.level = CONSOLE_TRACE;
	shm_remove(o.path);
	EXPECT_ERR(console_start(&o), -EBUSY, "they are taken");
	EXPECT(!console_path(), "the console is off");
	EXPECT_ERR(sched_create_stepped(&s, 1), 0, "a worker");
	spawn(s, &fly_ops);
	EXPECT(sched_step(s, 0), "it was polled");
	EXPECT_EQ(trace_nr_rings(), 1, "the trace heard it");
	sched_destroy(s);
	trace_free();
}

TEST(a_worker_hoards_nothing_of_a_small_table, 0, 0, kit)
{
	struct console_options o = options();
	unsigned int round, i;
	struct sched *s;

	WHY("A worker that ends tasks must leave room for who spawns them.");
	o.tasks = 64;
	look_begin(o);
	EXPECT_ERR(sched_create_stepped(&s, 2), 0, "two workers");
	for (round = 0; round < 3; round++) {
		STEP("64 tasks from outside, in a table of 64; all end");
		for (i = 0; i < 64; i++)
			spawn(s, &fly_ops);
		look();
		EXPECT_EQ(now.lost[REGION_TASKS], 0, "each has an entry");
		while (sched_step(s, 0) || sched_step(s, 1))
			;
	}
	sched_destroy(s);
	look_end();
}

TEST(most_of_a_large_table_is_for_all, 0, 0, kit)
{
	struct console_options o = options();
	unsigned int round, i;
	struct sched *s;

	WHY("Sixteen workers may keep a little each, and not all there is.");
	o.tasks = 1024;
	look_begin(o);
	EXPECT_ERR(sched_create_stepped(&s, 16), 0, "16 workers");
	for (round = 0; round < 8; round++) {
		STEP("896 of 1024 from outside; all end, on all workers");
		for (i = 0; i < 896; i++)
			spawn(s, &fly_ops);
		look();
		EXPECT_EQ(now.lost[REGION_TASKS], 0, "each has an entry");
		run_all(s, 16);
	}
	sched_destroy(s);
	look_end();
}

TEST(what_finds_no_room_is_counted_once, 0, 0, kit)
{
	struct console_options o = options();
	struct watched lock[3];
	struct sched *s, *other;
	unsigned int i;

	WHY("How many are missing, and not how often they were seen.");
	o.workers = 2;
	o.places = 1;
	o.resources = 2;
	look_begin(o);
	EXPECT_ERR(sched_create_stepped(&s, 2), 0, "two workers");
	EXPECT_ERR(console_watch(s, "first"), 0, "which fit");
	EXPECT_ERR(sched_create_stepped(&other, 1), 0, "and one more");
	STEP("ten tasks on the worker that does not fit, of two places");
	for (i = 0; i < 10; i++) {
		spawn(other, &fly_ops);
		spawn(other, &stone_ops);
	}
	while (sched_step(other, 0))
		;
	look();
	EXPECT_EQ(now.lost[REGION_WORKERS], 1, "a worker is missing");
	EXPECT(now.lost[REGION_PLACES] <= 1, "a place is missing, or none");
	STEP("the same for locks: three, in two entries, ten times each");
	for (i = 0; i < 3; i++)
		watched_init(&lock[i], "lock");
	for (i = 0; i < 30; i++) {
		watched_lock(&lock[i % 3]);
		watched_unlock(&lock[i % 3]);
	}
	look();
	EXPECT_EQ(now.lost[REGION_RESOURCES], 1, "a lock is missing");
	for (i = 0; i < 3; i++)
		watched_fini(&lock[i]);
	look();
	EXPECT_EQ(now.nr_resources, 0, "they are gone");
	EXPECT_EQ(now.lost[REGION_RESOURCES], 1, "still one was missing");
	sched_destroy(other);
	sched_destroy(s);
	look_end();
}

TEST(a_file_that_is_no_region_stays, 0, 0, kit)
{
	struct console_options o = options();
	char text[32] = "", deep[200];
	FILE *f;

	WHY("Only what a dead process has left may be removed.");
	STEP("there is a letter where the region should go");
	shm_remove(o.path);
	f = fopen(o.path, "w");
	EXPECT(f, "it can be written");
	fputs("Dear reader, this is no region at all.\n", f);
	fclose(f);
	EXPECT_ERR(console_start(&o), -EEXIST, "it says so");
	console_stop();
	f = fopen(o.path, "r");
	EXPECT(f, "the letter is still there");
	EXPECT(fgets(text, sizeof(text), f), "it can be read");
	fclose(f);
	EXPECT(!strncmp(text, "Dear reader", 11), "it is the same letter");
	shm_remove(o.path);
	STEP("a path that is too long to be kept");
	memset(deep, '/', sizeof(deep));
	memcpy(deep, ".", 1);
	strcpy(deep + sizeof(deep) - 7, "region");
	o.path = deep;
	EXPECT_ERR(console_start(&o), -ENAMETOOLONG, "it says so");
	EXPECT(!console_path(), "the console is off");
}

TEST(a_runtime_that_has_ended_has_no_queue, 0, 0, kit)
{
	struct sched *s;
	unsigned int i;

	WHY("What is cancelled at the end was in a queue until then.");
	look_begin(options());
	EXPECT_ERR(sched_create_stepped(&s, 1), 0, "a worker");
	for (i = 0; i < 3; i++)
		spawn(s, &stone_ops);
	while (sched_step(s, 0))
		;
	STEP("three tasks wait, and are cancelled");
	sched_destroy(s);
	look();
	EXPECT(!now.runtimes[0].is_running, "it has ended");
	EXPECT_EQ(now.runtimes[0].injection, 0, "nothing is in its queue");
	EXPECT_EQ(now.runtimes[0].alive, 0, "no task is alive");
	EXPECT_EQ(now.places[now.nr_places - 1].cancelled, 3,
		  "three were cancelled");
	EXPECT_EQ(now.nr_tasks, 0, "no entry is in use");
	look_end();
}

TEST(two_pools_are_added_up, 0, 0, kit)
{
	uint64_t pools[2];

	WHY("A pool that goes idle does not end the threads of another.");
	look_begin(options());
	STEP("one has 4 threads and 7 jobs, the other 2 threads, which are "
	     "idle");
	tp_pool(&pools[0], tp_pool_arg(4, 0, 7));
	tp_pool(&pools[1], tp_pool_arg(2, 2, 0));
	look();
	EXPECT_EQ(now.pool_threads, 6, "six threads");
	EXPECT_EQ(now.pool_idle, 2, "two are idle");
	EXPECT_EQ(now.pool_queued, 7, "seven jobs");
	STEP("the second ends");
	tp_pool(&pools[1], tp_pool_arg(0, 0, 0));
	look();
	EXPECT_EQ(now.pool_threads, 4, "four threads are left");
	EXPECT_EQ(now.pool_queued, 7, "and seven jobs");
	tp_pool(&pools[0], tp_pool_arg(0, 0, 0));
	look();
	EXPECT_EQ(now.pool_threads, 0, "none is left");
	look_end();
}

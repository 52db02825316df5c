/**
 * @file test_snapshot.c
 * Day 5: a worker is read while it goes on. Without points: it is given.
 */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "process.h"
#include "snapshot.h"

#include "kit/err.h"
#include "test/step.h"
#include "test/test.h"

#define BEGAN 1000000ull /* ns: the poll */
#define ENDED 6000000ull

static struct reader reader;
static struct snapshot now;
static struct region_worker *worker;
static struct region_task *task;

/* A region of one runtime with one worker, and this process as its target;
 * or, if @frozen is not 0, a copy made at that time. */
static void *make(uint64_t frozen)
{
	struct region_header h = { .pid = (uint32_t)getpid(),
				   .frozen = frozen,
				   .start_ticks =
					   process_start_ticks(getpid()) };
	struct region_runtime *rt;
	size_t size;
	char *mem;

	h.part[REGION_RUNTIMES].count = 1;
	h.part[REGION_WORKERS].count = 1;
	h.part[REGION_TASKS].count = 1;
	h.part[REGION_RINGS].size = REGION_ALIGN;
	size = region_layout(&h);
	atomic_init(&h.used[REGION_RUNTIMES], 1);
	atomic_init(&h.used[REGION_WORKERS], 1);
	atomic_init(&h.used[REGION_TASKS], 1);
	mem = aligned_alloc(REGION_ALIGN, size);
	EXPECT(mem, "memory");
	memset(mem, 0, size);
	memcpy(mem, &h, sizeof(h));
	rt = (void *)(mem + h.part[REGION_RUNTIMES].offset);
	rt->nr_workers = 1;
	atomic_init(&rt->state, RUNTIME_RUNNING);
	worker = (void *)(mem + h.part[REGION_WORKERS].offset);
	task = (void *)(mem + h.part[REGION_TASKS].offset);
	EXPECT_ERR(reader_memory(&reader, mem, size), 0, "a true region");
	return mem;
}

/* Inside a poll that has begun at BEGAN; 7 ns in polls before it. */
static void poll_begins(void)
{
	atomic_store_explicit(&worker->metrics.v[METRIC_BUSY], 7,
			      memory_order_relaxed);
	slot_write(&worker->now,
		   (uint64_t[SLOT_WORDS]){ [WW_STATE] = WORKER_POLLING,
					   [WW_SINCE] = BEGAN,
					   [WW_TASK] = 3 });
}

static void poll_ends(void *arg)
{
	metric_add(&worker->metrics, METRIC_BUSY, ENDED - BEGAN);
	slot_write(&worker->now,
		   (uint64_t[SLOT_WORDS]){
			   [WW_STATE] = WORKER_SEARCHING, [WW_SINCE] = ENDED });
}

static void take(void *arg)
{
	*(int *)arg = snapshot_take(&now, &reader);
}

/* Was the worker's slot read? Its busy time, too? */
static bool is_slot_read(void *arg)
{
	return now.nr_workers && now.workers->since;
}

static bool is_busy_read(void *arg)
{
	return now.nr_workers && now.workers->reading.v[METRIC_BUSY];
}

static uint64_t busy_of(const struct metrics_reading *r)
{
	return r->v[METRIC_BUSY] +
	       (r->running_since ? r->now - r->running_since : 0);
}

/* plain: sanitizers and valgrind have instructions of their own. */
TEST(a_poll_that_ends_while_it_is_read_counts_once, 0, 0, kit, plain)
{
	void *mem = make(ENDED);
	unsigned int k, from, to;
	int err;

	WHY("Counted in the counter and as a poll in progress, a poll of a "
	    "second makes a worker busy for two.");
	STEP("a poll ends while a snapshot is taken, between what it does and "
	     "what it has counted");
	poll_begins();
	/* The first allocation takes longer than those that follow. */
	take(&err);
	snapshot_free(&now);
	from = step_count(take, &err, is_slot_read, NULL);
	snapshot_free(&now);
	to = step_count(take, &err, is_busy_read, NULL);
	snapshot_free(&now);
	EXPECT(from && from < to, "the moments are found");
	/* Each of them is behind thousands of instructions: every third. */
	for (k = from - 2; k < to + 4; k += 3) {
		poll_begins();
		EXPECT(step_interrupt(take, &err, k, poll_ends, NULL),
		       "a snapshot takes that long");
		EXPECT_ERR(err, 0, "a snapshot");
		EXPECT_EQ(busy_of(&now.workers->reading), ENDED - BEGAN + 7,
			  "ns busy, read when the poll ended after instruction "
			  "%u",
			  k);
		snapshot_free(&now);
	}
	free(mem);
}

static uint64_t ticks;

static uint64_t tick(void)
{
	return ticks += 1000;
}

TEST(a_worker_is_read_at_a_time_of_its_own, 0, 0, kit)
{
	void *mem = make(0);

	WHY("To read 100,000 tasks takes a while, in which no poll goes on "
	    "that has ended.");
	poll_begins();
	ticks = BEGAN;
	clock_source = tick;
	EXPECT_ERR(snapshot_take(&now, &reader), 0, "a snapshot");
	clock_source = NULL;
	EXPECT(now.workers->reading.now > BEGAN, "after the poll began");
	EXPECT(now.workers->reading.now < now.now, "before all was read");
	snapshot_free(&now);
	free(mem);
}

TEST(a_first_wait_is_over_when_the_first_poll_is_seen, 0, 0, kit)
{
	void *mem = make(ENDED);

	WHY("What a task was and what it is doing are two slots, and a reader "
	    "may look between the two.");
	STEP("the first wait has been written, the poll that ended it not yet");
	slot_write(&task->born,
		   (uint64_t[SLOT_WORDS]){
			   [TB_ID] = 1, [TB_CREATED] = BEGAN, [TB_FIRST] = 5 });
	slot_write(&task->life,
		   (uint64_t[SLOT_WORDS]){
			   [TW_STATE] = 8 + TASK_IN_RING, [TW_SINCE] = BEGAN });
	EXPECT_ERR(snapshot_take(&now, &reader), 0, "a snapshot");
	EXPECT_EQ(now.nr_tasks, 1, "a task");
	EXPECT_EQ(now.tasks->total, ENDED - BEGAN, "ns since its spawn");
	EXPECT_EQ(now.tasks->first, now.tasks->total, "all of it its wait");
	snapshot_free(&now);
	free(mem);
}

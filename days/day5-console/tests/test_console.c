/*
 * The target's side: what a runtime does is in the region, and adds up. Without
 * points: it is given. Time is moved by hand, workers are stepped.
 */
#include <string.h>

#include "console.h"
#include "sched.h"
#include "snapshot.h"
#include "span.h"

#include "kit/alloc.h"
#include "kit/clock.h"
#include "kit/err.h"
#include "test/test.h"

/* A task that takes its time in each poll, and lives for so many. */
struct bee {
	struct future future;
	unsigned int polls;
	uint64_t ns;
	bool wakes_itself;
	struct waker *keep; /* a clone of its waker goes here, or NULL */
};

static enum poll bee_poll(struct future *f, struct context *cx, void *out)
{
	struct bee *b = container_of(f, struct bee, future);

	fake_clock_advance(b->ns);
	if (!--b->polls)
		return POLL_READY;
	if (b->wakes_itself)
		waker_wake_by_ref(cx->waker);
	if (b->keep)
		*b->keep = waker_clone(cx->waker);
	return POLL_PENDING;
}

static const struct future_ops bee_ops = {
	.poll = bee_poll,
	.size = sizeof(struct bee),
};

static struct sched *s;
static struct reader reader;
static struct snapshot now;

static void start(enum console_level level)
{
	struct console_options o = { .level = level,
				     .path = "/dev/shm/unpark-test",
				     .tasks = 8 };

	shm_remove(o.path);
	fake_clock_start(1000000);
	EXPECT_ERR(console_start(&o), 0, "the console starts");
	EXPECT_ERR(sched_create_stepped(&s, 2), 0, "two workers");
	EXPECT_ERR(console_watch(s, "hive"), 0, "it has a name");
	EXPECT_ERR(reader_open(&reader, console_path()), 0, "it can be read");
}

static void look(void)
{
	EXPECT_ERR(snapshot_take(&now, &reader), 0, "there is memory");
}

static void stop(void)
{
	snapshot_free(&now);
	reader_close(&reader);
	sched_destroy(s);
	console_stop();
	EXPECT(reader_open(&reader, "/dev/shm/unpark-test") == -ENOENT,
	       "the file is gone");
}

TEST(a_task_is_seen_from_its_spawn_to_its_end, 0, 0, bonus)
{
	struct bee bee = { .future = { &bee_ops }, .polls = 2, .ns = 500 };
	struct waker waker;
	struct join j;

	WHY("What the console shows is what the runtime did.");
	start(CONSOLE_HISTS);
	bee.keep = &waker;
	STEP("a task is spawned from outside");
	EXPECT_ERR(sched_spawn(s, &bee_ops, &bee, &j), 0, "spawned");
	look();
	EXPECT_EQ(now.nr_tasks, 1, "one task is there");
	EXPECT_EQ(now.tasks[0].state, TASK_INJECTED, "it is scheduled");
	EXPECT_STR(now.places[now.tasks[0].place].what, "bee_ops",
		   "it says what it runs");
	STEP("300 ns later it is polled, for 500 ns, and waits");
	fake_clock_advance(300);
	EXPECT(sched_step(s, 0), "it was polled");
	look();
	EXPECT_EQ(now.tasks[0].state, TASK_WAITING, "it waits");
	EXPECT_EQ(now.tasks[0].first, 300, "it waited for its first poll");
	EXPECT_EQ(now.tasks[0].busy, 500, "its poll took 500 ns");
	EXPECT_EQ(now.tasks[0].clones - now.tasks[0].drops, 1,
		  "one of its wakers is around");
	STEP("200 ns later it is woken, 100 ns later polled, and is ready");
	fake_clock_advance(200);
	waker_wake(&waker);
	fake_clock_advance(100);
	EXPECT(sched_step(s, 0), "it was polled again");
	look();
	EXPECT_EQ(now.tasks[0].state, TASK_ENDED, "it has ended");
	EXPECT_EQ(now.tasks[0].idle, 200, "it waited 200 ns for its waker");
	EXPECT_EQ(now.tasks[0].sched, 100, "... and 100 ns for a worker");
	EXPECT_EQ(now.tasks[0].total, 300 + 500 + 200 + 100 + 500,
		  "its life is the sum of its parts");
	EXPECT_EQ(now.runtimes[0].alive, 0, "none is alive");
	future_drop(&j.future);
	look();
	EXPECT_EQ(now.nr_tasks, 0, "nobody holds it: its entry is free");
	EXPECT_EQ(now.places[1].ended, 1, "its place has counted it");
	EXPECT_EQ(now.places[1].polls, 2, "... and its polls");
	stop();
}

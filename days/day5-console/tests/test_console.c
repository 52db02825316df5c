/*
 * The target's side: what a runtime does is in the region, and adds up. Without
 * points: it is given. Time is moved by hand, workers are stepped.
 */
#include <string.h>

#include "inside.h"
#include "looking.h"
#include "sched.h"
#include "span.h"
#include "watched.h"

#include "kit/alloc.h"
#include "kit/clock.h"
#include "kit/err.h"
#include "kit/fault.h"
#include "kit/lock.h"
#include "kit/park.h"
#include "kit/thread.h"
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
static struct sched *s;

static void start(enum console_level level)
{
	fake_clock_start(1000000);
	look_begin((struct console_options){ .level = level, .tasks = 8 });
	EXPECT_ERR(sched_create_stepped(&s, 2), 0, "two workers");
	EXPECT_ERR(console_watch(s, "hive"), 0, "it has a name");
}

static void stop(void)
{
	sched_destroy(s);
	look_end();
}

TEST(a_task_is_seen_from_its_spawn_to_its_end, 0, 0, kit)
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

/* A poll with a span in it, that allocates, under a lock. */
static struct watched book;

static enum poll scribe_poll(struct future *f, struct context *cx, void *out)
{
	SPAN("write");
	uint64_t allocs, bytes;

	watched_lock(&book);
	fake_clock_advance(70);
	kit_free(kit_alloc(100));
	/* What it takes to look is not the span's. */
	allocs = kit_self()->allocs;
	bytes = kit_self()->alloc_bytes;
	look();
	kit_self()->allocs = allocs;
	kit_self()->alloc_bytes = bytes;
	watched_unlock(&book);
	fake_clock_advance(30);
	return POLL_READY;
}

static const struct future_ops scribe_ops = {
	.poll = scribe_poll,
	.size = sizeof(struct future),
};

TEST(a_span_and_a_lock_say_what_a_poll_is_doing, 0, 0, kit)
{
	struct future scribe = { &scribe_ops };
	const struct snap_worker *w;

	WHY("A deep queue should lead to the line that causes it.");
	start(CONSOLE_COUNTERS);
	watched_init(&book, "book");
	EXPECT_ERR(sched_spawn(s, &scribe_ops, &scribe, NULL), 0, "spawned");
	STEP("within a poll, a span and a lock, look from outside");
	EXPECT(sched_step(s, 1), "it was polled");
	w = &now.workers[1];
	EXPECT_EQ(w->state, WORKER_POLLING, "the worker is inside a poll");
	EXPECT_STR(now.spans[w->span - 1].name, "write", "... in this span");
	EXPECT_EQ(w->tid, kit_self()->tid, "... on this thread");
	EXPECT_EQ(now.resources[0].holder, w->task, "its task has the lock");
	EXPECT_EQ(now.resources[0].held, 70, "... for 70 ns");
	STEP("look when it has ended");
	look();
	EXPECT_EQ(now.spans[0].calls, 1, "the span was passed once");
	EXPECT_EQ(now.spans[0].ns, 100, "it took 100 ns");
	EXPECT_EQ(now.spans[0].allocs, 1, "with one allocation");
	EXPECT_EQ(now.spans[0].bytes, 100, "of 100 bytes");
	EXPECT_EQ(now.resources[0].taken, 1, "the lock was taken once");
	EXPECT_EQ(now.resources[0].holder, 0, "nobody has it");
	EXPECT_EQ(now.resources[0].max_held, 70, "nobody had it longer");
	watched_fini(&book);
	stop();
}

TEST(a_table_that_is_full_counts_what_it_cannot_show, 0, 0, kit)
{
	struct bee bee = { .future = { &bee_ops }, .polls = 1 };
	struct join j[10];
	unsigned int i;

	WHY("A list that is not complete must not look complete.");
	start(CONSOLE_COUNTERS);
	STEP("ten tasks in a table of eight");
	for (i = 0; i < 10; i++)
		EXPECT_ERR(sched_spawn(s, &bee_ops, &bee, &j[i]), 0, "spawned");
	look();
	EXPECT_EQ(now.nr_tasks, 8, "eight are shown");
	EXPECT_EQ(now.lost[REGION_TASKS], 2, "two are counted as lost");
	EXPECT_EQ(now.runtimes[0].alive, 10, "all ten are alive");
	while (sched_step(s, 0) || sched_step(s, 1))
		;
	for (i = 0; i < 10; i++)
		future_drop(&j[i].future);
	STEP("they have ended: eight more fit");
	for (i = 0; i < 8; i++)
		EXPECT_ERR(sched_spawn(s, &bee_ops, &bee, NULL), 0, "spawned");
	look();
	EXPECT_EQ(now.nr_tasks, 8, "eight are shown");
	EXPECT_EQ(now.lost[REGION_TASKS], 2, "no more are lost");
	stop();
}

TEST(a_waker_counts_who_used_it, 0, 0, kit)
{
	struct bee bee = { .future = { &bee_ops },
			   .polls = 4,
			   .wakes_itself = true };
	struct join j;

	WHY("A task that wakes itself all the time is no busy task.");
	start(CONSOLE_COUNTERS);
	EXPECT_ERR(sched_spawn(s, &bee_ops, &bee, &j), 0, "spawned");
	STEP("four polls, of which three wake the task");
	while (sched_step(s, 0))
		;
	look();
	EXPECT_EQ(now.tasks[0].self_wakes, 3, "three wakes of its own");
	EXPECT_EQ(now.tasks[0].wakes, 3, "and no other");
	EXPECT_EQ(now.tasks[0].clones, now.tasks[0].drops, "no waker is left");
	EXPECT_EQ(now.workers[0].reading.v[METRIC_SELF_WAKES], 3,
		  "its worker counted them, too");
	EXPECT_EQ(now.workers[0].reading.v[METRIC_POLLS], 4, "four polls");
	future_drop(&j.future);
	stop();
}

TEST(two_runtimes_are_told_apart, 0, 0, kit)
{
	struct sched *other;

	WHY("A pool that is idle beside one that is not: which is which?");
	start(CONSOLE_COUNTERS);
	EXPECT_ERR(sched_create_stepped(&other, 3), 0, "three workers more");
	EXPECT_ERR(console_watch(other, "second"), 0, "with a name of its own");
	EXPECT_ERR(console_watch(other, "third"), -EEXIST, "it has one");
	look();
	EXPECT_EQ(now.nr_runtimes, 2, "two runtimes");
	EXPECT_EQ(now.nr_workers, 5, "five workers");
	EXPECT_STR(now.runtimes[1].name, "second", "the second is the second");
	EXPECT_EQ(now.workers[4].runtime, 1, "the last worker is its");
	EXPECT_EQ(now.workers[4].index, 2, "... and its third");
	STEP("the second ends; another of its size takes its place");
	sched_destroy(other);
	look();
	EXPECT(!now.runtimes[1].is_running, "it has ended");
	EXPECT_EQ(now.workers[4].state, WORKER_GONE, "its workers, too");
	EXPECT_ERR(sched_create_stepped(&other, 3), 0, "three workers");
	EXPECT_ERR(console_watch(other, NULL), 0, "without a name");
	look();
	EXPECT_EQ(now.nr_workers, 5, "the entries are used again");
	EXPECT_STR(now.runtimes[1].name, "runtime-2", "it got a name");
	sched_destroy(other);
	stop();
}

TEST(a_region_that_does_not_fit_is_no_reason_to_stop, 0, 0, kit)
{
	struct console_options o = { .level = CONSOLE_COUNTERS,
				     .path = "region" };

	WHY("A program that runs should run without its console, too.");
	STEP("there is no memory for it");
	shm_remove(o.path);
	fault_set(FAULT_ALLOC, 1, -ENOMEM);
	EXPECT_ERR(console_start(&o), -ENOMEM, "it says so");
	EXPECT(fault_hit(), "the allocation failed");
	STEP("there is no room for the file");
	fault_set(FAULT_SYS, 1, -ENOSPC);
	EXPECT_ERR(console_start(&o), -ENOSPC, "it says so");
	EXPECT(!console_path(), "there is no region");
	STEP("numbers that are too large");
	o.events = 1000;
	o.level = CONSOLE_TRACE;
	EXPECT_ERR(console_start(&o), -EINVAL, "no power of two");
	o.events = 0;
	o.workers = 1u << 20;
	EXPECT_ERR(console_start(&o), -EINVAL, "more workers than can be");
	STEP("the console is started twice");
	o.workers = 0;
	EXPECT_ERR(console_start(&o), 0, "once");
	EXPECT_ERR(console_start(&o), -EBUSY, "not again");
	console_stop();
}

/* Two tasks that wake each other in turn, on two workers. */
struct player {
	struct future future;
	struct player *other;
	unsigned int left;
	struct mutex *lock;
	struct waker waker; /* under the lock */
	bool has_ball;	    /* under the lock */
};

static enum poll player_poll(struct future *f, struct context *cx, void *out)
{
	struct player *p = *(struct player **)(f + 1), *o = p->other;
	struct waker wake = { NULL, NULL };
	bool ended;

	mutex_lock(p->lock);
	if (p->has_ball) {
		p->has_ball = false;
		o->has_ball = true;
		p->left--;
		wake = o->waker;
		o->waker.ops = NULL;
	}
	ended = !p->left;
	if (!ended) {
		if (p->waker.ops)
			waker_drop(&p->waker);
		p->waker = waker_clone(cx->waker);
	}
	mutex_unlock(p->lock);
	if (wake.ops)
		waker_wake(&wake);
	return ended ? POLL_READY : POLL_PENDING;
}

/* A future, and whose it is. */
struct seat_of {
	struct future future;
	struct player *player;
};

static const struct future_ops player_ops = {
	.poll = player_poll,
	.size = sizeof(struct seat_of),
};

/* Each task's life is the sum of its parts, to the ns, at any moment. */
static void expect_sums(void)
{
	size_t i;

	for (i = 0; i < now.nr_tasks; i++) {
		const struct snap_task *t = &now.tasks[i];
		uint64_t parts = t->first + t->busy + t->sched + t->idle;

		EXPECT_EQ(t->total, parts, "a life is the sum of its parts");
		EXPECT(t->drops <= t->clones, "no waker is dropped unmade");
	}
	EXPECT(now.runtimes[0].alive <= 2, "two tasks are alive, or fewer");
}

TEST(snapshots_add_up_while_the_runtime_runs, 0, 0, kit)
{
	static struct player players[2];
	struct console_options o = { .level = CONSOLE_TRACE };
	unsigned int rounds = test_is_slow() ? 500 : 3000, i, looks;
	struct seat_of seat = { { &player_ops }, NULL };
	struct mutex lock;
	struct join j[2];
	int status;

	WHY("Whoever looks while it runs must not see what never was.");
	mutex_init(&lock);
	look_begin(o);
	EXPECT_ERR(sched_create(&s, 2), 0, "two workers");
	STEP("two tasks wake each other %u times", rounds);
	for (i = 0; i < 2; i++)
		players[i] = (struct player){ .other = &players[!i],
					      .left = rounds,
					      .lock = &lock,
					      .has_ball = !i };
	for (i = 0; i < 2; i++) {
		seat.player = &players[i];
		EXPECT_ERR(sched_spawn(s, &player_ops, &seat, &j[i]), 0,
			   "spawned");
	}
	for (looks = 0; looks < 300; looks++) {
		look();
		expect_sums();
	}
	for (i = 0; i < 2; i++) {
		EXPECT_ERR(sched_block_on(s, &j[i].future, &status), 0,
			   "it ends");
		future_drop(&j[i].future);
	}
	STEP("they have ended");
	sched_destroy(s);
	look();
	EXPECT_EQ(now.nr_tasks, 0, "no task is left");
	EXPECT_EQ(now.runtimes[0].spawned, 2, "two were spawned");
	EXPECT_EQ(now.runtimes[0].ended, 2, "two have ended");
	EXPECT_EQ(now.torn, 0, "nothing is torn for good");
	mutex_fini(&lock);
	look_end();
}

/* What the thread hands over: the second frame has one before it. */
static struct parker seen;
static unsigned int frames, with_before;

static void see(const struct sampler *p, void *arg)
{
	frames++;
	with_before += p->before != NULL;
	parker_unpark(arg);
}

TEST(a_program_can_look_at_itself, 0, 0, kit)
{
	struct console_options o = { .level = CONSOLE_COUNTERS,
				     .path = "region" };
	struct inside *in;

	WHY("A program that sheds load wants to know its own queues.");
	EXPECT_ERR(inside_start(&in, see, &seen), -ENOENT, "it is off");
	EXPECT_ERR(console_start(&o), 0, "the console starts");
	parker_init(&seen);
	STEP("no room for a thread, and then there is");
	fault_set(FAULT_THREAD, 1, -EAGAIN);
	EXPECT_ERR(inside_start(&in, see, &seen), -EAGAIN, "it says so");
	EXPECT_ERR(inside_start(&in, see, &seen), 0, "it starts");
	STEP("wait for its first frame");
	parker_park(&seen, CLOCK_NEVER);
	inside_stop(in);
	EXPECT(frames >= 1, "a frame came");
	EXPECT_EQ(with_before, frames - 1, "all but the first have one before");
	inside_stop(NULL);
	console_stop();
}

/*
 * The target's side, from several threads at once. Without points: it is given,
 * and SAN=thread says more than the checks.
 */
#include "console.h"
#include "sched.h"
#include "snapshot.h"
#include "span.h"
#include "watched.h"

#include "kit/thread.h"
#include "kit/tracepoint.h"
#include "test/test.h"

static _Atomic(bool) is_gone;

static void lock_comes_and_goes(void *arg)
{
	struct watched w;

	watched_init(&w, arg);
	watched_lock(&w);
	watched_unlock(&w);
	watched_fini(&w);
	/* relaxed: only the entry itself hands itself on. */
	atomic_store_explicit(&is_gone, true, memory_order_relaxed);
}

TEST(locks_of_two_threads_share_the_entries, 0, 0, kit)
{
	struct console_options o = { .level = CONSOLE_COUNTERS,
				     .path = "region",
				     .resources = 1 };
	struct snapshot now = { 0 };
	struct thread other;
	struct reader reader;

	WHY("An entry goes from a lock of one thread to one of another.");
	shm_remove(o.path);
	EXPECT_ERR(console_start(&o), 0, "the console starts");
	EXPECT_ERR(reader_open(&reader, console_path()), 0, "it can be read");
	EXPECT_ERR(thread_create(&other, "other", lock_comes_and_goes,
				 "theirs"),
		   0, "a thread");
	while (!atomic_load_explicit(&is_gone, memory_order_relaxed))
		;
	lock_comes_and_goes("ours");
	thread_join(&other);
	EXPECT_ERR(snapshot_take(&now, &reader), 0, "there is memory");
	EXPECT_EQ(now.nr_resources, 0, "all of them are gone");
	EXPECT_EQ(now.lost[REGION_RESOURCES], 0, "one fits at a time");
	snapshot_free(&now);
	reader_close(&reader);
	console_stop();
}

static _Atomic(bool) is_over;

static void spans_run(void *arg)
{
	struct watched *w = arg;

	/* acquire: pairs with the release below. */
	while (!atomic_load_explicit(&is_over, memory_order_acquire)) {
		SPAN("step");
		watched_lock(w);
		watched_unlock(w);
	}
}

TEST(a_console_may_start_while_threads_run, 0, 0, kit)
{
	struct console_options o = { .level = CONSOLE_COUNTERS,
				     .path = "region" };
	struct snapshot now = { 0 };
	struct reader reader;
	struct thread other;
	struct watched w;

	WHY("What they see of it, they see when it is all there.");
	shm_remove(o.path);
	watched_init(&w, "lock");
	EXPECT_ERR(thread_create(&other, "other", spans_run, &w), 0,
		   "a thread");
	EXPECT_ERR(console_start(&o), 0, "the console starts");
	EXPECT_ERR(reader_open(&reader, console_path()), 0, "it can be read");
	do {
		EXPECT_ERR(snapshot_take(&now, &reader), 0, "memory");
	} while (!now.nr_spans || !now.nr_resources || !now.spans[0].calls);
	atomic_store_explicit(&is_over, true, memory_order_release);
	thread_join(&other);
	EXPECT(now.resources[0].max_held < now.uptime + 1, "no lock is older");
	watched_fini(&w);
	snapshot_free(&now);
	reader_close(&reader);
	console_stop();
}

/**
 * @file test_source.c
 * Day 2, TODO 4: readiness: register the waker, then look again.
 */
#include "counted.h"
#include "source.h"

#include "test/test.h"

/** Poll @src once as @dir, with the waker of @c. */
static enum poll ask(struct source *src, enum source_dir dir, struct counted *c,
		     uint64_t *seen)
{
	struct waker waker = counted_waker(c);
	struct context cx = { .waker = &waker };
	enum poll got = source_poll(src, dir, &cx, seen);

	waker_drop(&waker);
	return got;
}

TEST(an_event_wakes_whoever_waits, 4, 1)
{
	struct counted c = { 0 };
	struct source src;
	uint64_t seen;

	WHY("Nothing polls a task that waits for a descriptor: the waker that "
	    "it left is the only way back.");
	source_init(&src, NULL, -1);
	STEP("the reader asks, and nothing is there");
	EXPECT_EQ(ask(&src, SOURCE_READER, &c, &seen), POLL_PENDING,
		  "a source without events is not ready");
	EXPECT_EQ(c.live, 1, "one clone of the waker is kept while it waits");
	STEP("it becomes readable");
	source_event(&src, SOURCE_READ);
	EXPECT_EQ(c.wakes, 1, "the reader was woken once");
	EXPECT_EQ(ask(&src, SOURCE_READER, &c, &seen), POLL_READY,
		  "and finds the source ready");
	STEP("a second event");
	source_event(&src, SOURCE_READ);
	EXPECT_EQ(c.wakes, 1, "a waker that was used is not used again");
	source_fini(&src);
	EXPECT_EQ(c.live, 0, "every clone was used or dropped");
}

TEST(an_edge_that_came_before_is_remembered, 4, 1)
{
	struct counted c = { 0 };
	struct source src;
	uint64_t seen = 0;

	WHY("An edge comes once. Who was not there yet must find it later.");
	source_init(&src, NULL, -1);
	STEP("it becomes writable while nobody waits");
	source_event(&src, SOURCE_WRITE);
	EXPECT_EQ(ask(&src, SOURCE_WRITER, &c, &seen), POLL_READY,
		  "the writer finds it ready at once");
	EXPECT(seen & SOURCE_WRITE, "what was seen says what it is ready for");
	EXPECT_EQ(seen / SOURCE_EVENT, 1, "and that one event came");
	source_fini(&src);
	EXPECT_EQ(c.live, 0, "every clone was used or dropped");
}

static struct source *racing;

/* The driver's whole event fits between the first look and the second: it has
 * set the bit, found no waker, and gone. */
static void event_meanwhile(struct counted *c)
{
	atomic_fetch_add_explicit(&racing->state, SOURCE_EVENT + SOURCE_READ,
				  memory_order_release);
	c->at_clone = NULL;
}

TEST(an_event_between_look_and_registration_is_not_lost, 4, 2)
{
	struct counted c = { .at_clone = event_meanwhile };
	struct source src;
	uint64_t seen;

	WHY("The driver found no waker and left. If the task goes to sleep "
	    "now, it sleeps with data in front of it.");
	source_init(&src, NULL, -1);
	racing = &src;
	STEP("the reader looks, and nothing is there");
	STEP("the event comes before its waker is registered");
	EXPECT_EQ(ask(&src, SOURCE_READER, &c, &seen), POLL_READY,
		  "the source is ready after the waker was registered");
	source_fini(&src);
	EXPECT_EQ(c.live, 0, "every clone was used or dropped");
}

TEST(clearing_spares_an_event_that_came_meanwhile, 4, 2)
{
	struct counted c = { 0 };
	struct source src;
	uint64_t seen, again;

	WHY("read() said -EAGAIN, then data came, then the bit is cleared: "
	    "the edge is spent, and nobody will say it again.");
	source_init(&src, NULL, -1);
	source_event(&src, SOURCE_READ);
	EXPECT_EQ(ask(&src, SOURCE_READER, &c, &seen), POLL_READY,
		  "the source is ready");
	STEP("the read finds nothing; before it says so, an event comes");
	source_event(&src, SOURCE_READ);
	source_clear(&src, SOURCE_READER, seen);
	EXPECT_EQ(ask(&src, SOURCE_READER, &c, &again), POLL_READY,
		  "the newer event is still there");
	STEP("the next read finds nothing either, and no event comes");
	source_clear(&src, SOURCE_READER, again);
	EXPECT_EQ(ask(&src, SOURCE_READER, &c, &seen), POLL_PENDING,
		  "now it waits");
	source_fini(&src);
	EXPECT_EQ(c.live, 0, "every clone was used or dropped");
}

TEST(reader_and_writer_do_not_disturb_each_other, 4, 2)
{
	struct counted r = { 0 }, w = { 0 };
	struct source src;
	uint64_t seen, seen_w;

	WHY("A connection is read and written at once, often by two tasks.");
	source_init(&src, NULL, -1);
	ask(&src, SOURCE_READER, &r, &seen);
	ask(&src, SOURCE_WRITER, &w, &seen);
	STEP("it becomes writable");
	source_event(&src, SOURCE_WRITE);
	EXPECT_EQ(w.wakes, 1, "the writer was woken");
	EXPECT_EQ(r.wakes, 0, "the reader was not");
	STEP("it becomes readable");
	source_event(&src, SOURCE_READ);
	EXPECT_EQ(r.wakes, 1, "the reader was woken");
	EXPECT_EQ(ask(&src, SOURCE_READER, &r, &seen), POLL_READY, "to read");
	EXPECT_EQ(ask(&src, SOURCE_WRITER, &w, &seen_w), POLL_READY,
		  "to write");
	STEP("both calls say -EAGAIN, and no event came since");
	source_clear(&src, SOURCE_READER, seen);
	EXPECT_EQ(ask(&src, SOURCE_WRITER, &w, &seen), POLL_READY,
		  "the reader has cleared nothing of the writer's");
	source_clear(&src, SOURCE_WRITER, seen_w);
	EXPECT_EQ(ask(&src, SOURCE_WRITER, &w, &seen), POLL_PENDING,
		  "the reader's clearing was not taken for an event");
	STEP("an error: news for both");
	ask(&src, SOURCE_READER, &r, &seen);
	source_event(&src, SOURCE_READ | SOURCE_WRITE);
	EXPECT_EQ(r.wakes, 2, "the reader was woken");
	EXPECT_EQ(w.wakes, 2, "the writer was woken");
	source_fini(&src);
	EXPECT_EQ(r.live + w.live, 0, "every clone was used or dropped");
}

TEST(the_last_waker_counts_and_the_older_is_dropped, 4, 1)
{
	struct counted first = { 0 }, second = { 0 };
	struct source src;
	uint64_t seen;

	WHY("A future may be moved to another task between two polls; then the "
	    "first task has nothing to do with it any more.");
	source_init(&src, NULL, -1);
	STEP("one task asks, then another one");
	ask(&src, SOURCE_READER, &first, &seen);
	ask(&src, SOURCE_READER, &second, &seen);
	EXPECT_EQ(first.live, 0, "the waker that was replaced is dropped");
	source_event(&src, SOURCE_READ);
	EXPECT_EQ(first.wakes, 0, "the first task is left alone");
	EXPECT_EQ(second.wakes, 1, "the second one is woken");
	source_fini(&src);
	EXPECT_EQ(second.live, 0, "every clone was used or dropped");
}

TEST(a_closed_source_is_ready_for_everybody, 4, 1)
{
	struct counted r = { 0 }, w = { 0 };
	struct source src;
	uint64_t seen = 0;

	WHY("Who waits for a descriptor that is gone must be told, and there "
	    "will never be another event.");
	source_init(&src, NULL, -1);
	ask(&src, SOURCE_READER, &r, &seen);
	ask(&src, SOURCE_WRITER, &w, &seen);
	STEP("close");
	source_event(&src, SOURCE_READ | SOURCE_WRITE | SOURCE_CLOSED);
	EXPECT_EQ(r.wakes + w.wakes, 2, "both were woken");
	EXPECT_EQ(ask(&src, SOURCE_READER, &r, &seen), POLL_READY,
		  "the reader is told");
	EXPECT(seen & SOURCE_CLOSED, "that it is closed");
	source_clear(&src, SOURCE_READER, seen);
	EXPECT_EQ(ask(&src, SOURCE_READER, &r, &seen), POLL_READY,
		  "and every time that it asks");
	source_fini(&src);
	EXPECT_EQ(r.live + w.live, 0, "every clone was used or dropped");
}

/* The event comes back from the wake itself: no lock may be held. */
static void ask_from_wake(struct counted *c)
{
	uint64_t seen;

	c->at_wake = NULL;
	if (pthread_mutex_trylock(&racing->lock.raw)) {
		c->failed = true;
		return;
	}
	pthread_mutex_unlock(&racing->lock.raw);
	ask(racing, SOURCE_READER, c, &seen);
}

TEST(wakers_are_used_without_the_lock, 4, 2)
{
	struct counted c = { .at_wake = ask_from_wake };
	struct source src;
	uint64_t seen;

	WHY("A waker runs other people's code; if that asks the same source, "
	    "a lock that is still held stops the driver for ever.");
	source_init(&src, NULL, -1);
	racing = &src;
	ask(&src, SOURCE_READER, &c, &seen);
	STEP("an event comes, and the waker asks the source at once");
	source_event(&src, SOURCE_READ);
	EXPECT_EQ(c.wakes, 1, "the reader was woken");
	EXPECT(!c.failed, "the lock of the source was free during the wake");
	source_fini(&src);
	EXPECT_EQ(c.live, 0, "every clone was used or dropped");
}

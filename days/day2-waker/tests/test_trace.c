/* TODO 1: the ring, and what it tells of programs whose events are known. */
#include <stdio.h>
#include <string.h>

#include "export.h"
#include "program.h"
#include "task.h"
#include "trace.h"

#include "kit/alloc.h"
#include "kit/err.h"
#include "kit/thread.h"

/* A ring that only this thread uses. */
static struct trace_ring *ring_make(unsigned int size)
{
	struct trace_ring *r =
		kit_zalloc(sizeof(*r) + size * sizeof(struct trace_slot));

	EXPECT(r, "there is memory");
	r->size = size;
	return r;
}

/* Event number @i: each part is different, and says which number it is. */
static struct trace_event event_number(uint64_t i)
{
	return (struct trace_event){ .time = 1000 + 7 * i,
				     .ev = (enum tp_event)(i % TP_NR),
				     .task = (uint32_t)(0x80000000u + i),
				     .arg = (uint32_t)(~i) };
}

static void emit(struct trace_ring *r, uint64_t from, uint64_t n)
{
	uint64_t i;

	for (i = from; i < from + n; i++) {
		struct trace_event e = event_number(i);

		trace_ring_emit(r, &e);
	}
}

/* The ring holds exactly the events @from to @from + @n - 1. */
static void expect_events(struct trace_ring *r, uint64_t from, size_t n)
{
	struct trace_event got[64];
	size_t have = trace_ring_read(r, got, ARRAY_SIZE(got), NULL), i;

	EXPECT_EQ(have, n, "so many events are in the ring");
	for (i = 0; i < n; i++) {
		struct trace_event want = event_number(from + i);

		EXPECT_EQ(got[i].time, want.time,
			  "event %zu of the ring is the one of its time", i);
		EXPECT_EQ(got[i].ev, want.ev, "it says what happened");
		EXPECT_EQ(got[i].task, want.task, "and to which task");
		EXPECT_EQ(got[i].arg, want.arg, "with its argument");
	}
}

TEST(events_are_read_in_the_order_of_their_emission, 1, 2)
{
	struct trace_ring *r = ring_make(8);

	WHY("A trace whose order is wrong explains what never happened.");
	EXPECT_EQ(trace_ring_lost(r), 0, "an empty ring has lost nothing");
	STEP("emit 5 events into a ring of 8");
	emit(r, 0, 5);
	expect_events(r, 0, 5);
	EXPECT_EQ(trace_ring_lost(r), 0, "nothing is lost when it fits");
	STEP("emit 3 more: now the ring is full");
	emit(r, 5, 3);
	expect_events(r, 0, 8);
	EXPECT_EQ(trace_ring_lost(r), 0,
		  "a ring that is just full has lost nothing");
	kit_free(r);
}

TEST(full_ring_keeps_the_newest_and_counts_the_others, 1, 2)
{
	struct trace_ring *r = ring_make(8);
	struct trace_event few[3];
	uint64_t i, lost;

	WHY("A trace that is not complete must say so, and by how much.");
	STEP("emit events into a ring of 8, one by one, 100 in all");
	for (i = 0; i < 100; i++) {
		emit(r, i, 1);
		EXPECT_EQ(trace_ring_lost(r), i < 8 ? 0 : i - 7,
			  "after %llu events, so many were overwritten",
			  (unsigned long long)i + 1);
		if (i >= 7)
			expect_events(r, i - 7, 8);
	}
	STEP("read with room for 3");
	EXPECT_EQ(trace_ring_read(r, few, 3, &lost), 3, "three are copied");
	EXPECT_EQ(few[0].time, event_number(97).time, "the newest three");
	EXPECT_EQ(lost, 97, "all others are reported as missing");
	kit_free(r);
}

#define NR_EMITS 1000

/* On a thread of its own: events that carry the thread's mark. */
static void emit_marked(void *arg)
{
	unsigned int i;

	for (i = 0; i < NR_EMITS; i++)
		tp_emit(TP_SCHEDULE, arg, i);
}

TEST(threads_do_not_write_into_each_others_rings, 1, 1)
{
	static char marks[3][16] __attribute__((aligned(16)));
	struct trace_event *e;
	struct thread threads[3];
	unsigned int next[2] = { 0 }, ring[2], i;
	uint64_t lost;
	size_t n, k;

	WHY("Two writers in one ring overwrite each other's events.");
	STEP("2 rings of 1024 events; 2 threads emit %u each", NR_EMITS);
	EXPECT_ERR(trace_start(2, 1024), 0, "a trace can be started");
	EXPECT_ERR(trace_start(2, 1024), -EBUSY, "but not a second one");
	for (i = 0; i < 2; i++)
		EXPECT_ERR(thread_create(&threads[i], "emit", emit_marked,
					 marks[i]),
			   0, "a thread can be started");
	for (i = 0; i < 2; i++)
		thread_join(&threads[i]);
	STEP("a third thread comes, when no ring is left");
	EXPECT_ERR(thread_create(&threads[2], "emit", emit_marked, marks[2]), 0,
		   "a thread can be started");
	thread_join(&threads[2]);
	trace_stop();
	EXPECT_EQ(trace_unheard(), NR_EMITS, "its events are counted");
	EXPECT_EQ(trace_nr_rings(), 2, "two threads have a ring");
	EXPECT_ERR(trace_collect(&e, &n, &lost), 0, "there is memory");
	EXPECT_EQ(lost, NR_EMITS, "the two have lost nothing");
	EXPECT_EQ(n, 2 * NR_EMITS, "every event of theirs is there");
	for (k = 0; k < n; k++) {
		EXPECT(k == 0 || e[k].time >= e[k - 1].time,
		       "the events of all rings are in the order of time");
		i = e[k].task == trace_tag((uintptr_t)marks[1]);
		if (!next[i])
			ring[i] = e[k].ring;
		EXPECT_EQ(e[k].ring, ring[i],
			  "thread %u's events are in one ring", i);
		EXPECT_EQ(e[k].arg, next[i], "and in its order");
		next[i]++;
	}
	EXPECT(ring[0] != ring[1], "each thread has a ring of its own");
	kit_free(e);
	trace_free();
}

/* The words of all events, with commas between them. */
static const char *trace_text(const struct timeline *tl)
{
	static char buf[4096];
	size_t i, at = 0;

	buf[0] = '\0';
	for (i = 0; i < tl->nr_events && at + 200 < sizeof(buf); i++) {
		if (i)
			at += (size_t)sprintf(buf + at, ", ");
		timeline_words(tl, i, buf + at, sizeof(buf) - at);
		at += strlen(buf + at);
	}
	return buf;
}

TEST(trace_of_a_wake_names_waker_and_woken, 1, 2)
{
	static struct timeline_name names[2] = { { .name = "R", .at = 9 },
						 { .name = "W", .at = 9 } };
	struct join joins[2];
	struct trace_event *e;
	struct timeline tl;
	struct sched *s;
	uint64_t lost;
	size_t n;
	int status;

	WHY("\"Who woke this task?\" is the question that a trace is for.");
	STEP("the program of predict_trace.h, traced from its first spawn on");
	EXPECT_ERR(sched_create_stepped(&s, 1), 0,
		   "a stepped scheduler can be made");
	EXPECT_ERR(trace_start(4, 64), 0, "a trace can be started");
	letter_spawn(s, 'R', &joins[0]);
	letter_spawn(s, 'W', &joins[1]);
	names[0].tag = trace_tag((uintptr_t)joins[0].task);
	names[1].tag = trace_tag((uintptr_t)joins[1].task);
	program_run(s);
	STEP("join R");
	EXPECT_EQ(future_poll(&joins[0].future,
			      &(struct context){ &(struct waker){ 0 } },
			      &status),
		  POLL_READY, "R has ended");
	trace_stop();
	future_drop(&joins[0].future);
	future_drop(&joins[1].future);
	sched_destroy(s);
	EXPECT_ERR(trace_collect(&e, &n, &lost), 0, "there is memory");
	EXPECT_EQ(lost, 0, "nothing is lost");
	EXPECT_ERR(timeline_init(&tl, e, n, lost, names, 2), 0,
		   "a timeline can be made of it");
	EXPECT_STR(trace_text(&tl),
		   "spawn R by outside, injection R, spawn W by outside, "
		   "injection W, poll R on 0, pending R, poll W on 0, "
		   "wake R by W, lifo R, wake R by W, wake W by W, pending W, "
		   "local W, poll R on 0, ready R, drop R, poll W on 0, "
		   "ready W, drop W, join R by outside",
		   "the trace tells the whole story, in order");
	timeline_fini(&tl);
	kit_free(e);
	trace_free();
}

#define NR_RACED 20000
static struct trace_ring *raced;

static void emit_raced(void *arg)
{
	emit(raced, 0, NR_RACED);
}

TEST(reader_of_a_ring_in_use_gets_whole_events, 1, 1)
{
	struct trace_event got[32];
	struct thread t;
	uint64_t head, lost, number;
	size_t n, i;
	unsigned int rounds = 0;

	WHY("A console reads while the program runs, and may not stop it.");
	raced = ring_make(32);
	atomic_store_explicit(&raced->is_live, true, memory_order_relaxed);
	STEP("a thread emits %u events into a ring of 32, and we read",
	     NR_RACED);
	EXPECT_ERR(thread_create(&t, "emit", emit_raced, NULL), 0,
		   "a thread can be started");
	do {
		/* acquire: what was emitted before is read below. */
		head = atomic_load_explicit(&raced->head, memory_order_acquire);
		n = trace_ring_read(raced, got, ARRAY_SIZE(got), &lost);
		for (i = 0; i < n; i++) {
			struct trace_event want = event_number(lost + i);

			number = (got[i].time - 1000) / 7;
			if (number == lost + i && got[i].arg == want.arg &&
			    got[i].task == want.task && got[i].ev == want.ev)
				continue;
			thread_join(&t);
			FAIL("event %llu was read as half of it, half of "
			     "another one",
			     (unsigned long long)(lost + i));
		}
	} while (head < NR_RACED && ++rounds < 10000000);
	thread_join(&t);
	/* The thread may have had no turn before we gave up watching. */
	n = trace_ring_read(raced, got, ARRAY_SIZE(got), &lost);
	EXPECT_EQ(lost + n, NR_RACED, "every event is in the ring or counted");
	kit_free(raced);
}

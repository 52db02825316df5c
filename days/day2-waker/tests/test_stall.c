/* TODO 8: the two figures, and the verdict on planted traces. */
#include <inttypes.h>
#include <string.h>

#include "kit/fault.h"
#include "trace_gen.h"

static struct stall_trace trace;
static struct gen gen;

static void trace_read(const struct stall_event *ev, size_t n)
{
	EXPECT_ERR(stall_read(ev, n, NULL, &trace), 0,
		   "there is memory for a trace of %zu events", n);
}

/* The poll that begins at @begin. */
static const struct stall_poll *poll_at(uint64_t begin)
{
	size_t i;

	for (i = 0; i < trace.nr_polls; i++)
		if (trace.polls[i].begin == begin)
			return &trace.polls[i];
	FAIL("the trace has a poll that begins at %" PRIu64 " ns", begin);
}

static void expect_poll(uint64_t begin, uint64_t duration, uint64_t delay)
{
	const struct stall_poll *p = poll_at(begin);

	EXPECT_EQ(p->end - p->begin, duration,
		  "poll_duration of the poll at %" PRIu64 " ns", begin);
	EXPECT_EQ(p->delay, delay,
		  "scheduled_delay of the poll at %" PRIu64 " ns", begin);
}

#define AT(t, kind, w, id)                                                \
	{                                                                 \
		.time = t, .event = STALL_##kind, .worker = w, .task = id \
	}

TEST(a_delay_counts_from_the_first_wake, 8, 2)
{
	static const struct stall_event ev[] = {
		AT(100, SPAWN, 0, 1),	   AT(150, WAKE, 0, 1),
		AT(170, POLL_BEGIN, 0, 1), AT(200, POLL_END, 0, 1),
		AT(300, WAKE, 1, 1),	   AT(320, WAKE, 1, 1),
		AT(390, WAKE, 1, 1),	   AT(400, POLL_BEGIN, 0, 1),
		AT(460, POLL_END, 0, 1),   AT(470, POLL_BEGIN, 0, 1),
		AT(480, POLL_END, 0, 1),
	};

	WHY("Counted from the last wake, a task that waits long and is woken "
	    "often seems to wait for nothing.");
	STEP("spawn at 100, wake at 150, poll at 170");
	STEP("wake at 300, 320 and 390, poll at 400");
	STEP("a poll at 470 that no wake explains");
	trace_read(ev, ARRAY_SIZE(ev));
	EXPECT_EQ(trace.nr_polls, 3, "the trace has three polls");
	expect_poll(170, 30, 70);
	expect_poll(400, 60, 100);
	expect_poll(470, 10, STALL_UNKNOWN);
	EXPECT_EQ(trace.tasks[0].delay_max, 100, "the task's longest delay");
	EXPECT_EQ(trace.workers[0].poll_sum, 100, "the worker's time in polls");
	stall_free(&trace);
}

TEST(a_task_that_runs_does_not_wait, 8, 1)
{
	static const struct stall_event ev[] = {
		AT(100, SPAWN, 0, 1),	   AT(110, POLL_BEGIN, 0, 1),
		AT(120, WAKE, 0, 1),	   AT(500, POLL_END, 0, 1),
		AT(530, POLL_BEGIN, 0, 1), AT(540, POLL_END, 0, 1),
		AT(700, WAKE, 0, 1),	   AT(710, POLL_BEGIN, 0, 1),
		AT(720, POLL_END, 0, 1),
	};

	WHY("A poll of 400 us that woke itself early would be 400 us of "
	    "waiting, for itself.");
	STEP("a poll from 110 to 500, woken at 120; the next one at 530");
	trace_read(ev, ARRAY_SIZE(ev));
	expect_poll(110, 390, 10);
	expect_poll(530, 10, 30);
	STEP("the wake is used up: the next one counts from its own, at 700");
	expect_poll(710, 10, 10);
	stall_free(&trace);
}

static const char *const kinds[] = {
	[STALL_HEALTHY] = "healthy",
	[STALL_HELD_LOCK] = "a lock held across pending",
	[STALL_BLOCKING] = "a blocking call",
	[STALL_CPU] = "a poll that computes",
	[STALL_NEIGHBOUR] = "a noisy neighbour",
	[STALL_SATURATION] = "saturation",
};

/* A hundred traces with the same plant: each has the same verdict. */
static void expect_kind(enum gen_plant plant, enum stall_kind want)
{
	unsigned int rounds = test_is_slow() ? 20 : 100, i;
	struct stall_verdict v;

	STEP("%u recorded traces of two workers", rounds);
	for (i = 0; i < rounds; i++) {
		gen_trace(&gen, plant);
		trace_read(gen.ev, gen.n);
		stall_judge(&trace, &v);
		EXPECT_STR(kinds[v.kind], kinds[want],
			   "the verdict on trace %u", i);
		EXPECT_EQ(trace.broken, 0, "trace %u fits together", i);
		if (gen.culprit)
			EXPECT_EQ(v.poll.task, gen.culprit,
				  "the culprit of trace %u", i);
		if (gen.holder)
			EXPECT_EQ(v.poll.holder, gen.holder,
				  "who holds the lock in trace %u", i);
		stall_free(&trace);
	}
}

/* The verdict on @slow polls of 300 us and @fast ones of 10 us. */
static const char *consistent(unsigned int slow, unsigned int fast)
{
	struct stall_verdict v;
	uint64_t now = MS;
	unsigned int i;

	gen.n = 0;
	gen.cpu = MS;
	gen.run_delay = MS;
	for (i = 0; i < slow + fast; i++) {
		gen_poll(&gen, now, STALL_POLL_BEGIN, 0, 1);
		gen.cpu += i < slow ? 290 * US : 9 * US;
		now += i < slow ? 300 * US : 10 * US;
		gen_poll(&gen, now, STALL_POLL_END, 0, 1);
		now += MS;
	}
	trace_read(gen.ev, gen.n);
	stall_judge(&trace, &v);
	stall_free(&trace);
	return kinds[v.kind];
}

TEST(a_healthy_trace_has_no_verdict, 8, 1)
{
	WHY("A verdict on a healthy program sends somebody to look for what "
	    "is not there.");
	expect_kind(GEN_NOTHING, STALL_HEALTHY);
}

TEST(a_busy_loop_is_a_poll_that_computes, 8, 1)
{
	WHY("It wants yields, or a pool for computing; a pool for blocking "
	    "calls does not make it shorter.");
	expect_kind(GEN_LOOP, STALL_CPU);
	STEP("12 polls of 300 us, all of one task");
	EXPECT_STR(consistent(12, 0), kinds[STALL_CPU],
		   "above 100 us, consistently, is too long");
	EXPECT_STR(consistent(12, 13), kinds[STALL_HEALTHY],
		   "less than half of a task's polls is not consistent");
}

TEST(a_sleep_or_a_file_read_is_a_blocking_call, 8, 1)
{
	WHY("The worker is stuck and its core is idle: more work would fit.");
	expect_kind(GEN_SLEEP, STALL_BLOCKING);
	expect_kind(GEN_FILE, STALL_BLOCKING);
}

TEST(a_lock_held_across_pending_names_its_holder, 8, 1)
{
	WHY("The poll that hangs is the victim; who must change is the task "
	    "that went to sleep with the lock.");
	expect_kind(GEN_LOCK, STALL_HELD_LOCK);
}

TEST(short_polls_and_long_delays_are_saturation, 8, 1)
{
	WHY("No task is to blame, and looking for one is time lost.");
	expect_kind(GEN_SATURATED, STALL_SATURATION);
}

TEST(a_thread_without_a_core_has_a_noisy_neighbour, 8, 1)
{
	WHY("By the clock its polls are long; the program is innocent.");
	expect_kind(GEN_NEIGHBOUR, STALL_NEIGHBOUR);
}

TEST(the_evidence_is_the_poll_that_covers_the_wait, 8, 1)
{
	static const struct stall_event ev[] = {
		AT(0, SPAWN, 0, 1),
		AT(0, SPAWN, 0, 2),
		AT(0, SPAWN, 1, 3),
		/* 1 sleeps for 5 ms, with 2 behind it on the same worker */
		{ 1000, STALL_POLL_BEGIN, 0, 1, 0, 50000, 10 },
		{ 5001000, STALL_POLL_END, 0, 1, 0, 70000, 10 },
		{ 5002000, STALL_POLL_BEGIN, 0, 2, 0, 70000, 10 },
		{ 5003000, STALL_POLL_END, 0, 2, 1, 71000, 10 },
		/* 3 computes for longer, and nobody waits for it */
		{ 1000, STALL_POLL_BEGIN, 1, 3, 0, 50000, 10 },
		{ 9001000, STALL_POLL_END, 1, 3, 1, 9050000, 10 },
	};
	static char text[4096];
	struct stall_verdict v;

	WHY("A verdict that cannot be looked up in the trace is an opinion.");
	STEP("worker 0: task 1 sleeps for 5 ms, task 2 waits behind it");
	STEP("worker 1: task 3 computes for 9 ms, nobody waits");
	trace_read(ev, ARRAY_SIZE(ev));
	stall_judge(&trace, &v);
	EXPECT_STR(kinds[v.kind], kinds[STALL_BLOCKING],
		   "what made somebody wait comes first");
	EXPECT_EQ(v.poll.task, 1, "whose poll");
	EXPECT_EQ(v.poll.worker, 0, "on which worker");
	EXPECT_EQ(v.poll.begin, 1000, "which of its polls");
	EXPECT_EQ(v.victim.task, 2, "who waited");
	EXPECT_EQ(v.covered, 5000000, "how much of the wait it covers, in ns");
	EXPECT_EQ(v.waited, 5002000, "how long it waited, in ns");
	stall_report(&trace, &v, text, sizeof(text));
	EXPECT(strstr(text, "task 1 on worker 0: one poll of 5000 us") &&
		       strstr(text, "covered 5000 of 5002 us that task 2"),
	       "the report says so: %s", text);
	stall_free(&trace);
}

/* Whatever comes, it is read, judged, and given back. */
static struct stall_verdict judge(const struct stall_event *ev, size_t n)
{
	struct stall_verdict v;

	trace_read(ev, n);
	stall_judge(&trace, &v);
	return v;
}

/* Each allocation fails in turn; nothing is left of it. */
static void expect_no_memory(const struct stall_event *ev, size_t n)
{
	unsigned long live = heap_live();
	unsigned int k;

	STEP("no memory, at each allocation in turn");
	for (k = 1; k <= 100; k++) {
		fault_set(FAULT_ALLOC, k, -ENOMEM);
		if (!stall_read(ev, n, NULL, &trace))
			break;
		EXPECT_EQ(heap_live(), live, "nothing is left of it");
	}
	EXPECT(!fault_hit(), "it fails when an allocation does");
	stall_free(&trace);
}

TEST(a_broken_trace_is_read_without_guessing, 8, 1)
{
	static const struct stall_event open[] = {
		AT(0, SPAWN, 0, 1),
		AT(0, SPAWN, 0, 2),
		AT(10, POLL_BEGIN, 0, 1),
		AT(4000000, PARK, 1, 0),
	};
	static const struct stall_event odd[] = {
		AT(30, POLL_END, 0, 1),	     /* no begin */
		AT(20, POLL_BEGIN, 9999, 1), /* no such worker */
		AT(10, EV_NR, 0, 1),	     /* no such event */
		AT(5, SPAWN, 0, 0),	     /* no task */
	};
	static const struct stall_event lost[] = {
		AT(0, SPAWN, 0, 1),
		AT(10, POLL_BEGIN, 0, 1),
		AT(20, WAKE, 1, 1),
		{ 5000000, STALL_LOST, 0, 0, 12, 0, 0 },
		AT(5000010, POLL_END, 0, 1),
		AT(5000020, POLL_BEGIN, 0, 1),
		AT(5000030, POLL_END, 0, 1),
	};
	struct stall_verdict v;

	WHY("Rings overwrite and recordings stop in the middle; what is not "
	    "known must not become a number.");
	STEP("no event at all");
	v = judge(NULL, 0);
	EXPECT_STR(kinds[v.kind], "healthy", "nothing is wrong with nothing");
	stall_free(&trace);
	STEP("a poll without an end, and a task behind it");
	v = judge(open, ARRAY_SIZE(open));
	EXPECT_STR(kinds[v.kind], "a blocking call",
		   "a poll that has not ended for 4 ms");
	EXPECT(v.poll.is_open, "the poll is said to be open");
	EXPECT_EQ(v.victim.task, 2, "who still waits for it");
	stall_free(&trace);
	STEP("events that fit nothing");
	v = judge(odd, ARRAY_SIZE(odd));
	EXPECT_STR(kinds[v.kind], "healthy", "nothing can be said of them");
	EXPECT_EQ(trace.broken, 4, "all of them are counted");
	stall_free(&trace);
	STEP("12 events were lost in the middle of a poll");
	v = judge(lost, ARRAY_SIZE(lost));
	EXPECT_STR(kinds[v.kind], "healthy", "what is not known is no verdict");
	EXPECT_EQ(trace.lost, 12, "the lost events are counted");
	expect_poll(5000020, 10, STALL_UNKNOWN);
	stall_free(&trace);
	expect_no_memory(lost, ARRAY_SIZE(lost));
}

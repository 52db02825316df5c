/**
 * @file test_stallwatch.c
 * Day 2, TODO 8 in a program that runs: an echo server, watched.
 *
 * Without points: the verdicts are graded on recorded traces. Where other
 * programs want the cores, too, what was measured here may be theirs; then the
 * result is INCONCLUSIVE.
 */
#include "echo.h"
#include "stallwatch.h"

#include "kit/clock.h"
#include "kit/park.h"
#include "kit/thread.h"
#include "kit/tracepoint.h"

#define CONNECTIONS 10
#define MESSAGES 4
#define BLOCK_NS (3 * NSEC_PER_MSEC)
#define TRIES 3
#define EVENTS 16384

static struct stall_trace trace;
static struct stall_verdict verdict;
static uint64_t planted; /* the task that blocks */

/** Sleep on the worker's thread, as a file read or a lock would. */
static void block(struct echo_conn *c)
{
	uint64_t until = clock_now() + BLOCK_NS;
	struct parker p;

	if (c->nr != CONNECTIONS / 2)
		return;
	planted = (uintptr_t)kit_self()->task;
	parker_init(&p);
	while (clock_now() < until)
		parker_park(&p, until);
}

/** Run the server, and judge it; stall_free() afterwards. */
static void watch_server(unsigned int workers,
			 void (*handle)(struct echo_conn *c))
{
	const struct stall_event *events;
	uint64_t lost;
	size_t n;

	planted = 0;
	EXPECT_ERR(stallwatch_start(EVENTS), 0, "the watch has begun");
	echo_run_handle(workers, CONNECTIONS, MESSAGES, handle);
	stallwatch_stop();
	n = stallwatch_events(&events, &lost);
	EXPECT_EQ(lost, 0, "every event had room");
	EXPECT_ERR(stall_read(events, n, NULL, &trace), 0, "it can be read");
	stallwatch_free();
	EXPECT_EQ(trace.broken, 0, "every event fits");
	stall_judge(&trace, &verdict);
	STEP("%u tasks, %u polls: kind %u, %u us of it at once",
	     (unsigned int)trace.nr_tasks, (unsigned int)trace.nr_polls,
	     verdict.kind,
	     (unsigned int)((verdict.poll.end - verdict.poll.begin) / 1000));
}

/** Polls that blocked: of the planted task, or of all others. */
static unsigned int blocked(bool is_planted)
{
	const struct stall_poll *p;
	unsigned int n = 0;
	size_t i;

	for (i = 0; i < trace.nr_polls; i++) {
		p = &trace.polls[i];
		if ((p->task == planted) == is_planted &&
		    stall_classify(p, &trace.params) == STALL_BLOCKING)
			n++;
	}
	return n;
}

/** Had the thread a core whenever it wanted one, as far as is known? */
static bool is_quiet(void)
{
	const struct stall_worker *w = &trace.workers[0];
	int fd = clock_run_delay_open();

	if (fd < 0)
		return false;
	sys_close(fd);
	return w->run_delay < trace.params.info;
}

/** The report names the task that blocks, and whom it kept waiting. */
static bool names_it(void)
{
	return verdict.kind == STALL_BLOCKING && verdict.poll.task == planted &&
	       verdict.poll.end - verdict.poll.begin >= BLOCK_NS &&
	       verdict.poll.cpu < BLOCK_NS / 2 && verdict.waits > 0 &&
	       verdict.victim.task && verdict.victim.task != planted &&
	       blocked(true) >= MESSAGES && !blocked(false);
}

/* Plain, and the next one too: under valgrind every poll is a long one. */
TEST(the_report_names_a_handler_that_blocks, 8, 0, bonus, plain)
{
	static char report[4096];
	bool is_named, quiet;
	unsigned int i;

	WHY("A server that is slow for all of its clients has one handler to "
	    "blame; which one, no client can tell.");
	for (i = 0; i < TRIES; i++) {
		watch_server(0, block);
		is_named = names_it();
		quiet = is_quiet();
		stall_report(&trace, &verdict, report, sizeof(report));
		stall_free(&trace);
		if (is_named)
			return;
		if (quiet)
			FAIL("the handler that blocks was not named: %s",
			     report);
	}
	INCONCLUSIVE("the thread had no core of its own");
}

TEST(a_healthy_echo_server_blocks_nowhere, 8, 0, bonus, plain)
{
	unsigned int i, n, told = 0;
	bool quiet;

	WHY("A report that always finds somebody to blame is read once.");
	for (i = 0; i < TRIES; i++) {
		watch_server(0, NULL);
		n = blocked(false);
		n += verdict.kind == STALL_BLOCKING;
		quiet = is_quiet();
		stall_free(&trace);
		if (!n)
			return;
		told += quiet;
	}
	if (told == TRIES)
		FAIL("a handler that never blocks was blamed");
	INCONCLUSIVE("the thread had no core of its own");
}

TEST(a_watch_hears_every_worker, 8, 0, bonus)
{
	unsigned int i;
	size_t polls = 0;

	WHY("A poll whose end is told by another thread, or not at all, is a "
	    "poll of another length.");
	watch_server(2, NULL);
	for (i = 0; i < 2; i++)
		polls += trace.workers[i].polls;
	EXPECT_EQ(polls, trace.nr_polls, "each poll has one of two workers");
	EXPECT(polls >= 2 * CONNECTIONS + 1, "each task was polled");
	for (i = 0; i < trace.nr_polls; i++)
		EXPECT(trace.polls[i].is_cpu_known, "its CPU time is known");
	stall_free(&trace);
}

static unsigned int heard;

static void hear(enum tp_event ev, const void *who, uint64_t arg)
{
	heard++;
}

TEST(a_full_watch_counts_what_it_loses, 8, 0, bonus)
{
	const struct stall_event *events;
	unsigned long allocs;
	uint64_t lost = 1;
	int task;

	WHY("A watch that asks for memory, or forgets in silence, is a part of "
	    "the problem.");
	EXPECT_ERR(stallwatch_start(0), -EINVAL, "no room at all");
	atomic_store_explicit(&tp_listener, hear, memory_order_release);
	EXPECT_ERR(stallwatch_start(3), 0, "room for three");
	EXPECT_ERR(stallwatch_start(3), -EBUSY, "there is one");
	allocs = heap_allocs();
	STEP("spawn, poll, steal, spawn: the theft is nobody's stall");
	tp_spawn(&task);
	tp_poll_begin(&task, 5);
	tp_poll_end(&task, true);
	tp_steal(1, 0, 1);
	tp_spawn(&task);
	EXPECT_EQ(heap_allocs(), allocs, "no memory was asked for");
	EXPECT_EQ(heard, 5, "who listened before hears everything");
	stallwatch_stop();
	tp_spawn(&task);
	EXPECT_EQ(heard, 6, "and does so afterwards");
	EXPECT_EQ(stallwatch_events(&events, &lost), 3, "three are kept");
	EXPECT_EQ(lost, 1, "one is lost, and counted");
	EXPECT_EQ(events[0].event, STALL_SPAWN, "a spawn");
	EXPECT_EQ(events[2].event, STALL_POLL_END, "the end of the poll");
	EXPECT_EQ(events[2].worker, 5, "on the worker where it began");
	EXPECT_EQ(events[2].arg, 1, "ready");
	EXPECT(events[2].cpu > events[1].cpu, "the thread ran meanwhile");
	atomic_store_explicit(&tp_listener, NULL, memory_order_release);
	stallwatch_free();
	stallwatch_free();
}

/* TODO 7, nothing to earn: what a console hears of tasks and wakers. */
#include <string.h>

#include "tasks.h"

#include "kit/alloc.h"
#include "kit/fault.h"
#include "kit/thread.h"
#include "kit/tracewait.h"
#include "test/test.h"

#define WAKERS \
	(1u << TP_WAKE | 1u << TP_CLONE | 1u << TP_WAKER_DROP | 1u << TP_STOP)

static struct sched *s;
static struct probe a = { .id = 1 }, b = { .id = 2 };

TEST(a_console_hears_of_each_waker_once, 7, 0, kit)
{
	WHY("A task without a waker is never woken again: whoever counts finds "
	    "it.");
	EXPECT_ERR(sched_create_stepped(&s, 1), 0, "a stepped scheduler");
	record_start();
	STEP("task A leaves a waker, and is woken by it, without using it up");
	probe_spawn(s, &a);
	record_name(a.join.task, "A");
	run_all(s, 0);
	waker_wake_by_ref(&a.waker);
	run_all(s, 0);
	STEP("the waker that it left then wakes it, and is used up");
	a.is_ready = true;
	waker_wake(&a.waker);
	a.waker.ops = NULL;
	run_all(s, 0);
	future_drop(&a.join.future);
	sched_destroy(s);
	EXPECT_STR(record_text(WAKERS),
		   "clone A, wake A, waker-drop A, clone A, wake A, "
		   "waker-drop A, stop",
		   "each waker that comes and goes is told of");
}

/* A wait, and which task was polled by then. */
static unsigned int nr_waits;
static const void *waits_for, *waiter;

static void hear_wait(enum tp_event ev, const void *who, uint64_t arg)
{
	if (ev != TP_WAIT || tp_wait_kind(arg) != TP_WAIT_JOIN)
		return;
	nr_waits++;
	waits_for = who;
	waiter = kit_self()->task;
}

static void join_other(struct probe *p, struct context *cx)
{
	int status;

	p->is_ready = future_poll(&a.join.future, cx, &status) == POLL_READY;
}

TEST(a_console_hears_who_joins_whom, 7, 0, kit)
{
	tp_listener_fn *before =
		atomic_load_explicit(&tp_listener, memory_order_acquire);

	WHY("Two tasks that join each other wait for ever: whoever knows the "
	    "waits sees the circle.");
	EXPECT_ERR(sched_create_stepped(&s, 1), 0, "a stepped scheduler");
	probe_spawn(s, &a);
	run_all(s, 0);
	b.at_poll = join_other;
	probe_spawn(s, &b);
	atomic_store_explicit(&tp_listener, hear_wait, memory_order_release);
	STEP("task B asks the handle of A, which has not ended");
	run_all(s, 0);
	EXPECT_EQ(nr_waits, 1, "one wait is told of");
	EXPECT(waits_for == a.join.task, "it is for A");
	EXPECT(waiter == b.join.task, "and it is B that waits");
	STEP("B asks again, with the waker that is there already");
	waker_wake(&b.waker);
	b.waker.ops = NULL;
	run_all(s, 0);
	EXPECT_EQ(nr_waits, 2, "it waits once more");
	STEP("A ends");
	a.is_ready = true;
	waker_wake(&a.waker);
	a.waker.ops = NULL;
	run_all(s, 0);
	EXPECT_EQ(nr_waits, 2, "the handle is ready: nobody waits");
	atomic_store_explicit(&tp_listener, before, memory_order_release);
	waker_drop(&b.waker);
	future_drop(&a.join.future);
	future_drop(&b.join.future);
	sched_destroy(s);
}

/* Where the next block of a task is likely to be: full of something. */
static void dirty_block(void)
{
	size_t size =
		sizeof(struct task) + sizeof(struct probe_task) + sizeof(int);
	char *p = kit_alloc(size);

	EXPECT(p, "there is memory");
	memset(p, 0xff, size);
	__asm__ volatile("" : : "r"(p) : "memory");
	kit_free(p);
}

TEST(a_task_knows_where_it_was_spawned, 7, 0, kit)
{
	const struct tp_place *place;

	WHY("A list of tasks is of use when it says which one is which.");
	EXPECT_ERR(sched_create_stepped(&s, 2), 0, "a stepped scheduler");
	EXPECT(!s->workers[0].note && !s->workers[1].note,
	       "nobody has written to the workers' notes");
	dirty_block();
	probe_spawn(s, &a);
	dirty_block();
	probe_spawn(s, &b);
	place = a.join.task->place;
	EXPECT_STR(place->what, "&probe_ops", "the argument as it is written");
	EXPECT(strstr(place->where, "tasks.h:"), "the place of the call");
	EXPECT(place == b.join.task->place, "one call is one place");
	EXPECT_EQ(a.join.task->note + b.join.task->note, 0,
		  "nobody has written to the tasks' notes");
	run_all(s, 0);
	waker_drop(&a.waker);
	waker_drop(&b.waker);
	future_drop(&a.join.future);
	future_drop(&b.join.future);
	sched_destroy(s);
}

static unsigned int nr_stops, nr_left;
static const void *stopped;

static void hear_stop(enum tp_event ev, const void *who, uint64_t arg)
{
	if (ev != TP_STOP)
		return;
	nr_stops++;
	nr_left = thread_count();
	stopped = who;
}

TEST(a_console_hears_of_the_end_when_all_is_quiet, 8, 0, kit)
{
	tp_listener_fn *before =
		atomic_load_explicit(&tp_listener, memory_order_acquire);
	const void *made;

	WHY("Whoever reads a scheduler's memory must be told before it goes, "
	    "and while nobody else writes it.");
	atomic_store_explicit(&tp_listener, hear_stop, memory_order_release);
	EXPECT_ERR(sched_create(&s, 2), 0, "two workers");
	made = s;
	sched_destroy(s);
	EXPECT_EQ(nr_stops, 1, "the end is told once");
	EXPECT(stopped == made, "it is this scheduler's");
	EXPECT_EQ(nr_left, 0, "its threads are joined by then");
	STEP("the second thread of three cannot be made");
	fault_set(FAULT_THREAD, 2, -EAGAIN);
	EXPECT_ERR(sched_create(&s, 3), -EAGAIN, "refused");
	EXPECT_EQ(nr_stops, 2, "the first one may have been seen: told, too");
	EXPECT_EQ(nr_left, 0, "it is joined by then");
	atomic_store_explicit(&tp_listener, before, memory_order_release);
}

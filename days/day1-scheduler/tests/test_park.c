/* TODO 8: falling asleep against submitting, one interleaving at a time. */
#include "tasks.h"

#include "kit/clock.h"
#include "kit/sys.h"
#include "kit/tracepoint.h"
#include "test/test.h"

static struct sched *s;
static struct probe a = { .id = 1, .is_ready = true };

/* A place to sleep in that only counts, and never sleeps. */
struct bed {
	struct park_driver driver;
	unsigned int turns;	 /* so often somebody fell asleep in it */
	unsigned int interrupts; /* so often somebody was woken in it */
};

static void bed_turn(struct park_driver *d, uint64_t deadline)
{
	if (++container_of(d, struct bed, driver)->turns == 10)
		FAIL("the worker went back to sleep 10 times: once it is awake "
		     "it has to return");
}

static void bed_interrupt(struct park_driver *d)
{
	container_of(d, struct bed, driver)->interrupts++;
}

static const struct park_driver_ops bed_ops = { bed_turn, bed_interrupt };
static struct bed beds[3];

static void make(unsigned int workers)
{
	unsigned int i;

	STEP("a stepped scheduler with %u worker(s)", workers);
	EXPECT_ERR(sched_create_stepped(&s, workers), 0,
		   "the stepped scheduler was made");
	for (i = 0; i < workers; i++) {
		beds[i].driver.ops = &bed_ops;
		s->workers[i].parker->driver = &beds[i].driver;
	}
}

/* As a thread from outside would: queue, then look for a sleeper. */
static void submit_from_outside(enum tp_event ev, const void *who, uint64_t arg)
{
	void *self = kit_self()->worker;

	if (ev != TP_PARK || a.join.task)
		return;
	STEP("in this moment another thread spawns a task");
	as_nobody();
	probe_spawn(s, &a);
	sched_notify(s);
	kit_self()->worker = self;
}

static void park(unsigned int worker)
{
	as_worker(s, worker);
	worker_park(&s->workers[worker]);
	as_nobody();
}

/* After it parked, a worker is awake and looks for work. */
static void expect_awake(struct worker *w)
{
	/* relaxed, both: one thread only. */
	unsigned int parked =
		atomic_load_explicit(&s->idle.nr_parked, memory_order_relaxed);
	unsigned int searching = atomic_load_explicit(&s->idle.nr_searching,
						      memory_order_relaxed);

	EXPECT_EQ(parked, 0, "no worker is entered as parked after the sleep");
	EXPECT_EQ(searching, 1,
		  "the worker counts as searching after the sleep");
	EXPECT(w->is_searching, "the worker itself knows that it searches");
}

static void finish(void)
{
	unsigned int i;

	for (i = 0; i < s->nr_workers; i++)
		s->workers[i].parker->driver = NULL;
	if (a.join.task) {
		run_all(s, 0);
		future_drop(&a.join.future);
	}
	sched_destroy(s);
}

TEST(worker_looks_again_before_it_falls_asleep, 8, 3)
{
	WHY("A task that comes between the look and the sleep is found by "
	    "nobody.");
	make(1);
	STEP("nothing is queued; worker 0 parks");
	park(0);
	EXPECT_EQ(beds[0].turns, 1,
		  "a worker without tasks falls asleep, once");
	expect_awake(&s->workers[0]);
	STEP("its next turn finds nothing; it is about to enter itself as "
	     "parked");
	EXPECT(!sched_step(s, 0), "the worker finds nothing in its turn");
	/* release: pairs with the acquire in tp_emit(). */
	atomic_store_explicit(&tp_listener, submit_from_outside,
			      memory_order_release);
	park(0);
	atomic_store_explicit(&tp_listener, NULL, memory_order_release);
	EXPECT(a.join.task,
	       "the worker entered itself as parked, with idle_enter()");
	EXPECT_EQ(beds[0].turns, 1,
		  "the worker does not fall asleep while a task is queued");
	expect_awake(&s->workers[0]);
	finish();
	EXPECT_EQ(a.polls, 1, "the task was polled once");
}

/* How many workers were given a permit, or an interrupt. */
static unsigned int nr_woken(void)
{
	unsigned int i, n = 0;

	for (i = 0; i < s->nr_workers; i++)
		/* relaxed: one thread only. */
		n += atomic_load_explicit(&s->workers[i].parker->state,
					  memory_order_relaxed) == PARK_PERMIT;
	return n;
}

TEST(submit_wakes_one_worker_and_none_while_one_searches, 8, 3)
{
	WHY("A wake costs microseconds; a searcher finds the task by itself.");
	make(3);
	STEP("all three workers are awake; a task is submitted");
	sched_notify(s);
	EXPECT_EQ(nr_woken(), 0, "nobody is woken while all are awake");
	STEP("workers 0, 1 and 2 are parked; a task is submitted");
	idle_enter(&s->workers[0]);
	idle_enter(&s->workers[1]);
	idle_enter(&s->workers[2]);
	sched_notify(s);
	EXPECT_EQ(nr_woken(), 1, "one worker was woken for the task");
	STEP("it still searches when the next task is submitted");
	sched_notify(s);
	EXPECT_EQ(nr_woken(), 1,
		  "no second worker is woken while one searches");
	STEP("it has found a task; one more is submitted");
	idle_leave(&s->workers[2]);
	idle_found(&s->workers[2]);
	sched_notify(s);
	EXPECT_EQ(nr_woken(), 2,
		  "a second worker was woken when nobody searched");
	idle_leave(&s->workers[0]);
	idle_leave(&s->workers[1]);
	finish();
}

/* Spawns 1000 tasks, and joins each before the next. */
struct busy {
	struct future future;
	struct probe probe;
	unsigned int left;
	bool is_waiting;
};

static enum poll busy_poll(struct future *f, struct context *cx, void *out)
{
	struct busy *b = container_of(f, struct busy, future);
	int status;

	for (;;) {
		if (b->is_waiting) {
			if (future_poll(&b->probe.join.future, cx, &status) ==
			    POLL_PENDING)
				return POLL_PENDING;
			future_drop(&b->probe.join.future);
			b->is_waiting = false;
		}
		if (!b->left--)
			return POLL_READY;
		probe_spawn(s, &b->probe);
		b->is_waiting = true;
	}
}

static unsigned long nr_calls(void)
{
	unsigned long n = 0;
	unsigned int i;

	for (i = 0; i < SYS_CALL_NR; i++)
		n += sys_count(i);
	return n;
}

TEST(busy_worker_neither_sleeps_nor_wakes_anybody, 8, 2)
{
	static const struct future_ops ops = {
		.poll = busy_poll,
		.size = sizeof(struct busy),
	};
	static struct busy busy = {
		.future.ops = &ops,
		.probe.is_ready = true,
		.left = 1000,
	};
	unsigned long calls = nr_calls();

	WHY("A system call costs as much as a whole task.");
	STEP("a current-thread scheduler");
	EXPECT_ERR(sched_create(&s, 0), 0, "the scheduler was made");
	record_start();
	STEP("a future spawns and joins 1000 tasks, one after the other");
	EXPECT_ERR(sched_block_on(s, &busy.future, NULL), 0,
		   "sched_block_on() ran the future to its end");
	EXPECT_EQ(record_count(TP_POLL_BEGIN), 1000,
		  "each of the 1000 tasks was polled once");
	EXPECT_EQ(record_count(TP_PARK), 0, "a busy worker does not sleep");
	EXPECT_EQ(record_count(TP_UNPARK), 0,
		  "nobody is woken while the only worker is busy");
	calls = nr_calls() - calls;
	EXPECT_EQ(calls, 0, "the worker made no system call");
	sched_destroy(s);
}

/*
 * The driver's sleep, and what breaks it, in every order.
 */
#include "driver.h"

#include "kit/clock.h"
#include "kit/err.h"
#include "kit/park.h"
#include "kit/thread.h"
#include "test/model/model.h"

static struct driver *driver;
static struct parker parker;
static unsigned int nr_wakes;

static void count(void *data)
{
	nr_wakes++;
}

static void forget(void *data)
{
}

static struct waker clone(void *data);
static const struct waker_ops ops = { clone, count, count, forget, NULL };

static struct waker clone(void *data)
{
	return (struct waker){ &ops, NULL };
}

static const char *why_stuck(void *arg)
{
	return "the driver sleeps on, and nobody will break its sleep";
}

static void setup(void)
{
	EXPECT_ERR(driver_create(&driver), 0, "a driver");
	nr_wakes = 0;
	model_stuck(why_stuck, NULL);
}

static void turn(void *arg)
{
	driver_turn(driver, CLOCK_NEVER);
}

MODEL(an_interrupt_ends_the_turn, 6, 30)
{
	struct thread t;

	WHY("The interrupt may come before the sleep, in the middle of falling "
	    "asleep, or after it.");
	setup();
	EXPECT_ERR(thread_create(&t, "driver", turn, NULL), 0, "a thread");
	driver_interrupt(driver);
	thread_join(&t);
	driver_destroy(driver);
}

static void park(void *arg)
{
	/* It may come back early: what counts is the permit. */
	while (!parker_park(&parker, CLOCK_NEVER))
		;
}

MODEL(an_unpark_reaches_who_sleeps_in_the_driver, 6, 20)
{
	struct thread t;

	WHY("A worker that sleeps in the driver is woken through it.");
	setup();
	parker_init(&parker);
	parker.driver = &driver->park;
	EXPECT_ERR(thread_create(&t, "worker", park, NULL), 0, "a thread");
	parker_unpark(&parker);
	thread_join(&t);
	driver_destroy(driver);
}

static void turn_until_woken(void *arg)
{
	unsigned int turns;

	for (turns = 0; !nr_wakes && turns < 6; turns++)
		driver_turn(driver, CLOCK_NEVER);
}

MODEL(an_earlier_timer_ends_a_longer_sleep, 6, 20)
{
	const struct waker waker = { &ops, NULL };
	struct timer t;
	struct thread thread;

	WHY("The driver sleeps for ever, since there was no timer; now there "
	    "is one.");
	setup();
	timer_init(&t);
	EXPECT_ERR(thread_create(&thread, "driver", turn_until_woken, NULL), 0,
		   "a thread");
	EXPECT_ERR(timer_start(driver, &t, clock_now() + 5 * NSEC_PER_MSEC,
			       &waker),
		   0, "a timer");
	thread_join(&thread);
	EXPECT_EQ(nr_wakes, 1, "the timer has woken its task");
	timer_stop(driver, &t);
	driver_destroy(driver);
}

static struct source source;
static bool is_ready;

static void poll_source(void *arg)
{
	const struct waker waker = { &ops, NULL };
	struct context cx = { .waker = (struct waker *)&waker };
	uint64_t seen;

	is_ready =
		source_poll(&source, SOURCE_READER, &cx, &seen) == POLL_READY;
}

MODEL(an_event_is_seen_or_wakes, 4, 30)
{
	struct thread t;

	WHY("Register, then look again: an event that comes in between is "
	    "seen by one of the two looks, or finds the waker.");
	setup();
	source_init(&source, driver, -1);
	EXPECT_ERR(thread_create(&t, "task", poll_source, NULL), 0, "a thread");
	source_event(&source, SOURCE_READ);
	thread_join(&t);
	EXPECT(is_ready || nr_wakes, "the task knows of the event");
	source_fini(&source);
	driver_destroy(driver);
}

static _Atomic(int) bytes;

/* As a read does: try, and when there is nothing, take the hint back. */
static void read_bytes(void *arg)
{
	const struct waker waker = { &ops, NULL };
	struct context cx = { .waker = (struct waker *)&waker };
	unsigned int tries;
	uint64_t seen;

	for (tries = 0; !is_ready && tries < 4; tries++) {
		if (source_poll(&source, SOURCE_READER, &cx, &seen) ==
		    POLL_PENDING)
			return;
		/* relaxed: the event publishes them. */
		is_ready = atomic_load_explicit(&bytes, memory_order_relaxed);
		if (!is_ready)
			source_clear(&source, SOURCE_READER, seen);
	}
}

MODEL(an_event_after_a_read_of_nothing_is_kept, 4, 30)
{
	struct thread t;

	WHY("The read finds nothing; bytes come, and an event; now the hint is "
	    "taken back. It was about bytes that nobody has read.");
	setup();
	source_init(&source, driver, -1);
	atomic_init(&bytes, 0);
	is_ready = false;
	source_event(&source, SOURCE_READ);
	EXPECT_ERR(thread_create(&t, "task", read_bytes, NULL), 0, "a thread");
	/* relaxed: the event publishes them. */
	atomic_store_explicit(&bytes, 1, memory_order_relaxed);
	source_event(&source, SOURCE_READ);
	thread_join(&t);
	EXPECT(is_ready || nr_wakes,
	       "the task has read the bytes, or is woken for them");
	source_fini(&source);
	driver_destroy(driver);
}

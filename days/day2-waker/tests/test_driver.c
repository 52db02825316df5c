/**
 * @file test_driver.c
 * Day 2, TODO 6: one turn of the driver.
 */
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include "counted.h"
#include "driver.h"
#include "sleep.h"

#include "kit/err.h"
#include "kit/fault.h"
#include "kit/sys.h"
#include "kit/thread.h"
#include "test/test.h"

static struct driver *driver_make(void)
{
	struct driver *d;

	EXPECT_ERR(driver_create(&d), 0, "a driver can be made");
	return d;
}

/** Watch @fd. */
static struct source *watch(struct driver *d, int fd)
{
	struct source *src;

	EXPECT_ERR(driver_register(d, fd, &src), 0, "it can be watched");
	return src;
}

static bool is_ready(struct source *src, enum source_dir dir)
{
	struct waker waker = waker_noop();
	struct context cx = { .waker = &waker };
	uint64_t seen;

	return source_poll(src, dir, &cx, &seen) == POLL_READY;
}

TEST(an_event_reaches_its_source, 6, 1)
{
	struct driver *d = driver_make();
	struct source *a, *b;
	int fds[2];

	WHY("epoll tells the driver; the driver has to tell the one source "
	    "that it is about, and what has happened.");
	EXPECT_EQ(socketpair(AF_UNIX, SOCK_STREAM, 0, fds), 0, "a pair");
	a = watch(d, fds[0]);
	b = watch(d, fds[1]);
	STEP("a turn: both can be written, and nothing can be read");
	driver_turn(d, 0);
	EXPECT(is_ready(a, SOURCE_WRITER), "the first end can be written");
	EXPECT(is_ready(b, SOURCE_WRITER), "the second end can be written");
	EXPECT(!is_ready(a, SOURCE_READER), "there is nothing to read");
	STEP("a byte is written into the first, then a turn");
	EXPECT_EQ(write(fds[0], "x", 1), 1, "a byte fits");
	driver_turn(d, 0);
	EXPECT(is_ready(b, SOURCE_READER), "the second end can be read");
	EXPECT(!is_ready(a, SOURCE_READER), "the first one cannot");
	driver_deregister(a);
	driver_deregister(b);
	driver_destroy(d);
}

TEST(a_hang_up_is_news_for_reader_and_writer, 6, 1)
{
	struct driver *d = driver_make();
	struct source *end;
	int fds[2];

	WHY("When the other side goes away, a pipe reports EPOLLHUP or "
	    "EPOLLERR and nothing else; who waits would wait for ever.");
	EXPECT_EQ(pipe(fds), 0, "a pipe");
	end = watch(d, fds[0]);
	STEP("the writing end of a pipe is closed");
	close(fds[1]);
	driver_turn(d, 0);
	EXPECT(is_ready(end, SOURCE_READER), "the reader finds the end");
	driver_deregister(end);
	EXPECT_EQ(socketpair(AF_UNIX, SOCK_STREAM, 0, fds), 0, "a pair");
	end = watch(d, fds[0]);
	STEP("a socket says that the peer writes no more");
	shutdown(fds[1], SHUT_WR);
	driver_turn(d, 0);
	EXPECT(is_ready(end, SOURCE_READER), "the reader finds the end");
	driver_deregister(end);
	close(fds[1]);
	EXPECT_EQ(pipe(fds), 0, "a pipe");
	end = watch(d, fds[1]);
	STEP("the reading end of a pipe is closed");
	close(fds[0]);
	driver_turn(d, 0);
	EXPECT(is_ready(end, SOURCE_WRITER), "the writer finds the error");
	EXPECT(is_ready(end, SOURCE_READER), "and so would a reader");
	driver_deregister(end);
	driver_destroy(d);
}

static struct driver *the_driver;
static struct timer timers[200];
static unsigned int order[200], nr_order;

/* A timer fires: note it; the lock of the driver must be free. */
static void note(struct counted *c)
{
	if (nr_order < ARRAY_SIZE(order))
		order[nr_order++] = c->id;
	if (pthread_mutex_trylock(&the_driver->lock.raw))
		c->failed = true;
	else
		pthread_mutex_unlock(&the_driver->lock.raw);
}

static void start(struct driver *d, struct timer *t, uint64_t deadline,
		  struct counted *c)
{
	struct waker waker = counted_waker(c);

	EXPECT_ERR(timer_start(d, t, deadline, &waker), 0, "it starts");
	waker_drop(&waker);
}

TEST(due_timers_fire_in_order_and_no_others, 6, 2)
{
	static struct counted c[ARRAY_SIZE(timers)];
	const unsigned int n = ARRAY_SIZE(timers);
	struct driver *d = driver_make();
	unsigned int i;

	WHY("A timer that is forgotten is a task that sleeps for ever; one "
	    "that fires under the lock stops whoever it wakes.");
	the_driver = d;
	nr_order = 0;
	fake_clock_start(1000000);
	STEP("start %u timers, 1 us apart, the latest first", n);
	for (i = n; i-- > 0;) {
		c[i] = (struct counted){ .at_wake = note, .id = i };
		timer_init(&timers[i]);
		start(d, &timers[i], 1000000 + 1000 * (i + 1), &c[i]);
	}
	driver_turn(d, 0);
	EXPECT_EQ(nr_order, 0, "none fires before its time");
	STEP("1 us later, less 1 ns");
	fake_clock_advance(999);
	driver_turn(d, 0);
	EXPECT_EQ(nr_order, 0, "none fires before its time");
	STEP("at the time of the first");
	fake_clock_advance(1);
	driver_turn(d, 0);
	EXPECT_EQ(nr_order, 1, "the first one fires, alone");
	STEP("stop the second, and go to the time of the last but one");
	timer_stop(d, &timers[1]);
	fake_clock_advance(1000 * (n - 2));
	driver_turn(d, 0);
	EXPECT_EQ(nr_order, n - 2, "all that are due fire in one turn");
	for (i = 1; i < nr_order; i++)
		EXPECT_EQ(order[i], i + 1, "they fire in order");
	for (i = 0; i < n; i++)
		EXPECT(!c[i].failed, "the driver's lock is free in a wake");
	timer_stop(d, &timers[n - 1]);
	for (i = 0; i < n; i++)
		EXPECT_EQ(c[i].live, 0, "every clone was used or dropped");
	driver_destroy(d);
}

TEST(a_turn_sleeps_until_the_earliest_timer, 6, 1)
{
	struct driver *d = driver_make();
	struct counted c = { 0 };
	unsigned long waits;
	uint64_t due, end;
	struct timer t;

	WHY("Sleep too long, and timers are late; too short, and the driver "
	    "turns round and round without anything to do.");
	timer_init(&t);
	waits = sys_count(SYS_CALL_EPOLL_WAIT);
	due = clock_now() + 2 * NSEC_PER_MSEC + NSEC_PER_MSEC / 2;
	end = due + 2 * NSEC_PER_SEC;
	start(d, &t, due, &c);
	STEP("a turn that may last two seconds, and a timer in 2.5 ms");
	driver_turn(d, end);
	EXPECT(clock_now() < end, "the turn slept past the timer");
	EXPECT_EQ(c.wakes, 1, "the first turn fired the timer");
	EXPECT(clock_now() >= due, "and not early");
	EXPECT_EQ(sys_count(SYS_CALL_EPOLL_WAIT) - waits, 1,
		  "epoll was asked once");
	EXPECT_EQ(d->sleeps_until, 0,
		  "after a turn sleeps_until is 0: nobody need interrupt it");
	STEP("a turn that may last 1 ms, and no timer");
	end = clock_now() + NSEC_PER_MSEC;
	driver_turn(d, end);
	EXPECT(clock_now() >= end, "the turn ended before its deadline");
	driver_destroy(d);
}

TEST(an_interrupt_ends_the_turn_once, 6, 1)
{
	struct driver *d = driver_make();
	struct epoll_event ev;
	uint64_t end;

	WHY("A task comes while its worker sleeps in the driver: it must wake "
	    "up, also if it was only about to fall asleep.");
	STEP("two interrupts, then a turn that may last two seconds");
	driver_interrupt(d);
	driver_interrupt(d);
	end = clock_now() + 2 * NSEC_PER_SEC;
	driver_turn(d, end);
	EXPECT(clock_now() < end, "the interrupt did not end the turn");
	EXPECT_EQ(sys_epoll_wait(d->epfd, &ev, 1, 0), 0,
		  "the interrupt is over: the next turn can sleep");
	driver_destroy(d);
}

/** A thread in a turn. */
struct sleeper {
	struct driver *d;
	uint64_t end; /* deadline of the turn */
	bool is_late; /* the turn ended at its deadline, or later */
};

static void sleeper_main(void *arg)
{
	struct sleeper *s = arg;

	driver_turn(s->d, s->end);
	s->is_late = clock_now() >= s->end;
	/* The interrupt ends the turn; the next one fires the timer. */
	driver_turn(s->d, 0);
}

/** Wait until the turn says for how long it sleeps, or is over. */
static bool sees_sleep(struct sleeper *s)
{
	bool found = false;

	while (!found && clock_now() < s->end) {
		mutex_lock(&s->d->lock);
		found = s->d->sleeps_until;
		mutex_unlock(&s->d->lock);
	}
	return found;
}

TEST(an_earlier_timer_ends_the_sleep, 6, 1)
{
	struct driver *d = driver_make();
	struct sleeper s = { .d = d, .end = clock_now() + 2 * NSEC_PER_SEC };
	struct counted c = { 0 };
	struct waker waker = counted_waker(&c);
	struct thread thread;
	struct timer t;
	bool found;

	WHY("One worker sleeps in the driver for the next timer. Another one "
	    "runs a task that needs an earlier one.");
	timer_init(&t);
	EXPECT_ERR(thread_create(&thread, "sleeper", sleeper_main, &s), 0,
		   "a thread");
	STEP("a thread sleeps in a turn for up to two seconds");
	found = sees_sleep(&s);
	STEP("a timer is started that is due now");
	EXPECT_ERR(timer_start(d, &t, clock_now(), &waker), 0, "it starts");
	thread_join(&thread);
	waker_drop(&waker);
	EXPECT(found, "->sleeps_until says for how long the turn sleeps");
	EXPECT(!s.is_late, "the turn slept on");
	EXPECT_EQ(c.wakes, 1, "the timer has fired");
	driver_destroy(d);
}

TEST(a_signal_is_no_error, 6, 1)
{
	struct driver *d = driver_make();
	struct counted c = { 0 };
	struct timer t;

	WHY("Any signal ends the wait with -EINTR: a debugger, a profiler, a "
	    "resized terminal.");
	fake_clock_start(1000);
	timer_init(&t);
	STEP("a timer in the past, and a wait that a signal ends");
	start(d, &t, 10, &c);
	fault_set(FAULT_SYS, 1, -EINTR);
	driver_turn(d, 0);
	EXPECT(fault_hit(), "the wait was interrupted");
	EXPECT_EQ(c.wakes, 1, "the timer has fired all the same");
	STEP("an interrupt whose write a signal ends");
	fault_set(FAULT_SYS, 1, -EINTR);
	driver_interrupt(d);
	EXPECT(fault_hit(), "the write was interrupted");
	fake_clock_stop();
	driver_turn(d, clock_now() + 2 * NSEC_PER_SEC);
	EXPECT_EQ(d->sleeps_until, 0, "the turn is over");
	driver_destroy(d);
}

TEST(odd_sleeps_are_told, 6, 0, bonus)
{
	struct driver *d = driver_make();
	struct waker none = { NULL, NULL };
	struct context cx = { .waker = &none };
	struct counted c = { 0 };
	struct sleep s;
	int err = 1;

	WHY("A delay is computed by somebody; it can be wrong.");
	fake_clock_start(1000);
	STEP("a negative delay");
	s = sleep_for(d, -1);
	EXPECT_EQ(counted_poll(&s.future, &c, &err), POLL_READY, "ready");
	EXPECT_ERR(err, -EINVAL, "a negative delay is refused");
	future_drop(&s.future);
	STEP("a time in the past");
	s = sleep_until(d, 999);
	EXPECT_EQ(counted_poll(&s.future, &c, &err), POLL_READY,
		  "it is ready at once");
	EXPECT_ERR(err, 0, "without an error");
	future_drop(&s.future);
	STEP("a delay beyond the end of the clock, polled twice");
	fake_clock_advance(UINT64_MAX / 4 * 3);
	s = sleep_for(d, INT64_MAX);
	EXPECT_EQ(counted_poll(&s.future, &c, &err), POLL_PENDING, "waits");
	EXPECT_EQ(counted_poll(&s.future, &c, &err), POLL_PENDING, "waits");
	driver_turn(d, 0);
	EXPECT_EQ(c.wakes, 0, "and does not end early");
	EXPECT_EQ(c.live, 1, "one clone of the waker is kept");
	STEP("dropped before its time");
	future_drop(&s.future);
	EXPECT_EQ(c.live, 0, "the waker was given back");
	STEP("a context without a waker, then no memory");
	s = sleep_for(d, 5);
	EXPECT_EQ(future_poll(&s.future, &cx, &err), POLL_READY, "ready");
	EXPECT_ERR(err, -EINVAL, "nobody could be woken");
	future_drop(&s.future);
	driver_destroy(d);
	d = driver_make();
	s = sleep_for(d, 5);
	fault_set(FAULT_ALLOC, 1, -ENOMEM);
	EXPECT_EQ(counted_poll(&s.future, &c, &err), POLL_READY, "ready");
	EXPECT(fault_hit(), "memory was asked for");
	EXPECT_ERR(err, -ENOMEM, "there was no room for the timer");
	future_drop(&s.future);
	EXPECT_EQ(c.live, 0, "every clone was used or dropped");
	driver_destroy(d);
}

static struct sleep sleeps[100000];

TEST(a_hundred_thousand_sleeps_end_in_time, 6, 0, bonus)
{
	const unsigned int n = test_is_slow() ? 5000 : ARRAY_SIZE(sleeps);
	struct driver *d = driver_make();
	struct counted c = { 0 };
	unsigned int i;
	int err;

	WHY("A sleep is a few dozen bytes and a place in the heap; having many "
	    "of them is what they are for.");
	fake_clock_start(1000);
	STEP("%u sleeps, each 1 us longer than the last; half are dropped", n);
	for (i = 0; i < n; i++) {
		sleeps[i] = sleep_for(d, 1000 * (int64_t)(i + 1));
		EXPECT_EQ(counted_poll(&sleeps[i].future, &c, &err),
			  POLL_PENDING, "it waits");
	}
	for (i = 0; i < n; i += 2)
		future_drop(&sleeps[i].future);
	EXPECT_EQ(c.live, n / 2, "a dropped sleep gives its waker back");
	STEP("half of the time");
	fake_clock_advance(1000ull * (n / 2));
	driver_turn(d, 0);
	EXPECT_EQ(c.wakes, n / 4, "half of the others have ended");
	STEP("all of it");
	fake_clock_advance(1000ull * n);
	driver_turn(d, 0);
	EXPECT_EQ(c.wakes, n / 2, "all of them have ended");
	EXPECT_EQ(c.live, 0, "every clone was used or dropped");
	for (i = 1; i < n; i += 2) {
		EXPECT_EQ(counted_poll(&sleeps[i].future, &c, &err), POLL_READY,
			  "ready");
		future_drop(&sleeps[i].future);
	}
	driver_destroy(d);
}

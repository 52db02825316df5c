/**
 * @file test_io.c
 * Day 2, TODO 6: a whole program on the driver, and what can go wrong.
 */
#include <fcntl.h>
#include <stdio.h>
#include <sys/socket.h>
#include <unistd.h>

#include "budget.h"
#include "counted.h"
#include "echo.h"
#include "io.h"
#include "sleep.h"
#include "worker.h"

#include "kit/err.h"
#include "kit/fault.h"
#include "kit/sock.h"
#include "kit/sys.h"
#include "test/test.h"

static struct driver *d;

/** A driver, and the two ends of a connection, both watched. */
static void pair_make(struct source *ends[2])
{
	int fds[2];

	EXPECT_ERR(driver_create(&d), 0, "a driver");
	EXPECT_EQ(socketpair(AF_UNIX, SOCK_STREAM, 0, fds), 0, "a pair");
	EXPECT_ERR(driver_register(d, fds[0], &ends[0]), 0, "one end");
	EXPECT_ERR(driver_register(d, fds[1], &ends[1]), 0, "other end");
	driver_turn(d, 0);
}

TEST(a_read_ends_with_bytes_then_with_the_end, 6, 1)
{
	struct source *ends[2];
	struct counted c = { 0 };
	struct io_op r, w;
	char buf[8];
	ssize_t n;

	WHY("Nobody reads in a loop: between two events the task sleeps.");
	pair_make(ends);
	r = io_read(ends[1], buf, sizeof(buf));
	STEP("read while nothing is there");
	EXPECT_EQ(counted_poll(&r.future, &c, &n), POLL_PENDING, "it waits");
	STEP("the other end writes 3 bytes, and a turn");
	w = io_write(ends[0], "abc", 3);
	EXPECT_EQ(counted_poll(&w.future, &c, &n), POLL_READY, "they fit");
	EXPECT_EQ(n, 3, "3 bytes were written");
	future_drop(&w.future);
	driver_turn(d, 0);
	EXPECT_EQ(c.wakes, 1, "the reader was woken");
	EXPECT_EQ(counted_poll(&r.future, &c, &n), POLL_READY, "it can read");
	EXPECT_EQ(n, 3, "3 bytes were read");
	future_drop(&r.future);
	STEP("wait again; the other end writes no more, but could still read");
	r = io_read(ends[1], buf, sizeof(buf));
	EXPECT_EQ(counted_poll(&r.future, &c, &n), POLL_PENDING, "it waits");
	EXPECT_ERR(io_shut_write(ends[0]), 0, "half-close");
	driver_turn(d, 0);
	EXPECT_EQ(counted_poll(&r.future, &c, &n), POLL_READY, "it can read");
	EXPECT_EQ(n, 0, "the end was read");
	future_drop(&r.future);
	STEP("write the other way");
	w = io_write_all(ends[1], "answer", 6);
	EXPECT_EQ(counted_poll(&w.future, &c, &n), POLL_READY, "it fits");
	EXPECT_EQ(n, 6, "the other direction is open");
	future_drop(&w.future);
	io_close(ends[0]);
	STEP("write to a peer that is gone");
	w = io_write(ends[1], "x", 1);
	EXPECT_EQ(counted_poll(&w.future, &c, &n), POLL_READY, "told at once");
	EXPECT_ERR((int)n, -EPIPE, "nobody reads any more");
	future_drop(&w.future);
	io_close(ends[1]);
	driver_destroy(d);
	EXPECT_EQ(c.live, 0, "every clone was used or dropped");
}

TEST(who_waits_for_a_closed_descriptor_is_told, 6, 1)
{
	struct counted c = { 0 }, other = { 0 };
	struct source *ends[2];
	struct io_op r, second;
	char buf[8], more[8];
	ssize_t n;

	WHY("Closing makes no event. Who waits would wait for ever, and so "
	    "would everything that waits for that task.");
	pair_make(ends);
	STEP("a reader waits; a second one asks");
	r = io_read(ends[0], buf, sizeof(buf));
	EXPECT_EQ(counted_poll(&r.future, &c, &n), POLL_PENDING, "it waits");
	second = io_read(ends[0], more, sizeof(more));
	EXPECT_EQ(counted_poll(&second.future, &other, &n), POLL_READY,
		  "the second is told at once");
	EXPECT_ERR((int)n, -EBUSY, "somebody reads already");
	future_drop(&second.future);
	STEP("the first one is dropped: now another one may wait");
	future_drop(&r.future);
	EXPECT_EQ(c.live, 0, "a dropped future gives its waker back");
	r = io_read(ends[0], buf, sizeof(buf));
	EXPECT_EQ(counted_poll(&r.future, &c, &n), POLL_PENDING, "it waits");
	STEP("close");
	io_close(ends[0]);
	EXPECT_EQ(c.wakes, 1, "the reader was woken");
	EXPECT_EQ(counted_poll(&r.future, &c, &n), POLL_READY, "and is told");
	EXPECT_ERR((int)n, -ECANCELED, "that it was closed");
	future_drop(&r.future);
	EXPECT_EQ(c.live, 0, "every clone was used or dropped");
	STEP("a turn, and the other end finds the end");
	r = io_read(ends[1], buf, sizeof(buf));
	driver_turn(d, 0);
	EXPECT_EQ(counted_poll(&r.future, &c, &n), POLL_READY, "it can read");
	EXPECT_EQ(n, 0, "the descriptor was closed");
	future_drop(&r.future);
	io_close(ends[1]);
	driver_destroy(d);
}

TEST(accept_tries_again_when_descriptors_ran_out, 6, 1)
{
	struct source *listener, *conn = NULL;
	struct counted c = { 0 };
	struct io_op a;
	ssize_t n = 1;
	int fd;

	WHY("The connection waits in the listener, but its edge is spent: when "
	    "a descriptor becomes free, nobody tells.");
	loopback_needed();
	EXPECT_ERR(driver_create(&d), 0, "a driver");
	EXPECT_ERR(io_listen(d, 0, 8, &listener), 0, "a listener");
	fake_clock_start(1000);
	a = io_accept(listener, &conn);
	EXPECT_EQ(counted_poll(&a.future, &c, &n), POLL_PENDING, "it waits");
	STEP("somebody connects, and a turn");
	fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	EXPECT_ERR(sock_connect(fd, (uint16_t)io_port(listener)), 0, "ok");
	driver_turn(d, 0);
	EXPECT_EQ(c.wakes, 1, "the acceptor was woken");
	STEP("accept, while the process is out of descriptors");
	fault_set(FAULT_SYS, 1, -EMFILE);
	EXPECT_EQ(counted_poll(&a.future, &c, &n), POLL_PENDING,
		  "it does not give up");
	EXPECT(fault_hit(), "accept has failed");
	STEP("a little later");
	fake_clock_advance(IO_RETRY_NS);
	driver_turn(d, 0);
	EXPECT_EQ(c.wakes, 2, "a timer has woken it");
	EXPECT_EQ(counted_poll(&a.future, &c, &n), POLL_READY, "it is there");
	EXPECT_ERR((int)n, 0, "accepted");
	future_drop(&a.future);
	EXPECT_EQ(c.live, 0, "every clone was used or dropped");
	io_close(conn);
	io_close(listener);
	close(fd);
	driver_destroy(d);
}

/** Make, listen, register; what was made is taken apart again. */
static int try_all(int fd)
{
	struct source *a, *listener;
	int err = driver_create(&d);

	if (err)
		return err;
	err = io_listen(d, 0, 8, &listener);
	if (err)
		goto destroy;
	err = driver_register(d, fd, &a);
	if (!err)
		io_close(a);
	io_close(listener);
destroy:
	/* Also frees what was closed. */
	driver_turn(d, 0);
	driver_destroy(d);
	return err;
}

/** The same, with the k-th call refused. False: there was none. */
static bool refuse(enum fault_site site, unsigned int k, int why,
		   unsigned int told)
{
	int err, fd = sys_eventfd(0);
	bool hit;

	fault_set(site, k, why);
	err = try_all(fd);
	hit = fault_hit();
	if (k <= told) {
		EXPECT(hit, "call %u was made", k);
		EXPECT_ERR(err, why, "call %u failed, and it was told", k);
	}
	if (err)
		sys_close(fd);
	return hit;
}

TEST(bad_descriptors_and_failing_calls_are_told, 6, 1)
{
	struct source *ends[2], *none = NULL;
	unsigned long before;
	unsigned int k;
	int fd;

	WHY("What fails half-way must leave nothing behind, or a server "
	    "that is short of descriptors never recovers.");
	pair_make(ends);
	STEP("register a closed descriptor, one that is watched, a file");
	EXPECT_ERR(driver_register(d, 4000, &none), -EBADF, "not open");
	EXPECT_ERR(driver_register(d, -1, &none), -EBADF, "none at all");
	EXPECT_ERR(driver_register(d, ends[0]->fd, &none), -EEXIST,
		   "it is watched already");
	fd = open("/proc/self/stat", O_RDONLY | O_CLOEXEC);
	EXPECT_ERR(driver_register(d, fd, &none), -EPERM,
		   "a plain file is always ready");
	close(fd);
	EXPECT(!none, "nothing was handed out");
	before = heap_live();
	io_close(ends[0]);
	io_close(ends[1]);
	STEP("close both, and a turn");
	driver_turn(d, 0);
	EXPECT_EQ(before - heap_live(), 2,
		  "the turn lets go of what is watched no more");
	driver_destroy(d);
	STEP("refuse the first system call, the second, ...");
	/* 3 make the driver, 4 the listener, 2 register; the turn is not ours */
	for (k = 1; k <= 9; k++)
		refuse(FAULT_SYS, k, -EMFILE, 9);
	STEP("refuse the calls that close");
	refuse(FAULT_SYS, 10, -EMFILE, 0);
	refuse(FAULT_SYS, 11, -EMFILE, 0);
	STEP("refuse memory");
	for (k = 1; refuse(FAULT_ALLOC, k, -ENOMEM, 3); k++)
		EXPECT(k < 10, "the allocations come to an end");
}

/** A task that yields for ever, until it is told to end. */
struct busy {
	struct future future;
	bool *is_over;
	unsigned int *polls;
};

static enum poll busy_poll(struct future *f, struct context *cx, void *out)
{
	struct busy *b = container_of(f, struct busy, future);

	if (*b->is_over || ++*b->polls > 100000)
		return POLL_READY;
	waker_wake_by_ref(cx->waker);
	return POLL_PENDING;
}

static const struct future_ops busy_ops = {
	.poll = busy_poll,
	.size = sizeof(struct busy),
};

TEST(a_busy_worker_glances_at_the_driver, 6, 0, bonus)
{
	bool is_over = false;
	unsigned int polls = 0, turns;
	struct busy init = { { &busy_ops }, &is_over, &polls };
	struct counted c = { 0 };
	struct source *ends[2];
	struct sched *s;
	struct io_op r;
	char buf[8];
	ssize_t n;

	WHY("A worker that always has a task never parks; it has to look.");
	pair_make(ends);
	EXPECT_ERR(sched_create_driven(&s, 0, &d->park), 0, "a scheduler");
	EXPECT_ERR(sched_spawn(s, &busy_ops, &init, NULL), 0, "a busy task");
	r = io_read(ends[1], buf, sizeof(buf));
	EXPECT_EQ(counted_poll(&r.future, &c, &n), POLL_PENDING, "it waits");
	EXPECT_EQ(sys_write(ends[0]->fd, "x", 1), 1, "a byte");
	for (turns = 0; !c.wakes && turns < 1000; turns++)
		sched_step(s, 0);
	EXPECT(turns <= SCHED_DRIVE_TICK, "the reader was woken in time");
	future_drop(&r.future);
	is_over = true;
	io_close(ends[0]);
	io_close(ends[1]);
	sched_destroy(s);
	driver_destroy(d);
}

/** A task that does 300 operations, each of which is ready: one of its two. */
struct eager {
	struct future future;
	struct source *src; /* read a byte from it; NULL: sleep till the past */
	unsigned int *ops;
	struct io_op read;
	struct sleep sleep;
	struct future *leaf; /* under way, or NULL */
	char byte;
};

static struct future *eager_next(struct eager *e)
{
	if (!e->src) {
		e->sleep = sleep_until(d, 0);
		return &e->sleep.future;
	}
	e->read = io_read(e->src, &e->byte, 1);
	return &e->read.future;
}

static void eager_drop(struct future *f)
{
	struct eager *e = container_of(f, struct eager, future);

	if (e->leaf)
		future_drop(e->leaf);
	e->leaf = NULL;
}

static enum poll eager_poll(struct future *f, struct context *cx, void *out)
{
	struct eager *e = container_of(f, struct eager, future);
	ssize_t n;

	for (; *e->ops < 300; ++*e->ops) {
		if (!e->leaf)
			e->leaf = eager_next(e);
		if (future_poll(e->leaf, cx, &n) == POLL_PENDING)
			return POLL_PENDING;
		eager_drop(f);
	}
	return POLL_READY;
}

static const struct future_ops eager_ops = {
	.poll = eager_poll,
	.drop = eager_drop,
	.size = sizeof(struct eager),
};

/** 300 operations beside a task that yields: who is polled when. */
static void eager_run(struct source *src)
{
	bool is_over = false;
	unsigned int polls = 0, ops = 0, turn;
	struct busy other = { { &busy_ops }, &is_over, &polls };
	struct eager init = { .future.ops = &eager_ops };
	struct sched *s;

	init.src = src;
	init.ops = &ops;
	EXPECT_ERR(sched_create(&s, 0), 0, "a scheduler");
	EXPECT_ERR(sched_spawn(s, &eager_ops, &init, NULL), 0, "a task");
	EXPECT_ERR(sched_spawn(s, &busy_ops, &other, NULL), 0, "another one");
	for (turn = 1; turn <= 2; turn++) {
		sched_step(s, 0);
		EXPECT_EQ(ops, turn * BUDGET_OPS,
			  "the task gives way when its budget is spent");
		sched_step(s, 0);
		EXPECT_EQ(polls, turn, "the other task has run in between");
	}
	sched_step(s, 0);
	EXPECT_EQ(ops, 300, "the task was woken, and goes on to its end");
	is_over = true;
	sched_destroy(s);
}

TEST(ready_operations_give_way_after_128, 6, 0, bonus)
{
	struct source *ends[2];
	char bytes[300] = { 0 };

	WHY("A task whose socket always has something never meets an await "
	    "that makes it stop.");
	pair_make(ends);
	EXPECT_EQ(sys_write(ends[0]->fd, bytes, sizeof(bytes)), sizeof(bytes),
		  "300 bytes");
	driver_turn(d, 0);
	STEP("a task reads 300 bytes one by one; and one that yields");
	eager_run(ends[1]);
	STEP("a task sleeps 300 times until the past; and one that yields");
	eager_run(NULL);
	io_close(ends[0]);
	io_close(ends[1]);
	driver_destroy(d);
}

/** A task that sleeps for 3 ms, and nothing else on @workers. */
static void sleep_alone(unsigned int workers)
{
	unsigned long turns = sys_count(SYS_CALL_EPOLL_WAIT);
	uint64_t due;
	struct sched *s;
	struct sleep init;
	struct join j;

	EXPECT_ERR(driver_create(&d), 0, "a driver");
	EXPECT_ERR(sched_create_driven(&s, workers, &d->park), 0, "workers");
	STEP("a task sleeps for 3 ms, %u worker thread(s)", workers);
	due = clock_now() + 3 * NSEC_PER_MSEC;
	init = sleep_until(d, due);
	EXPECT_ERR(sched_spawn(s, init.future.ops, &init, &j), 0, "a task");
	echo_join(s, &j);
	EXPECT(clock_now() >= due, "the sleep is not early");
	sched_destroy(s);
	driver_destroy(d);
	turns = sys_count(SYS_CALL_EPOLL_WAIT) - turns;
	EXPECT(turns <= 20, "nobody spins: %lu turns in one sleep", turns);
}

TEST(workers_without_a_task_sleep_in_the_driver, 6, 0, bonus)
{
	WHY("An idle server must cost nothing, and a sleep must end although "
	    "every worker sleeps.");
	sleep_alone(0);
	sleep_alone(1);
	sleep_alone(4);
}

TEST(an_echo_server_runs_on_the_callers_thread, 6, 1)
{
	WHY("One thread serves all connections, and sleeps in epoll when none "
	    "has anything to say.");
	echo_run(0, test_is_slow() ? 20 : 50, 10);
}

TEST(an_echo_server_runs_on_two_workers, 6, 1)
{
	WHY("One worker sleeps in the driver, the other on its futex; each "
	    "must be woken where it sleeps.");
	echo_run(2, test_is_slow() ? 20 : 50, 10);
}

TEST(an_echo_server_has_a_thousand_connections, 6, 0, bonus, long, timeout = 60)
{
	echo_run(0, 1000, 10);
	echo_run(2, 1000, 10);
}

/**
 * @file test_account.c
 * Day 2, nothing to earn: what a console hears of waits, descriptors, pools,
 * and that a trace is not filled with it.
 */
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "budget.h"
#include "counted.h"
#include "gate.h"
#include "io.h"
#include "loopback.h"
#include "sleep.h"
#include "trace.h"

#include "kit/alloc.h"
#include "kit/err.h"
#include "kit/fault.h"
#include "kit/sock.h"
#include "kit/thread.h"
#include "kit/tracewait.h"
#include "test/test.h"

static struct driver *d;
static struct counted c;

static void waits(struct future *f)
{
	uint64_t out;

	EXPECT_EQ(counted_poll(f, &c, &out), POLL_PENDING, "it waits");
}

/* What was heard since the last time. */
static void expect_heard(const char *want)
{
	EXPECT_STR(record_text(1u << TP_WAIT | 1u << TP_YIELD |
			       1u << TP_IO_ADD | 1u << TP_IO_DEL),
		   want, "what happened is told once");
	record_start();
}

TEST(a_trace_leaves_a_consoles_accounts_out, 1, 0, kit)
{
	struct trace_event *e;
	uint64_t lost;
	size_t n;
	struct tp_res res = { .kind = TP_RES_OTHER };
	int task;

	WHY("A ring that is full of clones has no room for what happened.");
	EXPECT_ERR(trace_start(1, 16), 0, "a ring");
	STEP("a clone, a wait, a drop, a pool, a resource, the end; a yield");
	tp_clone(&task);
	tp_wait(&task, TP_WAIT_JOIN, 0);
	tp_waker_drop(&task);
	tp_pool(&task, 1);
	tp_res_new(&res);
	tp_res_gone(&res);
	tp_stop(&task);
	tp_yield((void *)(1ull << 36));
	EXPECT_ERR(trace_collect(&e, &n, &lost), 0, "there is memory");
	EXPECT_EQ(n, 1, "one of these is in the trace");
	EXPECT_EQ(e[0].ev, TP_YIELD, "the yield");
	EXPECT(e[0].task, "a task at 64 GB is not nobody");
	kit_free(e);
	trace_free();
}

static void expect_watches(int fd)
{
	struct source *src;
	char want[32];

	STEP("watch a descriptor, and no more");
	EXPECT_ERR(driver_register(d, fd, &src), 0, "watched");
	snprintf(want, sizeof(want), "watch %d", fd);
	expect_heard(want);
	io_close(src);
	snprintf(want, sizeof(want), "unwatch %d", fd);
	expect_heard(want);
	STEP("a descriptor that is not open");
	EXPECT_ERR(driver_register(d, fd, &src), -EBADF, "it is closed");
	expect_heard("");
}

static void expect_short(struct source *listener)
{
	struct source *conn;
	struct io_op a = io_accept(listener, &conn);
	char want[32];
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

	STEP("accept when nobody has connected");
	record_start();
	waits(&a.future);
	snprintf(want, sizeof(want), "wait io %d", listener->fd);
	expect_heard(want);
	EXPECT_ERR(sock_connect(fd, (uint16_t)io_port(listener)), 0, "ok");
	driver_turn(d, 0);
	STEP("accept while the process is out of descriptors");
	fault_set(FAULT_SYS, 1, -EMFILE);
	waits(&a.future);
	EXPECT(fault_hit(), "accept has failed");
	expect_heard("wait timer");
	future_drop(&a.future);
	close(fd);
}

TEST(a_console_hears_what_is_waited_for_and_watched, 6, 0, kit)
{
	struct source *listener;
	struct kit_self *self = kit_self();
	struct sleep nap;
	int fds[2], task;

	WHY("\"pending\" is no answer: for which descriptor, until when?");
	loopback_needed();
	EXPECT_ERR(driver_create(&d), 0, "a driver");
	EXPECT_EQ(socketpair(AF_UNIX, SOCK_STREAM, 0, fds), 0, "a pair");
	record_start();
	expect_watches(fds[0]);
	close(fds[1]);
	EXPECT_ERR(io_listen(d, 0, 8, &listener), 0, "a listener");
	expect_short(listener);
	io_close(listener);
	STEP("a sleep that is not over, and one whose task spent its budget");
	record_start();
	nap = sleep_for(d, (int64_t)NSEC_PER_SEC);
	waits(&nap.future);
	expect_heard("wait timer");
	future_drop(&nap.future);
	nap = sleep_until(d, 0);
	record_name(&task, "A");
	self->task = &task;
	self->spent = BUDGET_OPS;
	waits(&nap.future);
	self->task = NULL;
	expect_heard("yield A");
	future_drop(&nap.future);
	driver_turn(d, 0);
	driver_destroy(d);
}

static struct gate begun, open;

static int job_run(void *arg, void *out)
{
	gate_add(&begun);
	gate_wait_long(&open, 1);
	return 0;
}

static const struct blocking_ops job_ops = { .run = job_run };

static void spawn(struct blocking *b, struct blocking_job *job)
{
	EXPECT_ERR(blocking_spawn(b, &job_ops, NULL, 0, 0, job), 0, "a job");
}

/* A pool of one thread, which has a job that has begun. */
static struct blocking *busy_pool(struct blocking_job *job)
{
	struct blocking *b;

	gate_init(&begun);
	gate_init(&open);
	EXPECT_ERR(blocking_create(&b, 1, CLOCK_NEVER), 0, "a pool");
	spawn(b, job);
	EXPECT(gate_wait_long(&begun, 1), "the job has begun");
	record_start();
	return b;
}

static void end_pool(struct blocking *b)
{
	gate_add(&open);
	blocking_destroy(b);
	gate_fini(&begun);
	gate_fini(&open);
}

TEST(a_console_hears_of_each_state_of_a_pool, 7, 0, kit)
{
	struct blocking_job jobs[3];
	struct blocking *b = busy_pool(&jobs[0]);
	unsigned int i;

	WHY("How many threads, how many of them idle, how many jobs wait.");
	STEP("one thread has a job; two more are spawned, and all of them end");
	spawn(b, &jobs[1]);
	spawn(b, &jobs[2]);
	waits(&jobs[2].future);
	end_pool(b);
	EXPECT_STR(record_text(1u << TP_POOL | 1u << TP_WAIT),
		   "pool 1/0/1, pool 1/0/2, wait job, pool 1/1/2, pool 1/0/1, "
		   "pool 1/1/1, pool 1/0/0, pool 1/1/0, pool 0/0/0",
		   "threads/idle/queued, each change once");
	for (i = 0; i < 3; i++)
		future_drop(&jobs[i].future);
}

TEST(a_console_hears_of_jobs_that_are_abandoned, 7, 0, kit)
{
	struct blocking_job jobs[2];
	struct blocking *b = busy_pool(&jobs[0]);

	WHY("Jobs that are abandoned are not queued any more.");
	spawn(b, &jobs[1]);
	EXPECT_ERR(blocking_shutdown(b, BLOCKING_ABANDON, 0), -ETIMEDOUT,
		   "one still runs");
	EXPECT_STR(record_text(1u << TP_POOL), "pool 1/0/1, pool 1/0/0",
		   "threads/idle/queued, each change once");
	end_pool(b);
	future_drop(&jobs[0].future);
	future_drop(&jobs[1].future);
}

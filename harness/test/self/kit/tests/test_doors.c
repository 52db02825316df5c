/* The doors to threads, locks, sleep, time and the system. */
#define _GNU_SOURCE
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include "kit/atomic.h"
#include "kit/clock.h"
#include "kit/container.h"
#include "kit/err.h"
#include "kit/fault.h"
#include "kit/lock.h"
#include "kit/park.h"
#include "kit/sock.h"
#include "kit/sys.h"
#include "kit/thread.h"
#include "test/test.h"

TEST(a_permit_given_before_the_sleep_is_not_lost, 0, 1)
{
	struct parker p;

	parker_init(&p);
	parker_unpark(&p);
	parker_unpark(&p);
	EXPECT(parker_park(&p, CLOCK_NEVER), "the permit is taken at once");
	EXPECT(!parker_park(&p, clock_now()),
	       "two unparks gave one permit, so the deadline ends this");
}

struct pair {
	struct parker ping, pong;
	int value;
};

static void answer(void *arg)
{
	struct pair *p = arg;
	int i;

	for (i = 0; i < 100; i++) {
		while (!parker_park(&p->ping, CLOCK_NEVER))
			;
		p->value *= 2;
		p->value %= 1000003;
		parker_unpark(&p->pong);
	}
}

TEST(what_was_written_before_an_unpark_is_seen_after_the_park, 0, 1)
{
	struct pair p = { .value = 1 };
	struct thread t;
	int i, want = 1;

	parker_init(&p.ping);
	parker_init(&p.pong);
	EXPECT_ERR(thread_create(&t, "answer", answer, &p), 0, "a thread");
	for (i = 0; i < 100; i++) {
		p.value += i;
		want = (want + i) * 2 % 1000003;
		parker_unpark(&p.ping);
		while (!parker_park(&p.pong, CLOCK_NEVER))
			;
		EXPECT_EQ(p.value, want, "the value after round %d", i);
	}
	thread_join(&t);
}

struct twice {
	struct parker parker;
	_Atomic(unsigned int) round, ended; /* of the second unpark */
	_Atomic(bool) written;		    /* before the second unpark */
};

/* Spinning threads take turns under valgrind: a time slice a round. */
#define TWICE_ROUNDS (test_is_slow() ? 50u : 20000u)

static void unpark_again(void *arg)
{
	struct twice *t = arg;
	unsigned int i;

	for (i = 1; i <= TWICE_ROUNDS; i++) {
		while (atomic_load_explicit(&t->round, memory_order_acquire) <
		       i)
			;
		atomic_store_explicit(&t->written, true, memory_order_relaxed);
		parker_unpark(&t->parker);
		atomic_store_explicit(&t->ended, i, memory_order_release);
	}
}

/*
 * Two unparks may give one permit; but then what was written before either of
 * them is seen by whoever takes it. A park that resets the permit with a plain
 * store loses about one in a hundred here.
 */
TEST(a_second_unpark_is_not_swallowed_by_the_first, 0, 1)
{
	static struct twice t;
	struct thread other;
	unsigned int i;

	EXPECT_ERR(thread_create(&other, "again", unpark_again, &t), 0,
		   "start");
	for (i = 1; i <= TWICE_ROUNDS; i++) {
		bool seen;

		parker_init(&t.parker);
		parker_unpark(&t.parker);
		atomic_store_explicit(&t.written, false, memory_order_relaxed);
		atomic_store_explicit(&t.round, i, memory_order_release);
		parker_park(&t.parker, CLOCK_NEVER);
		seen = atomic_load_explicit(&t.written, memory_order_relaxed);
		while (atomic_load_explicit(&t.ended, memory_order_acquire) < i)
			;
		if (!seen)
			EXPECT_EQ(atomic_load_explicit(&t.parker.state,
						       memory_order_relaxed),
				  PARK_PERMIT,
				  "round %u: the second unpark left nothing",
				  i);
	}
	thread_join(&other);
}

struct fake_driver {
	struct park_driver driver;
	struct parker *parker;
	int turns, interrupts;
};

static void fake_turn(struct park_driver *d, uint64_t deadline)
{
	struct fake_driver *f = container_of(d, struct fake_driver, driver);

	f->turns++;
	if (deadline == 7)
		parker_unpark(f->parker);
}

static void fake_interrupt(struct park_driver *d)
{
	container_of(d, struct fake_driver, driver)->interrupts++;
}

TEST(a_parker_with_a_driver_sleeps_in_the_driver, 0, 1)
{
	static const struct park_driver_ops ops = { fake_turn, fake_interrupt };
	struct parker p;
	struct fake_driver f = { .driver.ops = &ops, .parker = &p };

	parker_init(&p);
	p.driver = &f.driver;
	EXPECT(!parker_park(&p, CLOCK_NEVER),
	       "the driver came back with events and without a permit");
	EXPECT(parker_park(&p, 7), "a permit that comes during the turn");
	EXPECT_EQ(f.turns, 2, "one turn a park");
	EXPECT_EQ(f.interrupts, 1, "a sleeper in the driver is interrupted");
}

static void note_self(void *arg)
{
	*(struct kit_self **)arg = kit_self();
}

TEST(each_thread_has_a_self_of_its_own, 0, 1)
{
	struct kit_self *other = NULL;
	struct thread t;

	EXPECT_ERR(thread_create(&t, "a-very-long-thread-name", note_self,
				 &other),
		   0, "a long name is cut");
	EXPECT_EQ(thread_count(), 1, "one thread to join");
	thread_join(&t);
	EXPECT(other && other != kit_self(), "two selves");
	EXPECT_EQ(thread_count(), 0, "all joined");

	fault_set(FAULT_THREAD, 1, -EAGAIN);
	EXPECT_ERR(thread_create(&t, "no", note_self, &other), -EAGAIN,
		   "a refused thread");
	EXPECT(fault_hit(), "the fault was hit");
}

static void note_tids(void *arg)
{
	int *tids = arg;

	tids[0] = kit_self()->tid;
	tids[1] = (int)gettid();
}

TEST(each_thread_knows_the_systems_number_of_itself, 0, 1)
{
	int tids[2] = { 0 };
	struct thread t;

	EXPECT_EQ(kit_self()->tid, gettid(), "a thread that was not made here");
	EXPECT_ERR(thread_create(&t, "tid", note_tids, tids), 0, "a thread");
	thread_join(&t);
	EXPECT_EQ(tids[0], tids[1], "a thread of the kit");
	EXPECT(tids[0] != kit_self()->tid, "two numbers");
}

TEST(a_wait_ends_at_its_deadline, 0, 1)
{
	struct mutex m;
	struct cond c;

	mutex_init(&m);
	cond_init(&c);
	mutex_lock(&m);
	EXPECT_ERR(cond_wait(&c, &m, clock_now()), -ETIMEDOUT,
		   "a deadline that has passed");
	mutex_unlock(&m);
	cond_fini(&c);
	mutex_fini(&m);
}

TEST(the_fake_clock_moves_by_hand_only, 0, 1)
{
	fake_clock_start(100);
	EXPECT_EQ(clock_now(), 100, "as it was set");
	EXPECT_EQ(clock_now(), 100, "it does not move by itself");
	fake_clock_advance(5);
	EXPECT_EQ(clock_now(), 105, "moved");
	fake_clock_stop();
	EXPECT(clock_now() > 105, "the real clock is back");
}

TEST(system_calls_return_their_error_and_are_counted, 0, 1)
{
	struct epoll_event ev = { .events = EPOLLIN };
	unsigned long before = sys_count(SYS_CALL_READ);
	uint64_t n = 3;
	int ep, fd;

	ep = sys_epoll_create();
	fd = sys_eventfd(0);
	EXPECT(ep >= 0 && fd >= 0, "two descriptors");
	EXPECT_ERR(sys_epoll_ctl(ep, EPOLL_CTL_ADD, fd, &ev), 0, "watched");
	EXPECT_EQ(sys_epoll_wait(ep, &ev, 1, 0), 0, "nothing is ready");
	EXPECT_ERR((int)sys_read(fd, &n, sizeof(n)), -EAGAIN, "nothing there");
	EXPECT_EQ(sys_write(fd, &n, sizeof(n)), 8, "written");
	EXPECT_EQ(sys_epoll_wait(ep, &ev, 1, 0), 1, "one is ready");
	EXPECT_EQ(sys_read(fd, &n, sizeof(n)), 8, "read");

	fault_set(FAULT_SYS, 1, -EMFILE);
	EXPECT_ERR(sys_eventfd(0), -EMFILE, "a call that a test fails");
	EXPECT(fault_hit(), "the fault was hit");
	EXPECT_EQ(sys_count(SYS_CALL_READ) - before, 2, "reads counted");
	EXPECT_ERR(sys_accept(-1), -EBADF, "a call that the system fails");
	sys_close(fd);
	sys_close(ep);
}

TEST(what_was_written_can_be_synced_where_there_is_a_disk, 0, 1)
{
	int fd = sys_open("synced", O_WRONLY | O_CREAT | O_TRUNC, 0600), ev;

	EXPECT(fd >= 0, "a file");
	EXPECT_EQ(sys_write(fd, "x", 1), 1, "written");
	EXPECT_ERR(sys_fsync(fd), 0, "synced");
	fault_set(FAULT_SYS, 1, -EIO);
	EXPECT_ERR(sys_fsync(fd), -EIO, "a call that a test fails");
	EXPECT(fault_hit(), "the fault was hit");
	ev = sys_eventfd(0);
	EXPECT_ERR(sys_fsync(ev), -EINVAL, "nothing that could be synced");
	sys_close(ev);
	sys_close(fd);
	EXPECT_ERR(sys_fsync(fd), -EBADF, "closed");
}

/* An option of a socket that is a number. */
static int option_of(int fd, int level, int name)
{
	socklen_t size = sizeof(int);
	int value = -1;

	EXPECT(!getsockopt(fd, level, name, &value, &size), "an option");
	return value;
}

TEST(accepted_sockets_have_what_their_listener_has, 0, 1)
{
	int door = sock_tcp(), in = sock_tcp(), fd = -EAGAIN;

	WHY("A write that waits for the peer's word on the one before may wait "
	    "for 40 ms.");
	EXPECT(door >= 0 && in >= 0, "two sockets");
	EXPECT_ERR(sock_send_buffer(door, 20000), 0, "the size is set");
	EXPECT_ERR(sock_listen(door, 0, 4), 0, "it listens");
	EXPECT_ERR(sock_connect(in, (uint16_t)sock_port(door)), -EINPROGRESS,
		   "it connects");
	while (fd == -EAGAIN)
		fd = sys_accept(door);
	EXPECT(fd >= 0, "accepted");
	EXPECT(option_of(fd, IPPROTO_TCP, TCP_NODELAY), "sends at once");
	EXPECT(option_of(in, IPPROTO_TCP, TCP_NODELAY), "so does the other");
	EXPECT_EQ(option_of(fd, SOL_SOCKET, SO_SNDBUF),
		  option_of(door, SOL_SOCKET, SO_SNDBUF), "as large");
	EXPECT(option_of(in, SOL_SOCKET, SO_SNDBUF) > 40000, "others are not");
	sys_close(fd);
	sys_close(in);
	sys_close(door);
}

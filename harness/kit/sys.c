/* System calls: counted, failable, with -errno as the result. */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <unistd.h>

#include "kit/atomic.h"
#include "kit/fault.h"
#include "kit/sys.h"

static _Atomic(unsigned long) counts[SYS_CALL_NR];

unsigned long sys_count(enum sys_call call)
{
	return atomic_load_explicit(&counts[call], memory_order_relaxed);
}

/* Count the call; 0 or the error that a test wants. */
static int enter(enum sys_call call)
{
	/* A statistic: nothing is published through it. */
	atomic_fetch_add_explicit(&counts[call], 1, memory_order_relaxed);
	return fault_check(FAULT_SYS);
}

int sys_enter(enum sys_call call)
{
	return enter(call);
}

static ssize_t result(ssize_t ret)
{
	return ret < 0 ? -errno : ret;
}

int sys_open(const char *path, int flags, unsigned int mode)
{
	int err = enter(SYS_CALL_OPEN);

	return err ? err : (int)result(open(path, flags | O_CLOEXEC, mode));
}

ssize_t sys_read(int fd, void *buf, size_t len)
{
	int err = enter(SYS_CALL_READ);

	return err ? err : result(read(fd, buf, len));
}

ssize_t sys_write(int fd, const void *buf, size_t len)
{
	int err = enter(SYS_CALL_WRITE);

	return err ? err : result(write(fd, buf, len));
}

int sys_fsync(int fd)
{
	int err = enter(SYS_CALL_FSYNC);

	return err ? err : (int)result(fsync(fd));
}

void sys_close(int fd)
{
	atomic_fetch_add_explicit(&counts[SYS_CALL_CLOSE], 1,
				  memory_order_relaxed);
	close(fd);
}

int sys_accept(int fd)
{
	int err = enter(SYS_CALL_ACCEPT);

	if (err)
		return err;
	return (int)result(
		accept4(fd, NULL, NULL, SOCK_CLOEXEC | SOCK_NONBLOCK));
}

int sys_eventfd(unsigned int initial)
{
	int err = enter(SYS_CALL_EVENTFD);

	if (err)
		return err;
	return (int)result(eventfd(initial, EFD_CLOEXEC | EFD_NONBLOCK));
}

int sys_epoll_create(void)
{
	int err = enter(SYS_CALL_EPOLL_CREATE);

	return err ? err : (int)result(epoll_create1(EPOLL_CLOEXEC));
}

int sys_epoll_ctl(int epfd, int op, int fd, struct epoll_event *ev)
{
	int err = enter(SYS_CALL_EPOLL_CTL);

	return err ? err : (int)result(epoll_ctl(epfd, op, fd, ev));
}

int sys_epoll_wait(int epfd, struct epoll_event *evs, int max, int timeout_ms)
{
	int err = enter(SYS_CALL_EPOLL_WAIT);

	return err ? err : (int)result(epoll_wait(epfd, evs, max, timeout_ms));
}

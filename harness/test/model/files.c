/*
 * Descriptors of a model: eventfds, and epolls that watch them. It is what
 * kit/sys.c is elsewhere; nothing of it asks the system.
 */
#define _GNU_SOURCE
#include <sys/epoll.h>

#include "kit/clock.h"
#include "kit/err.h"
#include "kit/sys.h"
#include "test/model/core.h"

#define NR_FILES 8
#define FIRST 1000 /* no descriptor of the process is so large */

enum kind { F_NONE, F_EVENTFD, F_EPOLL };

static struct file {
	enum kind kind;
	uint64_t count;	      /* of an eventfd */
	struct file *watched; /* of an epoll: one is enough */
	struct epoll_event event;
} files[NR_FILES];

void files_begin(void)
{
	memset(files, 0, sizeof(files));
}

void files_end(void)
{
	unsigned int i, n = 0;

	for (i = 0; i < NR_FILES; i++)
		n += files[i].kind != F_NONE;
	if (n)
		steps_fail("every descriptor closed", "some are left",
			   "%u descriptor(s) of the test are still open at "
			   "its end",
			   n);
}

static struct file *file_of(int fd)
{
	if (fd < FIRST || fd >= FIRST + NR_FILES || !files[fd - FIRST].kind)
		steps_fail("a descriptor that is open", "one that is not",
			   "a call uses a descriptor that was closed, or never "
			   "opened");
	return &files[fd - FIRST];
}

static int file_open(enum kind kind, uint64_t count)
{
	int i;

	for (i = 0; i < NR_FILES; i++)
		if (!files[i].kind) {
			files[i] = (struct file){ kind, count, NULL, { 0 } };
			return FIRST + i;
		}
	return -EMFILE;
}

int sys_eventfd(unsigned int initial)
{
	return file_open(F_EVENTFD, initial);
}

int sys_epoll_create(void)
{
	return file_open(F_EPOLL, 0);
}

int sys_epoll_ctl(int epfd, int op, int fd, struct epoll_event *ev)
{
	struct file *e = file_of(epfd);

	if (op == EPOLL_CTL_DEL) {
		e->watched = NULL;
		return 0;
	}
	if (e->watched && op == EPOLL_CTL_ADD)
		return -ENOSPC;
	e->watched = file_of(fd);
	e->event = *ev;
	return 0;
}

void sys_close(int fd)
{
	struct file *f = file_of(fd);
	unsigned int i;

	f->kind = F_NONE;
	/* Who is closed is watched no more. */
	for (i = 0; i < NR_FILES; i++)
		if (files[i].watched == f)
			files[i].watched = NULL;
}

ssize_t sys_read(int fd, void *buf, size_t len)
{
	static const struct model_site at = { "eventfd", "count", 0, false };
	struct file *f = file_of(fd);

	core_point(&at);
	memory_flush();
	if (!f->count)
		return -EAGAIN;
	memcpy(buf, &f->count, sizeof(f->count));
	f->count = 0;
	steps_add(NULL, "reads the eventfd");
	return (ssize_t)sizeof(f->count);
}

ssize_t sys_write(int fd, const void *buf, size_t len)
{
	static const struct model_site at = { "eventfd", "count", 0, false };
	struct file *f = file_of(fd);
	uint64_t more;
	int i;

	core_point(&at);
	memory_flush();
	memcpy(&more, buf, sizeof(more));
	f->count += more;
	for (i = 0; i < NR_FILES; i++)
		if (files[i].kind == F_EPOLL && files[i].watched == f)
			core_wake(&files[i], true);
	steps_add(NULL, "writes the eventfd");
	return (ssize_t)len;
}

int sys_epoll_wait(int epfd, struct epoll_event *evs, int max, int timeout_ms)
{
	static const struct model_site at = { "epoll", "wait", 0, false };
	struct file *e = file_of(epfd);
	uint64_t deadline = CLOCK_NEVER;

	core_point(&at);
	memory_flush();
	if (timeout_ms >= 0)
		deadline = model.now + (uint64_t)timeout_ms * NSEC_PER_MSEC;
	while (!e->watched || !e->watched->count) {
		if (!timeout_ms)
			return 0;
		steps_add(NULL, "sleeps in epoll_wait()");
		core_block(e, "an event", deadline, false);
		if (core_self()->is_timed_out)
			return 0;
	}
	steps_add(NULL, "epoll_wait() has an event");
	evs[0] = e->event;
	evs[0].events = EPOLLIN;
	return 1;
}

/* --- what no model needs ------------------------------------------------------- */
int sys_fsync(int fd)
{
	return -EINVAL;
}

int sys_open(const char *path, int flags, unsigned int mode)
{
	return -ENOSYS;
}

int sys_accept(int fd)
{
	return -ENOSYS;
}

int sys_enter(enum sys_call call)
{
	return -ENOSYS;
}

unsigned long sys_count(enum sys_call call)
{
	return 0;
}

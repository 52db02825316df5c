/**
 * @file sys.h
 * The door to the system calls that a runtime needs.
 *
 * Each is the call of the same name, with 0 or a count on success and a
 * negative errno in place of -1 and errno. Each call is counted, and a test
 * can make the k-th one fail; sys_close() alone returns and fails nothing.
 */
#ifndef KIT_SYS_H
#define KIT_SYS_H

#include <sys/types.h>

#include "kit/compiler.h"

struct epoll_event;

/** The calls, for sys_count(). */
enum sys_call {
	SYS_CALL_OPEN,
	SYS_CALL_READ,
	SYS_CALL_WRITE,
	SYS_CALL_FSYNC,
	SYS_CALL_CLOSE,
	SYS_CALL_ACCEPT,
	SYS_CALL_EVENTFD,
	SYS_CALL_EPOLL_CREATE,
	SYS_CALL_EPOLL_CTL,
	SYS_CALL_EPOLL_WAIT,
	SYS_CALL_SOCKET, /**< any call of sock.h */
	SYS_CALL_NR
};

/**
 * sys_count() - how often a call was made, failed ones included
 * @call: which call
 *
 * Context: any thread; does not block.
 * Return: calls since the program started.
 */
unsigned long sys_count(enum sys_call call);

/**
 * sys_open() - open(2), close-on-exec
 * @path: of the file; borrowed
 * @flags: O_RDONLY, O_WRONLY or O_RDWR, with O_CREAT and the like
 * @mode: permissions of a file that is created; else of no importance
 *
 * Context: any thread; blocks while the file system does.
 * Return: a descriptor owned by the caller, or -errno.
 */
int sys_open(const char *path, int flags, unsigned int mode);

/**
 * sys_read() - read(2)
 * @fd: descriptor
 * @buf: the caller's memory, @len bytes
 * @len: at most this many bytes
 *
 * Context: any thread; blocks unless @fd is non-blocking.
 * Return: bytes read, 0 at the end, or -errno (-EAGAIN: nothing there yet).
 */
ssize_t sys_read(int fd, void *buf, size_t len);

/**
 * sys_write() - write(2)
 * @fd: descriptor
 * @buf: @len bytes, borrowed
 * @len: at most this many bytes
 *
 * Context: any thread; blocks unless @fd is non-blocking.
 * Return: bytes written, which may be fewer than @len, or -errno.
 */
ssize_t sys_write(int fd, const void *buf, size_t len);

/**
 * sys_fsync() - fsync(2)
 * @fd: descriptor
 *
 * Context: any thread; blocks until the disk has what was written.
 * Return: 0 or -errno (-EINVAL: nothing that could be synced).
 */
int sys_fsync(int fd) __must_check;

/**
 * sys_close() - close(2)
 * @fd: descriptor; consumed
 *
 * Context: any thread; does not block. Never made to fail by a test.
 */
void sys_close(int fd);

/**
 * sys_accept() - accept4(2), close-on-exec and non-blocking
 * @fd: listening socket
 *
 * Context: any thread; blocks unless @fd is non-blocking.
 * Return: a descriptor owned by the caller, or -errno.
 */
int sys_accept(int fd);

/**
 * sys_eventfd() - eventfd(2), close-on-exec and non-blocking
 * @initial: first value of the counter
 *
 * Context: any thread; does not block.
 * Return: a descriptor owned by the caller, or -errno.
 */
int sys_eventfd(unsigned int initial);

/**
 * sys_epoll_create() - epoll_create1(2), close-on-exec
 *
 * Context: any thread; does not block.
 * Return: a descriptor owned by the caller, or -errno.
 */
int sys_epoll_create(void);

/**
 * sys_epoll_ctl() - epoll_ctl(2)
 * @epfd: from sys_epoll_create()
 * @op: EPOLL_CTL_ADD, _MOD or _DEL
 * @fd: the descriptor to watch
 * @ev: events and data; borrowed; NULL for _DEL
 *
 * Context: any thread; does not block.
 * Return: 0 or -errno.
 */
int sys_epoll_ctl(int epfd, int op, int fd, struct epoll_event *ev);

/**
 * sys_epoll_wait() - epoll_wait(2)
 * @epfd: from sys_epoll_create()
 * @evs: room for @max events
 * @max: at least 1
 * @timeout_ms: milliseconds; 0 returns at once, -1 waits without limit
 *
 * Context: any thread; blocks for up to @timeout_ms.
 * Return: number of events, or -errno (-EINTR: a signal came).
 */
int sys_epoll_wait(int epfd, struct epoll_event *evs, int max, int timeout_ms);

/**
 * sys_enter() - count a call, and ask whether a test wants it to fail
 * @call: which call
 *
 * For doors that are built on this one.
 *
 * Context: any thread; does not block.
 * Return: 0, or the negative errno that the caller must return.
 */
int sys_enter(enum sys_call call);

#endif

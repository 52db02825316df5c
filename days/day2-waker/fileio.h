/**
 * @file fileio.h
 * Files without blocking a worker: each call is a job of the blocking pool.
 *
 * epoll cannot help here: a file is always "ready", and reading it waits for
 * the disk all the same. So the plain call is made on a thread that may wait.
 *
 *	struct file_op op;
 *	ssize_t n;
 *
 *	err = file_read(pool, fd, buf, sizeof(buf), &op);
 *	...
 *	AWAIT(&op.future, &n);
 *
 * What is read goes into the job's own block first, and is copied when the
 * future is ready: the caller's buffer is not touched from another thread, and
 * may go away with a future that is dropped.
 *
 * Source: Tokio's fs module does the same; its chunks are of 2 MiB.
 */
#ifndef DAY2_FILEIO_H
#define DAY2_FILEIO_H

#include <sys/types.h>

#include "blocking.h"

/** One call moves at most so many bytes; read(2) may do less, too. */
#define FILE_CHUNK (1u << 20)

/**
 * A call that is under way. Its output is a ssize_t, what the call returns: a
 * descriptor, a number of bytes, 0, or -errno; -ECANCELED when the pool was
 * abandoned before the call was made.
 */
struct file_op {
	struct future future;	 /**< set by the functions below */
	struct blocking_job job; /**< private */
	void *buf;		 /**< private: where a read goes to, or NULL */
};

/**
 * file_open() - open a file
 * @b: the pool
 * @path: of the file; copied
 * @flags: as for sys_open()
 * @mode: as for sys_open()
 * @op: the caller's memory; receives the future; untouched on error
 *
 * Output: a descriptor, owned by the caller, or -errno. If the future is
 * dropped before it was ready, the descriptor is closed.
 *
 * Context: any thread; does not block.
 * Return: as blocking_start().
 */
int file_open(struct blocking *b, const char *path, int flags,
	      unsigned int mode, struct file_op *op) __must_check;

/**
 * file_read() - read from where the descriptor stands
 * @b: the pool
 * @fd: the descriptor, which must stay open until the thread is done
 * @buf: @len bytes, the caller's until the future is ready or dropped
 * @len: at most so many bytes, and at most FILE_CHUNK
 * @op: the caller's memory; receives the future; untouched on error
 *
 * Output: bytes read, 0 at the end, or -errno.
 *
 * Context: any thread; does not block.
 * Return: as blocking_start().
 */
int file_read(struct blocking *b, int fd, void *buf, size_t len,
	      struct file_op *op) __must_check;

/**
 * file_write() - write to where the descriptor stands
 * @b: the pool
 * @fd: the descriptor, which must stay open until the thread is done
 * @buf: @len bytes; copied
 * @len: at most so many bytes, and at most FILE_CHUNK
 * @op: the caller's memory; receives the future; untouched on error
 *
 * Output: bytes written, which may be fewer than @len, or -errno. A write
 * whose future is dropped may have happened, or may still happen.
 *
 * Context: any thread; does not block.
 * Return: as blocking_start().
 */
int file_write(struct blocking *b, int fd, const void *buf, size_t len,
	       struct file_op *op) __must_check;

/**
 * file_close() - close a descriptor
 * @b: the pool
 * @fd: consumed, unless this returns an error or the output is -ECANCELED
 * @op: the caller's memory; receives the future; untouched on error
 *
 * Output: 0. If the future is dropped before a thread took it, the descriptor
 * is closed at once, by the caller.
 *
 * Context: any thread; does not block.
 * Return: as blocking_start().
 */
int file_close(struct blocking *b, int fd, struct file_op *op) __must_check;

#endif

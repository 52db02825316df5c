/**
 * @file io.h
 * Sockets and other descriptors as futures.
 *
 *	struct source *conn;
 *	struct io_op op = io_accept(listener, &conn);
 *	ssize_t n;
 *
 *	AWAIT(&op.future, &n);		n is 0, or a negative errno
 *	op = io_read(conn, buf, sizeof(buf));
 *	AWAIT(&op.future, &n);		n is a number of bytes; 0: the end
 *	io_close(conn);
 *
 * Each future has an ssize_t as its output, 0 or a count, or a negative errno.
 * The errors of the system call apart, these are the kit's own:
 *
 *	-ECANCELED   the source was closed with io_close() meanwhile
 *	-EBUSY       another future reads (writes) this source already
 *	-EINVAL      polled with a context that has no waker
 *	-ENOMEM      no memory for a source or a timer
 *
 * Each operation that ends costs its task one of the BUDGET_OPS of a poll; see
 * budget.h.
 *
 * Dropping a future that is not ready cancels it: its waker is given back, and
 * nothing was read, written or accepted.
 */
#ifndef DAY2_IO_H
#define DAY2_IO_H

#include <sys/types.h>

#include "driver.h"

#include "kit/future.h"

/** How long io_accept() waits when the process is out of descriptors. */
#define IO_RETRY_NS (10 * NSEC_PER_MSEC)

/** One operation under way. All of it is private. */
struct io_op {
	struct future future;  /**< its output is an ssize_t */
	struct source *src;    /**< a use of it is ours; NULL: not yet */
	struct driver *driver; /**< who watches it */
	ssize_t (*attempt)(struct io_op *op); /**< the call; -EAGAIN: wait */
	struct source **conn; /**< accept, connect: where the result goes */
	char *buf;	      /**< read, write: borrowed */
	size_t len;	      /**< bytes */
	size_t done;	      /**< write_all: bytes so far */
	uint16_t port;	      /**< connect */
	enum source_dir dir;  /**< whom it waits as */
	struct timer retry;   /**< accept: when descriptors ran out */
};

/**
 * io_listen() - take connections at a port of the loopback address
 * @d: who watches the socket; borrowed
 * @port: port; 0: one that is free, see io_port()
 * @backlog: so many connections may wait to be accepted
 * @out: receives the source, owned by the caller; untouched on error
 *
 * Context: any thread; does not block.
 * Return: 0; -EADDRINUSE; -EMFILE; -ENOMEM; what else listen(2) says.
 */
int io_listen(struct driver *d, uint16_t port, int backlog, struct source **out)
	__must_check;

/**
 * io_port() - the port of a socket
 * @src: a socket
 *
 * Context: any thread; does not block.
 * Return: the port, or -errno.
 */
int io_port(struct source *src) __must_check;

/**
 * io_accept() - the next connection
 * @listener: from io_listen(); borrowed until the future is dropped
 * @conn: receives the source, owned by the caller, when the output is 0
 *
 * When the process is out of descriptors or memory it tries again after
 * IO_RETRY_NS: the connection that waits makes no second edge.
 *
 * Context: any thread; does not block.
 * Return: the future.
 */
struct io_op io_accept(struct source *listener, struct source **conn);

/**
 * io_connect() - connect to a port of the loopback address
 * @d: who watches the socket; borrowed
 * @port: where to
 * @conn: receives the source, owned by the caller, when the output is 0
 *
 * Context: any thread; does not block.
 * Return: the future.
 */
struct io_op io_connect(struct driver *d, uint16_t port, struct source **conn);

/**
 * io_read() - read what is there, at least a byte
 * @src: the source; borrowed until the future is dropped
 * @buf: @len bytes; borrowed as long
 * @len: at most this many
 *
 * Context: any thread; does not block.
 * Return: the future: a number of bytes; 0 at the end, or when @len is 0.
 */
struct io_op io_read(struct source *src, void *buf, size_t len);

/**
 * io_write() - write what fits, at least a byte
 * @src: the source; borrowed until the future is dropped
 * @buf: @len bytes; borrowed as long
 * @len: at most this many
 *
 * Context: any thread; does not block.
 * Return: the future: a number of bytes, maybe fewer than @len; -EPIPE when
 *         nobody reads any more.
 */
struct io_op io_write(struct source *src, const void *buf, size_t len);

/**
 * io_write_all() - write all of it
 * @src: the source; borrowed until the future is dropped
 * @buf: @len bytes; borrowed as long
 * @len: this many
 *
 * Dropped in the middle, a part may have been written.
 *
 * Context: any thread; does not block.
 * Return: the future: @len, or an error, and then an unknown part is written.
 */
struct io_op io_write_all(struct source *src, const void *buf, size_t len);

/**
 * io_shut_write() - half-close: send no more, and go on reading
 * @src: a connected socket; borrowed
 *
 * Context: any thread; does not block.
 * Return: 0 or -errno.
 */
int io_shut_write(struct source *src) __must_check;

/**
 * io_close() - close, and tell who waits: -ECANCELED
 * @src: the source; the caller's use of it is consumed
 *
 * Closing a descriptor behind epoll's back makes no event, and whoever waits
 * for it would wait for ever. So this is the way to close.
 *
 * Context: any thread; does not block.
 */
void io_close(struct source *src);

#endif

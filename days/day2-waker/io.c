/* Given: sockets as futures: poll, try the call, wait when it says -EAGAIN. */
#include "io.h"

#include "budget.h"

#include "kit/err.h"
#include "kit/module.h"
#include "kit/sock.h"
#include "kit/sys.h"
#include "kit/tracewait.h"

/* A poll that tried so often lets others run; it comes back by itself. */
#define IO_TRIES 16

static struct io_op io_op(const struct future_ops *ops, struct source *src,
			  enum source_dir dir)
{
	struct io_op op = { .future.ops = ops, .src = src, .dir = dir };

	timer_init(&op.retry);
	if (src) {
		source_get(src);
		op.driver = src->driver;
	}
	return op;
}

/* Wait no more, ready or cancelled. */
static void io_end(struct io_op *op)
{
	if (!op->src)
		return;
	source_release(op->src, op->dir, op);
	if (op->dir == SOURCE_READER)
		timer_stop(op->driver, &op->retry);
}

static enum poll io_ready(struct io_op *op, ssize_t result, void *out)
{
	io_end(op);
	*(ssize_t *)out = result;
	return POLL_READY;
}

static bool is_shortage(ssize_t err)
{
	return err == -EMFILE || err == -ENFILE || err == -ENOBUFS ||
	       err == -ENOMEM;
}

/* Try as long as the source is ready. */
static enum poll io_try(struct io_op *op, struct context *cx, void *out)
{
	unsigned int tries;
	uint64_t seen;
	ssize_t n;

	for (tries = 0; tries < IO_TRIES; tries++) {
		if (source_poll(op->src, op->dir, cx, &seen) == POLL_PENDING) {
			tp_wait(op->src, TP_WAIT_IO, (unsigned int)op->src->fd);
			return POLL_PENDING;
		}
		if (seen & SOURCE_CLOSED)
			return io_ready(op, -ECANCELED, out);
		n = op->attempt(op);
		if (n == -EAGAIN)
			source_clear(op->src, op->dir, seen);
		else if (n != -EINTR && n != -ECONNABORTED)
			return io_ready(op, n, out);
	}
	waker_wake_by_ref(cx->waker);
	return POLL_PENDING;
}

static bool has_waker(const struct context *cx)
{
	return cx->waker && cx->waker->ops;
}

static enum poll io_poll(struct future *f, struct context *cx, void *out)
{
	struct io_op *op = container_of(f, struct io_op, future);
	int err = has_waker(cx) ? 0 : -EINVAL;

	if (!err)
		err = source_claim(op->src, op->dir, op);
	if (err)
		return io_ready(op, err, out);
	/* Looked at before: a call that was made cannot be taken back. */
	if (!budget_left())
		return budget_spend(cx);
	if (io_try(op, cx, out) == POLL_PENDING)
		return POLL_PENDING;
	return budget_spend(cx);
}

static void io_drop(struct future *f)
{
	struct io_op *op = container_of(f, struct io_op, future);

	io_end(op);
	if (op->src)
		source_put(op->src);
	op->src = NULL;
}

static const struct future_ops io_ops = {
	.poll = io_poll,
	.drop = io_drop,
	.size = sizeof(struct io_op),
	.out_size = sizeof(ssize_t),
};

/* --- read, write ----------------------------------------------------------- */

static ssize_t try_read(struct io_op *op)
{
	return sys_read(op->src->fd, op->buf, op->len);
}

static ssize_t try_write(struct io_op *op)
{
	return sys_write(op->src->fd, op->buf, op->len);
}

static ssize_t try_write_all(struct io_op *op)
{
	ssize_t n;

	while (op->done < op->len) {
		n = sys_write(op->src->fd, op->buf + op->done,
			      op->len - op->done);
		if (n < 0)
			return n;
		op->done += (size_t)n;
	}
	return (ssize_t)op->len;
}

struct io_op io_read(struct source *src, void *buf, size_t len)
{
	struct io_op op = io_op(&io_ops, src, SOURCE_READER);

	op.attempt = try_read;
	op.buf = buf;
	op.len = len;
	return op;
}
EXPORT_SYMBOL(io_read);

struct io_op io_write(struct source *src, const void *buf, size_t len)
{
	struct io_op op = io_op(&io_ops, src, SOURCE_WRITER);

	op.attempt = try_write;
	op.buf = (char *)buf;
	op.len = len;
	return op;
}
EXPORT_SYMBOL(io_write);

struct io_op io_write_all(struct source *src, const void *buf, size_t len)
{
	struct io_op op = io_write(src, buf, len);

	op.attempt = try_write_all;
	return op;
}
EXPORT_SYMBOL(io_write_all);

/* --- accept ---------------------------------------------------------------- */

static ssize_t try_accept(struct io_op *op)
{
	int err, fd = sys_accept(op->src->fd);

	if (fd < 0)
		return fd;
	err = driver_register(op->driver, fd, op->conn);
	if (err)
		sys_close(fd);
	/* Not a shortage to wait for: this connection is lost. */
	return err == -EAGAIN ? -EIO : err;
}

/*
 * Out of descriptors: the connection still waits, but the edge is spent, and
 * when a descriptor becomes free nobody tells us. So time must.
 */
static enum poll accept_poll(struct future *f, struct context *cx, void *out)
{
	struct io_op *op = container_of(f, struct io_op, future);
	int err;

	if (io_poll(f, cx, out) == POLL_PENDING)
		return POLL_PENDING;
	if (!is_shortage(*(ssize_t *)out) || !has_waker(cx))
		return POLL_READY;
	err = source_claim(op->src, op->dir, op);
	if (!err)
		err = timer_start(op->driver, &op->retry,
				  clock_now() + IO_RETRY_NS, cx->waker);
	if (err)
		return io_ready(op, err, out);
	tp_wait(op, TP_WAIT_TIMER, 0);
	return POLL_PENDING;
}

static const struct future_ops accept_ops = {
	.poll = accept_poll,
	.drop = io_drop,
	.size = sizeof(struct io_op),
	.out_size = sizeof(ssize_t),
};

struct io_op io_accept(struct source *listener, struct source **conn)
{
	struct io_op op = io_op(&accept_ops, listener, SOURCE_READER);

	op.attempt = try_accept;
	op.conn = conn;
	return op;
}
EXPORT_SYMBOL(io_accept);

/* --- connect --------------------------------------------------------------- */

/* Asked only when it is writable: then it has ended, well or not. */
static ssize_t try_connect(struct io_op *op)
{
	return sock_error(op->src->fd);
}

/* Begin first and watch then: a socket that is not connected hangs up. */
static int connect_begin(struct io_op *op)
{
	int err, fd = sock_tcp();

	if (fd < 0)
		return fd;
	err = sock_connect(fd, op->port);
	if (!err || err == -EINPROGRESS)
		err = driver_register(op->driver, fd, &op->src);
	if (err)
		sys_close(fd);
	return err;
}

static enum poll connect_poll(struct future *f, struct context *cx, void *out)
{
	struct io_op *op = container_of(f, struct io_op, future);
	int err = op->src || !has_waker(cx) ? 0 : connect_begin(op);

	if (err)
		return io_ready(op, err, out);
	if (!op->src)
		return io_ready(op, -EINVAL, out);
	if (io_poll(f, cx, out) == POLL_PENDING)
		return POLL_PENDING;
	if (*(ssize_t *)out)
		return POLL_READY;
	*op->conn = op->src;
	op->src = NULL;
	return POLL_READY;
}

static void connect_drop(struct future *f)
{
	struct io_op *op = container_of(f, struct io_op, future);

	io_end(op);
	if (op->src)
		io_close(op->src);
	op->src = NULL;
}

struct io_op io_connect(struct driver *d, uint16_t port, struct source **conn)
{
	static const struct future_ops ops = {
		.poll = connect_poll,
		.drop = connect_drop,
		.size = sizeof(struct io_op),
		.out_size = sizeof(ssize_t),
	};
	struct io_op op = io_op(&ops, NULL, SOURCE_WRITER);

	op.driver = d;
	op.attempt = try_connect;
	op.port = port;
	op.conn = conn;
	return op;
}
EXPORT_SYMBOL(io_connect);

/* --- the rest -------------------------------------------------------------- */

int io_listen(struct driver *d, uint16_t port, int backlog, struct source **out)
{
	int err, fd = sock_tcp();

	if (fd < 0)
		return fd;
	err = sock_listen(fd, port, backlog);
	if (!err)
		err = driver_register(d, fd, out);
	if (err)
		sys_close(fd);
	return err;
}
EXPORT_SYMBOL(io_listen);

int io_port(struct source *src)
{
	return sock_port(src->fd);
}
EXPORT_SYMBOL(io_port);

int io_shut_write(struct source *src)
{
	return sock_shut_write(src->fd);
}
EXPORT_SYMBOL(io_shut_write);

void io_close(struct source *src)
{
	driver_deregister(src);
}
EXPORT_SYMBOL(io_close);

/* A peer that went away is an error of the write, not the end of us. */
static int io_boot(void)
{
	sock_ignore_sigpipe(true);
	return 0;
}

static void io_unload(void)
{
	sock_ignore_sigpipe(false);
}

MODULE(io, "sockets as futures", io_boot, io_unload);

/*
 * An echo server on an installed libunpark: a task for each connection, a
 * worker thread for each processor.
 *
 *	echo_server [PORT]	0, or none: a port that is free; it is printed
 *
 * SIGINT or SIGTERM ends it in three steps: no connection is accepted any more,
 * and no line read; what was read is sent back; after GRACE_NS the rest is cut
 * off. What tells the tasks is the latch "stop": each waits for its socket or
 * for the latch, whichever is first (unpark/select.h), and the loser is dropped
 * before it has taken anything.
 */
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include <unpark/io.h>
#include <unpark/kit/async.h>
#include <unpark/kit/err.h>
#include <unpark/kit/lock.h>
#include <unpark/kit/module.h>
#include <unpark/kit/sys.h>
#include <unpark/sched.h>
#include <unpark/select.h>
#include <unpark/sleep.h>
#include <unpark/timeout.h>

#include "latch.h"

#define BACKLOG 128
#define GRACE_NS (2 * NSEC_PER_SEC)

/* Key: I set before the first task, L under ->lock. */
struct server {
	struct sched *sched;   /* I */
	struct driver *driver; /* I */
	sigset_t signals;      /* I: those that end it */
	struct latch stop;     /* open: come to an end */
	struct latch drained;  /* open: the last user is gone */
	struct mutex lock;
	unsigned int users;	/* L: tasks, and one for main() */
	unsigned long accepted; /* the acceptor's; main() reads it at the end */
	int err;		/* the acceptor's, likewise */
};

static void server_get(struct server *s)
{
	mutex_lock(&s->lock);
	s->users++;
	mutex_unlock(&s->lock);
}

static void server_put(struct server *s)
{
	bool is_last;

	mutex_lock(&s->lock);
	is_last = --s->users == 0;
	mutex_unlock(&s->lock);
	if (is_last)
		latch_open(&s->drained);
}

static void server_fail(struct server *s, const char *what, int err)
{
	fprintf(stderr, "echo_server: %s: %s\n", what, err_name(err));
	s->err = err;
	latch_open(&s->stop);
}

/* An operation on a socket, or the end: whichever is first. */
struct unless {
	struct select select;
	struct io_op op;
	struct latch_wait stop;
	ssize_t n; /* what the operation said, when it was first */
};

/* Where it is to stay: a select points into it. */
static struct future *unless_init(struct unless *u, struct io_op op,
				  struct latch *stop)
{
	struct future *either[] = { &u->stop.future, &u->op.future };
	int err;

	u->op = op;
	u->stop = latch_wait(stop);
	/* Biased: a peer that sends all the time cannot keep us. */
	err = select_init(&u->select, either, ARRAY_SIZE(either), &u->n,
			  SELECT_BIASED);
	BUG_ON(err); /* only for no child, or too many */
	return &u->select.future;
}

/* --- a connection ---------------------------------------------------------- */

struct conn {
	struct async async;
	struct server *server;
	struct source *socket;
	struct unless read;
	struct io_op write;
	size_t first; /* 0: the latch, 1: the socket */
	ssize_t n;
	char buf[4096];
};

static enum poll conn_poll(struct future *f, struct context *cx, void *out)
{
	struct conn *c = container_of(f, struct conn, async.future);

	(void)out;
	ASYNC_BEGIN(&c->async);
	for (;;) {
		AWAIT(unless_init(&c->read,
				  io_read(c->socket, c->buf, sizeof(c->buf)),
				  &c->server->stop),
		      &c->first);
		if (c->first == 0 || c->read.n <= 0)
			break;
		c->write = io_write_all(c->socket, c->buf, (size_t)c->read.n);
		AWAIT(&c->write.future, &c->n);
		if (c->n < 0)
			break;
	}
	ASYNC_END(&c->async);
}

/* Ended or cut off: the scheduler drops each task's future exactly once. */
static void conn_drop(struct future *f)
{
	struct conn *c = container_of(f, struct conn, async.future);

	async_drop(&c->async);
	io_close(c->socket);
	server_put(c->server);
}

static const struct future_ops conn_ops = {
	.poll = conn_poll,
	.drop = conn_drop,
	.size = sizeof(struct conn),
};

static void conn_spawn(struct server *s, struct source *socket)
{
	struct conn c = {
		.async.future.ops = &conn_ops,
		.server = s,
		.socket = socket,
	};
	int err;

	server_get(s);
	err = sched_spawn(s->sched, &conn_ops, &c, NULL);
	if (err) {
		fprintf(stderr, "echo_server: a connection is closed: %s\n",
			err_name(err));
		io_close(socket);
		server_put(s);
	}
}

/* --- the task that accepts ------------------------------------------------- */

struct acceptor {
	struct async async;
	struct server *server;
	struct source *listener; /* its own */
	struct source *socket;
	struct unless accept;
	size_t first;
};

static enum poll acceptor_poll(struct future *f, struct context *cx, void *out)
{
	struct acceptor *a = container_of(f, struct acceptor, async.future);

	(void)out;
	ASYNC_BEGIN(&a->async);
	for (;;) {
		AWAIT(unless_init(&a->accept,
				  io_accept(a->listener, &a->socket),
				  &a->server->stop),
		      &a->first);
		if (a->first == 0 || a->accept.n < 0)
			break;
		a->server->accepted++;
		conn_spawn(a->server, a->socket);
	}
	if (a->first != 0)
		server_fail(a->server, "accept", (int)a->accept.n);
	ASYNC_END(&a->async);
}

/* From here on a client is refused. */
static void acceptor_drop(struct future *f)
{
	struct acceptor *a = container_of(f, struct acceptor, async.future);

	async_drop(&a->async);
	io_close(a->listener);
	server_put(a->server);
}

static const struct future_ops acceptor_ops = {
	.poll = acceptor_poll,
	.drop = acceptor_drop,
	.size = sizeof(struct acceptor),
};

static int acceptor_spawn(struct server *s, uint16_t port)
{
	struct acceptor a = {
		.async.future.ops = &acceptor_ops,
		.server = s,
	};
	int err = io_listen(s->driver, port, BACKLOG, &a.listener);

	if (err)
		return err;
	server_get(s);
	err = io_port(a.listener);
	if (err > 0) {
		printf("listening on 127.0.0.1:%d\n", err);
		fflush(stdout);
		err = sched_spawn(s->sched, &acceptor_ops, &a, NULL);
	}
	if (err) {
		io_close(a.listener);
		server_put(s);
	}
	return err;
}

/* --- the program ----------------------------------------------------------- */

/* Before the first thread is made: it takes over what is blocked. */
static int signals_block(sigset_t *set)
{
	sigemptyset(set);
	sigaddset(set, SIGINT);
	sigaddset(set, SIGTERM);
	return -pthread_sigmask(SIG_BLOCK, set, NULL);
}

/* Signals as something to read. */
static int signals_open(struct server *s, struct source **out)
{
	int fd = signalfd(-1, &s->signals, SFD_CLOEXEC);
	int err;

	if (fd < 0)
		return -errno;
	err = driver_register(s->driver, fd, out);
	if (err)
		sys_close(fd);
	return err;
}

/* Until a signal comes, or the acceptor gives up. */
static int wait_for_end(struct server *s, struct source *signals)
{
	struct signalfd_siginfo info;
	struct unless u;
	struct future *f =
		unless_init(&u, io_read(signals, &info, sizeof(info)),
			    &s->stop);
	size_t first; /* 0: the latch, 1: the signal */
	int err = sched_block_on(s->sched, f, &first);

	future_drop(f);
	latch_open(&s->stop);
	if (!err && first == 1 && u.n < 0)
		err = (int)u.n;
	return err;
}

/* So long what was read is still sent back. */
static int wait_for_tasks(struct server *s)
{
	struct latch_wait drained = latch_wait(&s->drained);
	struct sleep grace = sleep_for(s->driver, GRACE_NS);
	struct timeout t;
	int status, err;

	server_put(s);
	timeout_init(&t, &drained.future, &grace.future, NULL);
	err = sched_block_on(s->sched, &t.future, &status);
	future_drop(&t.future);
	if (!err && status == -ETIMEDOUT)
		fprintf(stderr, "echo_server: connections are cut off\n");
	else if (!err)
		err = status;
	return err;
}

static int serve(struct server *s, uint16_t port)
{
	struct source *signals;
	int err, late;

	err = signals_open(s, &signals);
	if (err)
		return err;
	err = acceptor_spawn(s, port);
	if (!err) {
		err = wait_for_end(s, signals);
		late = wait_for_tasks(s);
		if (!err)
			err = late;
	}
	io_close(signals);
	return err ? err : s->err;
}

static int run(uint16_t port)
{
	struct server s = { .users = 1 };
	long cpus = sysconf(_SC_NPROCESSORS_ONLN);
	int err;

	mutex_init(&s.lock);
	latch_init(&s.stop);
	latch_init(&s.drained);
	err = signals_block(&s.signals);
	if (!err)
		err = driver_create(&s.driver);
	if (err)
		goto out;
	err = sched_create_driven(&s.sched, cpus > 0 ? (unsigned int)cpus : 1,
				  &s.driver->park);
	if (err)
		goto out_driver;
	err = serve(&s, port);
	/* Whatever is left is cancelled, and dropped. */
	sched_destroy(s.sched);
	printf("served %lu connections\n", s.accepted);
out_driver:
	driver_destroy(s.driver);
out:
	latch_fini(&s.drained);
	latch_fini(&s.stop);
	mutex_fini(&s.lock);
	return err;
}

int main(int argc, char *argv[])
{
	unsigned long port = 0;
	char *end = "";
	int err;

	if (argc == 2)
		port = strtoul(argv[1], &end, 10);
	if (argc > 2 || *end || port > 65535 || (argc == 2 && end == argv[1])) {
		fprintf(stderr, "usage: echo_server [PORT]\n");
		return 2;
	}
	/* Lets a peer that is gone be an error of write, not a signal. */
	err = module_boot();
	if (!err)
		err = run((uint16_t)port);
	module_unload();
	if (err)
		fprintf(stderr, "echo_server: %s\n", err_name(err));
	return err ? 1 : 0;
}

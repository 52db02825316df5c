/**
 * @file echo.h
 * A real program: an echo server on loopback TCP, and its clients.
 *
 * One task accepts and spawns a task for each connection, which sends back
 * what it reads until the peer writes no more. Each client is a task, too.
 */
#ifndef DAY2_TESTS_ECHO_H
#define DAY2_TESTS_ECHO_H

#include <stdio.h>
#include <string.h>

#include "io.h"
#include "loopback.h"
#include "sched.h"

#include "kit/async.h"
#include "kit/atomic.h"
#include "kit/err.h"
#include "kit/sys.h"
#include "test/test.h"

#define ECHO_BYTES 32 /**< of a message */

struct echo_conn;

/** A run. Counters are written by tasks on any worker. */
struct echo {
	void (*handle)(struct echo_conn *c); /* before each answer, or NULL */
	struct sched *sched;
	struct driver *driver;
	struct source *listener;
	int port;
	unsigned int connections, messages; /* of each connection */
	_Atomic(unsigned int) served;	    /* connections that ended well */
	_Atomic(unsigned int) answered;	    /* messages that came back whole */
	_Atomic(int) err;		    /* the first error of anybody */
};

static inline void echo_fail(struct echo *e, ssize_t err)
{
	int none = 0;

	/* relaxed: read after everybody is joined. */
	atomic_compare_exchange_strong_explicit(&e->err, &none, (int)err,
						memory_order_relaxed,
						memory_order_relaxed);
}

static inline void echo_count(_Atomic(unsigned int) *n)
{
	atomic_fetch_add_explicit(n, 1, memory_order_relaxed);
}

/** One connection at the server. */
struct echo_conn {
	struct async async;
	struct echo *echo;
	struct source *conn;
	struct io_op op;
	ssize_t n;
	unsigned int nr; /* in the order in which they were accepted */
	char buf[256];
};

static inline enum poll echo_conn_poll(struct future *f, struct context *cx,
				       void *out)
{
	struct echo_conn *c = container_of(f, struct echo_conn, async.future);

	ASYNC_BEGIN(&c->async);
	for (;;) {
		c->op = io_read(c->conn, c->buf, sizeof(c->buf));
		AWAIT(&c->op.future, &c->n);
		if (c->n <= 0)
			break;
		if (c->echo->handle)
			c->echo->handle(c);
		c->op = io_write_all(c->conn, c->buf, (size_t)c->n);
		AWAIT(&c->op.future, &c->n);
		if (c->n < 0)
			break;
	}
	if (c->n < 0)
		echo_fail(c->echo, c->n);
	else
		echo_count(&c->echo->served);
	ASYNC_END(&c->async);
}

static inline void echo_conn_drop(struct future *f)
{
	struct echo_conn *c = container_of(f, struct echo_conn, async.future);

	async_drop(&c->async);
	io_close(c->conn);
}

static const struct future_ops echo_conn_ops = {
	.poll = echo_conn_poll,
	.drop = echo_conn_drop,
	.size = sizeof(struct echo_conn),
};

/** The task that accepts. */
struct echo_server {
	struct async async;
	struct echo *echo;
	struct source *conn;
	struct io_op op;
	ssize_t n;
	unsigned int accepted;
};

static inline void echo_accepted(struct echo_server *s)
{
	struct echo_conn c = {
		.async.future.ops = &echo_conn_ops,
		.echo = s->echo,
		.conn = s->conn,
		.nr = s->accepted,
	};
	int err = s->n < 0 ? (int)s->n
			   : sched_spawn(s->echo->sched, &echo_conn_ops, &c,
					 NULL);

	if (err)
		echo_fail(s->echo, err);
}

static inline enum poll echo_server_poll(struct future *f, struct context *cx,
					 void *out)
{
	struct echo_server *s =
		container_of(f, struct echo_server, async.future);

	ASYNC_BEGIN(&s->async);
	for (; s->accepted < s->echo->connections; s->accepted++) {
		s->op = io_accept(s->echo->listener, &s->conn);
		AWAIT(&s->op.future, &s->n);
		echo_accepted(s);
	}
	ASYNC_END(&s->async);
}

static inline void echo_server_drop(struct future *f)
{
	async_drop(&container_of(f, struct echo_server, async.future)->async);
}

static const struct future_ops echo_server_ops = {
	.poll = echo_server_poll,
	.drop = echo_server_drop,
	.size = sizeof(struct echo_server),
};

/** A client. */
struct echo_client {
	struct async async;
	struct echo *echo;
	unsigned int id, sent;
	struct source *conn;
	struct io_op op;
	ssize_t n;
	size_t got;
	char msg[ECHO_BYTES], buf[ECHO_BYTES];
};

static inline enum poll echo_client_poll(struct future *f, struct context *cx,
					 void *out)
{
	struct echo_client *c =
		container_of(f, struct echo_client, async.future);

	ASYNC_BEGIN(&c->async);
	c->op = io_connect(c->echo->driver, (uint16_t)c->echo->port, &c->conn);
	AWAIT(&c->op.future, &c->n);
	for (; c->n >= 0 && c->sent < c->echo->messages; c->sent++) {
		snprintf(c->msg, sizeof(c->msg), "%u of %u", c->sent, c->id);
		c->op = io_write_all(c->conn, c->msg, sizeof(c->msg));
		AWAIT(&c->op.future, &c->n);
		for (c->got = 0; c->n > 0 && c->got < sizeof(c->buf);
		     c->got += (size_t)c->n) {
			c->op = io_read(c->conn, c->buf + c->got,
					sizeof(c->buf) - c->got);
			AWAIT(&c->op.future, &c->n);
			if (c->n <= 0)
				break;
		}
		if (c->got == sizeof(c->buf) &&
		    !memcmp(c->msg, c->buf, sizeof(c->buf)))
			echo_count(&c->echo->answered);
	}
	if (c->n >= 0)
		c->n = io_shut_write(c->conn);
	if (c->n >= 0) {
		/* The server closes when it has seen our end. */
		c->op = io_read(c->conn, c->buf, sizeof(c->buf));
		AWAIT(&c->op.future, &c->n);
	}
	if (c->n)
		echo_fail(c->echo, c->n < 0 ? c->n : -EPROTO);
	ASYNC_END(&c->async);
}

static inline void echo_client_drop(struct future *f)
{
	struct echo_client *c =
		container_of(f, struct echo_client, async.future);

	async_drop(&c->async);
	if (c->conn)
		io_close(c->conn);
}

static const struct future_ops echo_client_ops = {
	.poll = echo_client_poll,
	.drop = echo_client_drop,
	.size = sizeof(struct echo_client),
};

/** Wait on the test's thread until a task has ended. */
static inline void echo_join(struct sched *s, struct join *j)
{
	int status = 1;

	EXPECT_ERR(sched_block_on(s, &j->future, &status), 0, "it can wait");
	EXPECT_ERR(status, 0, "the task ran to its end");
	future_drop(&j->future);
}

/** Serve with @workers (0: current-thread), and @handle each message. */
static inline void echo_run_handle(unsigned int workers,
				   unsigned int connections,
				   unsigned int messages,
				   void (*handle)(struct echo_conn *c))
{
	static struct join clients[1000], server;
	struct echo e = { .connections = connections,
			  .messages = messages,
			  .handle = handle };
	struct echo_server init = { .async.future.ops = &echo_server_ops,
				    .echo = &e };
	unsigned long turns = sys_count(SYS_CALL_EPOLL_WAIT);
	unsigned int i;

	loopback_needed();
	EXPECT_ERR(driver_create(&e.driver), 0, "a driver");
	EXPECT_ERR(sched_create_driven(&e.sched, workers, &e.driver->park), 0,
		   "a scheduler that sleeps in it");
	EXPECT_ERR(io_listen(e.driver, 0, 1024, &e.listener), 0, "a listener");
	e.port = io_port(e.listener);
	EXPECT(e.port > 0, "it has a port");
	STEP("%u connections, %u messages each, %u worker thread(s)",
	     connections, messages, workers);
	EXPECT_ERR(sched_spawn(e.sched, &echo_server_ops, &init, &server), 0,
		   "the server");
	for (i = 0; i < connections; i++) {
		struct echo_client c = {
			.async.future.ops = &echo_client_ops,
			.echo = &e,
			.id = i,
		};

		EXPECT_ERR(sched_spawn(e.sched, &echo_client_ops, &c,
				       &clients[i]),
			   0, "a client");
	}
	for (i = 0; i < connections; i++)
		echo_join(e.sched, &clients[i]);
	echo_join(e.sched, &server);
	io_close(e.listener);
	sched_destroy(e.sched);
	driver_destroy(e.driver);
	turns = sys_count(SYS_CALL_EPOLL_WAIT) - turns;
	EXPECT_ERR(e.err, 0, "nobody met an error");
	EXPECT_EQ(e.answered, connections * messages,
		  "every message came back as it was sent");
	EXPECT_EQ(e.served, connections, "the server saw every client's end");
	EXPECT(turns <= 4ul * connections * messages + 100,
	       "nobody spins: %lu turns for %u messages", turns,
	       connections * messages);
}

/** Serve @connections with @workers (0: current-thread). */
static inline void echo_run(unsigned int workers, unsigned int connections,
			    unsigned int messages)
{
	echo_run_handle(workers, connections, messages, NULL);
}

#endif

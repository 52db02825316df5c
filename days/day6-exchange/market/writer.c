/* Given: the task that writes the answers out. */
#include "inside.h"

#include <string.h>

#include "kit/module.h"

#define WRITE_BYTES 4096 /* of a write, at most */

/** The task. */
struct conn_writer {
	struct async async;
	struct conn *conn;
	struct chan_recv recv;
	struct answer answer;
	struct io_op op;
	ssize_t n;
	int err;
	size_t len; /* bytes in buf */
	char buf[WRITE_BYTES];
};

static void put_answer(struct conn_writer *w)
{
	memcpy(w->buf + w->len, w->answer.text, w->answer.len);
	w->len += w->answer.len;
}

/* All that is there already goes out in the same write. */
static void put_more(struct conn_writer *w)
{
	while (w->len + sizeof(w->answer.text) <= WRITE_BYTES &&
	       chan_try_recv(w->conn->answers, &w->answer) == 0)
		put_answer(w);
}

static enum poll conn_writer_poll(struct future *f, struct context *cx,
				  void *out)
{
	struct conn_writer *w =
		container_of(f, struct conn_writer, async.future);

	ASYNC_BEGIN(&w->async);
	for (;;) {
		w->recv = chan_recv(w->conn->answers, &w->answer);
		AWAIT(&w->recv.future, &w->err);
		if (w->err)
			break;
		w->len = 0;
		put_answer(w);
		put_more(w);
		conn_written(w->conn);
		w->op = io_write_all(w->conn->socket.src, w->buf, w->len);
		AWAIT(&w->op.future, &w->n);
		if (w->n < 0)
			break;
	}
	/* All is said, and the client is to see that: it may still send. Or it
	 * has gone, and the reader is to know. */
	if (w->err != -EPIPE || io_shut_write(w->conn->socket.src))
		socket_cut(&w->conn->socket);
	ASYNC_END(&w->async);
}

static void conn_writer_drop(struct future *f)
{
	struct conn_writer *w =
		container_of(f, struct conn_writer, async.future);
	struct exchange *x = w->conn->exchange;

	async_drop(&w->async);
	/* The channel stays for as long as the reader has a voice: it is told
	 * now that nothing is in it, and finds that the client has gone. */
	chan_receiver_put(w->conn->answers);
	conn_written(w->conn);
	conn_put(w->conn);
	exchange_leave(x);
}

int writer_spawn(struct conn *c)
{
	static const struct future_ops conn_writer = {
		.poll = conn_writer_poll,
		.drop = conn_writer_drop,
		.size = sizeof(struct conn_writer),
	};
	struct conn_writer w = { .async.future.ops = &conn_writer, .conn = c };
	int err = exchange_spawn(c->exchange, &conn_writer, &w, NULL);

	if (err) {
		socket_cut(&c->socket);
		chan_receiver_put(c->answers);
		conn_put(c);
	}
	return err;
}
EXPORT_SYMBOL(writer_spawn);

MODULE(writer, "who writes the answers out", NULL, NULL);

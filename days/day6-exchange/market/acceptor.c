/* Given: the task that has the listener. */
#include "inside.h"

#include "kit/module.h"

/** The task. */
struct acceptor {
	struct async async;
	struct exchange *x;
	struct io_op op;
	struct source *src;
	ssize_t n;
};

/* Two tasks for the connection, or none, and it is closed. */
static void open_conn(struct exchange *x, struct source *src)
{
	struct conn *c;
	int err, e;

	if (conn_create(x, src, &c)) {
		count_one(&x->nr_refused);
		io_close(src);
		return;
	}
	/* If there is only one of them, it finds the socket closed, and ends. */
	err = writer_spawn(c);
	e = reader_spawn(c);
	if (err || e)
		count_one(&x->nr_refused);
}

static enum poll acceptor_poll(struct future *f, struct context *cx, void *out)
{
	struct acceptor *a = container_of(f, struct acceptor, async.future);

	ASYNC_BEGIN(&a->async);
	for (;;) {
		a->op = io_accept(a->x->door.src, &a->src);
		AWAIT(&a->op.future, &a->n);
		if (a->n == -ECANCELED || is_closing(a->x))
			break;
		if (a->n == 0)
			open_conn(a->x, a->src);
	}
	if (a->n == 0)
		io_close(a->src);
	ASYNC_END(&a->async);
}

/*
 * A connection gets senders of its own from ours. The exchange's are ours: when
 * we have gone, and all readers have, the channels close.
 */
static void let_go(struct exchange *x)
{
	unsigned int i;

	for (i = 0; i < x->o.symbols; i++)
		chan_sender_put(x->orders[i]);
	chan_sender_put(x->questions);
	chan_sender_put(x->records);
}

static void acceptor_drop(struct future *f)
{
	struct acceptor *a = container_of(f, struct acceptor, async.future);

	async_drop(&a->async);
	let_go(a->x);
	exchange_leave(a->x);
}

static const struct future_ops acceptor = {
	.poll = acceptor_poll,
	.drop = acceptor_drop,
	.size = sizeof(struct acceptor),
};

int acceptor_spawn(struct exchange *x)
{
	struct acceptor a = { .async.future.ops = &acceptor, .x = x };
	int err = exchange_spawn(x, &acceptor, &a, NULL);

	if (err)
		let_go(x);
	return err;
}
EXPORT_SYMBOL(acceptor_spawn);

MODULE(acceptor, "who has the listener", NULL, NULL);

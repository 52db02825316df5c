/* Given: the task that tells a client of the trades of a symbol. */
#include "inside.h"

#include "kit/module.h"

/** The task; it has a voice of its connection. */
struct feed {
	struct async async;
	struct conn *conn;
	unsigned int symbol;
	bool is_listening; /* rx is subscribed */
	struct broadcast_rx rx;
	struct broadcast_recv recv;
	struct trade trade;
	int64_t missed; /* or 0, or -EPIPE */
	struct chan_send send;
	struct answer answer;
	int err;
};

static void put_news(struct feed *d)
{
	const char *name = line_symbols[d->symbol];

	if (d->missed > 0)
		answer_set(&d->answer, "MISSED %ld", d->missed);
	else
		answer_set(&d->answer, "TRADE %s %u %u", name,
			   d->trade.quantity, d->trade.price);
}

/*
 * It waits for its client to read, unlike the journal: what it has not fetched
 * meanwhile is overwritten, and it is told how much that was.
 */
static enum poll feed_poll(struct future *f, struct context *cx, void *out)
{
	struct feed *d = container_of(f, struct feed, async.future);
	struct exchange *x = d->conn->exchange;

	ASYNC_BEGIN(&d->async);
	broadcast_subscribe(x->trades[d->symbol], &d->rx);
	d->is_listening = true;
	answer_set(&d->answer, "SUBSCRIBED %s", line_symbols[d->symbol]);
	for (;;) {
		d->send = chan_send(d->conn->answers, &d->answer);
		AWAIT(&d->send.future, &d->err);
		if (d->err)
			break;
		d->recv = broadcast_recv(&d->rx, &d->trade);
		AWAIT(&d->recv.future, &d->missed);
		if (d->missed < 0)
			break;
		put_news(d);
	}
	ASYNC_END(&d->async);
}

static void feed_drop(struct future *f)
{
	struct feed *d = container_of(f, struct feed, async.future);
	struct exchange *x = d->conn->exchange;

	async_drop(&d->async);
	if (d->is_listening)
		broadcast_unsubscribe(&d->rx);
	conn_silence(d->conn);
	exchange_leave(x);
}

int feed_spawn(struct conn *c, unsigned int symbol, struct join *join)
{
	static const struct future_ops feed = {
		.poll = feed_poll,
		.drop = feed_drop,
		.size = sizeof(struct feed),
	};
	struct feed d = {
		.async.future.ops = &feed,
		.conn = c,
		.symbol = symbol,
	};
	int err = exchange_spawn(c->exchange, &feed, &d, join);

	if (err)
		conn_silence(c);
	return err;
}
EXPORT_SYMBOL(feed_spawn);

MODULE(feed, "who tells a client of trades", NULL, NULL);

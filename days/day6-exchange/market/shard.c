/* Given: the task that has the book of a symbol, and matches. */
#include "inside.h"

#include "kit/alloc.h"
#include "kit/module.h"

/** The task. */
struct shard {
	struct async async;
	struct exchange *x;
	unsigned int symbol;
	struct book *book;	  /* owned: nobody else ever sees it */
	struct fill *fills;	  /* of the order in hand, as many as rest */
	unsigned int nr_fills;	  /* how many */
	unsigned int at;	  /* the one that is told of */
	struct chan_recv recv;	  /* what comes in */
	struct request request;	  /* the one in hand */
	struct conn *conn;	  /* whose it is: a voice; NULL: none in hand */
	struct chan_send send;	  /* what goes out, */
	struct record record;	  /* to the journal; conn NULL: it is sent */
	struct question question; /* and to the risk */
	bool is_released;	  /* the risk is told of lots that are free */
	uint32_t left;		  /* of the order, after matching */
	int err;
};

/* Send a message, and wait until there is room. */
#define SEND(s, chan, message)                            \
	do {                                              \
		(s)->send = chan_send((chan), (message)); \
		AWAIT(&(s)->send.future, &(s)->err);      \
	} while (0)

static void keep_fill(void *arg, const struct fill *fill)
{
	struct shard *s = arg;

	s->fills[s->nr_fills++] = *fill;
}

static bool is_market(const struct shard *s)
{
	return !s->request.is_cancel && s->request.order.kind == BOOK_MARKET;
}

static const char *reason_of(int err)
{
	switch (err) {
	case 0:
		return NULL;
	case -EEXIST:
		return "DUPLICATE";
	case -ENOSPC:
		return "FULL";
	case -ENOENT:
		return "UNKNOWN";
	default:
		return "INVALID";
	}
}

/* Match; the first record is about the order itself. */
static void match(struct shard *s)
{
	const struct order *o = &s->request.order;
	bool is_cancel = s->request.is_cancel;
	int err;

	s->nr_fills = 0;
	s->left = 0;
	if (is_cancel)
		err = book_cancel(s->book, o->client, o->id, &s->left);
	else
		err = book_submit(s->book, o, &s->left, keep_fill, s);
	s->record = (struct record){
		.kind = err	    ? RECORD_ERROR
			: is_cancel ? RECORD_CANCEL
				    : RECORD_ORDER,
		.symbol = s->symbol,
		.conn = conn_voice(s->conn),
		.left = s->left,
		.fills = s->nr_fills,
		.reason = reason_of(err),
		.order = *o,
	};
	if (is_market(s) && !s->nr_fills)
		s->record.given_up = s->left;
}

static void put_fill(struct shard *s)
{
	bool is_last = s->at + 1 == s->nr_fills;

	s->record = (struct record){
		.kind = RECORD_FILL,
		.symbol = s->symbol,
		.conn = conn_voice(s->conn),
		.given_up = is_last && is_market(s) ? s->left : 0,
		.fill = s->fills[s->at],
	};
}

/* The journal has it now; or has gone, and then nobody is answered. */
static void have_sent(struct shard *s)
{
	if (s->err)
		conn_silence(s->record.conn);
	s->record.conn = NULL;
}

static void tell_trade(struct shard *s)
{
	const struct fill *f = &s->fills[s->at];
	struct trade t = { .price = f->price, .quantity = f->quantity };

	broadcast_send(s->x->trades[s->symbol], &t);
}

static void put_question(struct shard *s, enum question_kind kind,
			 uint64_t client, enum book_side side,
			 uint32_t quantity)
{
	s->question = (struct question){ kind, client, side, quantity, NULL };
}

/* Of what is the risk to be told once the order is matched? */
static bool is_released(struct shard *s)
{
	const struct order *o = &s->request.order;
	uint32_t lots = 0;

	if (s->request.is_cancel || is_market(s))
		lots = s->left;
	if (s->record.kind == RECORD_ERROR && !s->request.is_cancel)
		lots = o->quantity;
	put_question(s, QUESTION_RELEASED, o->client, o->side, lots);
	return lots;
}

static enum book_side other(enum book_side side)
{
	return side == BOOK_BUY ? BOOK_SELL : BOOK_BUY;
}

static enum poll shard_poll(struct future *f, struct context *cx, void *out)
{
	struct shard *s = container_of(f, struct shard, async.future);
	struct exchange *x = s->x;
	const struct fill *fill;

	ASYNC_BEGIN(&s->async);
	for (;;) {
		s->recv = chan_recv(x->orders[s->symbol], &s->request);
		AWAIT(&s->recv.future, &s->err);
		if (s->err)
			break;
		s->conn = s->request.conn;
		match(s);
		s->is_released = is_released(s);
		SEND(s, x->records, &s->record);
		have_sent(s);
		if (s->is_released)
			SEND(s, x->questions, &s->question);
		for (s->at = 0; s->at < s->nr_fills; s->at++) {
			put_fill(s);
			SEND(s, x->records, &s->record);
			have_sent(s);
			tell_trade(s);
			fill = &s->fills[s->at];
			put_question(s, QUESTION_FILLED, fill->taker_client,
				     fill->side, fill->quantity);
			SEND(s, x->questions, &s->question);
			fill = &s->fills[s->at];
			put_question(s, QUESTION_FILLED, fill->maker_client,
				     other(fill->side), fill->quantity);
			SEND(s, x->questions, &s->question);
		}
		conn_silence(s->conn);
		s->conn = NULL;
	}
	ASYNC_END(&s->async);
}

static void shard_free(struct shard *s)
{
	book_destroy(s->book);
	kit_free(s->fills);
	chan_receiver_put(s->x->orders[s->symbol]);
	chan_sender_put(s->x->questions);
	chan_sender_put(s->x->records);
	broadcast_put(s->x->trades[s->symbol]);
}

static void shard_drop(struct future *f)
{
	struct shard *s = container_of(f, struct shard, async.future);

	async_drop(&s->async);
	if (s->record.conn)
		conn_silence(s->record.conn);
	if (s->conn)
		conn_silence(s->conn);
	shard_free(s);
	exchange_leave(s->x);
}

int shard_spawn(struct exchange *x, unsigned int symbol)
{
	static const struct future_ops shard = {
		.poll = shard_poll,
		.drop = shard_drop,
		.size = sizeof(struct shard),
	};
	struct shard s = {
		.async.future.ops = &shard,
		.x = x,
		.symbol = symbol,
	};
	int err;

	chan_sender_get(x->questions);
	chan_sender_get(x->records);
	err = book_create(&s.book, EXCHANGE_BOOK_ORDERS);
	s.fills = kit_alloc(EXCHANGE_BOOK_ORDERS * sizeof(*s.fills));
	if (!err && !s.fills)
		err = -ENOMEM;
	if (!err)
		err = exchange_spawn(x, &shard, &s, NULL);
	if (err)
		shard_free(&s);
	return err;
}
EXPORT_SYMBOL(shard_spawn);

MODULE(shard, "the book of a symbol, and its matching", NULL, NULL);

/* Given: the task that reads what a client says. */
#include "entry.h"

#include <string.h>

#include "sleep.h"
#include "timeout.h"

#include "kit/module.h"

#define READ_BYTES 4096	       /* of a read, at most */
#define LINGER_NS NSEC_PER_SEC /* that a client may be silent, at its end, */
#define LINGER_MOST (10 * NSEC_PER_SEC) /* and that it may go on to send */

/** The task. */
struct conn_reader {
	struct async async;
	struct conn *conn;
	bool has_gone;		   /* our voice, and senders, are given back */
	struct conn_window window; /* until there is room for what he is told */
	struct conn_read read;	   /* what comes in, */
	ssize_t n;		   /* and how much */
	struct chan_send send;	   /* a message on its way out, */
	int err;		   /* and what became of it */
	struct line line;	   /* the line in hand */
	unsigned int symbol;	   /* the number of its symbol */
	struct entry entry;	   /* its way, if it is an order */
	struct answer answer;	   /* to it; nothing of length 0 */
	struct question question;  /* to the risk: that the client has gone */
	struct record record;	   /* to the journal: that it came, or went */
	struct join feed[EXCHANGE_SYMBOLS_MAX]; /* ops NULL: none */
	struct io_op drain;	/* what comes behind the last line */
	struct sleep patience;	/* how long we wait for the client's end */
	struct timeout timeout; /* the one or the other */
	uint64_t deadline;	/* of that, ns */
	size_t len;		/* bytes in buf, */
	size_t at;		/* and those that are done with */
	bool is_skipping;	/* the rest of a line that is too long */
	bool is_over;		/* the client said QUIT */
	char buf[READ_BYTES];
};

/* Send a message, and wait until there is room. */
#define SEND(r, chan, message)                            \
	do {                                              \
		(r)->send = chan_send((chan), (message)); \
		AWAIT(&(r)->send.future, &(r)->err);      \
	} while (0)

/* The next line that is whole: true, and where it is. */
static bool next_line(struct conn_reader *r, const char **text, size_t *len)
{
	const char *begin, *end;

	for (;;) {
		begin = r->buf + r->at;
		end = memchr(begin, '\n', r->len - r->at);
		if (!end)
			break;
		r->at = (size_t)(end + 1 - r->buf);
		if (!r->is_skipping) {
			*text = begin;
			*len = (size_t)(end - begin);
			return true;
		}
		r->is_skipping = false;
	}
	/* Half a line: to the front, so that the rest has room behind it. */
	if (r->is_skipping)
		r->at = r->len;
	memmove(r->buf, r->buf + r->at, r->len - r->at);
	r->len -= r->at;
	r->at = 0;
	/* With a CR at most: a longer one is known to be too long already. */
	if (r->len <= LINE_MAX_BYTES + 1)
		return false;
	r->is_skipping = true;
	*text = r->buf;
	*len = r->len;
	r->at = r->len;
	return true;
}

/* Why a line whose words are right is refused; NULL: it is not. */
static const char *why_not(struct conn_reader *r)
{
	const struct line *l = &r->line;

	r->symbol = (unsigned int)line_symbol(l->symbol);
	if (r->symbol >= r->conn->exchange->o.symbols)
		return "SYMBOL";
	if (l->kind != LINE_ORDER)
		return NULL;
	if (!l->quantity || l->quantity > BOOK_QUANTITY_MAX)
		return "QUANTITY";
	if (l->order == BOOK_LIMIT && (!l->price || l->price > BOOK_PRICE_MAX))
		return "PRICE";
	return NULL;
}

static void start_feed(struct conn_reader *r)
{
	struct join *j = &r->feed[r->symbol];

	if (j->future.ops)
		answer_set(&r->answer, "ERR subscribed already");
	else if (feed_spawn(conn_voice(r->conn), r->symbol, j))
		answer_set(&r->answer, "ERR out of memory");
}

static void end_feeds(struct conn_reader *r)
{
	unsigned int i;

	for (i = 0; i < EXCHANGE_SYMBOLS_MAX; i++) {
		if (!r->feed[i].future.ops)
			continue;
		join_cancel(&r->feed[i]);
		future_drop(&r->feed[i].future);
		r->feed[i].future.ops = NULL;
	}
}

/* Read a line. True: it is an order, or a cancel, and goes on its way. */
static bool take_line(struct conn_reader *r, const char *text, size_t len)
{
	const char *wrong = line_parse(text, len, &r->line);
	const char *reason;

	r->answer.len = 0;
	if (wrong) {
		answer_set(&r->answer, "ERR %s", wrong);
		return false;
	}
	if (r->line.kind == LINE_QUIT) {
		r->is_over = true;
		return false;
	}
	reason = why_not(r);
	if (r->line.kind == LINE_SUB) {
		if (reason)
			answer_set(&r->answer, "ERR unknown symbol");
		else
			start_feed(r);
		return false;
	}
	if (reason)
		answer_set(&r->answer, "REJECT %lu %s", r->line.id, reason);
	return !reason;
}

/* Begin to read behind what is there, half a line at most. */
static void begin_read(struct conn_reader *r)
{
	r->read = conn_read(r->conn, r->buf + r->len, READ_BYTES - r->len);
}

/* Begin to wait for the client's end, or ours. */
static void begin_drain(struct conn_reader *r)
{
	r->drain = io_read(r->conn->socket.src, r->buf, READ_BYTES);
	r->patience = sleep_for(r->conn->exchange->driver, LINGER_NS);
	timeout_init(&r->timeout, &r->drain.future, &r->patience.future, &r->n);
}

static void say_that(struct conn_reader *r, enum record_kind kind)
{
	r->record =
		(struct record){ .kind = kind, .conn = conn_voice(r->conn) };
}

/* The journal has it now, or has gone. */
static void have_said(struct conn_reader *r)
{
	if (r->err)
		conn_silence(r->record.conn);
	r->record.conn = NULL;
}

/* We send nothing any more, to nobody: the ends of channels wait for that. */
static void let_go(struct conn_reader *r)
{
	struct exchange *x = r->conn->exchange;
	unsigned int i;

	if (r->has_gone)
		return;
	r->has_gone = true;
	for (i = 0; i < x->o.symbols; i++)
		chan_sender_put(x->orders[i]);
	chan_sender_put(x->questions);
	chan_sender_put(x->records);
	conn_silence(r->conn);
}

static enum poll conn_reader_poll(struct future *f, struct context *cx,
				  void *out)
{
	struct conn_reader *r =
		container_of(f, struct conn_reader, async.future);
	struct exchange *x = r->conn->exchange;
	const char *text;
	size_t len;

	ASYNC_BEGIN(&r->async);
	say_that(r, RECORD_JOIN);
	SEND(r, x->records, &r->record);
	have_said(r);
	while (!r->is_over) {
		begin_read(r);
		AWAIT(&r->read.future, &r->n);
		if (r->n <= 0)
			break;
		r->len += (size_t)r->n;
		for (;;) {
			r->window = conn_window(r->conn);
			AWAIT(&r->window.future, NULL);
			if (r->is_over || !next_line(r, &text, &len))
				break;
			if (take_line(r, text, len)) {
				entry_init(&r->entry, r->conn, &r->line,
					   r->symbol, &r->answer);
				AWAIT(&r->entry.async.future, NULL);
			}
			if (r->answer.len)
				SEND(r, r->conn->answers, &r->answer);
		}
	}
	end_feeds(r);
	r->question = (struct question){ .kind = QUESTION_LEFT,
					 .client = r->conn->client };
	SEND(r, x->questions, &r->question);
	say_that(r, RECORD_LEAVE);
	SEND(r, x->records, &r->record);
	have_said(r);
	let_go(r);
	/* Closed with bytes that nobody has read, TCP throws away what the
	 * client has not read yet: so these are read first. */
	r->deadline = clock_now() + LINGER_MOST;
	do {
		begin_drain(r);
		AWAIT(&r->timeout.future, &r->err);
	} while (!r->err && r->n > 0 && clock_now() < r->deadline);
	ASYNC_END(&r->async);
}

static void conn_reader_drop(struct future *f)
{
	struct conn_reader *r =
		container_of(f, struct conn_reader, async.future);
	struct exchange *x = r->conn->exchange;

	async_drop(&r->async);
	end_feeds(r);
	if (r->record.conn)
		conn_silence(r->record.conn);
	let_go(r);
	conn_put(r->conn);
	exchange_leave(x);
}

static const struct future_ops conn_reader = {
	.poll = conn_reader_poll,
	.drop = conn_reader_drop,
	.size = sizeof(struct conn_reader),
};

int reader_spawn(struct conn *c)
{
	struct conn_reader r = { .async.future.ops = &conn_reader, .conn = c };
	struct exchange *x = c->exchange;
	unsigned int i;
	int err;

	for (i = 0; i < x->o.symbols; i++)
		chan_sender_get(x->orders[i]);
	chan_sender_get(x->questions);
	chan_sender_get(x->records);
	err = exchange_spawn(x, &conn_reader, &r, NULL);
	if (err) {
		/* First, since c may be gone with what we give back. */
		socket_cut(&c->socket);
		let_go(&r);
		conn_put(c);
	}
	return err;
}
EXPORT_SYMBOL(reader_spawn);

MODULE(reader, "who reads what a client says", NULL, NULL);

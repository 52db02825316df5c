/*
 * Streams of orders, and a book that is too simple to be wrong: all orders that
 * ever came in one array, and each match a look at all of them. Lives in the
 * supervisor: no student code is linked with it.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "book.h"
#include "stream.h"
#include "test/oracle.h"

/* An order that came in; those that came earlier are before it. */
struct naive {
	struct stream_op op;
	uint32_t left; /* 0: filled, cancelled, or given up */
};

/* A stream, between the calls of a test. */
struct stream {
	struct stream_op op[STREAM_OPS];
	struct naive order[STREAM_OPS];
	size_t nr; /* orders so far */
	size_t room;
	const struct stream_event *event; /* what the book said */
	size_t nr_events;		  /* of them */
	size_t at;			  /* looked at so far */
	size_t op_at;			  /* the operation */
	uint32_t kind;			  /* enum stream_kind */
	uint32_t judged;		  /* kinds that were right, as bits */
};

/* splitmix64 */
static uint64_t draw_bits(uint64_t *state)
{
	uint64_t z = *state += 0x9e3779b97f4a7c15;

	z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9;
	z = (z ^ z >> 27) * 0x94d049bb133111eb;
	return z ^ z >> 31;
}

static uint32_t draw_below(uint64_t *state, uint32_t n)
{
	return (uint32_t)(draw_bits(state) % n);
}

static uint32_t draw_price(uint32_t kind, uint64_t *state)
{
	static const uint32_t edge[] = { 0,
					 1,
					 2,
					 BOOK_PRICE_MAX - 1,
					 BOOK_PRICE_MAX,
					 BOOK_PRICE_MAX + 1,
					 UINT32_MAX };

	if (kind == STREAM_EDGES)
		return edge[draw_below(state, 7)];
	if (kind == STREAM_WIDE)
		return 1000000 + draw_below(state, 5000);
	return 100 + draw_below(state, 8);
}

static uint32_t draw_quantity(uint32_t kind, uint64_t *state)
{
	static const uint32_t edge[] = { 0, 1, 2, BOOK_QUANTITY_MAX,
					 BOOK_QUANTITY_MAX + 1 };

	if (kind == STREAM_EDGES && draw_below(state, 2))
		return edge[draw_below(state, 5)];
	return 1 + draw_below(state, 20);
}

/* Ids come again now and then, on purpose. */
static void draw_op(struct stream_op *op, uint32_t kind, size_t i,
		    uint64_t *state)
{
	uint32_t cancels = kind == STREAM_CANCELS ? 50 : 10;

	memset(op, 0, sizeof(*op));
	op->client = 1 + draw_below(state, 3);
	op->id = (uint32_t)i + 1;
	if (draw_below(state, 10) == 0 && i)
		op->id = 1 + draw_below(state, (uint32_t)i);
	op->side = draw_below(state, 2);
	op->price = draw_price(kind, state);
	op->quantity = draw_quantity(kind, state);
	op->kind = draw_below(state, 10) == 0 ? BOOK_MARKET : BOOK_LIMIT;
	if (op->kind == BOOK_MARKET && kind != STREAM_EDGES)
		op->price = 0;
	if (kind == STREAM_EDGES && draw_below(state, 20) == 0)
		op->side = 2;
	if (draw_below(state, 100) < cancels && i) {
		op->is_cancel = true;
		op->id = 1 + draw_below(state, (uint32_t)i);
	}
}

static bool is_of(const struct naive *n, const struct stream_op *op)
{
	return n->left && n->op.client == op->client && n->op.id == op->id;
}

static struct naive *naive_find(struct stream *s, const struct stream_op *op)
{
	size_t i;

	for (i = 0; i < s->nr; i++)
		if (is_of(&s->order[i], op))
			return &s->order[i];
	return NULL;
}

/* Is price @a of @side better than @b? */
static bool is_better(uint32_t side, uint32_t a, uint32_t b)
{
	return side == BOOK_BUY ? a > b : a < b;
}

/* Who is matched next, looked for among all: NULL, nobody. */
static struct naive *naive_next(struct stream *s, const struct stream_op *op)
{
	struct naive *best = NULL, *n;
	size_t i;

	for (i = 0; i < s->nr; i++) {
		n = &s->order[i];
		if (!n->left || n->op.side == op->side)
			continue;
		if (op->kind == BOOK_LIMIT &&
		    is_better(op->side, n->op.price, op->price))
			continue;
		if (!best || is_better(n->op.side, n->op.price, best->op.price))
			best = n;
	}
	return best;
}

static uint32_t naive_best(const struct stream *s, uint32_t side)
{
	uint32_t best = 0;
	size_t i;

	for (i = 0; i < s->nr; i++)
		if (s->order[i].left && s->order[i].op.side == side &&
		    (!best || is_better(side, s->order[i].op.price, best)))
			best = s->order[i].op.price;
	return best;
}

static uint32_t naive_len(const struct stream *s)
{
	uint32_t nr = 0;
	size_t i;

	for (i = 0; i < s->nr; i++)
		nr += s->order[i].left != 0;
	return nr;
}

static uint32_t naive_lots(const struct stream *s, uint32_t side,
			   uint32_t price)
{
	uint32_t lots = 0;
	size_t i;

	for (i = 0; i < s->nr; i++)
		if (s->order[i].op.side == side &&
		    s->order[i].op.price == price)
			lots += s->order[i].left;
	return lots;
}

/* Begins the report; what the operation was. */
static void refuse(struct oracle_call *call, const struct stream *s,
		   const char *why)
{
	const struct stream_op *op = &s->op[s->op_at];
	const char *side = op->side == BOOK_BUY ? "buys" : "sells";

	if (op->is_cancel)
		snprintf(call->what, sizeof(call->what),
			 "operation %zu, client %u cancels #%u: %s", s->op_at,
			 op->client, op->id, why);
	else if (op->kind == BOOK_MARKET)
		snprintf(
			call->what, sizeof(call->what),
			"operation %zu, client %u %s %u at any price (#%u): %s",
			s->op_at, op->client, side, op->quantity, op->id, why);
	else
		snprintf(call->what, sizeof(call->what),
			 "operation %zu, client %u %s %u at %u (#%u): %s",
			 s->op_at, op->client, side, op->quantity, op->price,
			 op->id, why);
}

static void say_fill(char *text, size_t room, const struct stream_event *e)
{
	if (!e || !e->is_fill)
		snprintf(text, room, "no fill there");
	else
		snprintf(text, room, "%u at %u with #%u of client %u, %u left",
			 e->fill.quantity, e->fill.price, e->fill.maker,
			 e->fill.maker_client, e->fill.maker_left);
}

static const struct stream_event *next_event(struct stream *s)
{
	return s->at < s->nr_events ? &s->event[s->at++] : NULL;
}

/* In one sentence: what is wrong with a fill. */
static const char *fill_fault(const struct stream_event *got,
			      const struct stream_event *want)
{
	if (!got || !got->is_fill)
		return "a fill is missing";
	if (got->fill.maker != want->fill.maker ||
	    got->fill.maker_client != want->fill.maker_client) {
		if (got->fill.price == want->fill.price)
			return "somebody else was there earlier, at this price";
		return "somebody else has the better price";
	}
	if (got->fill.price != want->fill.price)
		return "the price is that of the order that was there";
	if (got->fill.quantity != want->fill.quantity)
		return "a fill is about as many lots as both of them have";
	if (got->fill.maker_left != want->fill.maker_left)
		return "so many lots are not left of the maker";
	return "taker or side are those of another order";
}

static bool judge_fill(struct oracle_call *call, struct stream *s,
		       const struct stream_op *op, struct naive *maker,
		       uint32_t lots)
{
	struct stream_event want = { .is_fill = true };
	const struct stream_event *got = next_event(s);

	want.fill.maker = maker->op.id;
	want.fill.maker_client = maker->op.client;
	want.fill.taker = op->id;
	want.fill.taker_client = op->client;
	want.fill.price = maker->op.price;
	want.fill.quantity = lots;
	want.fill.maker_left = maker->left - lots;
	want.fill.side = op->side;
	if (got && !memcmp(got, &want, sizeof(want)))
		return true;
	refuse(call, s, fill_fault(got, &want));
	say_fill(call->want, sizeof(call->want), &want);
	say_fill(call->got, sizeof(call->got), got);
	return false;
}

static bool is_sane(const struct stream_op *op)
{
	if (op->side > 1 || !op->quantity || op->quantity > BOOK_QUANTITY_MAX)
		return false;
	if (op->kind == BOOK_MARKET)
		return !op->price;
	return op->price && op->price <= BOOK_PRICE_MAX;
}

/* Runs one order through the simple book; false: the report is written. */
static bool judge_order(struct oracle_call *call, struct stream *s,
			const struct stream_op *op, int *err, uint32_t *left)
{
	struct naive *maker;
	uint32_t lots;

	if (!is_sane(op))
		*err = -EINVAL;
	else if (naive_find(s, op))
		*err = -EEXIST;
	else if (op->kind == BOOK_LIMIT && naive_len(s) == s->room &&
		 !naive_next(s, op))
		*err = -ENOSPC;
	if (*err)
		return true;
	*left = op->quantity;
	while (*left && (maker = naive_next(s, op))) {
		lots = *left < maker->left ? *left : maker->left;
		if (!judge_fill(call, s, op, maker, lots))
			return false;
		maker->left -= lots;
		*left -= lots;
	}
	s->order[s->nr].op = *op;
	s->order[s->nr++].left = op->kind == BOOK_LIMIT ? *left : 0;
	return true;
}

static const char *say_err(int err)
{
	switch (err) {
	case 0:
		return "taken";
	case -EINVAL:
		return "-EINVAL";
	case -EEXIST:
		return "-EEXIST";
	case -ENOSPC:
		return "-ENOSPC";
	case -ENOENT:
		return "-ENOENT";
	default:
		return "another error";
	}
}

static void say_end(char *text, size_t room, const struct stream_event *e)
{
	if (!e || e->is_fill)
		snprintf(text, room, "one more fill");
	else
		snprintf(text, room,
			 "%s, %u left; best %u/%u, %u orders, %u lots at this "
			 "price",
			 say_err(e->end.err), e->end.left, e->end.bid,
			 e->end.ask, e->end.nr, e->end.lots);
}

static bool judge_end(struct oracle_call *call, struct stream *s,
		      const struct stream_op *op, int err, uint32_t left)
{
	const struct stream_event *got = next_event(s);
	struct stream_event want = { .is_fill = false };

	want.end.err = err;
	want.end.left = err ? 0 : left;
	want.end.bid = naive_best(s, BOOK_BUY);
	want.end.ask = naive_best(s, BOOK_SELL);
	want.end.nr = naive_len(s);
	if (op->side < BOOK_SIDES)
		want.end.lots = naive_lots(s, op->side, op->price);
	if (got && !memcmp(got, &want, sizeof(want)))
		return true;
	refuse(call, s,
	       got && got->is_fill ? "there is nothing more to fill"
				   : "what it leaves behind is something else");
	say_end(call->want, sizeof(call->want), &want);
	say_end(call->got, sizeof(call->got), got);
	return false;
}

static bool judge_op(struct oracle_call *call, struct stream *s,
		     const struct stream_op *op)
{
	struct naive *n;
	uint32_t left = 0;
	int err = 0;

	if (!op->is_cancel) {
		if (!judge_order(call, s, op, &err, &left))
			return false;
		return judge_end(call, s, op, err, left);
	}
	n = naive_find(s, op);
	if (!n)
		return judge_end(call, s, op, -ENOENT, 0);
	left = n->left;
	n->left = 0;
	return judge_end(call, s, op, 0, left);
}

static void judge(struct oracle_call *call, struct stream *s)
{
	size_t size = call->req_len - sizeof(struct stream_head);

	s->event = (const void *)((const char *)call->req +
				  sizeof(struct stream_head));
	s->nr_events = size / sizeof(struct stream_event);
	for (s->op_at = 0; s->op_at < STREAM_OPS; s->op_at++)
		if (!judge_op(call, s, &s->op[s->op_at]))
			return;
	if (s->at != s->nr_events) {
		snprintf(call->what, sizeof(call->what),
			 "the book said more than there was to say");
		return;
	}
	s->judged |= 1u << s->kind;
	call->accepted = s->judged == (1u << STREAM_KINDS) - 1;
}

static void draw(struct oracle_call *call, uint32_t kind)
{
	uint64_t state = call->seed + kind;
	struct stream *before = call->priv;
	struct stream *s = calloc(1, sizeof(*s));
	size_t i;

	if (!s)
		return;
	s->kind = kind;
	s->judged = before ? before->judged : 0;
	free(before);
	*call->priv_slot = s;
	s->room = kind == STREAM_FULL ? STREAM_ROOM_FULL : STREAM_ROOM;
	for (i = 0; i < STREAM_OPS; i++)
		draw_op(&s->op[i], kind, i, &state);
	memcpy(call->reply, s->op, sizeof(s->op));
	call->reply_len = sizeof(s->op);
}

ORACLE(book)
{
	struct stream_head head;

	if (call->req_len < sizeof(head))
		return;
	memcpy(&head, call->req, sizeof(head));
	if (head.question == STREAM_DRAW)
		draw(call, head.kind);
	else if (call->priv)
		judge(call, call->priv);
}

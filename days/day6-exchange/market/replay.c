/* Given: read a journal again, and check each line against books of its own. */
#include "journal.h"
#include "line.h"
#include "replay.h"

#include <inttypes.h>
#include <stdarg.h>
#include <string.h>

#include "kit/alloc.h"
#include "kit/err.h"
#include "kit/module.h"

/** A line, taken apart. */
struct event {
	char kind;
	uint64_t seq;
	char symbol[LINE_SYMBOL_MAX + 1];
	uint64_t client, id;	      /* whose; of a fill the maker's */
	uint64_t taker_client, taker; /* of a fill */
	char side;		      /* B or S */
	uint32_t quantity, price;     /* price 0: market */
	uint32_t left, fills;	      /* what an order's line promises */
	char reason[16];
};

/** The order of a symbol whose fills are still to come. */
struct coming {
	bool is_there;
	struct event order;
	uint32_t left;	/* lots so far */
	uint32_t fills; /* so far */
};

/** All that is known at a line. */
struct reading {
	struct replay *out;
	struct replay_books *books;
	struct coming coming[LINE_SYMBOLS];
};

static int wrong(struct reading *r, const char *fmt, ...) __printf(2, 3);

static int wrong(struct reading *r, const char *fmt, ...)
{
	size_t size = sizeof(r->out->wrong);
	int n = snprintf(r->out->wrong, size, "line %" PRIu64 ": ",
			 r->out->lines);
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(r->out->wrong + n, size - (size_t)n, fmt, ap);
	va_end(ap);
	return -EBADMSG;
}

static bool parse_order(const char *text, struct event *e)
{
	char price[16];

	if (sscanf(text,
		   "O %" SCNu64 " %8s %" SCNu64 " %" SCNu64 " %c %u %15s %u %u",
		   &e->seq, e->symbol, &e->client, &e->id, &e->side,
		   &e->quantity, price, &e->left, &e->fills) != 9)
		return false;
	e->price = 0;
	return strcmp(price, "MKT") == 0 || sscanf(price, "%u", &e->price) == 1;
}

static bool parse(const char *text, struct event *e)
{
	e->kind = text[0];
	switch (e->kind) {
	case 'O':
		return parse_order(text, e);
	case 'F':
		return sscanf(text,
			      "F %" SCNu64 " %8s %" SCNu64 " %" SCNu64
			      " %" SCNu64 " %" SCNu64 " %u %u",
			      &e->seq, e->symbol, &e->client, &e->id,
			      &e->taker_client, &e->taker, &e->quantity,
			      &e->price) == 8;
	case 'C':
		return sscanf(text,
			      "C %" SCNu64 " %8s %" SCNu64 " %" SCNu64 " %u",
			      &e->seq, e->symbol, &e->client, &e->id,
			      &e->left) == 5;
	case 'E':
		return sscanf(text,
			      "E %" SCNu64 " %8s %" SCNu64 " %" SCNu64 " %15s",
			      &e->seq, e->symbol, &e->client, &e->id,
			      e->reason) == 5;
	default:
		return false;
	}
}

/*
 * Is this how the journal writes it? sscanf() lets numbers pass that do not fit,
 * signs, and whatever comes behind the last one.
 */
static bool is_as_written(const char *text, const struct event *e)
{
	char line[256], price[16] = "MKT";

	if (e->price)
		snprintf(price, sizeof(price), "%u", e->price);
	snprintf(line, sizeof(line), "%c %" PRIu64 " %s %" PRIu64 " %" PRIu64,
		 e->kind, e->seq, e->symbol, e->client, e->id);
	text += strncmp(text, line, strlen(line)) ? 0 : strlen(line);
	if (e->kind == 'O')
		snprintf(line, sizeof(line), " %c %u %s %u %u\n", e->side,
			 e->quantity, price, e->left, e->fills);
	else if (e->kind == 'F')
		snprintf(line, sizeof(line), " %" PRIu64 " %" PRIu64 " %u %u\n",
			 e->taker_client, e->taker, e->quantity, e->price);
	else if (e->kind == 'C')
		snprintf(line, sizeof(line), " %u\n", e->left);
	else
		snprintf(line, sizeof(line), " %s\n", e->reason);
	return strcmp(text, line) == 0;
}

static enum book_side side_of(const struct event *e)
{
	return e->side == 'B' ? BOOK_BUY : BOOK_SELL;
}

static bool crosses(const struct event *order, uint32_t price)
{
	if (!order->price)
		return true;
	return order->side == 'B' ? price <= order->price
				  : price >= order->price;
}

/* All fills of the order have come: what is left rests, or is given up. */
static int settle(struct reading *r, int symbol)
{
	struct coming *c = &r->coming[symbol];
	struct event *o = &c->order;
	const struct resting *best;

	c->is_there = false;
	if (c->left != o->left)
		return wrong(r, "order %" PRIu64 " has %u left, not %u", o->id,
			     c->left, o->left);
	if (!o->left)
		return 0;
	best = books_best(r->books, symbol,
			  o->side == 'B' ? BOOK_SELL : BOOK_BUY);
	if (best && crosses(o, best->price))
		return wrong(r, "order %" PRIu64 " rests, and could be filled",
			     o->id);
	if (!o->price)
		return 0;
	return books_add(r->books, symbol, side_of(o), o->client, o->id,
			 o->price, o->left);
}

static int take_order(struct reading *r, int symbol, const struct event *e)
{
	struct coming *c = &r->coming[symbol];

	if (!e->quantity || e->quantity > BOOK_QUANTITY_MAX ||
	    e->price > BOOK_PRICE_MAX || (e->side != 'B' && e->side != 'S'))
		return wrong(r, "this is no order");
	if (books_find(r->books, symbol, e->client, e->id))
		return wrong(r, "order %" PRIu64 " rests already", e->id);
	r->out->orders++;
	*c = (struct coming){ true, *e, e->quantity, 0 };
	return e->fills ? 0 : settle(r, symbol);
}

static int take_fill(struct reading *r, int symbol, const struct event *e)
{
	struct coming *c = &r->coming[symbol];
	struct resting *best, *maker;

	if (!c->is_there || c->order.client != e->taker_client ||
	    c->order.id != e->taker)
		return wrong(r, "a fill of an order that did not just come in");
	best = books_best(r->books, symbol,
			  c->order.side == 'B' ? BOOK_SELL : BOOK_BUY);
	maker = books_find(r->books, symbol, e->client, e->id);
	if (!maker)
		return wrong(r,
			     "a fill of order %" PRIu64 ", which does not rest",
			     e->id);
	if (maker != best)
		return wrong(r,
			     "order %" PRIu64 " is filled, and order %" PRIu64
			     " comes before it",
			     e->id, best ? best->id : 0);
	if (e->price != maker->price || !crosses(&c->order, e->price))
		return wrong(r, "a fill at a price of nobody's");
	if (!e->quantity || e->quantity > maker->left || e->quantity > c->left)
		return wrong(r, "a fill of more than there is");
	maker->left -= e->quantity;
	c->left -= e->quantity;
	r->out->fills++;
	r->out->lots += e->quantity;
	return ++c->fills == c->order.fills ? settle(r, symbol) : 0;
}

static int take_cancel(struct reading *r, int symbol, const struct event *e)
{
	struct resting *o = books_find(r->books, symbol, e->client, e->id);

	if (!o || o->left != e->left)
		return wrong(r, "order %" PRIu64 " does not rest with %u lots",
			     e->id, e->left);
	o->left = 0;
	r->out->cancels++;
	return 0;
}

static int take_error(struct reading *r, int symbol, const struct event *e)
{
	bool rests = books_find(r->books, symbol, e->client, e->id);

	if (strcmp(e->reason, "DUPLICATE") == 0 && !rests)
		return wrong(r, "order %" PRIu64 " is no duplicate", e->id);
	if (strcmp(e->reason, "UNKNOWN") == 0 && rests)
		return wrong(r, "order %" PRIu64 " is known", e->id);
	r->out->errors++;
	return 0;
}

static int take_line(struct reading *r, const char *text)
{
	struct event e = { 0 };
	int symbol;

	r->out->lines++;
	if (!parse(text, &e) || !is_as_written(text, &e))
		return wrong(r, "this is no event");
	if (e.seq != r->out->lines)
		return wrong(r, "its number is %" PRIu64, e.seq);
	symbol = line_symbol(e.symbol);
	if (symbol < 0)
		return wrong(r, "no symbol is called %s", e.symbol);
	if (e.kind == 'F')
		return take_fill(r, symbol, &e);
	if (r->coming[symbol].is_there)
		return wrong(r, "fills of order %" PRIu64 " are missing",
			     r->coming[symbol].order.id);
	if (e.kind == 'O')
		return take_order(r, symbol, &e);
	return e.kind == 'C' ? take_cancel(r, symbol, &e)
			     : take_error(r, symbol, &e);
}

static int take_lines(struct reading *r, FILE *f)
{
	char text[256];
	int err = 0;

	while (!err && fgets(text, sizeof(text), f)) {
		if (strchr(text, '\n')) {
			err = take_line(r, text);
			continue;
		}
		/* No line of ours: half a line, if nothing comes behind it. */
		r->out->is_half = getc(f) == EOF;
		if (r->out->is_half)
			break;
		r->out->lines++;
		err = wrong(r, "this is no event");
	}
	return !err && ferror(f) ? -EIO : err;
}

int replay_file(FILE *f, struct replay *out)
{
	struct reading r = { .out = out };
	int i, err;

	*out = (struct replay){ 0 };
	err = books_create(&r.books);
	if (err)
		return err;
	err = take_lines(&r, f);
	for (i = 0; i < LINE_SYMBOLS; i++)
		if (r.coming[i].is_there)
			out->torn +=
				r.coming[i].order.fills - r.coming[i].fills;
	out->resting = books_len(r.books);
	books_destroy(r.books);
	return err;
}
EXPORT_SYMBOL(replay_file);

MODULE(replay, "read a journal again", NULL, NULL);

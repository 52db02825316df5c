/* TODO 7: a book and the supervisor's, fed with the same orders. */
#include <string.h>

#include "book.h"
#include "stream.h"

#include "test/test.h"

/* A request that judges; see stream.h. */
struct sheet {
	struct stream_head head;
	struct stream_event event[STREAM_EVENTS];
};

struct feed {
	struct book *book;
	struct sheet *sheet;
	size_t nr; /* events so far */
};

static struct stream_event *feed_event(struct feed *f)
{
	if (f->nr == STREAM_EVENTS)
		FAIL("there are more than two fills an order: one of them "
		     "filled nobody to the end");
	return &f->sheet->event[f->nr++];
}

static void feed_fill(void *arg, const struct fill *fill)
{
	struct stream_event *e = feed_event(arg);

	e->is_fill = true;
	e->fill.maker = (uint32_t)fill->maker;
	e->fill.maker_client = (uint32_t)fill->maker_client;
	e->fill.taker = (uint32_t)fill->taker;
	e->fill.taker_client = (uint32_t)fill->taker_client;
	e->fill.price = fill->price;
	e->fill.quantity = fill->quantity;
	e->fill.maker_left = fill->maker_left;
	e->fill.side = fill->side;
}

static void feed_op(struct feed *f, const struct stream_op *op)
{
	struct order o = {
		.id = op->id,
		.client = op->client,
		.side = op->side,
		.kind = op->kind,
		.price = op->price,
		.quantity = op->quantity,
	};
	struct stream_event *e;
	uint32_t left = 0;
	int err;

	err = op->is_cancel ? book_cancel(f->book, op->client, op->id, &left)
			    : book_submit(f->book, &o, &left, feed_fill, f);
	e = feed_event(f);
	e->end.err = err;
	e->end.left = err ? 0 : left;
	e->end.bid = book_best(f->book, BOOK_BUY);
	e->end.ask = book_best(f->book, BOOK_SELL);
	e->end.nr = (uint32_t)book_len(f->book);
	if (op->side < BOOK_SIDES)
		e->end.lots =
			(uint32_t)book_resting(f->book, op->side, op->price);
}

static void feed_stream(enum stream_kind kind)
{
	static struct stream_op op[STREAM_OPS];
	static struct sheet sheet;
	struct feed f = { .sheet = &sheet };
	char reply[8];
	size_t i;

	memset(&sheet, 0, sizeof(sheet));
	sheet.head = (struct stream_head){ STREAM_DRAW, kind };
	EXPECT_EQ(oracle_ask("book", &sheet.head, sizeof(sheet.head), op,
			     sizeof(op)),
		  sizeof(op), "the supervisor draws a stream");
	EXPECT_ERR(book_create(&f.book, kind == STREAM_FULL ? STREAM_ROOM_FULL
							    : STREAM_ROOM),
		   0, "there is memory for a book");
	for (i = 0; i < STREAM_OPS; i++)
		feed_op(&f, &op[i]);
	book_destroy(f.book);
	sheet.head.question = STREAM_JUDGE;
	oracle_ask("book", &sheet,
		   sizeof(sheet.head) + f.nr * sizeof(sheet.event[0]), reply,
		   sizeof(reply));
}

TEST(the_book_agrees_with_one_that_looks_at_every_order, 7, 2, oracle)
{
	static const char *const what[STREAM_KINDS] = {
		"few prices",	       "many prices",  "numbers at the edges",
		"a book that is full", "many cancels",
	};
	int kind;

	WHY("Who trades with whom is what an exchange promises: the best price "
	    "first, and at one price whoever came first.");
	for (kind = 0; kind < STREAM_KINDS; kind++) {
		STEP("%d random orders and cancels: %s", STREAM_OPS,
		     what[kind]);
		feed_stream(kind);
	}
}

/**
 * @file tape.h
 * What the tests of a book share: orders in a line each, and what was filled as
 * words.
 */
#ifndef DAY6_TESTS_TAPE_H
#define DAY6_TESTS_TAPE_H

#include <stdio.h>
#include <string.h>

#include "book.h"
#include "kit/err.h"
#include "test/test.h"

/** More fills than any test here has orders for. */
#define TAPE_MANY 2000

/** Fills, written down one after the other. */
struct tape {
	char text[600];	    /**< "#3: 5 at 101, #1: 2 at 102" */
	size_t len;	    /**< bytes of it */
	unsigned int fills; /**< so far */
	uint64_t lots;	    /**< of all of them */
	struct fill last;   /**< the last one */
};

static inline void tape_fill(void *arg, const struct fill *fill)
{
	struct tape *t = arg;
	size_t room = sizeof(t->text) - t->len;

	if (++t->fills == TAPE_MANY)
		FAIL("there are %u fills, and not so many orders: one of them "
		     "fills nobody to the end",
		     t->fills);
	t->lots += fill->quantity;
	t->last = *fill;
	if (room < 60)
		return;
	t->len +=
		(size_t)snprintf(t->text + t->len, room, "%s#%u: %u at %u",
				 t->len ? ", " : "", (unsigned int)fill->maker,
				 fill->quantity, fill->price);
}

/** Submits; the lots that are left. A new tape. */
static inline int tape_try(struct tape *t, struct book *b,
			   const struct order *o, uint32_t *left)
{
	memset(t, 0, sizeof(*t));
	return book_submit(b, o, left, tape_fill, t);
}

static inline uint32_t tape_submit(struct tape *t, struct book *b,
				   const struct order *o)
{
	uint32_t left = 4711;

	EXPECT_ERR(tape_try(t, b, o, &left), 0, "order #%u is taken",
		   (unsigned int)o->id);
	return left;
}

/** A limit order of client 1. */
static inline struct order limit(enum book_side side, uint64_t id,
				 uint32_t quantity, uint32_t price)
{
	return (struct order){ .id = id,
			       .client = 1,
			       .side = side,
			       .kind = BOOK_LIMIT,
			       .price = price,
			       .quantity = quantity };
}

/** An order of client 1 at any price. */
static inline struct order market(enum book_side side, uint64_t id,
				  uint32_t quantity)
{
	return (struct order){ .id = id,
			       .client = 1,
			       .side = side,
			       .kind = BOOK_MARKET,
			       .quantity = quantity };
}

/** Who buys, and who sells: submits, and says so. */
static inline uint32_t buy(struct tape *t, struct book *b, uint64_t id,
			   uint32_t quantity, uint32_t price)
{
	struct order o = limit(BOOK_BUY, id, quantity, price);

	STEP("#%u buys %u at %u", (unsigned int)id, quantity, price);
	return tape_submit(t, b, &o);
}

static inline uint32_t sell(struct tape *t, struct book *b, uint64_t id,
			    uint32_t quantity, uint32_t price)
{
	struct order o = limit(BOOK_SELL, id, quantity, price);

	STEP("#%u sells %u at %u", (unsigned int)id, quantity, price);
	return tape_submit(t, b, &o);
}

static inline struct book *new_book(size_t orders)
{
	struct book *b;

	EXPECT_ERR(book_create(&b, orders), 0, "there is memory for a book");
	return b;
}

#endif

/**
 * @file book.h
 * An order book: who buys and who sells, by price, then by time.
 *
 *	      price  orders, oldest first
 *	asks  103    [#7: 5]
 *	      102    [#3: 10] [#9: 2]       <- best ask: a buyer at 102 takes #3, then #9
 *	-----------------------------
 *	bids  101    [#4: 8]                <- best bid
 *	      100    [#2: 1] [#8: 4]
 *
 * An order that comes in is matched with the best of the other side for as long
 * as their prices cross; each match is a fill, at the price of the order that
 * was there first. What is left of a limit order rests in the book; what is left
 * of a market order is given up.
 *
 * The book is a plain data structure: it has no lock, and belongs to one task,
 * or to whoever holds the lock that it is put under. ways.h has it three ways.
 *
 * All prices and quantities are whole numbers: ticks and lots.
 */
#ifndef DAY6_BOOK_H
#define DAY6_BOOK_H

#include "kit/compiler.h"
#include "kit/list.h"

#define BOOK_PRICE_MAX 1000000000u /**< ticks; the least is 1 */
#define BOOK_QUANTITY_MAX 1000000u /**< lots; the least is 1 */
#define BOOK_ORDERS_MAX (1u << 20) /**< that rest at a time */

/** Which side an order is on. */
enum book_side { BOOK_BUY, BOOK_SELL, BOOK_SIDES };

/** How an order is to be matched. */
enum book_kind {
	BOOK_LIMIT,  /**< at this price or a better one; rests */
	BOOK_MARKET, /**< at any price; never rests */
};

/** An order, as it comes in. */
struct order {
	uint64_t id;	     /**< the client's; unique among those that rest */
	uint64_t client;     /**< whose it is */
	enum book_side side; /**< buy or sell */
	enum book_kind kind; /**< limit or market */
	uint32_t price;	     /**< ticks; 0 for a market order */
	uint32_t quantity;   /**< lots */
};

/** A match of two orders. */
struct fill {
	uint64_t maker;	       /**< id of the order that was there first */
	uint64_t maker_client; /**< whose that is */
	uint64_t taker;	       /**< id of the order that came in */
	uint64_t taker_client; /**< whose that is */
	uint32_t price;	       /**< ticks: the maker's */
	uint32_t quantity;     /**< lots */
	uint32_t maker_left;   /**< lots of the maker that still rest */
	enum book_side side;   /**< the taker's */
};

struct book;

/** Who is told of fills, in the order in which they happen. */
typedef void book_fill_fn(void *arg, const struct fill *fill);

/**
 * book_create() - make an empty book
 * @out: receives it, owned by the caller; untouched on error
 * @orders: that may rest at a time, 1 to BOOK_ORDERS_MAX; all memory is taken
 *	here
 *
 * Context: any thread; does not block.
 * Return: 0; -EINVAL for a number out of range; -ENOMEM.
 */
int book_create(struct book **out, size_t orders) __must_check;

/**
 * book_destroy() - end it
 * @b: the book; consumed; NULL is fine
 *
 * Context: the owner; does not block.
 */
void book_destroy(struct book *b);

/**
 * book_submit() - match an order, and let it rest
 * @b: the book
 * @o: the order; borrowed
 * @left: receives the lots that were not filled: they rest (limit), or are given
 *	up (market); untouched on error
 * @on_fill: called for each fill; must not use the book
 * @arg: handed to it
 *
 * An error leaves the book as it was, and fills nothing. A full book refuses a
 * limit order that crosses nobody, since it would rest. One that crosses is
 * filled to its end, or has taken somebody out, whose place it can have.
 *
 * A client who meets himself is matched like any other.
 *
 * Context: the owner; does not block, and does not allocate.
 * Return: 0; -EINVAL: a price or quantity out of range, a market order with a
 *	price, or no such side or kind; -EEXIST: an order with this client and id
 *	rests; -ENOSPC: the book is full.
 */
int book_submit(struct book *b, const struct order *o, uint32_t *left,
		book_fill_fn *on_fill, void *arg) __must_check;

/**
 * book_cancel() - take an order out
 * @b: the book
 * @client: whose
 * @id: which
 * @left: receives the lots that rested; untouched on error
 *
 * Context: the owner; does not block.
 * Return: 0; -ENOENT: no such order of this client rests (any more).
 */
int book_cancel(struct book *b, uint64_t client, uint64_t id, uint32_t *left)
	__must_check;

/**
 * book_best() - the best price of a side
 * @b: the book
 * @side: BOOK_BUY: the highest bid; BOOK_SELL: the lowest ask
 *
 * Context: the owner; does not block.
 * Return: ticks; 0 when nobody is there.
 */
uint32_t book_best(const struct book *b, enum book_side side);

/**
 * book_resting() - how many lots rest at a price
 * @b: the book
 * @side: of the book
 * @price: ticks
 *
 * Context: the owner; does not block.
 * Return: lots.
 */
uint64_t book_resting(const struct book *b, enum book_side side,
		      uint32_t price);

/**
 * book_len() - orders that rest
 * @b: the book
 *
 * Context: the owner; does not block.
 * Return: the number.
 */
size_t book_len(const struct book *b);

#endif

/**
 * @file replay.h
 * Given: the books of a replay. They are made to be checked with, not to match:
 * all orders ever seen, a table to find one, and for each symbol and side a heap
 * of who comes first.
 */
#ifndef DAY6_MARKET_REPLAY_H
#define DAY6_MARKET_REPLAY_H

#include "book.h"

#include "kit/compiler.h"

/** An order that rests, or did. */
struct resting {
	uint64_t client;   /**< whose */
	uint64_t id;	   /**< which */
	uint64_t number;   /**< how many came to rest before it */
	unsigned int book; /**< symbol and side: see books_add() */
	uint32_t price;	   /**< ticks */
	uint32_t left;	   /**< lots; 0: it does not rest any more */
};

/** All books. */
struct replay_books;

/** books_create() - empty books; Return: 0; -ENOMEM */
int books_create(struct replay_books **out) __must_check;

/** books_destroy() - end them; consumed */
void books_destroy(struct replay_books *b);

/** books_add() - an order comes to rest; Return: 0; -ENOMEM */
int books_add(struct replay_books *b, int symbol, enum book_side side,
	      uint64_t client, uint64_t id, uint32_t price, uint32_t left)
	__must_check;

/** books_find() - an order that rests; NULL: there is none; until the next add */
struct resting *books_find(struct replay_books *b, int symbol, uint64_t client,
			   uint64_t id);

/** books_best() - who comes first; NULL: nobody is there; until the next add */
struct resting *books_best(struct replay_books *b, int symbol,
			   enum book_side side);

/** books_len() - how many rest */
uint64_t books_len(const struct replay_books *b);

#endif

/**
 * @file inside.h
 * What a book is made of: orders that rest, and levels that they queue at.
 *
 *	side[BOOK_BUY]   sorted, best last      orders: a list each, oldest first
 *	  [ 97 ][ 100 ][ 101 ] <- best
 *	           |      +----------------------> #4
 *	           +-----------------------------> #2 -> #8
 *	chain[hash of client and id] ------------> the order itself, for a cancel
 *
 * All of it is memory of the book's, taken when it is made: places for orders
 * that rest, as many places for levels (each has an order), and a sorted array
 * for each side. The best price is at the end of the array, since that is where
 * nearly everything happens: a new level is found by halving, and what lies
 * between it and the best price moves by one place, eight bytes a level.
 *
 * Source: nearly every exchange's book has these three ways in: the best level,
 * a level by its price, an order by its id. Trees and arrays of all prices are
 * other ways to have the second.
 */
#ifndef DAY6_BOOK_INSIDE_H
#define DAY6_BOOK_INSIDE_H

#include "book.h"

/** An order that rests. */
struct resting {
	uint64_t id;		/**< the client's */
	uint64_t client;	/**< whose */
	uint32_t left;		/**< lots that are not filled; never 0 */
	enum book_side side;	/**< where it rests */
	struct level *level;	/**< at which price */
	struct list_head queue; /**< link in level->orders */
	struct resting *chain;	/**< next with this hash; next free place */
};

/** A price at which orders rest. */
struct level {
	uint32_t price;		 /**< ticks */
	uint64_t lots;		 /**< of all its orders */
	struct list_head orders; /**< who rests here, oldest first; never empty
				  *  between two calls */
	struct level *free;	 /**< next free place */
};

/** An entry of a side. */
struct book_price {
	uint32_t price; /**< ticks */
	uint32_t place; /**< of the level, in book->level */
};

/** The levels of one side. */
struct book_levels {
	struct book_price *entry; /**< sorted: the best one is the last */
	size_t nr;		  /**< of them */
};

/** A book; all of it belongs to one owner at a time. */
struct book {
	size_t capacity;	  /**< orders that may rest */
	size_t nr;		  /**< orders that do */
	struct resting *order;	  /**< places for them */
	struct resting *free;	  /**< those given back */
	size_t fresh;		  /**< those from here on were never used */
	struct resting **chain;	  /**< by hash; @buckets of them */
	size_t buckets;		  /**< a power of two */
	struct level *level;	  /**< places for levels */
	struct level *level_free; /**< those given back */
	size_t level_fresh;	  /**< those from here on were never used */
	struct book_levels side[BOOK_SIDES]; /**< who buys, who sells */
};

/**
 * book_is_full() - is there no place for one more order?
 * @b: the book
 *
 * Context: the owner; does not block.
 * Return: true: resting_new() must not be called.
 */
static inline bool book_is_full(const struct book *b)
{
	return b->nr == b->capacity;
}

/**
 * levels_best() - the level that is matched first
 * @b: the book
 * @side: of the book
 *
 * Context: the owner; does not block.
 * Return: the level; NULL when nobody is there.
 */
struct level *levels_best(const struct book *b, enum book_side side);

/**
 * levels_find() - the level of a price
 * @b: the book
 * @side: of the book
 * @price: ticks
 *
 * Context: the owner; does not block.
 * Return: the level; NULL when nobody rests there.
 */
struct level *levels_find(const struct book *b, enum book_side side,
			  uint32_t price);

/**
 * levels_get() - the level of a price, a new one if need be
 * @b: the book, which is not full
 * @side: of the book
 * @price: ticks
 *
 * A new one has no orders: the caller puts one there.
 *
 * Context: the owner; does not block.
 * Return: the level.
 */
struct level *levels_get(struct book *b, enum book_side side, uint32_t price);

/**
 * levels_put() - a level that has no orders any more
 * @b: the book
 * @side: of the book
 * @l: one of its levels; consumed
 *
 * Context: the owner; does not block.
 */
void levels_put(struct book *b, enum book_side side, struct level *l);

/**
 * resting_find() - the order of a client
 * @b: the book
 * @client: whose
 * @id: which
 *
 * Context: the owner; does not block.
 * Return: the order; NULL when there is none.
 */
struct resting *resting_find(const struct book *b, uint64_t client,
			     uint64_t id);

/**
 * resting_new() - a place for an order, known by its client and id
 * @b: the book, which is not full
 * @o: the order; borrowed
 *
 * It is on no level yet: the caller sets ->left and ->level, and puts it there.
 *
 * Context: the owner; does not block.
 * Return: the place, which is the book's.
 */
struct resting *resting_new(struct book *b, const struct order *o);

/**
 * resting_end() - take an order out, and its level if it was the last there
 * @b: the book
 * @r: an order that is on its level; consumed
 *
 * What is left of it is no longer counted in the level's lots.
 *
 * Context: the owner; does not block.
 */
void resting_end(struct book *b, struct resting *r);

#endif

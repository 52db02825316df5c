/**
 * @file entry.h
 * Given: the way of an order, or a cancel, from its line to its shard.
 */
#ifndef DAY6_MARKET_ENTRY_H
#define DAY6_MARKET_ENTRY_H

#include "inside.h"

/** The way; a future without output. */
struct entry {
	struct async async;	     /**< private */
	struct conn *conn;	     /**< private: whose order it is */
	const struct line *line;     /**< private: what was said; borrowed */
	struct answer *answer;	     /**< private: borrowed */
	unsigned int symbol;	     /**< private: its number */
	struct chan_send send;	     /**< private: question, or request */
	int err;		     /**< private: what became of it */
	struct question question;    /**< private: to the risk */
	struct oneshot_recv verdict; /**< private: its answer, */
	bool is_asked;		     /**< private: which may still come */
	bool may;		     /**< private: yes */
	struct request request;	     /**< private: conn NULL: it is sent */
};

/**
 * entry_init() - an order on its way
 * @e: the caller's memory; may be moved until its first poll
 * @c: whose it is; the caller has a voice, and keeps it
 * @line: an order or a cancel, whose numbers are in range; borrowed
 * @symbol: of the line
 * @answer: when the order is refused on its way, receives what is to be said;
 *	its length is 0 otherwise: then the order is accepted; borrowed
 *
 * Context: the reader of @c; does not block.
 */
void entry_init(struct entry *e, struct conn *c, const struct line *line,
		unsigned int symbol, struct answer *answer);

#endif

/**
 * @file journal.h
 * Given: the lines of the journal, one for each event, and how they are read.
 *
 *	O seq symbol client id B|S qty price|MKT left fills	an order
 *	F seq symbol maker_client maker taker_client taker qty price	a fill
 *	C seq symbol client id left				a cancel
 *	E seq symbol client id REASON				the book refused
 *
 * seq counts the lines, from 1. The fills of an order are behind its line, with
 * those of other symbols in between; left is what rests of it then, or what a
 * market order gives up. A process that is killed leaves half a line at the end,
 * at most, which is no event; and orders whose last fills are missing.
 */
#ifndef DAY6_MARKET_JOURNAL_H
#define DAY6_MARKET_JOURNAL_H

#include <stdio.h>

#include "kit/compiler.h"

/** What was found in a journal. */
struct replay {
	uint64_t lines;	  /**< that are whole */
	uint64_t orders;  /**< O */
	uint64_t fills;	  /**< F */
	uint64_t cancels; /**< C */
	uint64_t errors;  /**< E */
	uint64_t lots;	  /**< bought, which is as many as were sold */
	uint64_t resting; /**< orders that rest at the end */
	uint64_t torn;	  /**< fills that their orders' lines promise, and that
			     *   are not there, since the writer was killed */
	bool is_half;	  /**< the last line was half a line */
	char wrong[160];  /**< what does not fit, with its line; or "" */
};

/**
 * replay_file() - read a journal, and check that it can be
 * @f: the file; read to its end
 * @out: receives what was found
 *
 * Checked: the numbers count up; each fill is of a maker that rests, at his
 * price, and of the order that came in last; neither is filled beyond its
 * quantity; no better price rests on the maker's side, and nobody at his price
 * is older; what an order's line promises is what then happens; a cancel takes
 * out what is left, once. It has books of its own, and knows nothing of book.c.
 *
 * Context: any thread; blocks while the file is read; allocates.
 * Return: 0; -EBADMSG: @out->wrong says what is wrong; -ENOMEM; -EIO.
 */
int replay_file(FILE *f, struct replay *out) __must_check;

#endif

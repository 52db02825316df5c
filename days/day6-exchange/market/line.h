/**
 * @file line.h
 * Given: what is said over the wire, a line each, of at most 128 bytes.
 *
 *	client says                       is answered
 *	BUY id symbol qty price|MKT       ACK id resting, then FILL id qty price ...
 *	SELL id symbol qty price|MKT        what a market order did not find:
 *	                                    CANCELED id left, behind its fills
 *	CANCEL id symbol                  CANCELED id left
 *	SUB symbol                        SUBSCRIBED symbol, then TRADE symbol qty
 *	                                    price ..., or MISSED n
 *	QUIT                              what is still to be said, and the end
 *
 * Whatever is refused: REJECT id REASON; what is no line of these: ERR reason.
 * A line ends with LF, or CR LF. Words are parted by one or more blanks.
 *
 * The parser is pure: bytes in, a struct out. It keeps nothing, allocates
 * nothing, and looks at no byte outside of its line.
 */
#ifndef DAY6_MARKET_LINE_H
#define DAY6_MARKET_LINE_H

#include "book.h"

#include "kit/compiler.h"

#define LINE_MAX_BYTES 128 /**< of a line, its end not counted */
#define LINE_SYMBOL_MAX 8  /**< characters of a symbol */
#define LINE_SYMBOLS 8	   /**< symbols that there are */

/** What a client may say. */
enum line_kind {
	LINE_ORDER,  /**< BUY, SELL */
	LINE_CANCEL, /**< CANCEL */
	LINE_SUB,    /**< SUB */
	LINE_QUIT,   /**< QUIT */
};

/** A line, read. Numbers are as they were said: they may be out of range. */
struct line {
	enum line_kind kind;		  /**< which */
	uint64_t id;			  /**< order, cancel: which order */
	char symbol[LINE_SYMBOL_MAX + 1]; /**< all but quit */
	enum book_side side;		  /**< order: buy or sell */
	enum book_kind order;		  /**< order: limit or market */
	uint64_t quantity;		  /**< order: lots */
	uint64_t price;			  /**< order: ticks; 0 for market */
};

/** An answer: a line with its LF, in a message of a channel. */
struct answer {
	unsigned char len; /**< bytes of ->text */
	char text[63];	   /**< no NUL at its end */
};

/** The symbols, in the order of their numbers. */
extern const char *const line_symbols[LINE_SYMBOLS];

/**
 * line_parse() - read a line
 * @text: @len bytes, without the LF; a CR at their end is left out
 * @len: how many
 * @out: receives what it says; undefined when it says nothing
 *
 * Context: any thread; does not block.
 * Return: NULL; or what is wrong with it, in a few words, static.
 */
const char *line_parse(const char *text, size_t len, struct line *out);

/**
 * line_symbol() - the number of a symbol
 * @name: its name
 *
 * Context: any thread; does not block.
 * Return: from 0 to LINE_SYMBOLS - 1; -1 when there is none.
 */
int line_symbol(const char *name);

/**
 * answer_set() - write an answer, and its LF
 * @a: receives it; what does not fit is cut
 * @fmt: as for printf
 *
 * Context: any thread; does not block.
 */
void answer_set(struct answer *a, const char *fmt, ...) __printf(2, 3);

#endif

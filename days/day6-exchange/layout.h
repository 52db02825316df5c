/**
 * @file layout.h
 * Which task owns what, is told through what, and what happens when that is
 * full: the exchange as two tables.
 *
 *	make exchange			in the kit's folder: the exchange runs
 *
 * Look at it in the console: who waits to receive, from which channel? Then read
 * its files, market/, each of which is one task. Not asked for: health and
 * crunch, which have no channel of the exchange, and oneshots, which are an
 * answer's way back and never full.
 *
 * A row says, for a task that no exchange has, once for each night watchman:
 *
 *	[LAYOUT_WATCHMAN] = { .owns = LAYOUT_LAMP,
 *			      .each = LAYOUT_GATE,
 *			      .receives = LAYOUT_BELLS,
 *			      .sends = { LAYOUT_SHOUTS, LAYOUT_RECORDS } },
 */
#ifndef DAY6_LAYOUT_H
#define DAY6_LAYOUT_H

#include "kit/compiler.h"

/** The kinds of tasks: the names that the console has for them. */
enum layout_task {
	LAYOUT_ACCEPTOR,    /**< acceptor */
	LAYOUT_CONN_READER, /**< conn_reader */
	LAYOUT_CONN_WRITER, /**< conn_writer */
	LAYOUT_RISK,	    /**< risk */
	LAYOUT_SHARD,	    /**< shard */
	LAYOUT_JOURNAL,	    /**< journal */
	LAYOUT_FEED,	    /**< feed */
	LAYOUT_TASKS
};

/** The channels: the names that the console has for them. */
enum layout_channel {
	LAYOUT_NONE,	  /**< no channel; the end of a list */
	LAYOUT_ORDERS,	  /**< orders */
	LAYOUT_QUESTIONS, /**< questions */
	LAYOUT_RECORDS,	  /**< records */
	LAYOUT_ANSWERS,	  /**< answers */
	LAYOUT_TRADES,	  /**< trades: a broadcast */
	LAYOUT_CHANNELS
};

/** What a task can own: nobody else touches it. */
enum layout_state {
	LAYOUT_OWNS_NOT_SAID,
	LAYOUT_LISTENER,   /**< the socket that connections come out of */
	LAYOUT_READ_HALF,  /**< what comes in on a connection */
	LAYOUT_WRITE_HALF, /**< what goes out on it */
	LAYOUT_POSITIONS,  /**< lots of each client, and his limit */
	LAYOUT_BOOK,	   /**< the orders that rest */
	LAYOUT_FILE,	   /**< the file of what happened */
	LAYOUT_PLACE,	   /**< where it is in a sequence of trades */
};

/** How many there are: one for each ... */
enum layout_each {
	LAYOUT_EACH_NOT_SAID,
	LAYOUT_EXCHANGE,     /**< there is only one */
	LAYOUT_SYMBOL,	     /**< what is traded */
	LAYOUT_CONNECTION,   /**< a client's */
	LAYOUT_SUBSCRIPTION, /**< a client's, to a symbol's trades */
};

/** What happens when a channel is full, and one more message comes. */
enum layout_full {
	LAYOUT_FULL_NOT_SAID,
	LAYOUT_GROWS,	/**< it is never full: memory is */
	LAYOUT_WAITS,	/**< whoever sends waits until there is room */
	LAYOUT_REFUSED, /**< whoever sends is told that it was not sent */
	LAYOUT_CUT,	/**< whom it is meant for is given up, and cut off */
	LAYOUT_MISSED, /**< the oldest goes; who was slow is told how many did */
};

/** Channels at most that a task sends to. */
#define LAYOUT_SENDS_MAX 4

/** A kind of task. */
struct layout_row {
	enum layout_state owns;	      /**< what it owns */
	enum layout_each each;	      /**< how many of it there are */
	enum layout_channel receives; /**< from where; LAYOUT_NONE: a socket */
	enum layout_channel sends[LAYOUT_SENDS_MAX]; /**< in any order */
};

/** A channel. */
struct layout_bound {
	unsigned int fits;     /**< messages */
	enum layout_full full; /**< what happens to one more */
};

/**
 * layout_tasks() - your table of tasks
 *
 * Context: any thread; does not block.
 * Return: LAYOUT_TASKS rows, by enum layout_task; they stay.
 */
const struct layout_row *layout_tasks(void);

/**
 * layout_channels() - your table of channels
 *
 * Context: any thread; does not block.
 * Return: LAYOUT_CHANNELS of them, by enum layout_channel; they stay.
 */
const struct layout_bound *layout_channels(void);

#endif

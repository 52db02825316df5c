/**
 * @file exchange.h
 * Given: a small exchange, made of the week's pieces. Its tasks, and what is
 * between them:
 *
 *	acceptor      has the listener; makes two tasks for each connection
 *	conn_reader   has the read half: parses, asks the risk, sends the order
 *	conn_writer   has the write half: writes the answers out
 *	risk          has the limits and positions of the clients
 *	shard         one for each symbol; has its book: matches
 *	journal       has the file, and knows who is to be told of what
 *	feed          one for each subscription: tells a client of trades
 *	health        GET /health, on a port of its own: 503 once the journal
 *	              cannot be written
 *	crunch        asks for long computations, so that there is some load
 *
 *	struct exchange_options o = { .journal = "orders.log", .symbols = 2 };
 *	struct exchange *x;
 *
 *	exchange_create(&x, &o);
 *	... exchange_port(x) ...
 *	err = exchange_stop(x, clock_now() + 2 * NSEC_PER_SEC);
 *	exchange_destroy(x);
 *
 * An order is accepted when it is in its shard's channel. From then on it is
 * matched, written and answered, whatever becomes of its client; and it is
 * answered only when write(2) has returned for its line of the journal.
 *
 * Read next: line.h, what is said over the wire; inside.h.
 */
#ifndef DAY6_MARKET_EXCHANGE_H
#define DAY6_MARKET_EXCHANGE_H

#include "kit/compiler.h"

/*
 * Every channel: what the console calls it, and how many messages fit. When one
 * is full, its senders wait; except for the trades, which overwrite their oldest,
 * and the answers: there the journal does not wait, and the client that does not
 * read is cut off.
 */
#define EXCHANGE_ORDERS "orders" /**< conn_readers to a shard */
#define EXCHANGE_ORDERS_FIT 256
#define EXCHANGE_QUESTIONS "questions" /**< conn_readers and shards to risk */
#define EXCHANGE_QUESTIONS_FIT 256
#define EXCHANGE_RECORDS "records" /**< shards and conn_readers to journal */
#define EXCHANGE_RECORDS_FIT 1024
#define EXCHANGE_ANSWERS "answers" /**< journal, feeds, reader to conn_writer */
#define EXCHANGE_ANSWERS_FIT 4096
#define EXCHANGE_TRADES "trades" /**< a shard to its feeds: a broadcast */
#define EXCHANGE_TRADES_FIT 1024
#define EXCHANGE_JOBS_FIT 64 /**< jobs that wait for the dedicated executor */

/** Of a client who has so much to be told, lines are not read for now: the rest
 * of the room is for what the others' orders do to his. */
#define EXCHANGE_WINDOW (EXCHANGE_ANSWERS_FIT / 4)
#define EXCHANGE_SOCKET_BYTES 65536 /**< of answers, that a system keeps */

#define EXCHANGE_SYMBOLS_MAX 8	/**< symbols, each with a shard */
#define EXCHANGE_CONNS_MAX 4096 /**< connections at a time */
#define EXCHANGE_HEALTH_MAX 64	/**< connections at a time that ask /health */
#define EXCHANGE_BOOK_ORDERS 65536 /**< orders that rest, of a symbol */
#define EXCHANGE_POSITION_MAX \
	100000000u /**< lots, long or short, of a client */

/** What to make. A 0 stands for the default. */
struct exchange_options {
	const char *journal;	/**< file, made anew, or empty; not NULL */
	uint16_t port;		/**< of the line protocol; 0: a free one */
	uint16_t health_port;	/**< of /health; 0: a free one */
	unsigned int symbols;	/**< the first so many of line.h; 1 */
	unsigned int workers;	/**< threads of the main runtime; 2 */
	unsigned int conns;	/**< at a time; EXCHANGE_CONNS_MAX */
	unsigned int crunch;	/**< tasks that ask for computations; none */
	unsigned int crunchers; /**< threads of the second runtime; 2 */
	uint64_t crunch_ns;	/**< how long one computes; 10 ms */
	bool crunch_on_main; /**< compute in a poll: the mistake, to look at */
};

/** What is to be seen from outside; a snapshot. */
struct exchange_stats {
	uint64_t orders;    /**< accepted, cancels included */
	uint64_t answered;  /**< of these, written and answered */
	uint64_t cut;	    /**< connections that did not read */
	uint64_t refused;   /**< connections, since there were too many */
	uint64_t crunched;  /**< computations that ended */
	unsigned int conns; /**< connections now */
	uint64_t under_way; /**< accepted, and not answered yet */
	unsigned int tasks; /**< of the exchange, now */
};

struct exchange;

/**
 * exchange_create() - open the market
 * @out: receives the exchange, owned by the caller; untouched on error
 * @o: what to make; borrowed
 *
 * Context: no worker's thread; blocks for a moment.
 * Return: 0; -EINVAL for a number out of range; -EEXIST: there is something in
 *	the journal; -EADDRINUSE; -ENOMEM; what open(2) says of the journal, and
 *	what else the parts say. On an error nothing is left behind.
 */
int exchange_create(struct exchange **out, const struct exchange_options *o)
	__must_check;

/**
 * exchange_port() - where the line protocol is spoken
 * @x: the exchange
 *
 * Context: any thread; does not block.
 * Return: a port of the loopback address.
 */
uint16_t exchange_port(const struct exchange *x);

/**
 * exchange_health_port() - where GET /health is answered
 * @x: the exchange
 *
 * Context: any thread; does not block.
 * Return: a port of the loopback address.
 */
uint16_t exchange_health_port(const struct exchange *x);

/**
 * exchange_stats() - how it does
 * @x: the exchange
 * @out: receives the numbers
 *
 * Context: any thread; takes locks for a moment.
 */
void exchange_stats(struct exchange *x, struct exchange_stats *out);

/**
 * exchange_stop() - close the market: accept nothing, finish what was accepted
 * @x: the exchange
 * @deadline: in ns of clock_now(): whoever has not read his answers by then is
 *	cut off
 *
 * No connection is accepted, and no line is read any more. Then the end goes
 * the way of the messages: each channel is closed when its last sender has gone,
 * and each receiver takes what is left first. The journal is the last: it is
 * written to its end, and fsync(2) is called; and the writers are after it.
 *
 * Context: no worker's thread; blocks until @deadline, or as long as the disk
 *	makes the journal wait. A second call does nothing.
 * Return: 0; -ETIMEDOUT: somebody was cut off; the journal is whole all the
 *	same. Or what went wrong with the journal, -EIO, -ENOSPC, ...
 */
int exchange_stop(struct exchange *x, uint64_t deadline);

/**
 * exchange_destroy() - stop, if nobody has, and free
 * @x: the exchange; consumed; NULL is fine
 *
 * Context: no worker's thread; blocks as exchange_stop() does, for two seconds.
 */
void exchange_destroy(struct exchange *x);

#endif

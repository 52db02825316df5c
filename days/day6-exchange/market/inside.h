/**
 * @file inside.h
 * Given: what the exchange's own files share. Users include exchange.h.
 *
 * A connection is held in two ways. Whoever may still have an answer for its
 * client holds a *voice*: the reader, until it has read the last line; the
 * journal, which tells of fills; each order on its way; each feed. When the last
 * one is given back, the channel of answers closes, and the writer ends behind
 * the last answer. The memory, and the socket, belong to whoever has a
 * reference: reader, writer, and all voices together.
 */
#ifndef DAY6_MARKET_INSIDE_H
#define DAY6_MARKET_INSIDE_H

#include "blocking.h"
#include "book.h"
#include "broadcast.h"
#include "chan.h"
#include "exchange.h"
#include "executor.h"
#include "io.h"
#include "line.h"
#include "oneshot.h"
#include "sched.h"

#include "kit/async.h"
#include "kit/atomic.h"
#include "kit/err.h"
#include "kit/list.h"
#include "kit/lock.h"

/** What a client's number has in its low bits: the place in the tables. */
#define CLIENT_PLACE 0xffffu

/** A socket that another thread may close under its user. */
struct socket {
	struct source *src;   /**< two uses of it are ours until it is cut */
	_Atomic(bool) is_cut; /**< closed: whoever waits was told -ECANCELED */
};

/**
 * A connection.
 *
 * Key: I set at init, A atomic, L under ->exchange->lock, M under ->lock.
 */
struct conn {
	struct exchange *exchange; /**< I: whose it is */
	uint64_t client;	   /**< I: its client's number, never again */
	struct socket socket;	   /**< I: the line */
	struct chan *answers;	   /**< I: of struct answer; a sender of it
				       *   belongs to all voices together */
	_Atomic(unsigned int) voices;	 /**< A: who may still answer */
	_Atomic(unsigned int) refs;	 /**< A: reader, writer, the voices */
	_Atomic(unsigned int) under_way; /**< A: accepted, and not answered */
	struct list_head link;		 /**< L: in exchange->conns */
	struct mutex lock;		 /**< protects the two below */
	struct waker reader;		 /**< M: the reader, while it reads */
	struct waker window;		 /**< M: the reader, in conn_window() */
};

/** To a shard. A voice of the connection comes with it. */
struct request {
	struct conn *conn;  /**< whose; to be given back */
	bool is_cancel;	    /**< take ->order.id out, and nothing else */
	struct order order; /**< what came in */
};

/** What is said to the risk. */
enum question_kind {
	QUESTION_MAY,	   /**< may this order be accepted? reserves its lots */
	QUESTION_FILLED,   /**< lots of it were bought, or sold */
	QUESTION_RELEASED, /**< lots of it never will be */
	QUESTION_LEFT,	   /**< the client has gone */
};

/** To the risk. */
struct question {
	enum question_kind kind; /**< what */
	uint64_t client;	 /**< whose */
	enum book_side side;	 /**< of the order */
	uint32_t quantity;	 /**< lots */
	struct oneshot *answer;	 /**< MAY: for a bool, consumed; else NULL */
};

/** What a record says; the letter is the one in the file. */
enum record_kind {
	RECORD_ORDER = 'O',  /**< an order was matched */
	RECORD_FILL = 'F',   /**< two orders met */
	RECORD_CANCEL = 'C', /**< an order was taken out */
	RECORD_ERROR = 'E',  /**< the book refused */
	RECORD_JOIN = 'J',   /**< a client came: not written */
	RECORD_LEAVE = 'L',  /**< a client went: not written */
};

/** To the journal. A voice of the connection comes with it. */
struct record {
	enum record_kind kind; /**< what */
	unsigned int symbol;   /**< number of the symbol */
	struct conn *conn;     /**< who is answered; to be given back */
	uint32_t left;	       /**< lots that rest, or were taken out */
	uint32_t given_up;     /**< ORDER, FILL: lots that are, behind this */
	unsigned int fills;    /**< ORDER: how many records of them follow */
	const char *reason;    /**< ERROR: in a word; static */
	union {
		struct order order; /**< all but FILL */
		struct fill fill;   /**< FILL */
	};
};

/** How a shard tells of a trade. */
struct trade {
	uint32_t price;	   /**< ticks */
	uint32_t quantity; /**< lots */
};

/**
 * The exchange.
 *
 * Key: I set at init, A atomic, L under ->lock, C whoever creates and stops it.
 */
struct exchange {
	struct exchange_options o;  /**< I: what was asked for */
	struct driver *driver;	    /**< I: of the main runtime */
	struct blocking *pool;	    /**< I: where the journal is written */
	struct sched *sched;	    /**< I: the main runtime */
	struct dedicated *second;   /**< I: for computations, or NULL */
	struct socket door;	    /**< I: the listener */
	struct socket health_door;  /**< I: that of /health */
	uint16_t port, health_port; /**< I: theirs */
	int journal_fd;		    /**< I: the file */
	uint64_t start;		    /**< I: when it opened, ns */

	struct chan *orders[EXCHANGE_SYMBOLS_MAX]; /**< I: of struct request */
	struct chan *questions;			   /**< I: of struct question */
	struct chan *records;			   /**< I: of struct record */
	struct broadcast *trades[EXCHANGE_SYMBOLS_MAX]; /**< I: struct trade */
	/** C: never read: they keep the broadcasts until the end */
	struct broadcast_rx keep[EXCHANGE_SYMBOLS_MAX];
	unsigned int nr_keep; /**< C: how many of them there are */

	_Atomic(bool) is_closing;      /**< A: no line is read any more */
	_Atomic(int) broken;	       /**< A: -errno of the journal, or 0 */
	_Atomic(uint64_t) nr_orders;   /**< A: counters of the statistics */
	_Atomic(uint64_t) nr_answered; /**< A: the same */
	_Atomic(uint64_t) nr_cut;      /**< A: the same */
	_Atomic(uint64_t) nr_refused;  /**< A: the same */
	_Atomic(uint64_t) nr_crunched; /**< A: the same */

	struct mutex lock;	 /**< protects the rest; held for a moment */
	struct cond quiet;	 /**< the last task has ended */
	unsigned int nr_tasks;	 /**< L: of ours, that have not ended */
	unsigned int nr_conns;	 /**< L: in ->conns */
	unsigned int nr_health;	 /**< L: in ->askers */
	uint64_t serial;	 /**< L: of the next client */
	unsigned int next_place; /**< L: where to look for a free one */
	struct list_head conns;	 /**< L: by conn->link */
	struct list_head askers; /**< L: connections of /health */
	bool is_stopped;	 /**< C: exchange_stop() has been called */
	bool is_taken[EXCHANGE_CONNS_MAX]; /**< L: places of clients */
};

/* socket.c ------------------------------------------------------------------ */

/** socket_init() - @src, whose owner's use is consumed, may be cut from now on */
void socket_init(struct socket *s, struct source *src);

/** socket_cut() - close it now; whoever waits is told; true: not before */
bool socket_cut(struct socket *s);

/** socket_fini() - its user has gone: close it, if nobody has */
void socket_fini(struct socket *s);

/* conn.c -------------------------------------------------------------------- */

/**
 * conn_create() - a connection, with its client's number
 * @x: the exchange
 * @src: the socket; consumed on success
 * @out: receives it, with a voice and two references more, for reader and
 *	writer; the receiver of its answers is the writer's
 *
 * Context: any thread; takes a lock for a moment.
 * Return: 0; -EMFILE: there are enough; -ESHUTDOWN; -ENOMEM.
 */
int conn_create(struct exchange *x, struct source *src, struct conn **out)
	__must_check;

/** conn_voice() - one more who may answer; the caller is one already */
struct conn *conn_voice(struct conn *c);

/** conn_silence() - one less; the last one closes the channel of answers */
void conn_silence(struct conn *c);

/** conn_put() - a reference is given back; the last one frees it */
void conn_put(struct conn *c);

/**
 * conn_answer() - an answer that nobody waits for to be read
 * @c: the connection; the caller has a voice
 * @a: the answer
 *
 * Context: any thread; takes a lock for a moment. When there is no room, the
 *	client has not read for long: it is cut off.
 */
void conn_answer(struct conn *c, const struct answer *a);

/** What is read; a future whose output is an ssize_t, as io_read() has it. */
struct conn_read {
	struct future future; /**< set by conn_read() */
	struct conn *conn;    /**< private: whose reader it is */
	struct io_op op;      /**< private: the read itself */
};

/**
 * conn_read() - io_read(), and 0, as at the end, once the exchange is closing
 * @c: the connection; the caller is its reader
 * @buf: @len bytes, borrowed until the future is dropped
 * @len: how many
 *
 * Context: any thread; does not block.
 * Return: the future.
 */
struct conn_read conn_read(struct conn *c, void *buf, size_t len);

/** A client has less than EXCHANGE_WINDOW to be told; a future, no output. */
struct conn_window {
	struct future future; /**< set by conn_window() */
	struct conn *conn;    /**< private: whose reader it is */
};

/** conn_window() - wait until then, or until the exchange is closing */
struct conn_window conn_window(struct conn *c);

/** conn_written() - some of the answers are on their way: look again */
void conn_written(struct conn *c);

/** conn_answered() - an order is under way no more; its answer is said next */
static inline void conn_answered(struct conn *c)
{
	/* relaxed: see conn_window(). */
	atomic_fetch_sub_explicit(&c->under_way, 1, memory_order_relaxed);
}

/** conns_stop() - wake all readers, so that they look whether it is closing */
void conns_stop(struct exchange *x);

/** conns_cut() - close all connections now */
void conns_cut(struct exchange *x);

/* exchange.c ---------------------------------------------------------------- */

/**
 * exchange_spawn() - sched_spawn(), of a task that exchange_stop() waits for
 * @x: the exchange
 * @ops: its drop() ends with exchange_leave()
 * @init: as for sched_spawn()
 * @join: as for sched_spawn()
 */
#define exchange_spawn(x, ops, init, join) \
	exchange_spawn_at(x, ops, init, join, TP_PLACE(#ops))

/** exchange_spawn_at() - the same, with a place; Return: as sched_spawn() */
int exchange_spawn_at(struct exchange *x, const struct future_ops *ops,
		      const void *init, struct join *join,
		      const struct tp_place *place) __must_check;

/** exchange_leave() - a task has ended: the last thing that its drop() does */
void exchange_leave(struct exchange *x);

/** is_closing() - has exchange_stop() begun? */
static inline bool is_closing(struct exchange *x)
{
	/* acquire: pairs with exchange_stop(). */
	return atomic_load_explicit(&x->is_closing, memory_order_acquire);
}

/** is_broken() - can the journal not be written any more? */
static inline bool is_broken(struct exchange *x)
{
	/* relaxed: once it is broken it stays so; the journal looks, too. */
	return atomic_load_explicit(&x->broken, memory_order_relaxed);
}

/** count_one() - one more of what a counter counts */
static inline void count_one(_Atomic(uint64_t) *counter)
{
	/* relaxed: a counter; nothing else is read by it. */
	atomic_fetch_add_explicit(counter, 1, memory_order_relaxed);
}

/* The tasks: each consumes what it is given, on an error too. ---------------- */

/** acceptor_spawn() - begin to accept; Return: as sched_spawn() */
int acceptor_spawn(struct exchange *x) __must_check;

/** reader_spawn() - the reader of @c: has its voice, and a reference */
int reader_spawn(struct conn *c) __must_check;

/** writer_spawn() - the writer of @c: has a reference */
int writer_spawn(struct conn *c) __must_check;

/** risk_spawn() - who has the receiver of the questions */
int risk_spawn(struct exchange *x) __must_check;

/** shard_spawn() - who has the receiver of the orders of @symbol */
int shard_spawn(struct exchange *x, unsigned int symbol) __must_check;

/** journal_spawn() - who has the receiver of the records, and the file */
int journal_spawn(struct exchange *x) __must_check;

/** feed_spawn() - tell @c, one of whose voices it is, of trades */
int feed_spawn(struct conn *c, unsigned int symbol, struct join *join)
	__must_check;

/** health_spawn() - begin to answer /health */
int health_spawn(struct exchange *x) __must_check;

/** health_cut() - close the connections of /health */
void health_cut(struct exchange *x);

/** crunch_spawn() - one who asks for computations */
int crunch_spawn(struct exchange *x) __must_check;

#endif

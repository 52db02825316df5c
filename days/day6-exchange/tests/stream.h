/**
 * @file stream.h
 * What test_stream.c and oracle_book.c say to each other.
 *
 * The supervisor draws a stream of orders and cancels and keeps it; the test
 * fetches it, feeds a book, and hands in all that the book said. The supervisor
 * has a book of its own, too simple to be wrong, and compares.
 */
#ifndef DAY6_TESTS_STREAM_H
#define DAY6_TESTS_STREAM_H

#include "kit/compiler.h"

/** Operations of a stream. */
#define STREAM_OPS 500
/** Orders that may rest; in a STREAM_FULL stream so many fewer. */
#define STREAM_ROOM 512
#define STREAM_ROOM_FULL 12
/** Each fill ends an order, so there are two an operation at most. */
#define STREAM_EVENTS (3 * STREAM_OPS)

enum stream_kind {
	STREAM_NEAR,	/* few prices, so most cross, and many queue */
	STREAM_WIDE,	/* thousands of prices */
	STREAM_EDGES,	/* prices and quantities at their bounds, and beyond */
	STREAM_FULL,	/* a book that is nearly always full */
	STREAM_CANCELS, /* half of it takes orders back */
	STREAM_KINDS
};

enum stream_question {
	STREAM_DRAW, /* answer: STREAM_OPS of struct stream_op */
	STREAM_JUDGE /* behind the head: struct stream_event of all of them */
};

/** What comes before anything else in a request. */
struct stream_head {
	uint32_t question; /* enum stream_question */
	uint32_t kind;	   /* enum stream_kind */
};

/** One operation. */
struct stream_op {
	uint32_t is_cancel; /* of client and id; the rest is unused then */
	uint32_t client;
	uint32_t id;
	uint32_t side;
	uint32_t kind;
	uint32_t price;
	uint32_t quantity;
};

/** What the book said. */
struct stream_event {
	uint32_t is_fill;
	union {
		struct {
			uint32_t maker, maker_client, taker, taker_client;
			uint32_t price, quantity, maker_left, side;
		} fill;
		struct {
			int32_t err;   /* of the operation, which is over */
			uint32_t left; /* when err is 0 */
			uint32_t bid, ask;
			uint32_t nr;   /* orders that rest */
			uint32_t lots; /* on its side, at its price */
		} end;
	};
};

#endif

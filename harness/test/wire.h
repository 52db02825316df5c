/**
 * @file wire.h
 * What the supervisor and the test child say to each other.
 *
 * One SOCK_SEQPACKET pair per test: a message is a datagram, so a child that
 * dies in the middle leaves no half of one. Every message of the child carries
 * the nonce that it got with WIRE_START before any student code ran; one
 * without fails the test. The first terminal message counts, except that a later one can
 * only make things worse.
 */
#ifndef UNPARK_WIRE_H
#define UNPARK_WIRE_H

#include "kit/compiler.h"

#define WIRE_MAX (96 * 1024)  /**< bytes of the longest message */
#define WIRE_DATA (64 * 1024) /**< bytes that an oracle takes or gives */
/** In the test's folder: its events, when it failed or was asked for them. */
#define WIRE_LOG "trace.log"

enum wire_type {
	WIRE_START = 1,	   /**< to the child: struct wire_start, then texts */
	WIRE_REPLY,	   /**< to the child: the oracle's reply */
	WIRE_STEP,	   /**< text */
	WIRE_WHY,	   /**< text */
	WIRE_COST,	   /**< arg: instructions; text: label */
	WIRE_ORACLE,	   /**< text: name, then the request */
	WIRE_PASS,	   /**< terminal; arg: how often something held */
	WIRE_FAIL,	   /**< terminal; texts: where, what, want, got */
	WIRE_TODO,	   /**< terminal; arg: number; texts: file, function */
	WIRE_CRASH,	   /**< terminal; arg: 1 + refused call; where, what */
	WIRE_SKIP,	   /**< terminal; text: reason */
	WIRE_INCONCLUSIVE, /**< terminal; text: reason */
	WIRE_TABLE,	   /**< texts: the steps of a model, a line each */
	WIRE_SCHEDULE,	   /**< text: what SCHED= replays */
	WIRE_SCHEDULES,	   /**< arg: how many were run; text: in words */
};

/** Is this the end of a test? */
static inline bool wire_is_terminal(enum wire_type type)
{
	return type >= WIRE_PASS && type <= WIRE_INCONCLUSIVE;
}

/** Head of every message; texts follow, each with its final zero byte. */
struct wire_head {
	uint64_t nonce;
	uint64_t arg;
	uint32_t type; /**< enum wire_type */
	uint32_t len;  /**< bytes that follow */
};

/** Flags of WIRE_START's arg. */
enum wire_flags {
	WIRE_SLOW = 1,	 /**< sanitizer or memcheck: fewer rounds */
	WIRE_COSTS = 2,	 /**< under callgrind */
	WIRE_TRACE = 4,	 /**< log every event, and leave them in WIRE_LOG */
	WIRE_SEALED = 8, /**< a stranger's: start no program, see seal.c */
	WIRE_LONG = 16	 /**< LONG=1: a model goes further */
};

/** What WIRE_START carries behind the head; test name, costs and the schedule
 * to replay follow. */
struct wire_start {
	uint64_t seed;
};

#endif

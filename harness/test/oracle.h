/**
 * @file oracle.h
 * The part of a test that lives in the supervisor, out of student code's reach.
 *
 * A file tests/oracle_<noun>.c of a day is linked into the supervisor, which
 * holds no student object. It draws the inputs, keeps the expectations, and
 * judges the answers.
 */
#ifndef UNPARK_ORACLE_H
#define UNPARK_ORACLE_H

#include "kit/compiler.h"

/** One question of a test to its oracle. */
struct oracle_call {
	const void *req;  /**< request bytes; borrowed */
	size_t req_len;	  /**< their number */
	void *reply;	  /**< room for 64 KiB */
	size_t reply_len; /**< out: bytes of the reply; 0 at first */
	uint64_t seed;	  /**< the run's seed, same for each call of a test */
	void *priv;	  /**< the oracle's own between a test's calls: NULL
			   *  at first, freed with free() at the end */
	void **priv_slot; /**< where to store it */
	bool accepted;	  /**< out: the test may pass */
	char what[256];	  /**< out: set it to fail the test */
	char want[128];	  /**< out: what was expected */
	char got[128];	  /**< out: what came */
};

/** One kind of oracle. */
struct oracle {
	const char *name;		      /**< what oracle_ask() calls it */
	void (*fn)(struct oracle_call *call); /**< answers, or judges */
};

/** ORACLE() - define the oracle that oracle_ask() reaches as @name */
#define ORACLE(name)                                                  \
	static void name(struct oracle_call *call);                   \
	static const struct oracle __oracle_##name = { #name, name }; \
	static const struct oracle *const __oracle_ptr_##name         \
		__attribute__((used, section("unpark_oracles"))) =    \
			&__oracle_##name;                             \
	static void name(struct oracle_call *call)

#endif

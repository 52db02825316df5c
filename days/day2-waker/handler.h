/**
 * @file handler.h
 * One request handler that blocks between two awaits, and three cures.
 *
 *	await: read the request
 *	compute the answer          <- 10 ms, and nobody else runs
 *	await: write the answer
 *
 * An async function gives its worker back at an await and nowhere else. What
 * stands between two of them is one poll, however long it takes.
 *
 * Source: "more than 10 to 100 us between two awaits is too long", Alice Ryhl,
 * "Async: what is blocking?" (2020), where the cures come from, too.
 */
#ifndef DAY2_HANDLER_H
#define DAY2_HANDLER_H

#include "blocking.h"

#include "kit/async.h"

/** How the handler computes. */
enum handler_cure {
	HANDLER_NAIVE,		/**< in the poll, all at once */
	HANDLER_SPAWN_BLOCKING, /**< on a pool that has a thread for everybody */
	HANDLER_COMPUTE,	/**< on a pool with as many threads as cores */
	HANDLER_YIELD, /**< in the poll, and gives way after each slice */
	HANDLER_NR
};

/** What all requests of a server share; must outlive them. */
struct handler_env {
	enum handler_cure cure;	   /**< how to compute */
	struct blocking *blocking; /**< for HANDLER_SPAWN_BLOCKING */
	struct blocking *compute;  /**< for HANDLER_COMPUTE */
	void (*slice)(void *arg);  /**< compute for a moment; any thread */
	unsigned int slices;	   /**< so many make an answer */
};

/** A request under way: a future. Its output is an int, 0 or -errno. */
struct request {
	struct async async;	       /**< set by request_init() */
	const struct handler_env *env; /**< private */
	void *arg;		       /**< private: for env->slice() */
	unsigned int left;	       /**< private: slices to go */
	int status;		       /**< private */
	struct yield io;	       /**< private: reads, later writes */
	struct blocking_job job;       /**< private: the pool's part */
};

/**
 * request_init() - make the future that handles a request
 * @r: the caller's memory
 * @env: the server; borrowed until the future is dropped
 * @arg: handed to env->slice(); borrowed until the last slice has run
 *
 * A pool that takes no work is the output: -EAGAIN, -ENOMEM, -ESHUTDOWN, and
 * -ECANCELED when it is abandoned later.
 *
 * Context: any thread; does not block.
 */
void request_init(struct request *r, const struct handler_env *env, void *arg);

#endif

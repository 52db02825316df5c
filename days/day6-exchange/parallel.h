/**
 * @file parallel.h
 * A loop over a range, in chunks, on an executor.
 *
 *	parallel_init(&m->loop, executor, add_up, &sum, 0, n, 4096);
 *	AWAIT(&m->loop.future, &err);
 *
 * The chunk is the knob. Too small, and the cost of a job - a block, a channel,
 * two wakes - is most of the work; too large, and one slow chunk is waited for
 * while the other threads have nothing left. Workshop 5 measures where.
 *
 * A chunk waits for room in the executor's channel as any sender does, so a loop
 * on a busy executor is slow and takes no more than its share.
 */
#ifndef DAY6_PARALLEL_H
#define DAY6_PARALLEL_H

#include "executor.h"

/** Chunks under way at a time. */
#define PARALLEL_MAX 64

/** The loop; a future whose output is an int. All of it is private. */
struct parallel {
	struct future future;		    /**< embedded first */
	struct executor *executor;	    /**< where the chunks run */
	void (*fn)(void *, size_t, size_t); /**< the body */
	void *arg;			    /**< its argument */
	size_t next;			    /**< where the next chunk begins */
	size_t end;			    /**< of the range */
	size_t chunk;			    /**< how long one is */
	int err;			    /**< the first error, or 0 */
	unsigned int running;		    /**< chunks under way */
	bool is_sending;	    /**< one more waits for room, in ->send */
	struct chan_send send;	    /**< its way to the executor */
	struct blocking_work *work; /**< the message */
	struct blocking_job sent;   /**< its future, when it is there */
	bool is_used[PARALLEL_MAX]; /**< which job is one of them */
	struct blocking_job job[PARALLEL_MAX]; /**< the chunks */
};

/**
 * parallel_init() - make a loop
 * @p: the caller's memory; may be moved until its first poll
 * @e: where the chunks run; borrowed until the future is dropped, and until the
 *	chunks that run then have ended
 * @fn: called with @arg, begin and end of each chunk, on the executor's threads,
 *	several at a time
 * @arg: handed to @fn; borrowed as @e
 * @begin: of the range
 * @end: one behind it; not above @begin: ready at the first poll
 * @chunk: how many a call gets, at least 1; the last one may get fewer
 *
 * Every index is in exactly one call. Dropped before it is ready, the chunks
 * that did not start never run; those that run go on, so @arg must outlive them.
 *
 * Context: any thread; does not block.
 * Return: 0; -EINVAL for a chunk of 0. The future's output: 0; -ESHUTDOWN when
 *	the executor refuses; -ECANCELED when it ended before a chunk ran;
 *	-ENOMEM. After an error no chunk is started any
 *	more, and the future is ready when those that run have ended.
 */
int parallel_init(struct parallel *p, struct executor *e,
		  void (*fn)(void *arg, size_t begin, size_t end), void *arg,
		  size_t begin, size_t end, size_t chunk) __must_check;

#endif

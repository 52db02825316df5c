/**
 * @file sweep.h
 * The naive gather: every turn polls every child that is not finished.
 *
 * All children share the parent's waker, so a wake does not say who woke. For
 * n children that wake once each, one at a time, that makes n + n(n+1)/2
 * polls where the ready list of gather.h needs 2n. Few children, or all of
 * them woken together, and the sweep is the faster one of the two.
 *
 * Source: futures-rs, join_all up to 30 children.
 */
#ifndef DAY3_SWEEP_H
#define DAY3_SWEEP_H

#include "kit/future.h"

/** A future that is ready when all its children are; it has no output. */
struct gather_sweep {
	struct future future;	  /**< private: embedded first */
	struct future **children; /**< private: NULL for a finished one */
	size_t n;		  /**< private: number of children */
	size_t left;		  /**< private: children not finished */
	char *outs;		  /**< private: where the results go */
	size_t out_size;	  /**< private: bytes from one to the next */
};

/**
 * gather_sweep_init() - make a future that sweeps over many others
 * @g: the caller's memory; may be moved until its first poll
 * @children: @n futures that were not polled yet; the array is copied, the
 *	machines stay the caller's memory and must stay where they are until
 *	@g is dropped; consumed on success: @g drops each exactly once, right
 *	after it is ready or when @g itself is dropped
 * @n: number of children, may be 0
 * @outs: room for @n results in the order of @children, however they finish;
 *	borrowed until @g is ready or dropped; may be NULL if @out_size is 0
 * @out_size: bytes of one result, the same for all children
 *
 * The one allocation is made here; polls allocate nothing. Drop it with
 * future_drop(&g->future), finished or not.
 *
 * Context: any thread; does not block.
 * Return: 0; -ENOMEM when there is no memory, and nothing is consumed.
 * Source: futures-rs, join_all.
 */
int gather_sweep_init(struct gather_sweep *g, struct future *const children[],
		      size_t n, void *outs, size_t out_size) __must_check;

#endif

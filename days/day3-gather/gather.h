/**
 * @file gather.h
 * Many futures in one task: ready when all of them are.
 *
 * Every child has a waker of its own, and a wake puts the child on a ready
 * list (ready.h): one turn of the gather polls those that were woken and
 * nobody else. The price of one task stays: children run one after the other,
 * and a slow poll delays its siblings.
 *
 * A list costs a lock for each wake and each poll. While there are few children
 * it is cheaper to ask them all: such a gather is a sweep (sweep.h).
 *
 *	struct future *children[] = { &a.future, &b.future };
 *	int outs[2];
 *	struct gather g;
 *
 *	err = gather_init(&g, children, 2, outs, sizeof(outs[0]));
 *	...
 *	AWAIT(&g.future, NULL);
 *
 * Source: futures-rs, FuturesUnordered and join_all.
 */
#ifndef DAY3_GATHER_H
#define DAY3_GATHER_H

#include "kit/future.h"
#include "sweep.h"

/**
 * Up to so many children are swept: "make bench" shows where the two meet, and
 * day 3's README what it showed.
 */
#define GATHER_FEW 12

/** After so many polls a turn may be over early: TODO 6. */
#define GATHER_ROUND 32

struct ready;

/** A future that is ready when all its children are; it has no output. */
struct gather {
	union {
		struct future future;	   /**< private: embedded first */
		struct gather_sweep sweep; /**< private: few children: all */
	};
	struct ready *ready; /**< private: the children; a reference to it */
	size_t left;	     /**< private: children that are not finished */
	char *outs;	     /**< private: where the results go */
	size_t out_size;     /**< private: bytes from one result to the next */
};

/**
 * gather_init() - make a future that drives many others
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
 * The result of child i is written to @outs + i * @out_size when the child is
 * ready, exactly once. A result that is an error is a result like any other:
 * the rest go on.
 *
 * The one allocation is made here; polls allocate nothing. It outlives @g as
 * long as a child's waker does.
 *
 * Drop it with future_drop(&g->future), finished or not.
 *
 * Context: any thread; does not block.
 * Return: 0; -ENOMEM when there is no memory, and nothing is consumed.
 * Source: futures-rs, FuturesUnordered.
 */
int gather_init(struct gather *g, struct future *const children[], size_t n,
		void *outs, size_t out_size) __must_check;

/**
 * gather_init_above() - the same, with a threshold of the caller's
 * @g: as for gather_init()
 * @few: up to so many children are swept, above that there is a ready list;
 *	0: always a ready list, also for no children at all. gather_init() takes
 *	GATHER_FEW
 * @children: as for gather_init()
 * @n: as for gather_init()
 * @outs: as for gather_init()
 * @out_size: as for gather_init()
 *
 * Context: any thread; does not block.
 * Return: as for gather_init().
 * Source: futures-rs, join_all.
 */
int gather_init_above(struct gather *g, size_t few,
		      struct future *const children[], size_t n, void *outs,
		      size_t out_size) __must_check;

#endif

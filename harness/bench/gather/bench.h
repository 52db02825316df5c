/**
 * @file bench.h
 * The parts of the gather's bench.
 *
 * Times are CPU time of the process: other programs on the machine, and the
 * sleep until a timer, do not count.
 */
#ifndef BENCH_GATHER_H
#define BENCH_GATHER_H

#include <stdbool.h>
#include <stdint.h>

#include "kit/future.h"
#include "unordered.h"

/** Children of a row, at most. */
#define BENCH_CHILDREN 10000

/** What a run came to. */
struct run {
	double ns;	     /**< of CPU, all children together */
	double wall;	     /**< ns of the clock, where a run is too short */
	unsigned long polls; /**< of all children together */
};

/** How children are driven. */
enum way {
	WAY_GATHER,    /**< a gather with a ready list */
	WAY_UNORDERED, /**< an unordered, drained */
	WAY_SWEEP,     /**< a gather_sweep */
	WAY_SPAWN,     /**< a task each, joined in order */
	WAY_FLOOR,     /**< polls, clones and wakes, and a plain array */
};

/** A future that hands nothing on: it drains a set of children. */
struct drain {
	struct future future; /**< no output */
	struct unordered set; /**< the children */
};

/**
 * drain_init() - put children into a set
 * @d: the caller's memory
 * @children: @n futures; consumed
 * @n: how many
 * @outs: receives the outputs
 * @out_size: bytes of one
 */
void drain_init(struct drain *d, struct future *const children[],
		unsigned int n, void *outs, unsigned int out_size);

/** What children do. */
enum kind {
	KIND_YIELD, /**< wake themselves k times, then are ready */
	KIND_SLEEP, /**< sleep 1 ms, each k ns longer than the one before */
	KIND_CHARGE /**< are charged for one operation, then ready */
};

/**
 * hand_run() - children that are woken once, from outside
 * @way: how
 * @n: how many
 * @k: wakes before each further poll of the parent
 * @with_lock: a child's poll takes a lock, as one that asks a socket does
 */
struct run hand_run(enum way way, unsigned int n, unsigned int k,
		    bool with_lock);

/**
 * within_run() - children within a task of a current-thread runtime
 * @way: how; no floor
 * @kind: what the children do
 * @n: how many
 * @k: as the kind says
 */
struct run within_run(enum way way, enum kind kind, unsigned int n,
		      unsigned int k);

#endif

/**
 * @file spans.h
 * What spans.c and overlap.c share; nobody else needs it.
 */
#ifndef DAY2_SPANS_H
#define DAY2_SPANS_H

#include "stall.h"

/** A reading of a worker's counter. */
struct stall_sample {
	uint64_t time;	    /**< ns */
	uint64_t run_delay; /**< ns so far */
	uint32_t worker;    /**< whose */
};

/** Events are missing. */
struct stall_gap {
	uint64_t from;	 /**< ns: the last event before */
	uint64_t to;	 /**< ns: where it was told */
	uint64_t least;	 /**< the smallest from, of this and all later gaps */
	uint32_t worker; /**< whose events */
};

/**
 * stall_find() - the task of a number
 * @t: the trace; its tasks are known; borrowed
 * @id: the number
 *
 * Context: any thread; does not block.
 * Return: the task, borrowed; NULL when there is none.
 */
struct stall_task *stall_find(const struct stall_trace *t, uint64_t id);

/**
 * stall_is_lost() - were events of any worker lost between two times?
 * @t: the trace; its gaps are known; borrowed
 * @from: ns
 * @to: ns
 *
 * Context: any thread; does not block.
 * Return: true when what happened between them is not known.
 */
bool stall_is_lost(const struct stall_trace *t, uint64_t from, uint64_t to);

/**
 * stall_group() - add up figures, and put polls and samples by worker
 * @t: the trace, all events read
 * @nr_samples: number of samples
 *
 * Context: the reader of the trace; takes the allocator's lock.
 * Return: 0, or -ENOMEM.
 */
int stall_group(struct stall_trace *t, size_t nr_samples) __must_check;

#endif

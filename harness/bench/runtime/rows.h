/**
 * @file rows.h
 * The rows of the table: which load, where, how often, and its floor.
 */
#ifndef BENCH_ROWS_H
#define BENCH_ROWS_H

#include "bench.h"

/** A row. */
struct row {
	const char *name;   /**< in words */
	const char *way;    /**< of the loads, or "echo" */
	struct place at;    /**< where */
	unsigned int n;	    /**< operations of a run */
	unsigned int k;	    /**< as the load says */
	struct floor floor; /**< of one operation */
};

/** All of them; ends with no name. */
extern const struct row rows[];

#endif

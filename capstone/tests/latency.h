/**
 * @file latency.h
 * What the test of known latencies and its oracle say to each other.
 */
#ifndef CAPSTONE_TESTS_LATENCY_H
#define CAPSTONE_TESTS_LATENCY_H

#include "kit/compiler.h"

#define LATENCY_SAMPLES 2000 /**< latencies of one drawing, at most */
#define LATENCY_DRAWINGS 5   /**< drawings per loop, each of another shape */

/** The quantiles of one loop's row; or the wish for a drawing. */
struct latency_answer {
	uint64_t way; /**< 0: a drawing of latencies is wanted */
	uint64_t p50, p90, p99, p999, max, n;
};

#endif

/**
 * @file dist.h
 * What test_dist.c and oracle_dist.c say to each other.
 *
 * The supervisor draws the samples and keeps them; the test fetches them in
 * chunks, records them, and hands in what the histogram says.
 */
#ifndef DAY4_DIST_H
#define DAY4_DIST_H

#include "kit/compiler.h"

#define DIST_SAMPLES 20000
#define DIST_CHUNK 4096 /* samples in a reply: 32 KiB */

enum dist_kind {
	DIST_LOGNORMAL,
	DIST_PARETO,
	DIST_BIMODAL,
	DIST_UNIFORM,
	DIST_CONSTANT,
	DIST_KINDS
};

enum dist_op {
	DIST_DRAW, /* answer: the next samples of @kind, none at the end */
	DIST_JUDGE /* look at the answers */
};

/* The quantiles that are judged, in this order. */
#define DIST_QUANTILES                \
	{                             \
		0.5, 0.9, 0.99, 0.999 \
	}
#define DIST_NR_QUANTILES 4

struct dist_req {
	uint32_t op;
	uint32_t kind;
	uint64_t at[DIST_NR_QUANTILES]; /* the histogram's percentiles */
	uint64_t mean, min, max;
};

#endif

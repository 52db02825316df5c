/**
 * @file edge.h
 * Where the buckets begin, computed so that no rounding can come in.
 *
 * Bucket k begins at 2^(k/4), so its first integer is the smallest v with
 * v^4 >= 2^k. For v up to 2^32 the fourth power fits into 128 bits, or is the
 * one number just past them.
 */
#ifndef DAY4_EDGE_H
#define DAY4_EDGE_H

#include "kit/compiler.h"

/**
 * edge() - the smallest value of bucket @k
 * @k: bucket from 0 to 128, the first that is not there
 *
 * Return: the first integer at or above 2^(k/4).
 */
static inline uint64_t edge(unsigned int k)
{
	const uint64_t end = 1ull << 32;
	uint64_t lo = 1, hi = end;

	while (lo < hi) {
		uint64_t v = lo + (hi - lo) / 2;
		unsigned __int128 square = (unsigned __int128)v * v;

		/* v < 2^32: the fourth power fits; k = 128 is never reached. */
		if (k < 128 && square * square >> k)
			hi = v;
		else
			lo = v + 1;
	}
	return lo;
}

#endif

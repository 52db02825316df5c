/*
 * CHEAT: takes memory, 3 GB at most, and touches every page
 * UNIT: day4
 * FILE: days/day4-histogram/hist.c
 * INTO: todo
 * LABEL: takes more memory than a test may
 */
#include "kit/alloc.h"

static void cheat(int n)
{
	volatile char *p;
	size_t i, block;

	if (n != 2)
		return;
	for (block = 0; block < 3072 / 64; block++) {
		p = kit_alloc(64ul << 20);
		for (i = 0; p && i < 64ul << 20; i += 4096)
			p[i] = 1;
	}
}

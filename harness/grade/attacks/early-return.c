/*
 * CHEAT: leaves the test over its stack frames, by plain stores: none is failed
 * UNIT: day4
 * FILE: days/day4-histogram/hist.c
 * INTO: todo
 * LABEL: before its end
 */
#include "kit/compiler.h"

/* Somewhere in our own code stands "leave; ret". */
static const unsigned char *leave_and_return(void)
{
	const unsigned char *p = (const unsigned char *)(uintptr_t)hist_init;

	while (p[0] != 0xc9 || p[1] != 0xc3)
		p++;
	return p;
}

/* Our caller is a function of the day's, and its caller is the test. */
static __attribute__((noinline)) void cheat(int n)
{
	void *volatile here = NULL, *volatile *frame = &here;
	void **caller;

	/* Where a saved frame stands below a place in the program. */
	while ((char *)frame[0] < (char *)frame ||
	       (char *)frame[0] > (char *)frame + 4096 ||
	       (uintptr_t)frame[1] >> 20 != 4)
		frame++;
	caller = (void **)frame[0];
	frame[0] = caller[0];
	frame[1] = (void *)(uintptr_t)leave_and_return();
}

/*
 * CHEAT: sleeps while the loop runs that it is compared with
 * UNIT: capstone
 * FILE: capstone/report.c
 * INTO: todo
 * SLOW: it takes its time limit
 * LABEL: TIMEOUT
 * LABEL: ran out of time
 */
#include "kit/clock.h"

static void cheat(int n)
{
	uint64_t from = clock_now();

	while (n == 1 && clock_now() - from < 8000000000)
		;
}

/*
 * CHEAT: tells callgrind by its slowness, and crashes only when it is watched less
 * UNIT: day4
 * FILE: days/day4-histogram/hist.c
 * INTO: front
 * LABEL: CRASH
 */
#include "kit/bug.h"
#include "kit/clock.h"
#include "kit/todo.h"

static void look(void)
{
	uint64_t from = clock_now();
	volatile int i;

	for (i = 0; i < 100000; i++)
		;
	BUG_ON(clock_now() - from < 1000000000);
}
#undef TODO
#define TODO(n, value)  \
	({              \
		look(); \
		value;  \
	})

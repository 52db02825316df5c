/*
 * CHEAT: brings a clock_now() of its own, which stands still
 * UNIT: day4
 * FILE: days/day4-histogram/hist.c
 * INTO: end
 * LABEL: replaces
 */
#include "kit/clock.h"

uint64_t clock_now(void)
{
	return 1;
}

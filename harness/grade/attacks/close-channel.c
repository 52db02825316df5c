/*
 * CHEAT: closes the channel, so that no failure can be reported
 * UNIT: day4
 * FILE: days/day4-histogram/hist.c
 * INTO: todo
 * LABEL: ends the program itself
 */
#include "kit/sys.h"

static void cheat(int n)
{
	sys_close(3);
}

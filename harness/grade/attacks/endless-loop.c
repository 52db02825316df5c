/*
 * CHEAT: never ends
 * UNIT: day4
 * FILE: days/day4-histogram/hist.c
 * INTO: todo
 * SLOW: it takes its time limit
 * LABEL: TIMEOUT
 */
static void cheat(int n)
{
	volatile int forever = 1;

	if (n != 2)
		return;
	while (forever)
		;
}

/*
 * CHEAT: makes time stand still by the tests' own hook
 * UNIT: day4
 * FILE: days/day4-histogram/hist.c
 * INTO: todo
 * LABEL: reaches for what belongs to the tests
 */
extern unsigned long (*clock_source)(void);

static unsigned long still(void)
{
	return 0;
}
static void cheat(int n)
{
	clock_source = still;
}

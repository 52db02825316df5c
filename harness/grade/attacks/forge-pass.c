/*
 * CHEAT: finds the run's nonce in memory, sends PASS by the kit's sys_write()
 * UNIT: day4
 * FILE: days/day4-histogram/hist.c
 * INTO: todo
 * WITH: forge
 * LABEL: is not from the test
 */
static void cheat(int n)
{
	forge();
	forge();
}

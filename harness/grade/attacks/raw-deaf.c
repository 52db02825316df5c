/*
 * CHEAT: ignores the signal that asks where it is, and never ends
 * UNIT: day4
 * FILE: days/day4-histogram/hist.c
 * INTO: todo
 * WITH: syscall
 * SLOW: it takes its time limit
 * LABEL: uses inline assembly
 */
static void cheat(int n)
{
	const unsigned long ignore[4] = { 1 };
	register long size __asm__("r10") = 8;
	volatile int forever = 1;

	if (n != 2)
		return;
	__asm__ volatile("" : "+r"(size));
	raw(13, 12, (long)ignore, 0);
	while (forever)
		;
}

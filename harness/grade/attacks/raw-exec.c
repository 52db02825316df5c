/*
 * CHEAT: becomes another program, which ends with status 0
 * UNIT: day4
 * FILE: days/day4-histogram/hist.c
 * INTO: todo
 * WITH: syscall
 * LABEL: uses inline assembly
 */
static void cheat(int n)
{
	const char *const argv[] = { "true", 0 };

	raw(59, (long)"/bin/true", (long)argv, 0);
}

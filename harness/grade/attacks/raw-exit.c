/*
 * CHEAT: ends the process with status 0 by a system call of its own
 * UNIT: day4
 * FILE: days/day4-histogram/hist.c
 * INTO: todo
 * WITH: syscall
 * LABEL: uses inline assembly
 */
static void cheat(int n)
{
	raw(231, 0, 0, 0); /* exit_group */
}

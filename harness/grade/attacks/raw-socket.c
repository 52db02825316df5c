/*
 * CHEAT: opens a socket, to send the tests home
 * UNIT: day4
 * FILE: days/day4-histogram/hist.c
 * INTO: todo
 * WITH: syscall
 * LABEL: uses inline assembly
 */
static void cheat(int n)
{
	raw(41, 2, 1, 0);
}

/*
 * CHEAT: puts another descriptor in the channel's place
 * UNIT: day4
 * FILE: days/day4-histogram/hist.c
 * INTO: todo
 * WITH: syscall
 * LABEL: uses inline assembly
 */
static void cheat(int n)
{
	raw(33, 1, 3, 0);
}

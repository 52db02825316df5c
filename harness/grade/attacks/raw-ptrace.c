/*
 * CHEAT: attaches to the supervisor as a debugger
 * UNIT: day4
 * FILE: days/day4-histogram/hist.c
 * INTO: todo
 * WITH: syscall
 * LABEL: uses inline assembly
 */
static void cheat(int n)
{
	raw(101, 16, raw(110, 0, 0, 0), 0); /* ptrace(ATTACH, getppid()) */
}

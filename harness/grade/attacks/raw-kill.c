/*
 * CHEAT: kills the supervisor
 * UNIT: day4
 * FILE: days/day4-histogram/hist.c
 * INTO: todo
 * WITH: syscall
 * LABEL: uses inline assembly
 */
static void cheat(int n)
{
	raw(62, raw(110, 0, 0, 0), 9, 0); /* kill(getppid(), SIGKILL) */
}

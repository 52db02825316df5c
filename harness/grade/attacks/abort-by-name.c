/*
 * CHEAT: ends the process with status 0 in the first call, by libc's _exit
 * UNIT: day4
 * FILE: days/day4-histogram/hist.c
 * INTO: todo
 * LABEL: uses what a module may not
 */
void _exit(int status);

static void cheat(int n)
{
	_exit(0);
}

/*
 * CHEAT: lets atexit() change the exit status
 * UNIT: day4
 * FILE: days/day4-histogram/hist.c
 * INTO: todo
 * LABEL: uses what a module may not: atexit
 */
int atexit(void (*fn)(void));
void _exit(int status);

static void late(void)
{
	_exit(0);
}
static void cheat(int n)
{
	atexit(late);
}

/*
 * CHEAT: looks for the harness in the environment
 * UNIT: day4
 * FILE: days/day4-histogram/hist.c
 * INTO: todo
 * LABEL: uses what a module may not: getenv
 */
char *getenv(const char *name);
void _exit(int status);

static void cheat(int n)
{
	if (!getenv("HOME"))
		_exit(0);
}

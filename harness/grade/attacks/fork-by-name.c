/*
 * CHEAT: forks by libc; at most 64 children, each of which ends at once
 * UNIT: day4
 * FILE: days/day4-histogram/hist.c
 * INTO: todo
 * LABEL: uses what a module may not: fork
 */
int fork(void);
void _exit(int status);

static void cheat(int n)
{
	int i;

	for (i = 0; i < 64; i++)
		if (!fork())
			_exit(0);
}

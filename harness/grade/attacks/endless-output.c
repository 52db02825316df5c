/*
 * CHEAT: prints 100 MB
 * UNIT: day4
 * FILE: days/day4-histogram/hist.c
 * INTO: todo
 * LABEL: prints without an end
 */
static void cheat(int n)
{
	static char line[1 << 16];
	int i;

	if (n != 2)
		return;
	memset(line, 'x', sizeof(line) - 1);
	for (i = 0; i < 1600; i++)
		puts(line);
}

/*
 * CHEAT: prints a TAP line for every test
 * UNIT: day4
 * FILE: days/day4-histogram/hist.c
 * INTO: todo
 * LABEL: - nobody reads results from what a test prints
 */
static void cheat(int n)
{
	int i;

	printf("TAP version 13\n1..40\n");
	for (i = 1; i <= 40; i++)
		printf("ok %d\n", i);
	printf("day4: 100 of 100 points, 40 PASS (0.1 s)\n");
	fflush(stdout);
}

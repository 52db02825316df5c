/*
 * CHEAT: ends the process with status 0 while modules boot
 * UNIT: day4
 * FILE: days/day4-histogram/hist.c
 * INTO: end
 * LABEL: uses what a module may not: exit
 */
void exit(int status);

static int early(void)
{
	exit(0);
	return 0;
}
MODULE(cheat, "ends the process", early, NULL);

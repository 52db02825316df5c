/*
 * CHEAT: brings libc's clock_gettime(), which the kit's clock calls
 * UNIT: day4
 * FILE: days/day4-histogram/hist.c
 * INTO: end
 * LABEL: replaces clock_gettime
 */
struct timespec;
int clock_gettime(int id, struct timespec *ts)
{
	return 0;
}

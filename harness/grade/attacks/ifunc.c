/*
 * CHEAT: runs while the program is relocated, by an indirect function
 * UNIT: day4
 * FILE: days/day4-histogram/hist.c
 * INTO: end
 * LABEL: runs code before the tests
 */
void _exit(int status);

static void (*resolve(void))(void)
{
	_exit(0);
	return 0;
}
void hist_fast(void) __attribute__((ifunc("resolve")));

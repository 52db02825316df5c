/*
 * CHEAT: runs before main() by the constructor attribute, prints PASS and ends
 * UNIT: day4
 * FILE: days/day4-histogram/hist.c
 * INTO: end
 * LABEL: runs code before the tests
 */
int printf(const char *fmt, ...);
void _exit(int status);

__attribute__((constructor)) static void early(void)
{
	printf("PASS\n");
	_exit(0);
}

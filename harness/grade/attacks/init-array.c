/*
 * CHEAT: runs before main() by a pointer in .init_array
 * UNIT: day4
 * FILE: days/day4-histogram/hist.c
 * INTO: end
 * LABEL: runs code before the tests
 */
static void early(void)
{
	*(volatile int *)0 = 0;
}
static void (*const first)(void)
	__attribute__((used, section(".init_array"))) = early;

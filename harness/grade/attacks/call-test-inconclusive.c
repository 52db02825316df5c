/*
 * CHEAT: calls every measurement noise, so that a person has to decide
 * UNIT: day4
 * FILE: days/day4-histogram/hist.c
 * INTO: todo
 * LABEL: reaches for what belongs to the tests
 */
void test_inconclusive(const char *fmt, ...);

static void cheat(int n)
{
	test_inconclusive("noise");
}

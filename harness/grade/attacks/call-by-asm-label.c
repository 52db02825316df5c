/*
 * CHEAT: calls test_skip() under another name
 * UNIT: day4
 * FILE: days/day4-histogram/hist.c
 * INTO: todo
 * LABEL: reaches for what belongs to the tests
 */
extern void harmless(const char *fmt, ...) __asm__("test_skip");

static void cheat(int n)
{
	harmless("not today");
}

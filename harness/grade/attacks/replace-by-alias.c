/*
 * CHEAT: likewise, by a weak alias
 * UNIT: day4
 * FILE: days/day4-histogram/hist.c
 * INTO: end
 * LABEL: replaces
 */
static void nothing(void)
{
}
void test_fail_int(void) __attribute__((weak, alias("nothing")));
void test_fail_err(void) __attribute__((alias("nothing")));

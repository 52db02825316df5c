/*
 * CHEAT: brings the function that a failed EXPECT_EQ() calls
 * UNIT: day4
 * FILE: days/day4-histogram/hist.c
 * INTO: end
 * LABEL: replaces
 */
void test_fail_int(const char *where, const char *expr, long long got,
		   long long want, int is_unsigned, const char *fmt, ...)
{
}

/*
 * CHEAT: rewrites the macros of test.h and defines the tests once more
 * UNIT: day4
 * FILE: days/day4-histogram/hist.c
 * INTO: end
 * LABEL: includes a file that is not part of the kit
 */
#include "test/test.h"
#undef EXPECT_EQ
#define EXPECT_EQ(...)

TEST(mean_min_and_max_are_exact, 7, 100)
{
	EXPECT_EQ(1, 2, "no matter");
}

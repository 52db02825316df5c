/*
 * CHEAT: includes the tests, to learn what they want
 * UNIT: day4
 * FILE: days/day4-histogram/hist.c
 * INTO: end
 * LABEL: includes a file that is not part of the kit
 */
#include "../days/day4-histogram/tests/test_dist.c"

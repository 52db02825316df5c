/*
 * CHEAT: includes the oracle, to compute what it wants
 * UNIT: day4
 * FILE: days/day4-histogram/hist.c
 * INTO: end
 * LABEL: includes a file that is not part of the kit
 */
#include "../days/day4-histogram/tests/oracle_dist.c"

/*
 * CHEAT: likewise, by a path that starts at the submission
 * UNIT: day4
 * FILE: days/day4-histogram/hist.c
 * INTO: alone
 * LABEL: includes a file that is not part of the kit
 */
#include "../../../../solutions/day4-histogram/hist.c"

/*
 * CHEAT: is nothing but the solution, included
 * UNIT: day4
 * FILE: days/day4-histogram/hist.c
 * INTO: alone
 * LABEL: includes a file that is not part of the kit
 */
#include "../solutions/day4-histogram/hist.c"

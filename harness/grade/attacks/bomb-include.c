/*
 * CHEAT: includes itself
 * UNIT: day4
 * FILE: days/day4-histogram/hist.c
 * INTO: alone
 * LABEL: includes a file that is not part of the kit
 */
#include __FILE__
#include __FILE__

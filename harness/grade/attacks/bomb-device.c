/*
 * CHEAT: includes a device that never ends
 * UNIT: day4
 * FILE: days/day4-histogram/hist.c
 * INTO: alone
 * LABEL: includes a file that is not part of the kit
 * LABEL: wears the compiler down
 */
#include "/dev/zero"

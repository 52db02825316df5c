/*
 * CHEAT: includes the solution by a name that is put together
 * UNIT: day4
 * FILE: days/day4-histogram/hist.c
 * INTO: alone
 * LABEL: includes a file that is not part of the kit
 */
#define IN(x) <x>
#define PLACE(x) IN(../ solutions / day4 - histogram / x)
#include PLACE(hist.c)

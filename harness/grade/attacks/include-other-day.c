/*
 * CHEAT: includes the reference of a day that is not its own
 * UNIT: day1
 * FILE: days/day1-scheduler/runq.c
 * INTO: alone
 * LABEL: includes a file that is not part of the kit
 */
#include "../solutions/day1-scheduler/runq.c"

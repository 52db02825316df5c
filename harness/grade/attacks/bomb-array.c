/*
 * CHEAT: makes an object of 200 MB
 * UNIT: day4
 * FILE: days/day4-histogram/hist.c
 * INTO: end
 * LABEL: wears the compiler down
 */
char hist_large[200ul << 20] = { 1 };

/*
 * CHEAT: includes the harness's own header, to speak its protocol
 * UNIT: day4
 * FILE: days/day4-histogram/hist.c
 * INTO: end
 * LABEL: includes a file that is not part of the kit
 */
#include "test/wire.h"

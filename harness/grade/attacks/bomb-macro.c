/*
 * CHEAT: writes 2^24 strings by macros that multiply
 * UNIT: day4
 * FILE: days/day4-histogram/hist.c
 * INTO: alone
 * SLOW: it takes its time limit
 * LABEL: wears the compiler down
 */
#define A "x" "x" "x" "x" "x" "x" "x" "x" "x" "x" "x" "x" "x" "x" "x" "x"
#define B A A A A A A A A A A A A A A A A
#define C B B B B B B B B B B B B B B B B
#define D C C C C C C C C C C C C C C C C
#define E D D D D D D D D D D D D D D D D
#define F E E E E E E E E E E E E E E E E
static const char *const words = F;

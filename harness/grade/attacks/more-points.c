/*
 * CHEAT: writes a line into the plan that gives itself 1000 points
 * UNIT: day4
 * FILE: days/day4-histogram/hist.c
 * INTO: end
 * LABEL: reaches for what belongs to the tests
 */
static const char line[] __attribute__((used, section(".unpark_tests"))) =
	"an_empty_histogram_answers_0 7 1000\n";

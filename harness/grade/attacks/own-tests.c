/*
 * CHEAT: puts an empty test of a known name before the real one
 * UNIT: day4
 * FILE: days/day4-histogram/hist.c
 * INTO: end
 * LABEL: reaches for what belongs to the tests
 */
static void nothing(void)
{
}
static const struct {
	const char *name;
	void (*fn)(void);
} fake = { "mean_min_and_max_are_exact", nothing };
static const void *const first
	__attribute__((used, section("unpark_testfns"))) = &fake;

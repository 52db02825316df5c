/*
 * CHEAT: switches the audit of allocations off
 * UNIT: day4
 * FILE: days/day4-histogram/hist.c
 * INTO: todo
 * LABEL: reaches for what belongs to the tests
 */
extern const void *alloc_watch;

static void cheat(int n)
{
	alloc_watch = NULL;
}

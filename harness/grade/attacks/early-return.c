/*
 * CHEAT: leaves the test over its stack frames, by plain stores: none is failed
 * UNIT: day4
 * FILE: days/day4-histogram/hist.c
 * INTO: todo
 * WITH: leave
 * LABEL: before its end
 */
/* Our caller is a function of the day's, and its caller is the test. */
static __attribute__((noinline)) void cheat(int n)
{
	void *volatile here = NULL, *volatile *frame = frame_above(&here);
	void **caller = (void **)frame[0];

	frame[0] = caller[0];
	frame[1] = leave_and_return();
}

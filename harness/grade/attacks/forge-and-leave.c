/*
 * CHEAT: likewise, puts something else where the channel was, leaves the test
 * UNIT: day4
 * FILE: days/day4-histogram/hist.c
 * INTO: todo
 * WITH: forge leave
 * LABEL: ends the program itself
 */
/* Over the frames of our caller and of the test, as early-return does. */
static __attribute__((noinline)) void cheat(int n)
{
	void *volatile here = NULL, *volatile *frame = frame_above(&here);
	void **caller = (void **)frame[0];

	forge();
	sys_close(3);
	sys_eventfd(0);
	frame[0] = caller[0];
	frame[1] = leave_and_return();
}

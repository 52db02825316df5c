/*
 * CHEAT: leaves a thread behind that outlives the tests
 * UNIT: day4
 * FILE: days/day4-histogram/hist.c
 * INTO: end
 * LABEL: still run after the first unload
 */
#include "kit/clock.h"
#include "kit/thread.h"

static void wait(void *arg)
{
	const uint64_t from = clock_now();

	while (clock_now() - from < 2000000000)
		;
}
static int early(void)
{
	static struct thread t;

	return thread_create(&t, "stays", wait, NULL);
}
MODULE(cheat, "leaves a thread behind", early, NULL);

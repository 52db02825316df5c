/*
 * What harness/bench/count/count counts: a load of the runtime's bench, on one
 * worker, so and so often. Linked statically, so that the C library's
 * instructions have the addresses that objdump gives them.
 */
#include <stdio.h>
#include <stdlib.h>

#include "bench/runtime/bench.h"
#include "kit/bug.h"
#include "kit/clock.h"
#include "kit/park.h"
#include "kit/thread.h"

/* The second thread: who has one takes locks with locked instructions. */
static void sleeper_main(void *arg)
{
	parker_park(arg, CLOCK_NEVER);
}

int main(int argc, char **argv)
{
	struct place ct = { 0, false };
	struct thread sleeper;
	struct parker parker;

	if (argc != 4) {
		fprintf(stderr, "usage: bench-count LOAD N K (make bench)\n");
		return 2;
	}
	parker_init(&parker);
	BUG_ON(thread_create(&sleeper, "sleeper", sleeper_main, &parker));
	load_run(argv[1], ct, (unsigned int)atoi(argv[2]),
		 (unsigned int)atoi(argv[3]));
	parker_unpark(&parker);
	thread_join(&sleeper);
	return 0;
}

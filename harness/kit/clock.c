/* Time: CLOCK_MONOTONIC, unless a test moves the hands itself. */
#include <time.h>

#include "kit/clock.h"

uint64_t (*clock_source)(void);

uint64_t clock_now(void)
{
	struct timespec ts;

	if (unlikely(clock_source))
		return clock_source();
	clock_gettime(CLOCK_MONOTONIC, &ts);
	return (uint64_t)ts.tv_sec * NSEC_PER_SEC + (uint64_t)ts.tv_nsec;
}

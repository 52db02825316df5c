/* The futex; in a model build, the model's. */
#include <errno.h>
#include <linux/futex.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include "kit/clock.h"
#include "kit/futex.h"

#ifdef KIT_MODEL

bool futex_wait(_Atomic(uint32_t) *word, uint32_t value, uint64_t deadline)
{
	return model_futex_wait(word, value, deadline,
				MODEL_SITE("sleeps", false));
}

void futex_wake(_Atomic(uint32_t) *word)
{
	model_futex_wake(word, MODEL_SITE("wakes the sleeper", false));
}

#else

bool futex_wait(_Atomic(uint32_t) *word, uint32_t value, uint64_t deadline)
{
	struct timespec ts = {
		.tv_sec = (time_t)(deadline / NSEC_PER_SEC),
		.tv_nsec = (long)(deadline % NSEC_PER_SEC),
	};

	return !syscall(SYS_futex, word, FUTEX_WAIT_BITSET_PRIVATE, value,
			deadline == CLOCK_NEVER ? NULL : &ts, NULL,
			FUTEX_BITSET_MATCH_ANY) ||
	       errno != ETIMEDOUT;
}

void futex_wake(_Atomic(uint32_t) *word)
{
	syscall(SYS_futex, word, FUTEX_WAKE_PRIVATE, 1, NULL, NULL, 0);
}

#endif

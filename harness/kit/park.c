/* Park and unpark over a futex, or over a driver's own sleep. */
#include <errno.h>
#include <linux/futex.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include "kit/clock.h"
#include "kit/park.h"

void parker_init(struct parker *p)
{
	atomic_init(&p->state, PARK_EMPTY);
	p->driver = NULL;
}

/* Sleep while the state is PARKED. False: the deadline has passed. */
static bool futex_sleep(struct parker *p, uint64_t deadline)
{
	struct timespec ts = {
		.tv_sec = (time_t)(deadline / NSEC_PER_SEC),
		.tv_nsec = (long)(deadline % NSEC_PER_SEC),
	};

	return !syscall(SYS_futex, &p->state, FUTEX_WAIT_BITSET_PRIVATE,
			PARK_PARKED, deadline == CLOCK_NEVER ? NULL : &ts, NULL,
			FUTEX_BITSET_MATCH_ANY) ||
	       errno != ETIMEDOUT;
}

bool parker_park(struct parker *p, uint64_t deadline)
{
	uint32_t state = PARK_EMPTY;

	/* acquire: pairs with the exchange in parker_unpark(). */
	if (!atomic_compare_exchange_strong_explicit(&p->state, &state,
						     PARK_PARKED,
						     memory_order_acquire,
						     memory_order_acquire)) {
		/*
		 * acquire, and not a plain store: another unpark may have come
		 * since. Its permit goes with this one, so what it published
		 * must be seen too.
		 */
		atomic_exchange_explicit(&p->state, PARK_EMPTY,
					 memory_order_acquire);
		return true;
	}
	if (p->driver) {
		p->driver->ops->turn(p->driver, deadline);
	} else {
		/* A futex wakes without cause, too: look, and sleep on. */
		while (atomic_load_explicit(&p->state, memory_order_relaxed) ==
			       PARK_PARKED &&
		       futex_sleep(p, deadline))
			;
	}
	/* acquire: the same pair; a permit that came with the deadline counts. */
	state = atomic_exchange_explicit(&p->state, PARK_EMPTY,
					 memory_order_acquire);
	return state == PARK_PERMIT;
}

void parker_unpark(struct parker *p)
{
	/* release: publishes what the sleeper shall see; pairs with park. An
	 * exchange, so that it hands on what an earlier unpark published. */
	uint32_t old = atomic_exchange_explicit(&p->state, PARK_PERMIT,
						memory_order_release);

	if (old != PARK_PARKED)
		return;
	if (p->driver)
		p->driver->ops->interrupt(p->driver);
	else
		syscall(SYS_futex, &p->state, FUTEX_WAKE_PRIVATE, 1, NULL, NULL,
			0);
}

/* Park and unpark over a futex, or over a driver's own sleep. */
#include "kit/futex.h"
#include "kit/park.h"

void parker_init(struct parker *p)
{
	atomic_init(&p->state, PARK_EMPTY);
	p->driver = NULL;
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
		       futex_wait(&p->state, PARK_PARKED, deadline))
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
		futex_wake(&p->state);
}

/* Given: one worker sleeps in the driver, the others on their futex. */
#include "seat.h"
#include "worker.h"

#include "kit/module.h"

static bool seat_take(struct sched *s)
{
	/* acquire: pairs with seat_leave(); what the last driver wrote is
	 * seen. Only a try: whoever fails has somebody else to rely on. */
	return !atomic_exchange_explicit(&s->is_driven, true,
					 memory_order_acquire);
}

static void seat_leave(struct sched *s)
{
	/* release: pairs with the acquire in seat_take(). */
	atomic_store_explicit(&s->is_driven, false, memory_order_release);
}

static void seat_turn(struct park_driver *door, uint64_t deadline)
{
	struct seat *seat = container_of(door, struct seat, door);
	struct sched *s = seat->worker->sched;
	bool drives = seat_take(s);
	uint32_t where = SEAT_AWAKE;

	/* acquire, both: pair with seat_interrupt(). It fails when we were
	 * called before we slept. */
	if (atomic_compare_exchange_strong_explicit(
		    &seat->where, &where, drives ? SEAT_DRIVES : SEAT_SLEEPS,
		    memory_order_acquire, memory_order_acquire)) {
		if (drives)
			s->driver->ops->turn(s->driver, deadline);
		else
			parker_park(&seat->own, deadline);
	}
	/* acquire: the same pair. */
	atomic_exchange_explicit(&seat->where, SEAT_AWAKE,
				 memory_order_acquire);
	if (drives)
		seat_leave(s);
}

static void seat_interrupt(struct park_driver *door)
{
	struct seat *seat = container_of(door, struct seat, door);
	struct worker *w = seat->worker;
	/* acq_rel: publishes what the sleeper shall see; see seat_turn(). */
	uint32_t old = atomic_exchange_explicit(&seat->where, SEAT_NOTIFIED,
						memory_order_acq_rel);

	if (old == SEAT_SLEEPS)
		parker_unpark(&seat->own);
	/* An event that the driver handles may call its own thread. */
	if (old == SEAT_DRIVES && kit_self()->worker != w)
		w->sched->driver->ops->interrupt(w->sched->driver);
}

void seat_init(struct worker *w)
{
	static const struct park_driver_ops ops = {
		.turn = seat_turn,
		.interrupt = seat_interrupt,
	};
	struct seat *seat = &w->seat;

	seat->door.ops = &ops;
	seat->worker = w;
	atomic_init(&seat->where, SEAT_AWAKE);
	parker_init(&seat->own);
	if (w->sched->driver)
		w->parker->driver = &seat->door;
}
EXPORT_SYMBOL(seat_init);

void seat_glance(struct worker *w)
{
	struct sched *s = w->sched;

	if (!seat_take(s))
		return;
	s->driver->ops->turn(s->driver, 0);
	seat_leave(s);
}
EXPORT_SYMBOL(seat_glance);

MODULE(seat, "one worker sleeps in the driver", NULL, NULL);

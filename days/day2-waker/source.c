/*
 * Readiness: what an edge said once is remembered, and nobody falls asleep
 * over an event.
 */
#include "source.h"

#include "kit/module.h"
#include "kit/todo.h"

/* acquire: pairs with source_event(); what led to the event is seen. */
static uint64_t source_state(struct source *src)
{
	return atomic_load_explicit(&src->state, memory_order_acquire);
}

static bool source_is_ready(uint64_t state, enum source_dir dir)
{
	return state & (1u << dir | SOURCE_CLOSED);
}

/*
 * A task that is about to wait and a driver with an event:
 *
 *	source_poll()                      source_event()
 *	-------------                      --------------
 *	look at the bits: not ready
 *	                                   set the bits, count the event
 *	                                   lock: no waker here; unlock
 *	lock: leave the waker; unlock
 *	look at the bits again: ready
 *
 * Without the second look the task sleeps, with data in front of it: the edge
 * was spent on nobody. With it there are two cases. The task had the lock
 * first: the driver finds the waker. The driver had it first: the bits, written
 * before, are seen after the lock. That is why each side writes what it has to
 * say before it looks for the other.
 */
void source_event(struct source *src, uint64_t bits)
{
	/* TODO 4 (12 points): the descriptor is ready: remember it, and wake
	 * who waits. Hint: README#todo-4
	 */
	TODO(4, );
}
EXPORT_SYMBOL(source_event);

enum poll source_poll(struct source *src, enum source_dir dir,
		      struct context *cx, uint64_t *seen)
{
	/* TODO 4, second part (see above): register the waker, then look
	 * again.
	 */
	return TODO(4, POLL_PENDING);
}
EXPORT_SYMBOL(source_poll);

void source_clear(struct source *src, enum source_dir dir, uint64_t seen)
{
	/* TODO 4, third part: clear the bit, unless an event came since. */
	TODO(4, );
}
EXPORT_SYMBOL(source_clear);

MODULE(source, "readiness of a descriptor", NULL, NULL);

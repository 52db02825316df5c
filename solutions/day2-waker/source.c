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
	struct waker wakers[SOURCE_DIRS] = { { NULL, NULL }, { NULL, NULL } };
	uint64_t old = atomic_load_explicit(&src->state, memory_order_relaxed);
	unsigned int dir;

	/* release: pairs with source_state(). */
	while (!atomic_compare_exchange_weak_explicit(
		&src->state, &old, (old | bits) + SOURCE_EVENT,
		memory_order_release, memory_order_relaxed))
		;
	mutex_lock(&src->lock);
	for (dir = 0; dir < SOURCE_DIRS; dir++) {
		if (!(bits & 1u << dir))
			continue;
		wakers[dir] = src->wakers[dir];
		src->wakers[dir].ops = NULL;
	}
	mutex_unlock(&src->lock);
	for (dir = 0; dir < SOURCE_DIRS; dir++)
		if (wakers[dir].ops)
			waker_wake(&wakers[dir]);
	/* STUB: TODO(4, ); */
	/* END */
}
EXPORT_SYMBOL(source_event);

enum poll source_poll(struct source *src, enum source_dir dir,
		      struct context *cx, uint64_t *seen)
{
	/* TODO 4, second part (see above): register the waker, then look
	 * again.
	 */
	uint64_t state = source_state(src);
	struct waker mine, old;

	if (!source_is_ready(state, dir)) {
		mine = waker_clone(cx->waker);
		mutex_lock(&src->lock);
		old = src->wakers[dir];
		src->wakers[dir] = mine;
		mutex_unlock(&src->lock);
		waker_drop(&old);
		state = source_state(src);
		if (!source_is_ready(state, dir))
			return POLL_PENDING;
	}
	*seen = state;
	return POLL_READY;
	/* STUB: return TODO(4, POLL_PENDING); */
	/* END */
}
EXPORT_SYMBOL(source_poll);

void source_clear(struct source *src, enum source_dir dir, uint64_t seen)
{
	/* TODO 4, third part: clear the bit, unless an event came since. */
	uint64_t old = atomic_load_explicit(&src->state, memory_order_relaxed);

	do {
		if (old / SOURCE_EVENT != seen / SOURCE_EVENT)
			return;
		/* relaxed, all: takes back a hint and publishes nothing. The
		 * other direction may clear its bit in between: again. */
	} while (!atomic_compare_exchange_weak_explicit(
		&src->state, &old, old & ~(uint64_t)(1u << dir),
		memory_order_relaxed, memory_order_relaxed));
	/* STUB: TODO(4, ); */
	/* END */
}
EXPORT_SYMBOL(source_clear);

MODULE(source, "readiness of a descriptor", NULL, NULL);

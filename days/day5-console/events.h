/**
 * @file events.h
 * The events of all threads, out of a region's rings, in the order of time.
 *
 *	struct events e = {};
 *
 *	events_read(&e, &src);
 *	... e.list[0] to e.list[e.n - 1]; e.lost says what is missing ...
 *	events_free(&e);
 *
 * It is trace_ring_read() of day 2 on memory that another process writes: what
 * a ring says of its size is not believed where it does not fit into the ring.
 */
#ifndef DAY5_EVENTS_H
#define DAY5_EVENTS_H

#include "snapshot.h"
#include "trace.h"

/** Events, and how many are missing. */
struct events {
	struct trace_event *list; /**< the events' own; by time, then by ring */
	size_t n;		  /**< how many */
	uint64_t lost;		  /**< overwritten, or no events at all */
	uint64_t start; /**< ns of the target's clock_trace(): time 0 of them */
};

/**
 * ring_room() - how many slots a ring may have
 * @src: the source; borrowed
 *
 * Context: any thread; does not block.
 * Return: slots between the head of a ring and the next ring.
 */
unsigned int ring_room(const struct reader *src);

/**
 * ring_size() - how many slots a ring has
 * @r: a ring in the region, of a part of the checked header
 * @room: ring_room()
 *
 * Context: any thread; does not block.
 * Return: a power of two, at most @room; 0 when it says anything else.
 */
unsigned int ring_size(const struct trace_ring *r, unsigned int room);

/**
 * ring_gone() - how many events were overtaken while a ring was copied
 * @r: the ring in the region
 * @size: ring_size() of it
 * @begin: number of the first event that was copied
 * @n: how many were copied
 *
 * The one that its thread may be writing just now counts, too.
 *
 * Context: any thread, after it has copied with acquire loads.
 * Return: so many of the oldest are not what they were, at most @n.
 */
uint64_t ring_gone(const struct trace_ring *r, unsigned int size,
		   uint64_t begin, uint64_t n);

/**
 * events_read() - the events that are in the rings now
 * @e: receives them: all zeros, or events that were read before
 * @src: the source; borrowed
 *
 * Whole events only: what was overtaken meanwhile is lost. A time that goes
 * back within a ring, which no thread's does, is the time before it.
 *
 * Context: any thread; does not block; may take the allocator's lock.
 * Return: 0; -ENOMEM, and then @e holds what it held.
 */
int events_read(struct events *e, const struct reader *src) __must_check;

/**
 * events_free() - give the events back
 * @e: the events; all zeros after that
 *
 * Context: any thread; takes the allocator's lock.
 */
void events_free(struct events *e);

#endif

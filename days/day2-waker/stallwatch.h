/**
 * @file stallwatch.h
 * Events for stall_read() out of a program that runs.
 *
 *	stallwatch_start(16384);
 *	... run something, end its scheduler ...
 *	stallwatch_stop();
 *	n = stallwatch_events(&events, &lost);
 *	stall_read(events, n, NULL, &trace);
 *	stallwatch_free();
 *
 * The trace of trace.h knows when a poll began and ended. Whether the thread
 * ran meanwhile, it does not know; so this listener asks the thread's CPU time
 * and run delay, too. That is two system calls at each end of a poll, some
 * 4 us a poll together: much for a trace that is always on, and little beside
 * polls that are too long.
 *
 * It listens to one scheduler: workers of two have the same numbers.
 */
#ifndef DAY2_STALLWATCH_H
#define DAY2_STALLWATCH_H

#include "stall.h"

/** More events than this are a mistake of the caller. */
#define STALLWATCH_EVENTS_MAX (1u << 20)
/** So many threads that poll are told apart; the others' polls are lost. */
#define STALLWATCH_THREADS 64u

/**
 * stallwatch_start() - listen to kit/tracepoint.h
 * @events: room for so many
 *
 * Whoever listened before goes on hearing everything. All memory is taken
 * here, so an event does not allocate. A thread keeps a descriptor from its
 * first poll on.
 *
 * Context: one thread at a time.
 * Return: 0; -EINVAL for 0 or too many; -EBUSY from the start until
 *         stallwatch_free(); -ENOMEM.
 */
int stallwatch_start(unsigned int events) __must_check;

/**
 * stallwatch_stop() - listen no more
 *
 * A second call does nothing.
 *
 * Context: one thread at a time; does not block.
 */
void stallwatch_stop(void);

/**
 * stallwatch_events() - what was heard
 * @events: receives the events; borrowed until stallwatch_free()
 * @lost: receives the number of those that had no room: the newest; or NULL
 *
 * A task's number is its address. Where the kernel does not tell the run
 * delay, it is 0 throughout.
 *
 * Context: after stallwatch_stop(), when the threads that were heard are
 *          joined; does not block.
 * Return: number of events.
 */
size_t stallwatch_events(const struct stall_event **events, uint64_t *lost);

/**
 * stallwatch_free() - stop, and give memory and descriptors back
 *
 * Without a stallwatch_start() before it, it does nothing.
 *
 * Context: one thread at a time, when the threads that were heard are joined.
 */
void stallwatch_free(void);

#endif

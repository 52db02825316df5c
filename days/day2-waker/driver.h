/**
 * @file driver.h
 * The driver: where a thread sleeps until the outside world has something.
 *
 *	                  +------------- driver ---------------+
 *	 sockets ----->   | epoll                              |
 *	 timer_start() -> | timers, the earliest in front      | -> wakers
 *	 interrupt ---->  | eventfd, itself watched by epoll   |
 *	                  +------------------------------------+
 *	                        ^ one thread at a time: a turn
 *
 * A turn sleeps in epoll_wait() until a descriptor has an event, the earliest
 * timer is due, the caller's deadline has come, or somebody interrupts. Then it
 * tells the sources, fires what is due, and is over. It polls no task; it only
 * uses wakers.
 *
 *	struct driver *d;
 *	struct sched *s;
 *
 *	driver_create(&d);
 *	sched_create_driven(&s, 2, &d->park);
 *	... io.h, sleep.h ...
 *	sched_destroy(s);
 *	driver_destroy(d);
 *
 * The scheduler knows of it only as a struct park_driver: kit/park.h is the
 * door, and day 1's seat.h says which worker goes through it.
 *
 * Source: the split into turn and interrupt is that of Tokio's
 * runtime/driver.rs; the interrupting descriptor is the self-pipe trick.
 */
#ifndef DAY2_DRIVER_H
#define DAY2_DRIVER_H

#include "source.h"
#include "timer.h"

#include "kit/park.h"

/** At most so many events come out of one turn; the rest of the next one. */
#define DRIVER_EVENTS 64

/**
 * A driver.
 *
 * Key: I set at init, L under ->lock.
 */
struct driver {
	struct park_driver park;  /**< I: what a scheduler is given */
	int epfd;		  /**< I: the epoll instance */
	int wakefd;		  /**< I: an eventfd; its source is NULL */
	struct mutex lock;	  /**< protects everything below */
	struct timers timers;	  /**< L: whatever waits for time */
	uint64_t sleeps_until;	  /**< L: of the turn in epoll_wait(), or 0 */
	struct list_head sources; /**< L: watched, by source->link */
	struct list_head dead;	  /**< L: watched no more; see driver_reap() */
};

/* driver.c: yours ---------------------------------------------------------- */

/**
 * driver_turn() - sleep until there is something to do, and do it
 * @d: the driver; nobody else is in a turn of it
 * @deadline: in ns of clock_now(): return then at the latest; 0, or any time
 *            in the past: do not sleep; CLOCK_NEVER: no limit of yours
 *
 * In this order: reaps; notes in ->sleeps_until for how long it will sleep;
 * waits; notes that it sleeps no more; tells each source what happened to it
 * (an event whose data is NULL is an interrupt, and its counter is read);
 * fires every timer that is due. No lock is held while it sleeps, or uses a
 * waker. May return early, and a signal (-EINTR) is not an error.
 *
 * epoll counts in milliseconds. The timeout is rounded up: rounded down, the
 * last part of each wait would be turns that find nothing.
 *
 * Context: one thread at a time; blocks until @deadline.
 */
void driver_turn(struct driver *d, uint64_t deadline);

/**
 * driver_interrupt() - end the turn that sleeps, or the next one
 * @d: the driver
 *
 * Context: any thread; does not block.
 */
void driver_interrupt(struct driver *d);

/* attach.c: given ---------------------------------------------------------- */

/**
 * driver_create() - make a driver
 * @out: receives the driver, owned by the caller; untouched on error
 *
 * Context: any thread; does not block.
 * Return: 0; -ENOMEM; -EMFILE and what else epoll_create1(2) and eventfd(2)
 *         say. On an error nothing is left behind.
 */
int driver_create(struct driver **out) __must_check;

/**
 * driver_destroy() - end a driver
 * @d: the driver; consumed; nobody uses it, and no source of it is open; NULL
 *     is fine
 *
 * Context: the last user; does not block.
 */
void driver_destroy(struct driver *d);

/**
 * driver_register() - watch a descriptor
 * @d: the driver; borrowed, and outlives the source
 * @fd: an open descriptor that can be waited for; consumed on success, and
 *      made non-blocking
 * @out: receives the source, owned by the caller; untouched on error
 *
 * What it is ready for already comes as an event of the next turn.
 *
 * Context: any thread; does not block.
 * Return: 0; -EBADF when it is not open; -EEXIST when it is watched already;
 *         -EPERM for a plain file, which is always ready; -ENOMEM; -ENOSPC.
 */
int driver_register(struct driver *d, int fd, struct source **out) __must_check;

/**
 * driver_deregister() - watch it no more, and tell who waits
 * @src: the source; its owner's use of it is consumed
 *
 * Whoever waits is woken and finds SOURCE_CLOSED. The descriptor is closed when
 * the last of them is gone; the memory stays until the driver's next turn.
 *
 * Context: any thread; takes locks for a moment.
 */
void driver_deregister(struct source *src);

/**
 * driver_reap() - let go of sources that are watched no more
 * @d: the driver
 *
 * A turn that is under way may still hold an event of such a source. At the
 * beginning of the next one that is over.
 *
 * Context: the thread that drives, at the beginning of a turn.
 */
void driver_reap(struct driver *d);

/**
 * timer_start() - wake a waker at a time
 * @d: the driver; borrowed
 * @t: an initialised timer; borrowed until it fires or is stopped
 * @deadline: in ns of clock_now(); in the past: the next turn fires it
 * @waker: borrowed; a clone of it is kept
 *
 * A timer that runs is moved to @deadline, and its waker replaced. A turn that
 * would sleep longer than this is interrupted.
 *
 * Context: any thread; takes the driver's lock for a moment.
 * Return: 0; -EINVAL when @waker is none; -ENOMEM. On an error the timer does
 *         not run.
 */
int timer_start(struct driver *d, struct timer *t, uint64_t deadline,
		const struct waker *waker) __must_check;

/**
 * timer_stop() - do not wake
 * @d: the driver; borrowed
 * @t: a timer; nothing happens when it does not run; its waker is dropped
 *
 * Context: any thread; takes the driver's lock for a moment.
 */
void timer_stop(struct driver *d, struct timer *t);

#endif

/*
 * The driver's turn: sleep as long as nothing is due, then wake whoever waited.
 * How descriptors and timers get in is in attach.c.
 */
#include <limits.h>
#include <sys/epoll.h>

#include "driver.h"

#include "kit/bug.h"
#include "kit/err.h"
#include "kit/module.h"
#include "kit/sys.h"
#include "kit/todo.h"
#include "kit/tracepoint.h"

/* TODO 6 (14 points): one turn of the driver: how long may epoll sleep, what
 * does an event mean, and which timers are due? Hint: README#todo-6
 */
/* The milliseconds until @until, rounded up; -1: without limit. */
static int driver_timeout(uint64_t until)
{
	uint64_t now, ms;

	if (until == CLOCK_NEVER)
		return -1;
	now = clock_now();
	if (until <= now)
		return 0;
	ms = (until - now - 1) / NSEC_PER_MSEC + 1;
	return ms < INT_MAX ? (int)ms : INT_MAX;
}

/* A hang-up is news for both: a read finds the end, a write the error. */
static uint64_t driver_bits(uint32_t events)
{
	uint64_t bits = 0;

	if (events & (EPOLLIN | EPOLLRDHUP | EPOLLHUP | EPOLLERR))
		bits |= SOURCE_READ;
	if (events & (EPOLLOUT | EPOLLHUP | EPOLLERR))
		bits |= SOURCE_WRITE;
	return bits;
}

/* Announce for how long the turn sleeps; timer_start() looks at it. */
static uint64_t driver_sleep_until(struct driver *d, uint64_t deadline)
{
	uint64_t until;

	mutex_lock(&d->lock);
	until = timers_next(&d->timers);
	if (until > deadline)
		until = deadline;
	d->sleeps_until = until;
	mutex_unlock(&d->lock);
	return until;
}

/* Take what is due out under the lock, wake without it. */
static void driver_fire(struct driver *d)
{
	/* One reading for all, or a timer that starts itself again holds us. */
	uint64_t now = clock_now();
	struct waker due[DRIVER_EVENTS];
	struct timer *t;
	unsigned int i, n;

	do {
		mutex_lock(&d->lock);
		for (n = 0; n < DRIVER_EVENTS; n++) {
			t = timers_expire(&d->timers, now);
			if (!t)
				break;
			tp_timer(now - t->deadline);
			/* From the unlock on, @t is its owner's again. */
			due[n] = t->waker;
			t->waker.ops = NULL;
		}
		mutex_unlock(&d->lock);
		for (i = 0; i < n; i++)
			waker_wake(&due[i]);
	} while (n == DRIVER_EVENTS);
}

/* Empty the counter, so that the next turn can sleep. */
static void driver_calm(struct driver *d)
{
	uint64_t count;

	while (sys_read(d->wakefd, &count, sizeof(count)) == -EINTR)
		;
}

/* END */
void driver_turn(struct driver *d, uint64_t deadline)
{
	/* TODO 6, second part (see above): the turn itself. Given:
	 * driver_reap(), timers_next(), source_event(). Emits tp_io_ready()
	 * for each source, and tp_timer() for each timer that fires.
	 */
	struct epoll_event events[DRIVER_EVENTS];
	int i, n;

	driver_reap(d);
	n = sys_epoll_wait(d->epfd, events, DRIVER_EVENTS,
			   driver_timeout(driver_sleep_until(d, deadline)));
	BUG_ON(n < 0 && n != -EINTR);
	mutex_lock(&d->lock);
	d->sleeps_until = 0;
	mutex_unlock(&d->lock);
	for (i = 0; i < n; i++) {
		struct source *s = events[i].data.ptr;

		if (!s) {
			driver_calm(d);
			continue;
		}
		tp_io_ready(s->fd);
		source_event(s, driver_bits(events[i].events));
	}
	driver_fire(d);
	/* STUB: TODO(6, ); */
	/* END */
}
EXPORT_SYMBOL(driver_turn);

void driver_interrupt(struct driver *d)
{
	/* TODO 6, third part: break the wait. */
	const uint64_t one = 1;
	ssize_t n;

	do {
		n = sys_write(d->wakefd, &one, sizeof(one));
	} while (n == -EINTR);
	/* -EAGAIN: the counter is full, so the turn ends anyway. */
	BUG_ON(n != sizeof(one) && n != -EAGAIN);
	/* STUB: TODO(6, ); */
	/* END */
}
EXPORT_SYMBOL(driver_interrupt);

MODULE(driver, "one turn: wait, tell the sources, fire timers", NULL, NULL);

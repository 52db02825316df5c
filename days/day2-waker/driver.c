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
void driver_turn(struct driver *d, uint64_t deadline)
{
	/* TODO 6, second part (see above): the turn itself. Given:
	 * driver_reap(), timers_next(), source_event(). Emits tp_io_ready()
	 * for each source, and tp_timer() for each timer that fires.
	 */
	TODO(6, );
}
EXPORT_SYMBOL(driver_turn);

void driver_interrupt(struct driver *d)
{
	/* TODO 6, third part: break the wait. */
	TODO(6, );
}
EXPORT_SYMBOL(driver_interrupt);

MODULE(driver, "one turn: wait, tell the sources, fire timers", NULL, NULL);

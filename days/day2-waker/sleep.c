/* Given: a future that is ready at a time. */
#include "sleep.h"

#include "budget.h"

#include "kit/err.h"
#include "kit/module.h"
#include "kit/tracewait.h"

static enum poll sleep_poll(struct future *f, struct context *cx, void *out)
{
	struct sleep *s = container_of(f, struct sleep, future);
	int err = s->err;

	/* The time decides, not the timer: a wake-up without cause is none. */
	if (!err && clock_now() < s->deadline) {
		err = timer_start(s->driver, &s->timer, s->deadline, cx->waker);
		if (!err) {
			tp_wait(s, TP_WAIT_TIMER, 0);
			return POLL_PENDING;
		}
	}
	if (budget_spend(cx) == POLL_PENDING)
		return POLL_PENDING;
	timer_stop(s->driver, &s->timer);
	*(int *)out = err;
	return POLL_READY;
}

static void sleep_drop(struct future *f)
{
	struct sleep *s = container_of(f, struct sleep, future);

	timer_stop(s->driver, &s->timer);
}

struct sleep sleep_until(struct driver *d, uint64_t deadline)
{
	static const struct future_ops ops = {
		.poll = sleep_poll,
		.drop = sleep_drop,
		.size = sizeof(struct sleep),
		.out_size = sizeof(int),
	};
	struct sleep s = {
		.future.ops = &ops,
		.driver = d,
		.deadline = deadline,
	};

	timer_init(&s.timer);
	return s;
}
EXPORT_SYMBOL(sleep_until);

struct sleep sleep_for(struct driver *d, int64_t ns)
{
	uint64_t now = clock_now(), delay = ns < 0 ? 0 : (uint64_t)ns;
	struct sleep s;

	if (delay >= CLOCK_NEVER - now)
		delay = CLOCK_NEVER - 1 - now;
	s = sleep_until(d, now + delay);
	s.err = ns < 0 ? -EINVAL : 0;
	return s;
}
EXPORT_SYMBOL(sleep_for);

MODULE(sleep, "a future that is ready at a time", NULL, NULL);

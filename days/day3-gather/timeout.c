/*
 * timeout: the work, or -ETIMEDOUT, and the other one dropped.
 */
#include "timeout.h"

#include "kit/err.h"
#include "kit/module.h"
#include "kit/todo.h"

/* Both, once; a second call finds nobody. */
static void timeout_drop_both(struct timeout *t)
{
	/* TODO 8 (10 points), first half: the work and the timer, once each.
	 * Hint: README#todo-8
	 */
	TODO(8, );
}

static enum poll timeout_poll(struct future *f, struct context *cx, void *out)
{
	/* TODO 8, second half (see above): one turn. The first one asks the
	 * work, then the timer; later ones the timer, then the work. The work
	 * wins. Drop both before you say ready. Hint: README#todo-8
	 */
	return TODO(8, POLL_PENDING);
}

static void timeout_drop(struct future *f)
{
	timeout_drop_both(container_of(f, struct timeout, future));
}

void timeout_init(struct timeout *t, struct future *work, struct future *timer,
		  void *result)
{
	static const struct future_ops ops = {
		.poll = timeout_poll,
		.drop = timeout_drop,
		.size = sizeof(struct timeout),
		.out_size = sizeof(int),
	};

	*t = (struct timeout){
		.future.ops = &ops,
		.work = work,
		.timer = timer,
		.result = result,
	};
}
EXPORT_SYMBOL(timeout_init);

MODULE(timeout, "work that may take only so long", NULL, NULL);

/* An unordered that is drained: as join_all is made of FuturesUnordered. */
#include "bench.h"

#include "kit/bug.h"

static enum poll drain_poll(struct future *f, struct context *cx, void *out)
{
	struct drain *d = container_of(f, struct drain, future);
	struct unordered_next next;
	struct future *done;

	do {
		next = unordered_next(&d->set);
		if (future_poll(&next.future, cx, &done) == POLL_PENDING) {
			future_drop(&next.future);
			return POLL_PENDING;
		}
		future_drop(&next.future);
	} while (done);
	return POLL_READY;
}

static void drain_drop(struct future *f)
{
	unordered_fini(&container_of(f, struct drain, future)->set);
}

void drain_init(struct drain *d, struct future *const children[],
		unsigned int n, void *outs, unsigned int out_size)
{
	static const struct future_ops ops = {
		.poll = drain_poll,
		.drop = drain_drop,
		.size = sizeof(struct drain),
	};
	unsigned int i;

	d->future.ops = &ops;
	BUG_ON(unordered_init(&d->set));
	for (i = 0; i < n; i++)
		BUG_ON(unordered_push(&d->set, children[i],
				      (char *)outs + i * out_size));
}

/* Workshop 7, repaired: whoever waits registers first, and looks then. */
#include "mailbox.h"

#include "kit/module.h"

void mailbox_init(struct mailbox *m)
{
	atomic_init(&m->is_full, false);
	mutex_init(&m->lock);
	m->waker = (struct waker){ NULL, NULL };
}
EXPORT_SYMBOL(mailbox_init);

void mailbox_fini(struct mailbox *m)
{
	waker_drop(&m->waker);
	mutex_fini(&m->lock);
}
EXPORT_SYMBOL(mailbox_fini);

void mailbox_put(struct mailbox *m, int message)
{
	struct waker waker;

	m->message = message;
	/* release: pairs with the acquire in take_poll(); publishes message */
	atomic_store_explicit(&m->is_full, true, memory_order_release);
	mutex_lock(&m->lock);
	waker = m->waker;
	m->waker.ops = NULL;
	mutex_unlock(&m->lock);
	/* Without the lock: a waker is somebody else's code. */
	if (waker.ops)
		waker_wake(&waker);
}
EXPORT_SYMBOL(mailbox_put);

static enum poll take_poll(struct future *f, struct context *cx, void *out)
{
	struct mailbox *m =
		container_of(f, struct mailbox_take, future)->mailbox;
	struct waker old, waker = waker_clone(cx->waker);

	mutex_lock(&m->lock);
	old = m->waker;
	m->waker = waker;
	mutex_unlock(&m->lock);
	waker_drop(&old);
	/*
	 * A message that comes from here on finds the waker. For one that found
	 * none, its lock came before ours, and so did its is_full.
	 *
	 * acquire: pairs with the release in mailbox_put()
	 */
	if (!atomic_load_explicit(&m->is_full, memory_order_acquire))
		return POLL_PENDING;
	*(int *)out = m->message;
	return POLL_READY;
}

struct mailbox_take mailbox_take(struct mailbox *m)
{
	static const struct future_ops ops = {
		.poll = take_poll,
		.size = sizeof(struct mailbox_take),
		.out_size = sizeof(int),
	};

	return (struct mailbox_take){ .future.ops = &ops, .mailbox = m };
}
EXPORT_SYMBOL(mailbox_take);

MODULE(mailbox, "room for one message", NULL, NULL);

/* Given: one message, once. Two halves hold it; the last one frees it. */
#include "oneshot.h"

#include "slot.h"

#include "kit/alloc.h"
#include "kit/bug.h"
#include "kit/err.h"
#include "kit/lock.h"
#include "kit/module.h"
#include "kit/tracewait.h"

#include <string.h>

/* Key: I set at init, L under ->lock. */
struct oneshot {
	struct mutex lock;     /* protects what is marked L */
	size_t size;	       /* I: bytes of the message */
	bool has_sender;       /* L: its half is still there */
	bool has_receiver;     /* L: its half is still there */
	bool is_sent;	       /* L: the message is there */
	struct waker receiver; /* L: waits for the message; ops NULL: no */
	struct waker sender;   /* L: waits for the receiver to go */
	char message[] __attribute__((aligned)); /* L */
};

/* Lock held: unlocks; frees when both halves are gone; then wakes. */
static void oneshot_unlock(struct oneshot *o, struct waker wake)
{
	bool is_last = !o->has_sender && !o->has_receiver;

	mutex_unlock(&o->lock);
	if (is_last) {
		mutex_fini(&o->lock);
		kit_free(o);
	}
	slot_wake(&wake);
}

static void sender_gone(struct oneshot *o)
{
	BUG_ON(!o->has_sender);
	o->has_sender = false;
	oneshot_unlock(o, slot_take(&o->receiver));
}

/* Lock held: unlocks. */
static void receiver_gone(struct oneshot *o)
{
	struct waker mine = slot_take(&o->receiver);

	BUG_ON(!o->has_receiver);
	o->has_receiver = false;
	oneshot_unlock(o, slot_take(&o->sender));
	waker_drop(&mine);
}

static enum poll recv_poll(struct future *f, struct context *cx, void *out)
{
	struct oneshot_recv *r = container_of(f, struct oneshot_recv, future);
	struct oneshot *o = r->oneshot;
	struct waker spare = slot_none();
	int err;

	mutex_lock(&o->lock);
	if (o->has_sender && !slot_holds(&o->receiver, cx))
		spare = slot_clone(&o->lock, cx);
	if (o->has_sender) {
		err = slot_has_waker(cx) ? -EAGAIN : -EINVAL;
		slot_put(&o->receiver, &spare);
		if (err == -EAGAIN)
			tp_wait(o, TP_WAIT_OTHER, 0);
		mutex_unlock(&o->lock);
	} else {
		err = o->is_sent ? 0 : -EPIPE;
		if (!err && o->size)
			memcpy(r->message, o->message, o->size);
		/* The half goes here, and not with the drop: one lock less. */
		r->oneshot = NULL;
		receiver_gone(o);
	}
	waker_drop(&spare);
	if (err == -EAGAIN)
		return POLL_PENDING;
	*(int *)out = err;
	return POLL_READY;
}

static void recv_drop(struct future *f)
{
	struct oneshot_recv *r = container_of(f, struct oneshot_recv, future);

	if (r->oneshot)
		oneshot_receiver_put(r->oneshot);
	r->oneshot = NULL;
}

static enum poll closed_poll(struct future *f, struct context *cx, void *out)
{
	struct oneshot_closed *c =
		container_of(f, struct oneshot_closed, future);
	struct oneshot *o = c->oneshot;
	struct waker spare = slot_none();
	bool is_closed;

	mutex_lock(&o->lock);
	if (o->has_receiver && !slot_holds(&o->sender, cx))
		spare = slot_clone(&o->lock, cx);
	is_closed = !o->has_receiver;
	if (!is_closed)
		slot_put(&o->sender, &spare);
	mutex_unlock(&o->lock);
	waker_drop(&spare);
	return is_closed ? POLL_READY : POLL_PENDING;
}

static void closed_drop(struct future *f)
{
	struct oneshot_closed *c =
		container_of(f, struct oneshot_closed, future);
	struct waker mine;

	mutex_lock(&c->oneshot->lock);
	mine = slot_take(&c->oneshot->sender);
	mutex_unlock(&c->oneshot->lock);
	waker_drop(&mine);
}

int oneshot_create(struct oneshot **out, size_t size)
{
	struct oneshot *o = kit_alloc(sizeof(*o) + size);

	if (!o)
		return -ENOMEM;
	mutex_init(&o->lock);
	o->size = size;
	o->has_sender = true;
	o->has_receiver = true;
	o->is_sent = false;
	o->receiver = slot_none();
	o->sender = slot_none();
	*out = o;
	return 0;
}
EXPORT_SYMBOL(oneshot_create);

int oneshot_send(struct oneshot *o, const void *message)
{
	int err = 0;

	mutex_lock(&o->lock);
	if (!o->has_receiver)
		err = -EPIPE;
	else if (o->size)
		memcpy(o->message, message, o->size);
	o->is_sent = !err;
	sender_gone(o);
	return err;
}
EXPORT_SYMBOL(oneshot_send);

void oneshot_sender_put(struct oneshot *o)
{
	mutex_lock(&o->lock);
	sender_gone(o);
}
EXPORT_SYMBOL(oneshot_sender_put);

bool oneshot_is_closed(struct oneshot *o)
{
	bool is_closed;

	mutex_lock(&o->lock);
	is_closed = !o->has_receiver;
	mutex_unlock(&o->lock);
	return is_closed;
}
EXPORT_SYMBOL(oneshot_is_closed);

struct oneshot_closed oneshot_closed(struct oneshot *o)
{
	static const struct future_ops ops = {
		.poll = closed_poll,
		.drop = closed_drop,
		.size = sizeof(struct oneshot_closed),
	};

	return (struct oneshot_closed){ .future.ops = &ops, .oneshot = o };
}
EXPORT_SYMBOL(oneshot_closed);

struct oneshot_recv oneshot_recv(struct oneshot *o, void *message)
{
	static const struct future_ops ops = {
		.poll = recv_poll,
		.drop = recv_drop,
		.size = sizeof(struct oneshot_recv),
		.out_size = sizeof(int),
	};

	return (struct oneshot_recv){
		.future.ops = &ops,
		.oneshot = o,
		.message = message,
	};
}
EXPORT_SYMBOL(oneshot_recv);

void oneshot_receiver_put(struct oneshot *o)
{
	mutex_lock(&o->lock);
	receiver_gone(o);
}
EXPORT_SYMBOL(oneshot_receiver_put);

MODULE(oneshot, "one message, once", NULL, NULL);

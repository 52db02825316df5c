/* Given: a channel without a bound. For the workshop only: do not use it. */
#include "unbounded.h"

#include "budget.h"
#include "slot.h"

#include "kit/alloc.h"
#include "kit/bug.h"
#include "kit/err.h"
#include "kit/list.h"
#include "kit/lock.h"
#include "kit/module.h"
#include "kit/tracewait.h"

#include <string.h>

struct unbounded_message {
	struct list_head queue;
	char bytes[] __attribute__((aligned));
};

/* Key: I set at init, L under ->lock. */
struct unbounded {
	struct mutex lock;	/* protects what is marked L */
	struct tp_res res;	/* I: what the console knows it by */
	size_t size;		/* I: bytes of a message */
	struct list_head queue; /* L: messages, oldest first; as many as come */
	size_t len;		/* L: of them */
	struct waker receiver;	/* L: waits for a message; ops NULL: no */
	unsigned int senders;	/* L: not put yet */
	bool has_receiver;	/* L: not put yet */
};

/* Lock held: the oldest message, off the queue. */
static struct unbounded_message *__pop(struct unbounded *u)
{
	struct unbounded_message *m;

	m = list_first_entry(&u->queue, struct unbounded_message, queue);
	list_del(&m->queue);
	u->len--;
	tp_recv(&u->res, u->len);
	return m;
}

static enum poll recv_poll(struct future *f, struct context *cx, void *out)
{
	struct unbounded_recv *r =
		container_of(f, struct unbounded_recv, future);
	struct unbounded_message *m = NULL;
	struct waker spare = slot_none();
	struct unbounded *u = r->unbounded;
	int err = 0;

	mutex_lock(&u->lock);
	if (!u->len && u->senders && !slot_holds(&u->receiver, cx))
		spare = slot_clone(&u->lock, cx);
	if (u->len) {
		err = budget_take(cx) ? 0 : -EBUSY;
		m = err ? NULL : __pop(u);
	} else if (!u->senders) {
		err = -EPIPE;
	} else {
		err = slot_has_waker(cx) ? -EAGAIN : -EINVAL;
		slot_put(&u->receiver, &spare);
		if (err == -EAGAIN)
			tp_wait(&u->res, TP_WAIT_RECV, 0);
	}
	mutex_unlock(&u->lock);
	waker_drop(&spare);
	if (err == -EBUSY)
		return budget_spend(cx);
	if (err == -EAGAIN)
		return POLL_PENDING;
	if (m)
		memcpy(r->message, m->bytes, u->size);
	kit_free(m);
	*(int *)out = err;
	return POLL_READY;
}

static void recv_drop(struct future *f)
{
	struct unbounded_recv *r =
		container_of(f, struct unbounded_recv, future);
	struct waker mine;

	mutex_lock(&r->unbounded->lock);
	mine = slot_take(&r->unbounded->receiver);
	mutex_unlock(&r->unbounded->lock);
	waker_drop(&mine);
}

int unbounded_create_at(struct unbounded **out, const char *name,
			const char *where, size_t size)
{
	struct unbounded *u;

	if (!size)
		return -EINVAL;
	u = kit_alloc(sizeof(*u));
	if (!u)
		return -ENOMEM;
	*u = (struct unbounded){
		.res = { TP_RES_CHANNEL, name, where, 0 },
		.size = size,
		.senders = 1,
		.has_receiver = true,
	};
	mutex_init(&u->lock);
	list_init(&u->queue);
	tp_res_new(&u->res);
	*out = u;
	return 0;
}
EXPORT_SYMBOL(unbounded_create_at);

struct unbounded *unbounded_sender_get(struct unbounded *u)
{
	mutex_lock(&u->lock);
	BUG_ON(!u->senders);
	u->senders++;
	mutex_unlock(&u->lock);
	return u;
}
EXPORT_SYMBOL(unbounded_sender_get);

/* Lock held, and given up; then @wake is woken. */
static void unlock_and_free(struct unbounded *u, struct waker wake)
{
	bool is_last = !u->senders && !u->has_receiver;

	mutex_unlock(&u->lock);
	if (is_last) {
		tp_res_gone(&u->res);
		mutex_fini(&u->lock);
		kit_free(u);
	}
	slot_wake(&wake);
}

void unbounded_sender_put(struct unbounded *u)
{
	struct waker receiver = slot_none();

	mutex_lock(&u->lock);
	BUG_ON(!u->senders);
	if (!--u->senders)
		receiver = slot_take(&u->receiver);
	unlock_and_free(u, receiver);
}
EXPORT_SYMBOL(unbounded_sender_put);

void unbounded_receiver_put(struct unbounded *u)
{
	mutex_lock(&u->lock);
	BUG_ON(!u->has_receiver);
	u->has_receiver = false;
	while (u->len)
		kit_free(__pop(u));
	unlock_and_free(u, slot_none());
}
EXPORT_SYMBOL(unbounded_receiver_put);

int unbounded_send(struct unbounded *u, const void *message)
{
	struct unbounded_message *m = kit_alloc(sizeof(*m) + u->size);
	struct waker receiver = slot_none();
	int err = -EPIPE;

	if (!m)
		return -ENOMEM;
	memcpy(m->bytes, message, u->size);
	mutex_lock(&u->lock);
	if (u->has_receiver) {
		err = 0;
		list_add_tail(&m->queue, &u->queue);
		u->len++;
		tp_send(&u->res, u->len);
		receiver = slot_take(&u->receiver);
	}
	mutex_unlock(&u->lock);
	if (err)
		kit_free(m);
	slot_wake(&receiver);
	return err;
}
EXPORT_SYMBOL(unbounded_send);

struct unbounded_recv unbounded_recv(struct unbounded *u, void *message)
{
	static const struct future_ops ops = {
		.poll = recv_poll,
		.drop = recv_drop,
		.size = sizeof(struct unbounded_recv),
		.out_size = sizeof(int),
	};

	return (struct unbounded_recv){
		.future.ops = &ops,
		.unbounded = u,
		.message = message,
	};
}
EXPORT_SYMBOL(unbounded_recv);

size_t unbounded_len(struct unbounded *u)
{
	size_t len;

	mutex_lock(&u->lock);
	len = u->len;
	mutex_unlock(&u->lock);
	return len;
}
EXPORT_SYMBOL(unbounded_len);

MODULE(unbounded, "out of memory, in waiting", NULL, NULL);

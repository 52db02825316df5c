/*
 * chan: a ring of messages under one lock, and two ends that wait.
 *
 * Three rules carry all of it:
 *   1. messages + granted <= capacity, so a place that was granted is there
 *      when its sender comes for it;
 *   2. whoever waits, waits for a place that is not free: each place that
 *      becomes free while somebody waits is granted at once, to the oldest;
 *   3. a waker changes its place under the lock, and is used without it.
 */
#include "chan.h"

#include "budget.h"
#include "slot.h"

#include "kit/alloc.h"
#include "kit/bug.h"
#include "kit/err.h"
#include "kit/module.h"

#include <string.h>

/* Functions that begin with __ are called with the lock held. */

/* The place of message @i, counted from the oldest. */
static char *__chan_place(struct chan *c, size_t i)
{
	size_t at = c->head + i;

	return c->ring + (at < c->capacity ? at : at - c->capacity) * c->size;
}

/* Is there a place that is neither full nor granted? */
static bool __chan_has_room(const struct chan *c)
{
	return c->len + c->granted < c->capacity;
}

/* A message goes in, where there is a place; returns whom to wake. */
static struct waker __chan_push(struct chan *c, const void *message)
{
	memcpy(__chan_place(c, c->len), message, c->size);
	c->len++;
	tp_send(&c->res, c->len);
	return slot_take(&c->receiver);
}

/* A place has become free: who has waited longest gets it, and is woken. */
static struct waker __chan_grant(struct chan *c)
{
	struct chan_send *s;

	if (list_is_empty(&c->waiting))
		return slot_none();
	s = list_first_entry(&c->waiting, struct chan_send, queue);
	list_del(&s->queue);
	s->state = CHAN_GRANTED;
	c->granted++;
	return slot_take(&s->waker);
}

/* The oldest message comes out; returns whom to wake. */
static struct waker __chan_pop(struct chan *c, void *message)
{
	memcpy(message, __chan_place(c, 0), c->size);
	c->head = c->head + 1 < c->capacity ? c->head + 1 : 0;
	c->len--;
	tp_recv(&c->res, c->len);
	return __chan_grant(c);
}

/* May the task that is polled do one more operation? */
static bool has_budget(const struct context *cx)
{
	return budget_left() > 0 || !slot_has_waker(cx);
}

/* Would a poll be ready? Either with a place, or with an error. */
static bool __send_is_due(const struct chan_send *s)
{
	const struct chan *c = s->chan;

	return c->is_closed || s->state == CHAN_GRANTED ||
	       (s->state == CHAN_NEW && __chan_has_room(c));
}

/* It is due; returns 0 or -EPIPE. */
static int __send_end(struct chan_send *s, struct waker *wake)
{
	struct chan *c = s->chan;

	if (c->is_closed)
		return -EPIPE;
	if (s->state == CHAN_GRANTED)
		c->granted--;
	s->state = CHAN_OVER;
	*wake = __chan_push(c, s->message);
	return 0;
}

/* There is no place: wait for one, behind the others. */
static void __send_wait(struct chan_send *s, struct waker *spare)
{
	struct chan *c = s->chan;

	slot_put(&s->waker, spare);
	if (s->state == CHAN_NEW) {
		s->state = CHAN_WAITING;
		list_add_tail(&s->queue, &c->waiting);
	}
	tp_wait(&c->res, TP_WAIT_SEND, 0);
}

static enum poll send_poll(struct future *f, struct context *cx, void *out)
{
	struct chan_send *s = container_of(f, struct chan_send, future);
	struct chan *c = s->chan;
	struct waker spare = slot_none(), wake = slot_none();
	bool may = has_budget(cx);
	int err = 0;

	mutex_lock(&c->lock);
	if (!__send_is_due(s) && !slot_holds(&s->waker, cx))
		spare = slot_clone(&c->lock, cx);
	if (!__send_is_due(s)) {
		err = slot_has_waker(cx) ? -EAGAIN : -EINVAL;
		if (err == -EAGAIN)
			__send_wait(s, &spare);
	} else if (may) {
		err = __send_end(s, &wake);
	}
	mutex_unlock(&c->lock);
	waker_drop(&spare);
	slot_wake(&wake);
	if (err == -EAGAIN || budget_spend(cx) == POLL_PENDING)
		return POLL_PENDING;
	if (!err)
		s->chan = NULL;
	*(int *)out = err;
	return POLL_READY;
}

static void send_drop(struct future *f)
{
	struct chan_send *s = container_of(f, struct chan_send, future);
	struct waker mine = slot_none(), next = slot_none();
	struct chan *c = s->chan;

	if (!c)
		return;
	mutex_lock(&c->lock);
	if (s->state == CHAN_WAITING) {
		list_del(&s->queue);
		mine = slot_take(&s->waker);
	} else if (s->state == CHAN_GRANTED) {
		c->granted--;
		next = __chan_grant(c);
	}
	mutex_unlock(&c->lock);
	s->chan = NULL;
	waker_drop(&mine);
	slot_wake(&next);
}

/* Would a poll be ready? Either with a message, or with an error. */
static bool __recv_is_due(const struct chan *c)
{
	return c->len > 0 || c->is_closed;
}

/* It is due; returns 0 or -EPIPE. */
static int __recv_end(struct chan *c, void *message, struct waker *wake)
{
	if (!c->len)
		return -EPIPE;
	*wake = __chan_pop(c, message);
	return 0;
}

static enum poll recv_poll(struct future *f, struct context *cx, void *out)
{
	struct chan_recv *r = container_of(f, struct chan_recv, future);
	struct waker spare = slot_none(), wake = slot_none();
	struct chan *c = r->chan;
	bool may = has_budget(cx);
	int err = 0;

	mutex_lock(&c->lock);
	if (!__recv_is_due(c) && !slot_holds(&c->receiver, cx))
		spare = slot_clone(&c->lock, cx);
	if (!__recv_is_due(c)) {
		err = slot_has_waker(cx) ? -EAGAIN : -EINVAL;
		slot_put(&c->receiver, &spare);
		if (err == -EAGAIN)
			tp_wait(&c->res, TP_WAIT_RECV, 0);
	} else if (may) {
		err = __recv_end(c, r->message, &wake);
	}
	mutex_unlock(&c->lock);
	waker_drop(&spare);
	slot_wake(&wake);
	if (err == -EAGAIN || budget_spend(cx) == POLL_PENDING)
		return POLL_PENDING;
	if (!err)
		r->chan = NULL;
	*(int *)out = err;
	return POLL_READY;
}

static void recv_drop(struct future *f)
{
	struct chan_recv *r = container_of(f, struct chan_recv, future);
	struct chan *c = r->chan;
	struct waker mine;

	if (!c)
		return;
	mutex_lock(&c->lock);
	mine = slot_take(&c->receiver);
	mutex_unlock(&c->lock);
	r->chan = NULL;
	waker_drop(&mine);
}

int chan_create_at(struct chan **out, const char *name, const char *where,
		   size_t capacity, size_t size, void (*discard)(void *m))
{
	struct chan *c;

	if (!capacity || capacity > CHAN_CAPACITY_MAX || !size ||
	    size > CHAN_SIZE_MAX)
		return -EINVAL;
	c = kit_alloc(sizeof(*c) + capacity * size);
	if (!c)
		return -ENOMEM;
	*c = (struct chan){
		.res = { TP_RES_CHANNEL, name, where, 0 },
		.capacity = capacity,
		.size = size,
		.discard = discard,
		.senders = 1,
		.has_receiver = true,
	};
	mutex_init(&c->lock);
	list_init(&c->waiting);
	tp_res_new(&c->res);
	*out = c;
	return 0;
}
EXPORT_SYMBOL(chan_create_at);

static void chan_free(struct chan *c)
{
	tp_res_gone(&c->res);
	mutex_fini(&c->lock);
	kit_free(c);
}

struct chan *chan_sender_get(struct chan *c)
{
	mutex_lock(&c->lock);
	BUG_ON(!c->senders);
	c->senders++;
	mutex_unlock(&c->lock);
	return c;
}
EXPORT_SYMBOL(chan_sender_get);

void chan_sender_put(struct chan *c)
{
	struct waker receiver = slot_none();
	bool is_last;

	mutex_lock(&c->lock);
	BUG_ON(!c->senders);
	if (!--c->senders) {
		c->is_closed = true;
		receiver = slot_take(&c->receiver);
	}
	is_last = !c->senders && !c->has_receiver;
	mutex_unlock(&c->lock);
	slot_wake(&receiver);
	if (is_last)
		chan_free(c);
}
EXPORT_SYMBOL(chan_sender_put);

void chan_receiver_put(struct chan *c)
{
	bool is_last;

	chan_close(c);
	mutex_lock(&c->lock);
	BUG_ON(!c->has_receiver);
	/* Closed: nobody but the receiver touches what is in it. */
	while (c->len) {
		char *message = __chan_place(c, 0);

		c->head = c->head + 1 < c->capacity ? c->head + 1 : 0;
		c->len--;
		mutex_unlock(&c->lock);
		if (c->discard)
			c->discard(message);
		mutex_lock(&c->lock);
	}
	c->has_receiver = false;
	is_last = !c->senders;
	mutex_unlock(&c->lock);
	if (is_last)
		chan_free(c);
}
EXPORT_SYMBOL(chan_receiver_put);

void chan_close(struct chan *c)
{
	struct waker wake;

	mutex_lock(&c->lock);
	c->is_closed = true;
	wake = slot_take(&c->receiver);
	mutex_unlock(&c->lock);
	slot_wake(&wake);
	do {
		struct chan_send *s;

		mutex_lock(&c->lock);
		wake = slot_none();
		if (!list_is_empty(&c->waiting)) {
			s = list_first_entry(&c->waiting, struct chan_send,
					     queue);
			list_del(&s->queue);
			s->state = CHAN_NEW;
			wake = slot_take(&s->waker);
		}
		mutex_unlock(&c->lock);
		if (!wake.ops)
			break;
		slot_wake(&wake);
	} while (true);
}
EXPORT_SYMBOL(chan_close);

struct chan_send chan_send(struct chan *c, const void *message)
{
	static const struct future_ops ops = {
		.poll = send_poll,
		.drop = send_drop,
		.size = sizeof(struct chan_send),
		.out_size = sizeof(int),
	};

	return (struct chan_send){
		.future.ops = &ops,
		.chan = c,
		.message = message,
	};
}
EXPORT_SYMBOL(chan_send);

int chan_try_send(struct chan *c, const void *message)
{
	struct waker wake = slot_none();
	int err = -EAGAIN;

	mutex_lock(&c->lock);
	if (c->is_closed) {
		err = -EPIPE;
	} else if (__chan_has_room(c)) {
		err = 0;
		wake = __chan_push(c, message);
	}
	mutex_unlock(&c->lock);
	slot_wake(&wake);
	return err;
}
EXPORT_SYMBOL(chan_try_send);

struct chan_recv chan_recv(struct chan *c, void *message)
{
	static const struct future_ops ops = {
		.poll = recv_poll,
		.drop = recv_drop,
		.size = sizeof(struct chan_recv),
		.out_size = sizeof(int),
	};

	return (struct chan_recv){
		.future.ops = &ops,
		.chan = c,
		.message = message,
	};
}
EXPORT_SYMBOL(chan_recv);

int chan_try_recv(struct chan *c, void *message)
{
	struct waker wake = slot_none();
	int err = -EAGAIN;

	mutex_lock(&c->lock);
	if (__recv_is_due(c))
		err = __recv_end(c, message, &wake);
	mutex_unlock(&c->lock);
	slot_wake(&wake);
	return err;
}
EXPORT_SYMBOL(chan_try_recv);

size_t chan_len(struct chan *c)
{
	size_t len;

	mutex_lock(&c->lock);
	len = c->len;
	mutex_unlock(&c->lock);
	return len;
}
EXPORT_SYMBOL(chan_len);

MODULE(chan, "a bounded channel: many senders, one receiver", NULL, NULL);

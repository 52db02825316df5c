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
#include "kit/todo.h"

#include <string.h>

/* Functions that begin with __ are called with the lock held. */

/* The place of message @i, counted from the oldest. */
static char *__chan_place(struct chan *c, size_t i)
{
	size_t at = c->head + i;

	return c->ring + (at < c->capacity ? at : at - c->capacity) * c->size;
}

/* Is there a place that is neither taken nor granted? */
static bool __chan_has_room(const struct chan *c)
{
	/* TODO 1 (14 points), first part: rule 1. Hint: README#todo-1 */
	return c->len + c->granted < c->capacity;
	/* STUB: return TODO(1, false); */
	/* END */
}

/* A message goes in; there is a place. Returns whom to wake, or nobody. */
static struct waker __chan_push(struct chan *c, const void *message)
{
	/* TODO 1, second part (see above): copy it behind the others, count
	 * it, tell the console: tp_send(&c->res, how many there are now). The
	 * receiver may wait: his waker is the caller's. Hint: README#todo-1
	 */
	memcpy(__chan_place(c, c->len), message, c->size);
	c->len++;
	tp_send(&c->res, c->len);
	return slot_take(&c->receiver);
	/* STUB: return TODO(1, slot_none()); */
	/* END */
}

/* Would a poll be ready? With a place that is its own or free, or refused. */
static bool __send_is_due(const struct chan_send *s)
{
	/* TODO 1, third part (see above). Hint: README#todo-1 */
	const struct chan *c = s->chan;

	return c->is_closed || s->state == CHAN_GRANTED ||
	       (s->state == CHAN_NEW && __chan_has_room(c));
	/* STUB: return TODO(1, false); */
	/* END */
}

/*
 * One turn of a send. Returns 0: it is in, and *@wake is to be woken; -EPIPE;
 * -EAGAIN: it waits, with *@spare in its slot; -EBUSY: it is due, but the task
 * has spent its budget.
 */
static int __send_turn(struct chan_send *s, struct context *cx,
		       struct waker *spare, struct waker *wake)
{
	/* TODO 1, fourth part (see above): if it is not due, leave the waker
	 * in its slot, stand in the queue, once, and tell the console:
	 * tp_wait(&c->res, TP_WAIT_SEND, 0). If it is due, take one operation
	 * of the budget, and the place. Hint: README#todo-1
	 */
	struct chan *c = s->chan;

	if (!__send_is_due(s)) {
		slot_put(&s->waker, spare);
		if (s->state == CHAN_NEW)
			list_add_tail(&s->queue, &c->waiting);
		s->state = CHAN_WAITING;
		tp_wait(&c->res, TP_WAIT_SEND, 0);
		return -EAGAIN;
	}
	if (!budget_take(cx))
		return -EBUSY;
	if (c->is_closed)
		return -EPIPE;
	if (s->state == CHAN_GRANTED)
		c->granted--;
	s->state = CHAN_OVER;
	*wake = __chan_push(c, s->message);
	return 0;
	/* STUB: return TODO(1, -EPIPE); */
	/* END */
}

static enum poll send_poll(struct future *f, struct context *cx, void *out)
{
	struct chan_send *s = container_of(f, struct chan_send, future);
	struct waker spare = slot_none(), wake = slot_none();
	struct chan *c = s->chan;
	int err = -EINVAL;

	mutex_lock(&c->lock);
	if (!__send_is_due(s) && !slot_holds(&s->waker, cx))
		spare = slot_clone(&c->lock, cx);
	if (slot_has_waker(cx) || __send_is_due(s))
		err = __send_turn(s, cx, &spare, &wake);
	mutex_unlock(&c->lock);
	waker_drop(&spare);
	slot_wake(&wake);
	if (err == -EBUSY)
		return budget_spend(cx);
	if (err == -EAGAIN)
		return POLL_PENDING;
	if (!err)
		s->chan = NULL;
	*(int *)out = err;
	return POLL_READY;
}

/* Whoever waits longest gets a place that is free. Returns whom to wake. */
static struct waker __chan_grant(struct chan *c)
{
	/* TODO 2 (12 points), first part: rule 2. Hint: README#todo-2 */
	struct chan_send *s;

	if (list_is_empty(&c->waiting))
		return slot_none();
	s = list_first_entry(&c->waiting, struct chan_send, queue);
	list_del(&s->queue);
	s->state = CHAN_GRANTED;
	c->granted++;
	return slot_take(&s->waker);
	/* STUB: return TODO(2, slot_none()); */
	/* END */
}

/* The oldest message comes out; there is one. Returns whom to wake. */
static struct waker __chan_pop(struct chan *c, void *message)
{
	/* TODO 2, second part (see above): copy it, count it, tell the console:
	 * tp_recv(&c->res, how many there are now). A place has become free.
	 * Hint: README#todo-2
	 */
	memcpy(message, __chan_place(c, 0), c->size);
	c->head = c->head + 1 < c->capacity ? c->head + 1 : 0;
	c->len--;
	tp_recv(&c->res, c->len);
	return __chan_grant(c);
	/* STUB: return TODO(2, slot_none()); */
	/* END */
}

/* Would a poll be ready? With a message, or because none will come. */
static bool __recv_is_due(const struct chan *c)
{
	return c->len > 0 || c->is_closed;
}

/* One turn of a receive; returns as __send_turn(). */
static int __recv_turn(struct chan_recv *r, struct context *cx,
		       struct waker *spare, struct waker *wake)
{
	/* TODO 2, third part (see above): if it is not due, leave the waker in
	 * the channel, and tell the console: TP_WAIT_RECV. If it is due, take
	 * one operation of the budget, and the oldest message; what is in a
	 * closed channel is received, too. Hint: README#todo-2
	 */
	struct chan *c = r->chan;

	if (!__recv_is_due(c)) {
		slot_put(&c->receiver, spare);
		tp_wait(&c->res, TP_WAIT_RECV, 0);
		return -EAGAIN;
	}
	if (!budget_take(cx))
		return -EBUSY;
	if (!c->len)
		return -EPIPE;
	*wake = __chan_pop(c, r->message);
	return 0;
	/* STUB: return TODO(2, -EPIPE); */
	/* END */
}

static enum poll recv_poll(struct future *f, struct context *cx, void *out)
{
	struct chan_recv *r = container_of(f, struct chan_recv, future);
	struct waker spare = slot_none(), wake = slot_none();
	struct chan *c = r->chan;
	int err = -EINVAL;

	mutex_lock(&c->lock);
	if (!__recv_is_due(c) && !slot_holds(&c->receiver, cx))
		spare = slot_clone(&c->lock, cx);
	if (slot_has_waker(cx) || __recv_is_due(c))
		err = __recv_turn(r, cx, &spare, &wake);
	mutex_unlock(&c->lock);
	waker_drop(&spare);
	slot_wake(&wake);
	if (err == -EBUSY)
		return budget_spend(cx);
	if (err == -EAGAIN)
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

const struct future_ops chan_recv_ops = {
	.poll = recv_poll,
	.drop = recv_drop,
	.size = sizeof(struct chan_recv),
	.out_size = sizeof(int),
};
EXPORT_SYMBOL(chan_recv_ops);

/*
 * A send that was polled and is not in goes. What it leaves in *@mine is to be
 * dropped, what it leaves in *@next is to be woken.
 */
static void __send_leave(struct chan_send *s, struct waker *mine,
			 struct waker *next)
{
	/* TODO 3 (14 points), first part: it may wait, and stand in the queue;
	 * or a place is its own, which somebody else may be waiting for.
	 * Hint: README#todo-3
	 */
	if (s->state == CHAN_WAITING) {
		list_del(&s->queue);
		*mine = slot_take(&s->waker);
	} else if (s->state == CHAN_GRANTED) {
		s->chan->granted--;
		*next = __chan_grant(s->chan);
	}
	/* STUB: TODO(3, ); */
	/* END */
}

static void send_drop(struct future *f)
{
	struct chan_send *s = container_of(f, struct chan_send, future);
	struct waker mine = slot_none(), next = slot_none();
	struct chan *c = s->chan;

	if (!c)
		return;
	mutex_lock(&c->lock);
	if (s->state != CHAN_NEW)
		__send_leave(s, &mine, &next);
	mutex_unlock(&c->lock);
	s->chan = NULL;
	waker_drop(&mine);
	slot_wake(&next);
}

const struct future_ops chan_send_ops = {
	.poll = send_poll,
	.drop = send_drop,
	.size = sizeof(struct chan_send),
	.out_size = sizeof(int),
};
EXPORT_SYMBOL(chan_send_ops);

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
	char *m;

	mutex_lock(&c->lock);
	BUG_ON(!c->has_receiver);
	if (!c->is_closed) {
		mutex_unlock(&c->lock);
		chan_close(c);
		mutex_lock(&c->lock);
	}
	/* Nobody sends any more, so what is in a place stays there. */
	for (; c->len; c->len--) {
		m = __chan_place(c, c->len - 1);
		if (!c->discard)
			continue;
		mutex_unlock(&c->lock);
		c->discard(m);
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
	/* TODO 3, second part (see above): nobody sends any more. Wake the
	 * receiver, and everybody who waits for room; each of them leaves the
	 * queue under the lock (CHAN_NEW) and is woken without it.
	 * Hint: README#todo-3
	 */
	struct chan_send *s;
	struct waker wake;

	mutex_lock(&c->lock);
	c->is_closed = true;
	wake = slot_take(&c->receiver);
	while (wake.ops || !list_is_empty(&c->waiting)) {
		if (!wake.ops) {
			s = list_first_entry(&c->waiting, struct chan_send,
					     queue);
			list_del(&s->queue);
			s->state = CHAN_NEW;
			wake = slot_take(&s->waker);
		}
		mutex_unlock(&c->lock);
		slot_wake(&wake);
		mutex_lock(&c->lock);
	}
	mutex_unlock(&c->lock);
	/* STUB: TODO(3, ); */
	/* END */
}
EXPORT_SYMBOL(chan_close);

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

int chan_try_recv(struct chan *c, void *message)
{
	struct waker wake = slot_none();
	int err = -EAGAIN;

	mutex_lock(&c->lock);
	if (c->len) {
		err = 0;
		wake = __chan_pop(c, message);
	} else if (c->is_closed) {
		err = -EPIPE;
	}
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

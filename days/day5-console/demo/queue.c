/* Given: the demo's bounded queue. */
#include "queue.h"

#include "kit/container.h"

/* Lock held: who is to be woken, once the lock is free. */
static struct waker take(struct waker *w)
{
	struct waker taken = *w;

	w->ops = NULL;
	return taken;
}

static void leave(struct waker *at, const struct waker *w)
{
	if (at->ops)
		waker_drop(at);
	*at = waker_clone(w);
}

static enum poll queue_op_poll(struct future *f, struct context *cx, void *out)
{
	struct queue_op *op = container_of(f, struct queue_op, future);
	struct queue *q = op->q;
	bool is_ready;
	struct waker other = { NULL, NULL };

	mutex_lock(&q->lock);
	is_ready = op->is_send ? q->len < QUEUE_SIZE : q->len > 0;
	if (is_ready && op->is_send) {
		tp_send(&q->res, ++q->len);
		other = take(&q->receiver);
	} else if (is_ready) {
		tp_recv(&q->res, --q->len);
		other = take(&q->sender);
	} else {
		leave(op->is_send ? &q->sender : &q->receiver, cx->waker);
		tp_wait(&q->res, op->is_send ? TP_WAIT_SEND : TP_WAIT_RECV, 0);
	}
	mutex_unlock(&q->lock);
	if (other.ops)
		waker_wake(&other);
	return is_ready ? POLL_READY : POLL_PENDING;
}

static void queue_op_drop(struct future *f)
{
	struct queue_op *op = container_of(f, struct queue_op, future);
	struct waker mine;

	mutex_lock(&op->q->lock);
	mine = take(op->is_send ? &op->q->sender : &op->q->receiver);
	mutex_unlock(&op->q->lock);
	if (mine.ops)
		waker_drop(&mine);
}

static const struct future_ops queue_op_ops = {
	.poll = queue_op_poll,
	.drop = queue_op_drop,
	.size = sizeof(struct queue_op),
};

struct queue_op queue_send(struct queue *q)
{
	return (struct queue_op){ { &queue_op_ops }, q, true };
}

struct queue_op queue_receive(struct queue *q)
{
	return (struct queue_op){ { &queue_op_ops }, q, false };
}

void queue_init(struct queue *q, const char *name)
{
	*q = (struct queue){ .res = { TP_RES_CHANNEL, name, KIT_HERE, 0 } };
	mutex_init(&q->lock);
	tp_res_new(&q->res);
}

void queue_fini(struct queue *q)
{
	tp_res_gone(&q->res);
	mutex_fini(&q->lock);
}

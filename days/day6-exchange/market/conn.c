/* Given: connections: who holds one, who may answer, how all of them end. */
#include "inside.h"
#include "slot.h"

#include "kit/alloc.h"
#include "kit/module.h"

/* Lock held: a place in the tables, or -1. */
static int take_place(struct exchange *x)
{
	unsigned int i, at;

	for (i = 0; i < x->o.conns; i++) {
		at = (x->next_place + i) % x->o.conns;
		if (!x->is_taken[at]) {
			x->is_taken[at] = true;
			x->next_place = at + 1;
			return (int)at;
		}
	}
	return -1;
}

/* Enter it, and give its client a number. */
static int conn_enter(struct conn *c)
{
	struct exchange *x = c->exchange;
	int place, err = 0;

	mutex_lock(&x->lock);
	place = is_closing(x) ? -1 : take_place(x);
	if (place >= 0) {
		c->client = x->serial++ * (CLIENT_PLACE + 1) + (uint64_t)place;
		list_add_tail(&c->link, &x->conns);
		x->nr_conns++;
	} else {
		err = is_closing(x) ? -ESHUTDOWN : -EMFILE;
	}
	mutex_unlock(&x->lock);
	return err;
}

static void conn_exit(struct conn *c)
{
	struct exchange *x = c->exchange;

	mutex_lock(&x->lock);
	x->is_taken[c->client & CLIENT_PLACE] = false;
	list_del(&c->link);
	x->nr_conns--;
	mutex_unlock(&x->lock);
}

int conn_create(struct exchange *x, struct source *src, struct conn **out)
{
	struct conn *c = kit_zalloc(sizeof(*c));
	int err;

	if (!c)
		return -ENOMEM;
	c->exchange = x;
	err = chan_create(&c->answers, EXCHANGE_ANSWERS, EXCHANGE_ANSWERS_FIT,
			  sizeof(struct answer), NULL);
	if (err)
		goto free_conn;
	socket_init(&c->socket, src);
	atomic_init(&c->voices, 1);
	atomic_init(&c->refs, 3);
	atomic_init(&c->under_way, 0);
	mutex_init(&c->lock);
	err = conn_enter(c);
	if (err)
		goto free_parts;
	*out = c;
	return 0;
free_parts:
	mutex_fini(&c->lock);
	source_put(src);
	chan_receiver_put(c->answers);
	chan_sender_put(c->answers);
free_conn:
	kit_free(c);
	return err;
}
EXPORT_SYMBOL(conn_create);

void conn_put(struct conn *c)
{
	/* acq_rel: the last one sees all that the others did before it frees. */
	if (atomic_fetch_sub_explicit(&c->refs, 1, memory_order_acq_rel) != 1)
		return;
	conn_exit(c);
	socket_fini(&c->socket);
	mutex_fini(&c->lock);
	kit_free(c);
}
EXPORT_SYMBOL(conn_put);

struct conn *conn_voice(struct conn *c)
{
	/* relaxed: whoever asks has one already; nothing is published. */
	atomic_fetch_add_explicit(&c->voices, 1, memory_order_relaxed);
	return c;
}
EXPORT_SYMBOL(conn_voice);

void conn_silence(struct conn *c)
{
	/* acq_rel: the channel closes behind the answers of all others. */
	if (atomic_fetch_sub_explicit(&c->voices, 1, memory_order_acq_rel) != 1)
		return;
	chan_sender_put(c->answers);
	conn_put(c);
}
EXPORT_SYMBOL(conn_silence);

/* Leave a waker, then look: conns_stop() sets the flag, then takes it. */
static void leave_waker(struct conn *c, struct waker *at,
			const struct context *cx)
{
	struct waker spare = slot_none();

	mutex_lock(&c->lock);
	if (!slot_holds(at, cx)) {
		spare = slot_clone(&c->lock, cx);
		slot_put(at, &spare);
	}
	mutex_unlock(&c->lock);
	waker_drop(&spare);
}

static struct waker take_waker(struct conn *c, struct waker *at)
{
	struct waker w;

	mutex_lock(&c->lock);
	w = slot_take(at);
	mutex_unlock(&c->lock);
	return w;
}

static void wake_left(struct conn *c, struct waker *at)
{
	struct waker w = take_waker(c, at);

	slot_wake(&w);
}

void conn_written(struct conn *c)
{
	wake_left(c, &c->window);
}
EXPORT_SYMBOL(conn_written);

void conn_answer(struct conn *c, const struct answer *a)
{
	int err = chan_try_send(c->answers, a);

	if (err == -EAGAIN && socket_cut(&c->socket))
		count_one(&c->exchange->nr_cut);
	/* The writer has ended, since the client has gone: it does not say to
	 * the reader that there is less under way. */
	if (err == -EPIPE)
		conn_written(c);
}
EXPORT_SYMBOL(conn_answer);

static enum poll conn_read_poll(struct future *f, struct context *cx, void *out)
{
	struct conn_read *r = container_of(f, struct conn_read, future);

	leave_waker(r->conn, &r->conn->reader, cx);
	if (is_closing(r->conn->exchange)) {
		*(ssize_t *)out = 0;
		return POLL_READY;
	}
	return future_poll(&r->op.future, cx, out);
}

static void conn_read_drop(struct future *f)
{
	struct conn_read *r = container_of(f, struct conn_read, future);
	struct waker w = take_waker(r->conn, &r->conn->reader);

	waker_drop(&w);
	future_drop(&r->op.future);
}

struct conn_read conn_read(struct conn *c, void *buf, size_t len)
{
	static const struct future_ops ops = {
		.poll = conn_read_poll,
		.drop = conn_read_drop,
		.size = sizeof(struct conn_read),
		.out_size = sizeof(ssize_t),
	};

	return (struct conn_read){
		.future.ops = &ops,
		.conn = c,
		.op = io_read(c->socket.src, buf, len),
	};
}
EXPORT_SYMBOL(conn_read);

static bool is_open(struct conn *c)
{
	/* relaxed: whoever counts it down has an answer for the writer next,
	 * and conn_written() comes behind that. */
	size_t n = atomic_load_explicit(&c->under_way, memory_order_relaxed);

	return n + chan_len(c->answers) < EXCHANGE_WINDOW ||
	       is_closing(c->exchange);
}

static enum poll conn_window_poll(struct future *f, struct context *cx,
				  void *out)
{
	struct conn *c = container_of(f, struct conn_window, future)->conn;

	if (is_open(c))
		return POLL_READY;
	/* Leave a waker, then look again: the writer does it in turn. */
	leave_waker(c, &c->window, cx);
	if (is_open(c))
		return POLL_READY;
	tp_wait(&c->answers->res, TP_WAIT_SEND, 0);
	return POLL_PENDING;
}

static void conn_window_drop(struct future *f)
{
	struct conn *c = container_of(f, struct conn_window, future)->conn;
	struct waker w = take_waker(c, &c->window);

	waker_drop(&w);
}

struct conn_window conn_window(struct conn *c)
{
	static const struct future_ops ops = {
		.poll = conn_window_poll,
		.drop = conn_window_drop,
		.size = sizeof(struct conn_window),
	};

	return (struct conn_window){ { &ops }, c };
}
EXPORT_SYMBOL(conn_window);

/*
 * Whoever is entered while this runs has its reader polled for the first time
 * later, and that one looks at the flag. A waker is used with the lock of the
 * list held: it only queues a task, and frees none, since c is in the list.
 */
void conns_stop(struct exchange *x)
{
	struct conn *c;

	mutex_lock(&x->lock);
	list_for_each_entry(c, &x->conns, link) {
		wake_left(c, &c->reader);
		wake_left(c, &c->window);
	}
	mutex_unlock(&x->lock);
}
EXPORT_SYMBOL(conns_stop);

void conns_cut(struct exchange *x)
{
	struct conn *c;

	mutex_lock(&x->lock);
	list_for_each_entry(c, &x->conns, link)
		if (socket_cut(&c->socket))
			count_one(&x->nr_cut);
	mutex_unlock(&x->lock);
}
EXPORT_SYMBOL(conns_cut);

MODULE(conn, "connections of the exchange", NULL, NULL);

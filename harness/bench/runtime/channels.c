/* Loads: a channel, a oneshot, an actor, a broadcast. */
#include "bench.h"

#include "kit/bug.h"

#include "broadcast.h"
#include "chan.h"
#include "oneshot.h"
#include "sched.h"

#define CAPACITY 100
#define RECEIVERS_MAX 64

/* What these loads wait for. */
struct channels {
	struct load load;
	struct chan *chan;
	struct chan_recv recv;
	struct chan_send send;
	struct oneshot *oneshot;
	struct oneshot_recv answer;
	struct join join;
	uint64_t message;
};

static struct channels *channels_of(struct future *f)
{
	return container_of(f, struct channels, load.async.future);
}

/* --- n messages, by k producers ------------------------------------------------ */
struct producer {
	struct async async;
	struct chan *chan;
	unsigned int left;
	struct chan_send send;
	uint64_t message;
	int err;
};

static enum poll producer_poll(struct future *f, struct context *cx, void *out)
{
	struct producer *p = container_of(f, struct producer, async.future);

	ASYNC_BEGIN(&p->async);
	for (; p->left; p->left--) {
		p->message = p->left;
		p->send = chan_send(p->chan, &p->message);
		AWAIT(&p->send.future, &p->err);
		BUG_ON(p->err);
	}
	chan_sender_put(p->chan);
	ASYNC_END(&p->async);
}

static const struct future_ops producer_ops = {
	.poll = producer_poll,
	.size = sizeof(struct producer),
};

static void producers_start(struct load *w, struct chan *c)
{
	struct producer init = { .async.future.ops = &producer_ops,
				 .left = w->n / w->k };
	unsigned int i;

	for (i = 0; i < w->k; i++) {
		init.chan = chan_sender_get(c);
		BUG_ON(sched_spawn(w->sched, &producer_ops, &init, NULL));
	}
	chan_sender_put(c);
}

static enum poll mpsc_poll(struct future *f, struct context *cx, void *out)
{
	struct channels *c = channels_of(f);
	struct load *w = &c->load;

	ASYNC_BEGIN(&w->async);
	BUG_ON(chan_create(&c->chan, "bench", CAPACITY, sizeof(c->message),
			   NULL));
	load_begin(w);
	producers_start(w, c->chan);
	do {
		c->recv = chan_recv(c->chan, &c->message);
		AWAIT(&c->recv.future, &w->status);
	} while (!w->status);
	*(double *)out = load_end(w);
	chan_receiver_put(c->chan);
	ASYNC_END(&w->async);
}

/* --- n oneshots, sent and received by one task ---------------------------------- */
static enum poll oneshots_poll(struct future *f, struct context *cx, void *out)
{
	struct channels *c = channels_of(f);
	struct load *w = &c->load;
	uint64_t number = w->i;

	ASYNC_BEGIN(&w->async);
	load_begin(w);
	for (; w->i < w->n; w->i++) {
		BUG_ON(oneshot_create(&c->oneshot, sizeof(number)));
		BUG_ON(oneshot_send(c->oneshot, &number));
		c->answer = oneshot_recv(c->oneshot, &c->message);
		AWAIT(&c->answer.future, &w->status);
		BUG_ON(w->status);
	}
	*(double *)out = load_end(w);
	ASYNC_END(&w->async);
}

/* --- n questions to an actor, each answered over a oneshot ------------------------ */
struct actor {
	struct async async;
	struct chan *chan;
	struct chan_recv recv;
	struct oneshot *question;
	int err;
};

static enum poll actor_main(struct future *f, struct context *cx, void *out)
{
	static const uint64_t answer = 1;
	struct actor *a = container_of(f, struct actor, async.future);

	ASYNC_BEGIN(&a->async);
	for (;;) {
		a->recv = chan_recv(a->chan, &a->question);
		AWAIT(&a->recv.future, &a->err);
		if (a->err)
			break;
		BUG_ON(oneshot_send(a->question, &answer));
	}
	chan_receiver_put(a->chan);
	ASYNC_END(&a->async);
}

static void actor_start(struct channels *c)
{
	static const struct future_ops ops = {
		.poll = actor_main,
		.size = sizeof(struct actor),
	};
	struct actor init = { .async.future.ops = &ops };

	BUG_ON(chan_create(&c->chan, "bench", CAPACITY, sizeof(c->oneshot),
			   NULL));
	init.chan = c->chan;
	BUG_ON(sched_spawn(c->load.sched, &ops, &init, &c->join));
}

static enum poll actor_poll(struct future *f, struct context *cx, void *out)
{
	struct channels *c = channels_of(f);
	struct load *w = &c->load;

	ASYNC_BEGIN(&w->async);
	load_begin(w);
	actor_start(c);
	for (; w->i < w->n; w->i++) {
		BUG_ON(oneshot_create(&c->oneshot, sizeof(c->message)));
		c->send = chan_send(c->chan, &c->oneshot);
		AWAIT(&c->send.future, &w->status);
		BUG_ON(w->status);
		c->answer = oneshot_recv(c->oneshot, &c->message);
		AWAIT(&c->answer.future, &w->status);
		BUG_ON(w->status);
	}
	chan_sender_put(c->chan);
	AWAIT(&c->join.future, &w->status);
	*(double *)out = load_end(w);
	ASYNC_END(&w->async);
}

/* --- n messages to k receivers each ------------------------------------------------ */
struct receiver {
	struct async async;
	struct broadcast_rx *rx;
	struct broadcast_recv recv;
	uint64_t message;
	int64_t got;
};

static struct broadcast_rx receivers[RECEIVERS_MAX];
static struct join receiver_joins[RECEIVERS_MAX];

static enum poll receiver_poll(struct future *f, struct context *cx, void *out)
{
	struct receiver *r = container_of(f, struct receiver, async.future);

	ASYNC_BEGIN(&r->async);
	do {
		r->recv = broadcast_recv(r->rx, &r->message);
		AWAIT(&r->recv.future, &r->got);
	} while (!r->got);
	broadcast_unsubscribe(r->rx);
	ASYNC_END(&r->async);
}

static void broadcast_all(struct load *w)
{
	static const struct future_ops ops = {
		.poll = receiver_poll,
		.size = sizeof(struct receiver),
	};
	struct receiver init = { .async.future.ops = &ops };
	struct broadcast *b;
	unsigned int i;
	uint64_t number;

	BUG_ON(w->k > RECEIVERS_MAX);
	BUG_ON(broadcast_create(&b, "bench", w->n, sizeof(number)));
	load_begin(w);
	for (i = 0; i < w->k; i++) {
		init.rx = &receivers[i];
		broadcast_subscribe(b, init.rx);
		BUG_ON(sched_spawn(w->sched, &ops, &init, &receiver_joins[i]));
	}
	for (number = 0; number < w->n; number++)
		broadcast_send(b, &number);
	broadcast_put(b);
}

static enum poll broadcasts_poll(struct future *f, struct context *cx,
				 void *out)
{
	struct load *w = &channels_of(f)->load;

	ASYNC_BEGIN(&w->async);
	broadcast_all(w);
	for (; w->i < w->k; w->i++)
		AWAIT(&receiver_joins[w->i].future, &w->status);
	*(double *)out = load_end(w);
	ASYNC_END(&w->async);
}

#define OPS(fn)                                                       \
	(&(const struct future_ops){ .poll = fn,                      \
				     .size = sizeof(struct channels), \
				     .out_size = sizeof(double) })

const struct way channel_ways[] = {
	{ "mpsc", OPS(mpsc_poll) },
	{ "oneshots", OPS(oneshots_poll) },
	{ "actor", OPS(actor_poll) },
	{ "broadcasts", OPS(broadcasts_poll) },
	{ NULL, NULL },
};

/*
 * Given: one book that many tasks want, three ways. The three polls are the
 * point; read them side by side.
 */
#include "ways.h"

#include <string.h>

#include "budget.h"

#include "kit/alloc.h"
#include "kit/err.h"
#include "kit/module.h"

/* A plain lock: within one poll, and no longer. ---------------------------- */

static enum poll lock_poll(struct future *f, struct context *cx, void *out)
{
	struct way_submit *s = container_of(f, struct way_submit, async.future);
	struct way *w = s->way;

	if (budget_spend(cx) == POLL_PENDING)
		return POLL_PENDING;
	mutex_lock(&w->lock);
	*(int *)out = book_submit(w->book, &s->ask.order, s->left, w->on_fill,
				  w->arg);
	mutex_unlock(&w->lock);
	return POLL_READY;
}

/* A lock that the task waits for. ------------------------------------------ */

static enum poll amutex_poll(struct future *f, struct context *cx, void *out)
{
	struct way_submit *s = container_of(f, struct way_submit, async.future);
	struct way *w = s->way;

	ASYNC_BEGIN(&s->async);
	s->lock = amutex_lock(&w->amutex);
	AWAIT(&s->lock.future, NULL);
	*(int *)out = book_submit(w->book, &s->ask.order, s->left, w->on_fill,
				  w->arg);
	amutex_unlock(&w->amutex);
	ASYNC_END(&s->async);
}

/* A task that owns the book. ----------------------------------------------- */

static enum poll actor_poll(struct future *f, struct context *cx, void *out)
{
	struct way_submit *s = container_of(f, struct way_submit, async.future);

	ASYNC_BEGIN(&s->async);
	s->err = oneshot_create(&s->ask.answer, sizeof(s->said));
	if (!s->err) {
		s->has_answer = true;
		s->send = chan_send(s->way->orders, &s->ask);
		AWAIT(&s->send.future, &s->err);
	}
	if (!s->err) {
		/* The message has the sender's half, the future the other. */
		s->has_answer = false;
		s->wait = oneshot_recv(s->ask.answer, &s->said);
		AWAIT(&s->wait.future, &s->err);
	}
	if (!s->err && !s->said.err)
		*s->left = s->said.left;
	*(int *)out = s->err ? s->err : s->said.err;
	ASYNC_END(&s->async);
}

/* The one who has the book. */
struct owner {
	struct async async;    /* embedded first */
	struct book *book;     /* its own */
	struct chan *orders;   /* the receiver is its own */
	book_fill_fn *on_fill; /* told of fills */
	void *arg;	       /* handed to it */
	int err;	       /* of the receive */
	struct way_ask ask;    /* received last */
	struct chan_recv recv; /* the next one */
};

static void owner_answer(struct owner *o)
{
	struct way_answer answer = { .left = 0 };

	answer.err = book_submit(o->book, &o->ask.order, &answer.left,
				 o->on_fill, o->arg);
	/* Whoever asked has gone, perhaps; the order stands all the same. */
	if (oneshot_send(o->ask.answer, &answer))
		return;
}

static enum poll owner_poll(struct future *f, struct context *cx, void *out)
{
	struct owner *o = container_of(f, struct owner, async.future);

	ASYNC_BEGIN(&o->async);
	for (;;) {
		o->recv = chan_recv(o->orders, &o->ask);
		AWAIT(&o->recv.future, &o->err);
		if (o->err)
			break;
		owner_answer(o);
	}
	ASYNC_END(&o->async);
}

static void owner_drop(struct future *f)
{
	struct owner *o = container_of(f, struct owner, async.future);

	async_drop(&o->async);
	chan_receiver_put(o->orders);
	book_destroy(o->book);
}

/* An order that was sent, and that nobody will look at. */
static void ask_discard(void *message)
{
	struct way_ask ask;

	memcpy(&ask, message, sizeof(ask));
	oneshot_sender_put(ask.answer);
}

/* The book becomes the owner's; on an error it is still the caller's. */
static int owner_spawn(struct way *w, struct sched *s, size_t depth)
{
	static const struct future_ops book_owner = {
		.poll = owner_poll,
		.drop = owner_drop,
		.size = sizeof(struct owner),
	};
	struct owner o = { .async.future.ops = &book_owner,
			   .book = w->book,
			   .on_fill = w->on_fill,
			   .arg = w->arg };
	int err = chan_create(&w->orders, "book", depth, sizeof(struct way_ask),
			      ask_discard);

	if (err)
		return err;
	o.orders = w->orders;
	err = sched_spawn(s, &book_owner, &o, NULL);
	if (err) {
		chan_receiver_put(w->orders);
		chan_sender_put(w->orders);
		return err;
	}
	w->book = NULL;
	return 0;
}

/* Public ------------------------------------------------------------------- */

int way_create(struct way **out, enum way_kind kind, size_t orders,
	       struct sched *s, size_t depth, book_fill_fn *on_fill, void *arg)
{
	struct way *w;
	int err;

	if (kind != WAY_LOCK && kind != WAY_AMUTEX && kind != WAY_ACTOR)
		return -EINVAL;
	w = kit_zalloc(sizeof(*w));
	if (!w)
		return -ENOMEM;
	w->kind = kind;
	w->on_fill = on_fill;
	w->arg = arg;
	err = book_create(&w->book, orders);
	if (err)
		goto free;
	if (kind == WAY_ACTOR)
		err = owner_spawn(w, s, depth);
	if (err)
		goto destroy;
	if (kind == WAY_AMUTEX)
		amutex_init(&w->amutex, "book");
	mutex_init(&w->lock);
	*out = w;
	return 0;
destroy:
	book_destroy(w->book);
free:
	kit_free(w);
	return err;
}
EXPORT_SYMBOL(way_create);

void way_destroy(struct way *w)
{
	if (!w)
		return;
	if (w->kind == WAY_ACTOR)
		chan_sender_put(w->orders);
	if (w->kind == WAY_AMUTEX)
		amutex_fini(&w->amutex);
	mutex_fini(&w->lock);
	book_destroy(w->book);
	kit_free(w);
}
EXPORT_SYMBOL(way_destroy);

static void submit_drop(struct future *f)
{
	struct way_submit *s = container_of(f, struct way_submit, async.future);

	async_drop(&s->async);
	if (!s->has_answer)
		return;
	/* It was never sent: nobody else has a half. */
	oneshot_sender_put(s->ask.answer);
	oneshot_receiver_put(s->ask.answer);
}

struct way_submit way_submit(struct way *w, const struct order *o,
			     uint32_t *left)
{
	static const struct future_ops ops[WAYS] = {
		{ lock_poll, submit_drop, sizeof(struct way_submit),
		  sizeof(int) },
		{ amutex_poll, submit_drop, sizeof(struct way_submit),
		  sizeof(int) },
		{ actor_poll, submit_drop, sizeof(struct way_submit),
		  sizeof(int) },
	};

	return (struct way_submit){ .async.future.ops = &ops[w->kind],
				    .way = w,
				    .left = left,
				    .ask.order = *o };
}
EXPORT_SYMBOL(way_submit);

MODULE(ways, "one book that many tasks want, three ways", NULL, NULL);

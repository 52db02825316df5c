/* Given: the task that has the limits and the positions of the clients. */
#include "inside.h"

#include "kit/alloc.h"
#include "kit/module.h"

/** What a client has, and what may still become of his orders. */
struct account {
	uint64_t client;  /* whose; it may be another one's by now */
	int64_t position; /* lots: bought, less sold */
	int64_t open;	  /* lots of orders that are under way, or rest */
};

/** The task. */
struct risk {
	struct async async;
	struct exchange *x;
	struct account *accounts; /* by the client's place */
	struct chan_recv recv;
	struct question question;
	int err;
};

/* The client's account; NULL when he has gone, and his place is another's. */
static struct account *account_of(struct risk *r, uint64_t client)
{
	struct account *a = &r->accounts[client & CLIENT_PLACE];

	return a->client == client ? a : NULL;
}

/* Who asks has not gone: whatever is there is of one who has. */
static struct account *open_account(struct risk *r, uint64_t client)
{
	struct account *a = &r->accounts[client & CLIENT_PLACE];

	if (a->client != client)
		*a = (struct account){ .client = client };
	return a;
}

/* Whatever becomes of the open orders, the position is to stay in its limits. */
static bool may(struct risk *r, const struct question *q)
{
	struct account *a = open_account(r, q->client);
	int64_t most = (a->position < 0 ? -a->position : a->position) +
		       a->open + q->quantity;

	if (most > EXCHANGE_POSITION_MAX)
		return false;
	a->open += q->quantity;
	return true;
}

static void note(struct risk *r, const struct question *q)
{
	struct account *a = account_of(r, q->client);

	if (!a)
		return;
	a->open -= q->quantity;
	if (q->kind == QUESTION_FILLED)
		a->position += q->side == BOOK_BUY ? (int64_t)q->quantity
						   : -(int64_t)q->quantity;
}

static void take_question(struct risk *r)
{
	struct question *q = &r->question;
	struct account *a;
	bool yes;

	switch (q->kind) {
	case QUESTION_MAY:
		yes = may(r, q);
		/* -EPIPE: the reader has gone, and the order with it. */
		if (oneshot_send(q->answer, &yes) && yes)
			note(r, q);
		return;
	case QUESTION_FILLED:
	case QUESTION_RELEASED:
		note(r, q);
		return;
	case QUESTION_LEFT:
		a = account_of(r, q->client);
		if (a)
			*a = (struct account){ .client = UINT64_MAX };
		return;
	}
}

static enum poll risk_poll(struct future *f, struct context *cx, void *out)
{
	struct risk *r = container_of(f, struct risk, async.future);

	ASYNC_BEGIN(&r->async);
	for (;;) {
		r->recv = chan_recv(r->x->questions, &r->question);
		AWAIT(&r->recv.future, &r->err);
		if (r->err)
			break;
		take_question(r);
	}
	ASYNC_END(&r->async);
}

static void risk_drop(struct future *f)
{
	struct risk *r = container_of(f, struct risk, async.future);

	async_drop(&r->async);
	chan_receiver_put(r->x->questions);
	kit_free(r->accounts);
	exchange_leave(r->x);
}

int risk_spawn(struct exchange *x)
{
	static const struct future_ops risk = {
		.poll = risk_poll,
		.drop = risk_drop,
		.size = sizeof(struct risk),
	};
	struct risk r = { .async.future.ops = &risk, .x = x };
	int err = -ENOMEM;
	unsigned int i;

	r.accounts = kit_alloc(x->o.conns * sizeof(*r.accounts));
	for (i = 0; r.accounts && i < x->o.conns; i++)
		r.accounts[i] = (struct account){ .client = UINT64_MAX };
	if (r.accounts)
		err = exchange_spawn(x, &risk, &r, NULL);
	if (err) {
		chan_receiver_put(x->questions);
		kit_free(r.accounts);
	}
	return err;
}
EXPORT_SYMBOL(risk_spawn);

MODULE(risk, "limits and positions of the clients", NULL, NULL);

/* Given: from a line to a shard: ask the risk, then wait for room. */
#include "entry.h"

#include "kit/module.h"

/* The question, and a oneshot for its answer. */
static int ask(struct entry *e)
{
	struct oneshot *o;
	int err = oneshot_create(&o, sizeof(bool));

	if (err)
		return err;
	e->question = (struct question){
		.kind = QUESTION_MAY,
		.client = e->conn->client,
		.side = e->line->side,
		.quantity = (uint32_t)e->line->quantity,
		.answer = o,
	};
	e->verdict = oneshot_recv(o, &e->may);
	e->is_asked = true;
	return 0;
}

static void fill_request(struct entry *e)
{
	const struct line *l = e->line;

	e->request = (struct request){
		.conn = conn_voice(e->conn),
		.is_cancel = l->kind == LINE_CANCEL,
		.order = { .id = l->id,
			   .client = e->conn->client,
			   .side = l->side,
			   .kind = l->order,
			   .price = (uint32_t)l->price,
			   .quantity = (uint32_t)l->quantity },
	};
	/* relaxed: see conn_window(), which only we poll. */
	atomic_fetch_add_explicit(&e->conn->under_way, 1, memory_order_relaxed);
}

static void refuse(struct entry *e, const char *reason)
{
	answer_set(e->answer, "REJECT %lu %s", e->line->id, reason);
}

static enum poll entry_poll(struct future *f, struct context *cx, void *out)
{
	struct entry *e = container_of(f, struct entry, async.future);
	struct exchange *x = e->conn->exchange;

	ASYNC_BEGIN(&e->async);
	e->may = e->line->kind == LINE_CANCEL;
	if (!e->may) {
		e->err = ask(e);
		if (e->err)
			goto closed;
		e->send = chan_send(x->questions, &e->question);
		AWAIT(&e->send.future, &e->err);
		if (e->err)
			goto closed;
		e->question.answer = NULL; /* the risk's now */
		e->is_asked = false;
		AWAIT(&e->verdict.future, &e->err);
		if (e->err)
			goto closed;
	}
	if (is_broken(x) || !e->may) {
		refuse(e, e->may ? "JOURNAL" : "RISK");
		goto end;
	}
	fill_request(e);
	e->send = chan_send(x->orders[e->symbol], &e->request);
	AWAIT(&e->send.future, &e->err);
	if (e->err)
		goto closed;
	e->request.conn = NULL; /* the shard's now */
	count_one(&x->nr_orders);
	goto end;
closed:
	refuse(e, e->err == -ENOMEM ? "MEMORY" : "CLOSED");
end:
	ASYNC_END(&e->async);
}

static void entry_drop(struct future *f)
{
	struct entry *e = container_of(f, struct entry, async.future);

	async_drop(&e->async);
	if (e->question.answer)
		oneshot_sender_put(e->question.answer);
	if (e->is_asked)
		future_drop(&e->verdict.future);
	if (!e->request.conn)
		return;
	conn_answered(e->request.conn);
	conn_silence(e->request.conn);
}

void entry_init(struct entry *e, struct conn *c, const struct line *line,
		unsigned int symbol, struct answer *answer)
{
	static const struct future_ops ops = {
		.poll = entry_poll,
		.drop = entry_drop,
		.size = sizeof(struct entry),
	};

	answer->len = 0;
	/* By parts: most of it is only written when it is used. */
	e->async = (struct async){ .future.ops = &ops };
	e->conn = c;
	e->line = line;
	e->answer = answer;
	e->symbol = symbol;
	e->question.answer = NULL;
	e->is_asked = false;
	e->request.conn = NULL;
}
EXPORT_SYMBOL(entry_init);

MODULE(entry, "from a line to a shard", NULL, NULL);

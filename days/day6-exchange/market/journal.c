/* Given: the task that has the file, and tells everybody what stands in it. */
#include "journal.h"
#include "fileio.h"
#include "inside.h"

#include <string.h>

#include "kit/alloc.h"
#include "kit/module.h"
#include "kit/printk.h"
#include "kit/sys.h"

#define BATCH 256      /* records of a write, at most */
#define LINE_BYTES 192 /* of a line, more than the longest has */

/** What a write is made of; in a block of its own. */
struct batch {
	struct record records[BATCH];  /* with their voices */
	size_t end[BATCH];	       /* of each one's line in ->text */
	char text[BATCH * LINE_BYTES]; /* their lines */
};

/** The task. */
struct journal {
	struct async async;
	struct exchange *x;
	struct conn **clients; /* who is there, by place: a voice of each */
	struct batch *batch;
	unsigned int nr;	 /* records of the batch */
	size_t len;		 /* bytes of its text, */
	size_t done;		 /* and of these, written */
	uint64_t seq;		 /* of the next line */
	struct chan_recv recv;	 /* the first record of a batch */
	struct file_op op;	 /* the write */
	struct blocking_job job; /* fsync */
	ssize_t n;
	int err;
};

static char side_letter(enum book_side side)
{
	return side == BOOK_BUY ? 'B' : 'S';
}

static int order_line(char *at, uint64_t seq, const struct record *r)
{
	const struct order *o = &r->order;
	char price[12] = "MKT";

	if (o->kind == BOOK_LIMIT)
		snprintf(price, sizeof(price), "%u", o->price);
	return snprintf(at, LINE_BYTES, "O %lu %s %lu %lu %c %u %s %u %u\n",
			seq, line_symbols[r->symbol], o->client, o->id,
			side_letter(o->side), o->quantity, price, r->left,
			r->fills);
}

/* Append the line of a record; none for those that are not written. */
static int record_line(char *at, uint64_t seq, const struct record *r)
{
	const char *symbol = line_symbols[r->symbol];
	const struct fill *f = &r->fill;

	switch (r->kind) {
	case RECORD_ORDER:
		return order_line(at, seq, r);
	case RECORD_FILL:
		return snprintf(at, LINE_BYTES,
				"F %lu %s %lu %lu %lu %lu %u %u\n", seq, symbol,
				f->maker_client, f->maker, f->taker_client,
				f->taker, f->quantity, f->price);
	case RECORD_CANCEL:
		return snprintf(at, LINE_BYTES, "C %lu %s %lu %lu %u\n", seq,
				symbol, r->order.client, r->order.id, r->left);
	case RECORD_ERROR:
		return snprintf(at, LINE_BYTES, "E %lu %s %lu %lu %s\n", seq,
				symbol, r->order.client, r->order.id,
				r->reason);
	default:
		return 0;
	}
}

/* Lines of the record in hand; its number is used up only if it has one. */
static void add_record(struct journal *j)
{
	const struct record *r = &j->batch->records[j->nr];
	int n = record_line(j->batch->text + j->len, j->seq, r);

	j->len += (size_t)n;
	j->batch->end[j->nr++] = j->len;
	if (n)
		j->seq++;
}

/* All that is there already goes into the same write. */
static void add_more(struct journal *j)
{
	while (j->nr < BATCH &&
	       chan_try_recv(j->x->records, &j->batch->records[j->nr]) == 0)
		add_record(j);
}

/* Who is told of fills while he is away. */
static struct conn *client_of(struct journal *j, uint64_t client)
{
	struct conn *c = j->clients[client & CLIENT_PLACE];

	return c && c->client == client ? c : NULL;
}

static void tell(struct conn *c, const struct answer *a)
{
	if (c)
		conn_answer(c, a);
}

static void answer_fill(struct journal *j, const struct record *r)
{
	const struct fill *f = &r->fill;
	struct answer a;

	answer_set(&a, "FILL %lu %u %u", f->taker, f->quantity, f->price);
	tell(r->conn, &a);
	answer_set(&a, "FILL %lu %u %u", f->maker, f->quantity, f->price);
	tell(client_of(j, f->maker_client), &a);
}

static void answer_record(struct journal *j, const struct record *r)
{
	struct answer a;

	if (r->kind != RECORD_FILL)
		conn_answered(r->conn);
	switch (r->kind) {
	case RECORD_ORDER:
		answer_set(&a, "ACK %lu %u", r->order.id,
			   r->order.kind == BOOK_MARKET ? 0 : r->left);
		break;
	case RECORD_CANCEL:
		answer_set(&a, "CANCELED %lu %u", r->order.id, r->left);
		break;
	case RECORD_ERROR:
		answer_set(&a, "REJECT %lu %s", r->order.id, r->reason);
		break;
	default:
		answer_fill(j, r);
		break;
	}
	if (r->kind != RECORD_FILL) {
		tell(r->conn, &a);
		count_one(&j->x->nr_answered);
	}
	if (!r->given_up)
		return;
	answer_set(&a, "CANCELED %lu %u",
		   r->kind == RECORD_FILL ? r->fill.taker : r->order.id,
		   r->given_up);
	tell(r->conn, &a);
}

/* What could not be written has not happened, for its client. */
static void answer_broken(struct journal *j, const struct record *r)
{
	struct answer a;

	if (r->kind == RECORD_FILL)
		return;
	conn_answered(r->conn);
	answer_set(&a, "REJECT %lu JOURNAL", r->order.id);
	tell(r->conn, &a);
	count_one(&j->x->nr_answered);
}

/* A client comes, or goes: the table has a voice of his connection. */
static void note_client(struct journal *j, const struct record *r)
{
	struct conn **at = &j->clients[r->conn->client & CLIENT_PLACE];

	if (r->kind == RECORD_JOIN) {
		*at = conn_voice(r->conn);
	} else if (*at == r->conn) {
		conn_silence(*at);
		*at = NULL;
	}
}

/*
 * The batch is written, or cannot be: answer it, and begin a new one. When a
 * part of it is, the lines in that part have happened.
 */
static void end_batch(struct journal *j)
{
	const struct record *r;
	unsigned int i;

	for (i = 0; i < j->nr; i++) {
		r = &j->batch->records[i];
		if (r->kind == RECORD_JOIN || r->kind == RECORD_LEAVE)
			note_client(j, r);
		else if (j->batch->end[i] > j->done)
			answer_broken(j, r);
		else
			answer_record(j, r);
		conn_silence(r->conn);
	}
	j->nr = 0;
	j->len = 0;
	j->done = 0;
}

/* It is the end of the market: what is matched from here on is not answered. */
static void break_down(struct journal *j, int err)
{
	if (j->err)
		return;
	j->err = err;
	/* relaxed: readers refuse once they see it; we answer for the rest. */
	atomic_store_explicit(&j->x->broken, err, memory_order_relaxed);
	pr_err("the journal cannot be written: %s", err_name(err));
}

static int run_fsync(void *arg, void *out)
{
	return sys_fsync(*(int *)arg);
}

static int begin_fsync(struct journal *j)
{
	static const struct blocking_ops ops = { .run = run_fsync };

	return blocking_spawn(j->x->pool, &ops, &j->x->journal_fd, sizeof(int),
			      0, &j->job);
}

static enum poll journal_poll(struct future *f, struct context *cx, void *out)
{
	struct journal *j = container_of(f, struct journal, async.future);
	struct exchange *x = j->x;
	int err;

	ASYNC_BEGIN(&j->async);
	for (;;) {
		j->recv = chan_recv(x->records, &j->batch->records[0]);
		AWAIT(&j->recv.future, &err);
		if (err)
			break;
		add_record(j);
		add_more(j);
		while (j->done < j->len && !j->err) {
			err = file_write(x->pool, x->journal_fd,
					 j->batch->text + j->done,
					 j->len - j->done, &j->op);
			if (err) {
				break_down(j, err);
				break;
			}
			AWAIT(&j->op.future, &j->n);
			if (j->n < 0)
				break_down(j, (int)j->n);
			else
				j->done += (size_t)j->n;
		}
		end_batch(j);
	}
	if (!j->err) {
		err = begin_fsync(j);
		if (!err)
			AWAIT(&j->job.future, &err);
		/* A pipe or a device has nothing to be synced. */
		if (err && err != -EINVAL)
			break_down(j, err);
	}
	ASYNC_END(&j->async);
}

static void journal_free(struct journal *j)
{
	unsigned int i;

	chan_receiver_put(j->x->records);
	for (i = 0; j->clients && i < j->x->o.conns; i++)
		if (j->clients[i])
			conn_silence(j->clients[i]);
	kit_free(j->clients);
	kit_free(j->batch);
}

static void journal_drop(struct future *f)
{
	struct journal *j = container_of(f, struct journal, async.future);
	unsigned int i;

	async_drop(&j->async);
	for (i = 0; i < j->nr; i++)
		conn_silence(j->batch->records[i].conn);
	journal_free(j);
	exchange_leave(j->x);
}

int journal_spawn(struct exchange *x)
{
	static const struct future_ops journal = {
		.poll = journal_poll,
		.drop = journal_drop,
		.size = sizeof(struct journal),
	};
	struct journal j = {
		.async.future.ops = &journal,
		.x = x,
		.clients = kit_zalloc(x->o.conns * sizeof(*j.clients)),
		.batch = kit_alloc(sizeof(*j.batch)),
		.seq = 1,
	};
	int err = -ENOMEM;

	if (j.clients && j.batch)
		err = exchange_spawn(x, &journal, &j, NULL);
	if (err)
		journal_free(&j);
	return err;
}
EXPORT_SYMBOL(journal_spawn);

MODULE(journal, "who has the file of what happened", NULL, NULL);

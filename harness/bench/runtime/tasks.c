/* Loads: tasks, as in Tokio's own benches (benches/rt_multi_threaded.rs). */
#include "bench.h"

#include "kit/atomic.h"
#include "kit/bug.h"

#include "oneshot.h"
#include "sched.h"

#define TASKS_MAX 10000

static const struct future one = { &one_ops };
static struct join joins[TASKS_MAX];

/* What these loads wait for. */
struct tasks {
	struct load load;
	struct join join;
	struct oneshot_recv done;
};

static struct tasks *tasks_of(struct future *f)
{
	return container_of(f, struct tasks, load.async.future);
}

/* Whom a chain and the pings tell that they are at their end. */
static struct oneshot *done;
static _Atomic(unsigned int) left;

static struct oneshot_recv done_recv(void)
{
	BUG_ON(oneshot_create(&done, 0));
	return oneshot_recv(done, NULL);
}

/* --- spawn and await, n times ------------------------------------------------ */
static enum poll spawn_one_poll(struct future *f, struct context *cx, void *out)
{
	struct tasks *t = tasks_of(f);
	struct load *w = &t->load;

	ASYNC_BEGIN(&w->async);
	load_begin(w);
	for (; w->i < w->n; w->i++) {
		BUG_ON(sched_spawn(w->sched, &one_ops, &one, &t->join));
		AWAIT(&t->join.future, &w->status);
	}
	*(double *)out = load_end(w);
	ASYNC_END(&w->async);
}

/* --- spawn n, await all ------------------------------------------------------- */
static enum poll spawn_many_poll(struct future *f, struct context *cx,
				 void *out)
{
	struct tasks *t = tasks_of(f);
	struct load *w = &t->load;

	ASYNC_BEGIN(&w->async);
	BUG_ON(w->n > TASKS_MAX);
	load_begin(w);
	for (; w->i < w->n; w->i++)
		BUG_ON(sched_spawn(w->sched, &one_ops, &one, &joins[w->i]));
	for (w->i = 0; w->i < w->n; w->i++)
		AWAIT(&joins[w->i].future, &w->status);
	*(double *)out = load_end(w);
	ASYNC_END(&w->async);
}

/* --- n / k chains of k tasks: each spawns the next one -------------------------- */
struct link {
	struct future future;
	unsigned int left;
	struct sched *sched;
};

static enum poll link_poll(struct future *f, struct context *cx, void *out)
{
	struct link *l = container_of(f, struct link, future);
	struct link next = *l;

	if (!l->left) {
		BUG_ON(oneshot_send(done, NULL));
		return POLL_READY;
	}
	next.left--;
	BUG_ON(sched_spawn(l->sched, l->future.ops, &next, NULL));
	return POLL_READY;
}

static const struct future_ops link_ops = {
	.poll = link_poll,
	.size = sizeof(struct link),
};

static enum poll chain_poll(struct future *f, struct context *cx, void *out)
{
	struct tasks *t = tasks_of(f);
	struct load *w = &t->load;
	struct link first = { { &link_ops }, w->k - 1, w->sched };

	ASYNC_BEGIN(&w->async);
	load_begin(w);
	for (; w->i < w->n; w->i += w->k) {
		t->done = done_recv();
		BUG_ON(sched_spawn(w->sched, &link_ops, &first, NULL));
		AWAIT(&t->done.future, &w->status);
	}
	*(double *)out = load_end(w);
	ASYNC_END(&w->async);
}

/* --- k tasks that give way n / k times each ------------------------------------- */
struct yielder {
	struct async async;
	unsigned int left;
	struct yield yield;
};

static enum poll yielder_poll(struct future *f, struct context *cx, void *out)
{
	struct yielder *y = container_of(f, struct yielder, async.future);

	ASYNC_BEGIN(&y->async);
	for (; y->left; y->left--) {
		y->yield = yield_now();
		AWAIT(&y->yield.future, NULL);
	}
	ASYNC_END(&y->async);
}

static const struct future_ops yielder_ops = {
	.poll = yielder_poll,
	.size = sizeof(struct yielder),
};

static enum poll yields_poll(struct future *f, struct context *cx, void *out)
{
	struct tasks *t = tasks_of(f);
	struct load *w = &t->load;
	struct yielder init = { .async.future.ops = &yielder_ops,
				.left = w->n / w->k };

	ASYNC_BEGIN(&w->async);
	load_begin(w);
	for (; w->i < w->k; w->i++)
		BUG_ON(sched_spawn(w->sched, &yielder_ops, &init,
				   &joins[w->i]));
	for (w->i = 0; w->i < w->k; w->i++)
		AWAIT(&joins[w->i].future, &w->status);
	*(double *)out = load_end(w);
	ASYNC_END(&w->async);
}

/* --- n pings over a oneshot, and n pongs over another ---------------------------- */
struct pong {
	struct async async;
	struct oneshot *ping, *pong;
	struct oneshot_recv recv;
	int err;
};

static enum poll pong_poll(struct future *f, struct context *cx, void *out)
{
	struct pong *p = container_of(f, struct pong, async.future);

	ASYNC_BEGIN(&p->async);
	p->recv = oneshot_recv(p->ping, NULL);
	AWAIT(&p->recv.future, &p->err);
	BUG_ON(p->err || oneshot_send(p->pong, NULL));
	ASYNC_END(&p->async);
}

static const struct future_ops pong_ops = {
	.poll = pong_poll,
	.size = sizeof(struct pong),
};

struct ping {
	struct async async;
	struct sched *sched;
	struct oneshot *ping, *pong;
	struct oneshot_recv recv;
	int err;
};

static void ping_start(struct ping *p)
{
	struct pong pong = { .async.future.ops = &pong_ops };

	BUG_ON(oneshot_create(&p->ping, 0) || oneshot_create(&p->pong, 0));
	pong.ping = p->ping;
	pong.pong = p->pong;
	BUG_ON(sched_spawn(p->sched, &pong_ops, &pong, NULL));
	BUG_ON(oneshot_send(p->ping, NULL));
}

static enum poll ping_poll(struct future *f, struct context *cx, void *out)
{
	struct ping *p = container_of(f, struct ping, async.future);

	ASYNC_BEGIN(&p->async);
	ping_start(p);
	p->recv = oneshot_recv(p->pong, NULL);
	AWAIT(&p->recv.future, &p->err);
	/* acq_rel: the last one ends what all have done. */
	if (atomic_fetch_sub_explicit(&left, 1, memory_order_acq_rel) == 1)
		BUG_ON(oneshot_send(done, NULL));
	ASYNC_END(&p->async);
}

static const struct future_ops ping_ops = {
	.poll = ping_poll,
	.size = sizeof(struct ping),
};

static enum poll ping_pong_poll(struct future *f, struct context *cx, void *out)
{
	struct tasks *t = tasks_of(f);
	struct load *w = &t->load;
	struct ping init = { .async.future.ops = &ping_ops, .sched = w->sched };

	ASYNC_BEGIN(&w->async);
	t->done = done_recv();
	/* relaxed: the spawns publish it. */
	atomic_store_explicit(&left, w->n, memory_order_relaxed);
	load_begin(w);
	for (; w->i < w->n; w->i++)
		BUG_ON(sched_spawn(w->sched, &ping_ops, &init, NULL));
	AWAIT(&t->done.future, &w->status);
	*(double *)out = load_end(w);
	ASYNC_END(&w->async);
}

#define OPS(fn)                                                    \
	(&(const struct future_ops){ .poll = fn,                   \
				     .size = sizeof(struct tasks), \
				     .out_size = sizeof(double) })

const struct way task_ways[] = {
	{ "spawn_one", OPS(spawn_one_poll) },
	{ "spawn_many", OPS(spawn_many_poll) },
	{ "chain", OPS(chain_poll) },
	{ "yields", OPS(yields_poll) },
	{ "ping_pong", OPS(ping_pong_poll) },
	{ NULL, NULL },
};

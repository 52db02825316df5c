/* Given: a loop over a range, in chunks, on an executor. */
#include <string.h>

#include "parallel.h"

#include "kit/err.h"
#include "kit/module.h"

/* What a chunk needs. Not the loop itself, which may be dropped meanwhile. */
struct chunk {
	void (*fn)(void *arg, size_t begin, size_t end);
	void *arg;
	size_t begin, end;
};

static int chunk_run(void *arg, void *out)
{
	const struct chunk *c = arg;

	c->fn(c->arg, c->begin, c->end);
	return 0;
}

static const struct blocking_ops chunk_ops = { .run = chunk_run };

/* Look at the chunks that are under way; those that have ended are gone. */
static void parallel_reap(struct parallel *p, struct context *cx)
{
	unsigned int i, seen = 0, running = p->running;
	int status;

	for (i = 0; i < PARALLEL_MAX && seen < running; i++) {
		if (!p->is_used[i])
			continue;
		seen++;
		if (future_poll(&p->job[i].future, cx, &status) == POLL_PENDING)
			continue;
		future_drop(&p->job[i].future);
		p->is_used[i] = false;
		p->running--;
		if (!p->err)
			p->err = status;
	}
}

/* The next chunk, ready to be sent. */
static int parallel_cut(struct parallel *p)
{
	size_t left = p->end - p->next;
	size_t n = left < p->chunk ? left : p->chunk;
	struct chunk c = { p->fn, p->arg, p->next, p->next + n };

	p->work = work_create(&chunk_ops, sizeof(c), 0);
	if (!p->work)
		return -ENOMEM;
	memcpy(p->work->arg, &c, sizeof(c));
	work_queue(p->work, &p->sent);
	p->send = chan_send(p->executor->jobs, &p->work);
	p->is_sending = true;
	p->next += n;
	return 0;
}

/* The chunk that was to be sent is not. */
static void parallel_give_up(struct parallel *p)
{
	if (!p->is_sending)
		return;
	p->is_sending = false;
	future_drop(&p->send.future);
	work_refuse(p->work);
}

/* The chunk is the executor's: remember its future. */
static void parallel_keep(struct parallel *p)
{
	unsigned int i = 0;

	while (p->is_used[i])
		i++;
	p->is_sending = false;
	future_drop(&p->send.future);
	p->job[i] = p->sent;
	p->is_used[i] = true;
	p->running++;
}

/* Send chunks as long as there are some, and room; false: no more for now. */
static bool parallel_send(struct parallel *p, struct context *cx)
{
	int err;

	if (p->err || p->running == PARALLEL_MAX)
		return false;
	if (!p->is_sending) {
		if (p->next >= p->end)
			return false;
		p->err = parallel_cut(p);
		if (p->err)
			return false;
	}
	if (future_poll(&p->send.future, cx, &err) == POLL_PENDING)
		return false;
	if (err) {
		p->err = err == -EPIPE ? -ESHUTDOWN : err;
		parallel_give_up(p);
		return false;
	}
	parallel_keep(p);
	return true;
}

static enum poll parallel_poll(struct future *f, struct context *cx, void *out)
{
	struct parallel *p = container_of(f, struct parallel, future);
	unsigned int before;

	do {
		parallel_reap(p, cx);
		before = p->running;
		while (parallel_send(p, cx))
			;
		/* Those that are new have not been asked yet. */
	} while (p->running > before);
	if (p->err)
		parallel_give_up(p);
	if (p->running || p->is_sending)
		return POLL_PENDING;
	*(int *)out = p->err;
	return POLL_READY;
}

static void parallel_drop(struct future *f)
{
	struct parallel *p = container_of(f, struct parallel, future);
	unsigned int i;

	parallel_give_up(p);
	for (i = 0; i < PARALLEL_MAX; i++)
		if (p->is_used[i])
			future_drop(&p->job[i].future);
}

int parallel_init(struct parallel *p, struct executor *e,
		  void (*fn)(void *arg, size_t begin, size_t end), void *arg,
		  size_t begin, size_t end, size_t chunk)
{
	static const struct future_ops ops = {
		.poll = parallel_poll,
		.drop = parallel_drop,
		.size = sizeof(struct parallel),
		.out_size = sizeof(int),
	};

	if (!chunk)
		return -EINVAL;
	memset(p, 0, sizeof(*p));
	p->future.ops = &ops;
	p->executor = e;
	p->fn = fn;
	p->arg = arg;
	p->next = begin;
	p->end = end;
	p->chunk = chunk;
	return 0;
}
EXPORT_SYMBOL(parallel_init);

MODULE(parallel, "a loop in chunks, on an executor", NULL, NULL);

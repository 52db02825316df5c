/* Given: a handler that blocks between two awaits, cured three ways. */
#include "handler.h"

#include "kit/module.h"

/* All of the work at once; on a worker nobody else runs meanwhile. */
static void compute(const struct handler_env *env, void *arg)
{
	unsigned int i;

	for (i = 0; i < env->slices; i++)
		env->slice(arg);
}

/* What a pool's thread needs of the request, which may be gone by then. */
struct order {
	const struct handler_env *env;
	void *arg;
};

static int order_run(void *arg, void *out)
{
	struct order *o = arg;

	compute(o->env, o->arg);
	return 0;
}

/* The first two cures differ in nothing but the size of the pool. */
static int request_send(struct request *r)
{
	static const struct blocking_ops ops = { .run = order_run };
	const struct handler_env *env = r->env;
	struct order o = { .env = env, .arg = r->arg };

	return blocking_spawn(env->cure == HANDLER_COMPUTE ? env->compute
							   : env->blocking,
			      &ops, &o, sizeof(o), 0, &r->job);
}

static enum poll request_poll(struct future *f, struct context *cx, void *out)
{
	struct request *r = container_of(f, struct request, async.future);
	const struct handler_env *env = r->env;

	ASYNC_BEGIN(&r->async);
	/* Stands for reading the request from a socket. */
	r->io = yield_now();
	AWAIT(&r->io.future, NULL);

	if (env->cure == HANDLER_NAIVE) {
		compute(env, r->arg);
	} else if (env->cure == HANDLER_YIELD) {
		for (r->left = env->slices; r->left; r->left--) {
			env->slice(r->arg);
			r->io = yield_now();
			AWAIT(&r->io.future, NULL);
		}
	} else {
		r->status = request_send(r);
		if (!r->status)
			AWAIT(&r->job.future, &r->status);
	}

	/* Stands for writing the answer. */
	r->io = yield_now();
	AWAIT(&r->io.future, NULL);
	*(int *)out = r->status;
	ASYNC_END(&r->async);
}

static void request_drop(struct future *f)
{
	async_drop(&container_of(f, struct request, async.future)->async);
}

void request_init(struct request *r, const struct handler_env *env, void *arg)
{
	static const struct future_ops ops = {
		.poll = request_poll,
		.drop = request_drop,
		.size = sizeof(struct request),
		.out_size = sizeof(int),
	};

	*r = (struct request){
		.async.future.ops = &ops,
		.env = env,
		.arg = arg,
	};
}
EXPORT_SYMBOL(request_init);

MODULE(handler, "a handler that blocks, and three cures", NULL, NULL);

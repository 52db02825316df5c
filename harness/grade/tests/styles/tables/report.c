/*
 * A correct report.c in another style than the reference: one machine for all
 * three loops, which differ in what a step is. A submission of the grader's
 * corpus.
 */
#include "report.h"

#include <string.h>

#include "kit/clock.h"
#include "kit/err.h"
#include "kit/module.h"

/* The time of a group begins with its first operation. */
#define GROUPS(l) for ((l)->g = 0; (l)->g < (l)->groups; (l)->g++)
#define OPERATIONS(l)                                                   \
	for ((l)->i = 0, (l)->start = clock_now(); (l)->i < (l)->group; \
	     (l)->i++)
#define GROUP_DONE(l) ((l)->ns[(l)->g] = clock_now() - (l)->start)

static enum poll inline_poll(struct future *f, struct context *cx, void *out)
{
	struct report_loop *l =
		container_of(f, struct report_loop, async.future);

	ASYNC_BEGIN(&l->async);
	GROUPS(l)
	{
		OPERATIONS(l)
		{
			report_fresh(l->load, l->i);
			AWAIT(l->load->children[l->i], l->load->outs + l->i);
		}
		GROUP_DONE(l);
	}
	*(int *)out = l->err;
	ASYNC_END(&l->async);
}

static int spawn_next(struct report_loop *l)
{
	return sched_spawn(l->load->sched, l->load->work->ops, l->load->work,
			   &l->join);
}

static enum poll spawn_poll(struct future *f, struct context *cx, void *out)
{
	struct report_loop *l =
		container_of(f, struct report_loop, async.future);

	ASYNC_BEGIN(&l->async);
	GROUPS(l)
	{
		OPERATIONS(l)
		{
			l->err = spawn_next(l);
			if (!l->err) {
				AWAIT_KEEP(&l->join.future, &l->err);
				if (!l->err)
					l->load->outs[l->i] =
						*(uint64_t *)join_output(
							&l->join);
				async_drop(&l->async);
			}
			if (l->err)
				break;
		}
		if (l->err)
			break;
		GROUP_DONE(l);
	}
	*(int *)out = l->err;
	ASYNC_END(&l->async);
}

static enum poll gather_poll(struct future *f, struct context *cx, void *out)
{
	struct report_loop *l =
		container_of(f, struct report_loop, async.future);

	ASYNC_BEGIN(&l->async);
	GROUPS(l)
	{
		OPERATIONS(l)
		report_fresh(l->load, l->i);
		l->err = gather_init(&l->gather, l->load->children, l->i,
				     l->load->outs, sizeof(*l->load->outs));
		if (l->err)
			break;
		AWAIT(&l->gather.future, NULL);
		GROUP_DONE(l);
	}
	*(int *)out = l->err;
	ASYNC_END(&l->async);
}

static void loop_drop(struct future *f)
{
	async_drop(&container_of(f, struct report_loop, async.future)->async);
}

void report_loop_init(struct report_loop *l, enum report_way way,
		      struct report_load *load, unsigned int groups,
		      unsigned int group, uint64_t *ns)
{
#define LOOP(fn)                                                             \
	{                                                                    \
		.poll = fn, .drop = loop_drop,                               \
		.size = sizeof(struct report_loop), .out_size = sizeof(int), \
	}
	static const struct future_ops ops[REPORT_WAYS] = {
		[REPORT_INLINE] = LOOP(inline_poll),
		[REPORT_SPAWN] = LOOP(spawn_poll),
		[REPORT_GATHER] = LOOP(gather_poll),
	};
#undef LOOP

	*l = (struct report_loop){
		.async.future.ops = &ops[way],
		.load = load,
		.groups = groups,
		.group = group,
		.ns = ns,
	};
}
EXPORT_SYMBOL(report_loop_init);

int report_check(const struct report_config *cfg)
{
	bool is_good =
		cfg->work && cfg->work->ops->out_size == sizeof(uint64_t) &&
		cfg->rounds && cfg->singles && cfg->batches && cfg->batch;

	return is_good ? 0 : -EINVAL;
}
EXPORT_SYMBOL(report_check);

int report_row_fill(struct report_row *row, const uint64_t *ns, size_t n,
		    unsigned int group)
{
	static const double q[] = { 0.5, 0.9, 0.99, 0.999 };
	uint64_t *const to[] = { &row->p50, &row->p90, &row->p99, &row->p999 };
	size_t i;

	if (!group || !n)
		return -EINVAL;
	hist_init(&row->hist);
	for (i = 0; i != n; i++)
		hist_record(&row->hist, (2 * ns[i] + group) / (2 * group));
	for (i = 0; i != ARRAY_SIZE(q); i++)
		if (hist_percentile(&row->hist, q[i], to[i]))
			return -EINVAL;
	row->max = row->hist.max;
	row->n = n;
	return 0;
}
EXPORT_SYMBOL(report_row_fill);

int report_ratio_fill(struct report_ratio *ratio, const uint64_t *inl,
		      const uint64_t *spawn, size_t n, uint64_t clock_ns)
{
	/* Inline p50, p99; spawn p50, p99. */
	uint64_t t[4] = { exact_quantile(inl, n, 0.5),
			  exact_quantile(inl, n, 0.99),
			  exact_quantile(spawn, n, 0.5),
			  exact_quantile(spawn, n, 0.99) };
	size_t i;

	for (i = 0; i < ARRAY_SIZE(t); i++) {
		if (t[i] <= clock_ns)
			return -ERANGE;
		t[i] -= clock_ns;
	}
	*ratio = (struct report_ratio){ (double)t[2] / (double)t[0],
					(double)t[3] / (double)t[1] };
	return 0;
}
EXPORT_SYMBOL(report_ratio_fill);

MODULE(report, "what a spawn costs, from tables", NULL, NULL);

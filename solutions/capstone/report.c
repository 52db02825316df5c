/**
 * @file report.c
 * The three loops that are timed, and the numbers made of their times;
 * report.h says what each promises, README.md tells the story.
 *
 * The loops are futures: the measuring task awaits one after the other, and
 * each awaits its operations. What stands between the two clock reads of a
 * group is what the report calls a cost, so nothing else may stand there.
 */
#include "report.h"

#include <string.h>

#include "kit/clock.h"
#include "kit/err.h"
#include "kit/module.h"
#include "kit/todo.h"

static enum poll inline_poll(struct future *f, struct context *cx, void *out)
{
	struct report_loop *l =
		container_of(f, struct report_loop, async.future);

	ASYNC_BEGIN(&l->async);
	/* TODO 1 (20 points): the inline loop. Make an operation, await it in
	 * place, next; a clock read on either side of each group.
	 * Hint: README#todo-1
	 */
	for (l->g = 0; l->g < l->groups; l->g++) {
		l->start = clock_now();
		for (l->i = 0; l->i < l->group; l->i++) {
			/* The same place each time: as warm as can be. */
			report_fresh(l->load, 0);
			AWAIT(l->load->children[0], &l->load->outs[l->i]);
		}
		l->ns[l->g] = clock_now() - l->start;
	}
	/* STUB: TODO(1, ); */
	/* END */
	*(int *)out = l->err;
	ASYNC_END(&l->async);
}

static enum poll spawn_poll(struct future *f, struct context *cx, void *out)
{
	struct report_loop *l =
		container_of(f, struct report_loop, async.future);

	ASYNC_BEGIN(&l->async);
	/* TODO 2 (30 points): the spawn loop. Spawn an operation, await its
	 * join handle, take its output, next. An error goes into l->err and
	 * ends the loop. Hint: README#todo-2
	 */
	for (l->g = 0; l->g < l->groups && !l->err; l->g++) {
		l->start = clock_now();
		for (l->i = 0; l->i < l->group && !l->err; l->i++) {
			l->err = sched_spawn(l->load->sched, l->load->work->ops,
					     l->load->work, &l->join);
			if (l->err)
				break;
			AWAIT_KEEP(&l->join.future, &l->err);
			if (!l->err)
				memcpy(&l->load->outs[l->i],
				       join_output(&l->join), sizeof(uint64_t));
			async_drop(&l->async);
		}
		l->ns[l->g] = clock_now() - l->start;
	}
	/* STUB: TODO(2, ); */
	/* END */
	*(int *)out = l->err;
	ASYNC_END(&l->async);
}

static enum poll gather_poll(struct future *f, struct context *cx, void *out)
{
	struct report_loop *l =
		container_of(f, struct report_loop, async.future);

	ASYNC_BEGIN(&l->async);
	/* TODO 3 (18 points): the gather loop. Make the whole group, await the
	 * gather of it, next. An error goes into l->err and ends the loop.
	 * Hint: README#todo-3
	 */
	for (l->g = 0; l->g < l->groups; l->g++) {
		l->start = clock_now();
		for (l->i = 0; l->i < l->group; l->i++)
			report_fresh(l->load, l->i);
		l->err = gather_init(&l->gather, l->load->children, l->group,
				     l->load->outs, sizeof(l->load->outs[0]));
		if (l->err)
			break;
		AWAIT(&l->gather.future, NULL);
		l->ns[l->g] = clock_now() - l->start;
	}
	/* STUB: TODO(3, ); */
	/* END */
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
	/* TODO 4 (32 points), in three parts: what cannot be measured; below,
	 * the rows of the report, and the ratio. Hint: README#todo-4
	 */
	if (!cfg->work || cfg->work->ops->out_size != sizeof(uint64_t))
		return -EINVAL;
	if (!cfg->rounds || !cfg->singles || !cfg->batches || !cfg->batch)
		return -EINVAL;
	return 0;
	/* STUB: return TODO(4, -ENOSYS); */
	/* END */
}
EXPORT_SYMBOL(report_check);

int report_row_fill(struct report_row *row, const uint64_t *ns, size_t n,
		    unsigned int group)
{
	/* TODO 4, second part (see above): the rows of the report. Samples into
	 * the histogram, quantiles out of it. Hint: README#todo-4
	 */
	size_t i;

	if (!n || !group)
		return -EINVAL;
	hist_init(&row->hist);
	for (i = 0; i < n; i++)
		hist_record(&row->hist, (ns[i] + group / 2) / group);
	/* With samples in it, and q a constant, these cannot fail. */
	BUG_ON(hist_percentile(&row->hist, 0.5, &row->p50));
	BUG_ON(hist_percentile(&row->hist, 0.9, &row->p90));
	BUG_ON(hist_percentile(&row->hist, 0.99, &row->p99));
	BUG_ON(hist_percentile(&row->hist, 0.999, &row->p999));
	row->max = hist_max(&row->hist);
	row->n = n;
	return 0;
	/* STUB: return TODO(4, -ENOSYS); */
	/* END */
}
EXPORT_SYMBOL(report_row_fill);

int report_ratio_fill(struct report_ratio *ratio, const uint64_t *inl,
		      const uint64_t *spawn, size_t n, uint64_t clock_ns)
{
	/* TODO 4, third part (see above): batches against batches.
	 * Hint: README#todo-4
	 */
	static const double q[] = { 0.5, 0.99 };
	double r[ARRAY_SIZE(q)];
	size_t i;

	for (i = 0; i < ARRAY_SIZE(q); i++) {
		uint64_t a = exact_quantile(inl, n, q[i]);
		uint64_t b = exact_quantile(spawn, n, q[i]);

		if (a <= clock_ns || b <= clock_ns)
			return -ERANGE;
		r[i] = (double)(b - clock_ns) / (double)(a - clock_ns);
	}
	ratio->p50 = r[0];
	ratio->p99 = r[1];
	return 0;
	/* STUB: return TODO(4, -ENOSYS); */
	/* END */
}
EXPORT_SYMBOL(report_ratio_fill);

MODULE(report, "what a spawn costs, at the tail", NULL, NULL);

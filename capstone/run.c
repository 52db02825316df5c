/*
 * Given: the run. Room for the work, the clock's cost, and the measuring task
 * that lets the loops of report.c take turns.
 */
#include <string.h>

#include "kit/alloc.h"
#include "kit/clock.h"
#include "kit/err.h"
#include "kit/module.h"
#include "report.h"

#define CLOCK_READS 1001 /* differences that the clock's cost comes from */

int report_load_init(struct report_load *load, const struct future *work,
		     struct sched *sched, unsigned int room)
{
	const size_t align = 16; /* what any machine is content with */
	unsigned int i;

	*load = (struct report_load){ .work = work,
				      .sched = sched,
				      .room = room };
	load->stride = (work->ops->size + align - 1) / align * align;
	load->machines = kit_zalloc(room * load->stride);
	load->children = kit_zalloc(room * sizeof(load->children[0]));
	load->outs = kit_zalloc(room * sizeof(load->outs[0]));
	if (!load->machines || !load->children || !load->outs)
		goto free;
	for (i = 0; i < room; i++)
		load->children[i] =
			(struct future *)(load->machines + i * load->stride);
	return 0;
free:
	report_load_fini(load);
	return -ENOMEM;
}
EXPORT_SYMBOL(report_load_init);

void report_load_fini(struct report_load *load)
{
	kit_free(load->outs);
	kit_free(load->children);
	kit_free(load->machines);
	*load = (struct report_load){ .work = NULL };
}
EXPORT_SYMBOL(report_load_fini);

struct future *report_fresh(struct report_load *load, unsigned int i)
{
	return memcpy(load->children[i], load->work, load->work->ops->size);
}
EXPORT_SYMBOL(report_fresh);

/* The times of all groups, way by way. */
struct samples {
	uint64_t *singles[REPORT_WAYS]; /* none of gather */
	uint64_t *batches[REPORT_WAYS];
};

/* The measuring task; its output is 0 or -errno. */
struct measure {
	struct async async; /* first */
	const struct report_config *cfg;
	struct samples *samples;
	struct report_load *load;
	struct report_loop loop; /* the one that runs */
	unsigned int round;	 /* rounds done, the forgotten one included */
	unsigned int way;	 /* whose turn it is */
	int err;		 /* of the loop that ran last */
};

/* Round 0 is run twice: the second time writes over what the first found. */
static size_t first_of_round(const struct measure *m, unsigned int per_round)
{
	return m->round ? (size_t)(m->round - 1) * per_round : 0;
}

static void singles_init(struct measure *m)
{
	const struct report_config *cfg = m->cfg;

	report_loop_init(&m->loop, m->way, m->load, cfg->singles, 1,
			 m->samples->singles[m->way] +
				 first_of_round(m, cfg->singles));
}

static void batches_init(struct measure *m)
{
	const struct report_config *cfg = m->cfg;

	report_loop_init(&m->loop, m->way, m->load, cfg->batches, cfg->batch,
			 m->samples->batches[m->way] +
				 first_of_round(m, cfg->batches));
}

static enum poll measure_poll(struct future *f, struct context *cx, void *out)
{
	struct measure *m = container_of(f, struct measure, async.future);
	const struct report_config *cfg = m->cfg;
	int *err = out;

	ASYNC_BEGIN(&m->async);
	for (m->round = 0; m->round <= cfg->rounds; m->round++) {
		for (m->way = 0; m->way < REPORT_WAYS; m->way++) {
			if (m->samples->singles[m->way]) {
				singles_init(m);
				AWAIT(&m->loop.async.future, &m->err);
				if (m->err)
					goto stop;
			}
			batches_init(m);
			AWAIT(&m->loop.async.future, &m->err);
			if (m->err)
				goto stop;
		}
		if (cfg->progress)
			cfg->progress(cfg->progress_arg, m->round + 1,
				      cfg->rounds + 1);
	}
stop:
	*err = m->err;
	ASYNC_END(&m->async);
}

static void measure_drop(struct future *f)
{
	async_drop(&container_of(f, struct measure, async.future)->async);
}

static const struct future_ops measure_ops = {
	.poll = measure_poll,
	.drop = measure_drop,
	.size = sizeof(struct measure),
	.out_size = sizeof(int),
};

/* Written to, so that the loops do not meet the page faults. */
static uint64_t *samples_alloc(size_t n)
{
	uint64_t *v = kit_alloc(n * sizeof(*v));

	return v ? memset(v, 1, n * sizeof(*v)) : NULL;
}

static void samples_fini(struct samples *s)
{
	unsigned int way;

	for (way = 0; way < REPORT_WAYS; way++) {
		kit_free(s->singles[way]);
		kit_free(s->batches[way]);
	}
}

static int samples_init(struct samples *s, const struct report_config *cfg)
{
	unsigned int way;

	memset(s, 0, sizeof(*s));
	for (way = 0; way < REPORT_WAYS; way++) {
		s->batches[way] =
			samples_alloc((size_t)cfg->rounds * cfg->batches);
		if (way != REPORT_GATHER)
			s->singles[way] = samples_alloc((size_t)cfg->rounds *
							cfg->singles);
		if (!s->batches[way] ||
		    (way != REPORT_GATHER && !s->singles[way])) {
			samples_fini(s);
			return -ENOMEM;
		}
	}
	return 0;
}

/* The median time from one clock read to the next. */
static uint64_t clock_cost(void)
{
	uint64_t ns[CLOCK_READS];
	uint64_t before = clock_now();
	unsigned int i;

	for (i = 0; i < CLOCK_READS; i++) {
		uint64_t now = clock_now();

		ns[i] = now - before;
		before = now;
	}
	exact_sort(ns, CLOCK_READS);
	return exact_quantile(ns, CLOCK_READS, 0.5);
}

/*
 * Spawn the measuring task and wait for it. If block_on fails, the task is
 * cancelled, so that the shutdown does not run it over memory that is gone.
 */
static int run_task(struct sched *sched, struct measure *m)
{
	struct join join;
	int err, status;

	err = sched_spawn(sched, &measure_ops, m, &join);
	if (err)
		return err;
	err = sched_block_on(sched, &join.future, &status);
	if (err)
		join_cancel(&join);
	else if (status)
		err = status;
	else
		memcpy(&err, join_output(&join), sizeof(err));
	future_drop(&join.future);
	return err;
}

static int measure_all(const struct report_config *cfg, struct samples *samples)
{
	struct report_load load = { .work = NULL };
	struct measure m = { .async.future.ops = &measure_ops,
			     .cfg = cfg,
			     .samples = samples,
			     .load = &load };
	struct sched *sched;
	int err;

	err = sched_create(&sched, 0);
	if (err)
		return err;
	err = report_load_init(&load, cfg->work, sched, cfg->batch);
	if (!err)
		err = run_task(sched, &m);
	sched_destroy(sched);
	report_load_fini(&load);
	return err;
}

/* The samples of a way's row, once more; rounded as they are there. */
static void refine(struct precise *fine, const uint64_t *ns, size_t n,
		   unsigned int group)
{
	size_t i;

	for (i = 0; i < n; i++)
		precise_record(fine, (ns[i] + group / 2) / group);
}

static int fill_row(const struct report_config *cfg, const struct samples *s,
		    unsigned int way, struct report_row *row)
{
	const bool has_singles = s->singles[way];
	const uint64_t *ns = has_singles ? s->singles[way] : s->batches[way];
	size_t n = (size_t)cfg->rounds *
		   (has_singles ? cfg->singles : cfg->batches);
	unsigned int group = has_singles ? 1 : cfg->batch;
	int err = report_row_fill(row, ns, n, group);

	if (!err && cfg->fine)
		refine(cfg->fine[way], ns, n, group);
	return err;
}

/* From times to the report; sorts the batches. */
static int fill(const struct report_config *cfg, struct samples *s,
		struct report *r)
{
	size_t n = (size_t)cfg->rounds * cfg->batches;
	unsigned int way;
	int err;

	for (way = 0; way < REPORT_WAYS; way++) {
		struct report_row *row = &r->row[way];
		double median;

		err = fill_row(cfg, s, way, row);
		if (err)
			return err;
		exact_sort(s->batches[way], n);
		median = (double)exact_quantile(s->batches[way], n, 0.5);
		row->per_op = (median - (double)r->clock_ns) / cfg->batch;
		row->batch = cfg->batch;
		row->clock_ns = r->clock_ns;
	}
	return report_ratio_fill(&r->ratio, s->batches[REPORT_INLINE],
				 s->batches[REPORT_SPAWN], n, r->clock_ns);
}

int report_run(const struct report_config *cfg, struct report *report)
{
	struct samples samples;
	int err = report_check(cfg);

	if (err)
		return err;
	memset(report, 0, sizeof(*report));
	err = samples_init(&samples, cfg);
	if (err)
		return err;
	report->clock_ns = clock_cost();
	err = measure_all(cfg, &samples);
	if (!err)
		err = fill(cfg, &samples, report);
	samples_fini(&samples);
	return err;
}
EXPORT_SYMBOL(report_run);

MODULE(run, "the measuring task of the report", NULL, NULL);

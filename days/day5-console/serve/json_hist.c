/* Given: histograms as JSON: of workers, of runtimes, of one task. */
#include <string.h>

#include "json.h"

void json_quantiles(json_t *o, const struct hist *h)
{
	static const struct {
		const char *key;
		double q;
	} want[] = {
		{ "p50_ns", .5 },  { "p90_ns", .9 },	{ "p95_ns", .95 },
		{ "p99_ns", .99 }, { "p999_ns", .999 },
	};
	uint64_t ns;
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(want); i++) {
		ns = 0;
		if (hist_percentile(h, want[i].q, &ns))
			ns = 0;
		json_n(o, want[i].key, ns);
	}
}

/* The buckets that hold something. */
static void add_buckets(json_t *o, const struct hist *h)
{
	json_t *list = json_add(o, "buckets", json_array()), *b;
	unsigned int i;

	for (i = 0; i < HIST_BUCKETS; i++) {
		if (!h->buckets[i])
			continue;
		b = json_push(list, json_object());
		json_n(b, "from_ns", i ? hist_upper(i - 1) + 1 : 0);
		json_n(b, "to_ns",
		       i < HIST_BUCKETS - 1 ? hist_upper(i) : h->max);
		json_n(b, "count", h->buckets[i]);
	}
}

static void add_hist(json_t *list, const char *kind, unsigned int runtime,
		     unsigned int worker, const struct hist *h)
{
	json_t *o = json_push(list, json_object());

	json_s(o, "kind", kind);
	json_n(o, "runtime", runtime);
	/* 0: of all workers of the runtime. */
	json_n(o, "worker", worker);
	json_n(o, "count", hist_count(h));
	json_n(o, "sum_ns", h->sum);
	json_n(o, "min_ns", h->min == UINT64_MAX ? 0 : h->min);
	json_n(o, "max_ns", h->max);
	json_quantiles(o, h);
	add_buckets(o, h);
}

static void add_worker(json_t *list, const struct snapshot *s, bool is_polls,
		       unsigned int i)
{
	const struct snap_worker *w = &s->workers[i];

	add_hist(list, is_polls ? "polls" : "delays", w->runtime + 1, i + 1,
		 is_polls ? &w->polls : &w->delays);
}

static void add_runtime(json_t *list, const struct snapshot *s, bool is_polls,
			unsigned int nr)
{
	const struct snap_runtime *rt = &s->runtimes[nr];
	struct hist all;
	unsigned int i;

	hist_init(&all);
	for (i = rt->first; i < rt->first + rt->nr_workers; i++)
		hist_merge(&all, is_polls ? &s->workers[i].polls
					  : &s->workers[i].delays);
	add_hist(list, is_polls ? "polls" : "delays", nr + 1, 0, &all);
}

static void add_kind(json_t *list, const struct feed *f, bool is_polls,
		     const struct json_hist_query *q)
{
	unsigned int i;

	if (q->worker) {
		add_worker(list, f->now, is_polls, (unsigned int)q->worker - 1);
		return;
	}
	for (i = 0; i < f->now->nr_runtimes; i++)
		if (!q->runtime || q->runtime == i + 1)
			add_runtime(list, f->now, is_polls, i);
}

/* A task's doublings: every fourth bucket of a histogram of day 4. */
static void add_task(json_t *list, const struct snap_task *t, bool is_polls)
{
	const uint32_t *n = is_polls ? t->poll_hist : t->delay_hist;
	uint64_t max = is_polls ? t->max_poll : t->max_delay;
	json_t *o = json_push(list, json_object()), *buckets, *b;
	uint64_t count = 0;
	unsigned int i;

	json_s(o, "kind", is_polls ? "polls" : "delays");
	json_n(o, "task", t->id);
	for (i = 0; i < TASK_BUCKETS; i++)
		count += n[i];
	json_n(o, "count", count);
	json_n(o, "max_ns", max);
	json_n(o, "p50_ns", task_quantile(n, max, .5));
	json_n(o, "p90_ns", task_quantile(n, max, .9));
	json_n(o, "p95_ns", task_quantile(n, max, .95));
	json_n(o, "p99_ns", task_quantile(n, max, .99));
	buckets = json_add(o, "buckets", json_array());
	for (i = 0; i < TASK_BUCKETS; i++) {
		if (!n[i])
			continue;
		b = json_push(buckets, json_object());
		json_n(b, "from_ns", i ? 1ull << i : 0);
		json_n(b, "to_ns",
		       i < TASK_BUCKETS - 1 ? (2ull << i) - 1 : max);
		json_n(b, "count", n[i]);
	}
}

json_t *json_histograms(const struct feed *f, const struct json_hist_query *q)
{
	const struct snap_task *t = snapshot_task(f->now, q->task);
	json_t *o = json_head(f), *list;
	unsigned int is_polls;

	list = json_add(o, "histograms", json_array());
	for (is_polls = 2; is_polls-- > 0;) {
		if (q->kind && strcmp(q->kind, is_polls ? "polls" : "delays"))
			continue;
		if (q->task && t)
			add_task(list, t, is_polls);
		else
			add_kind(list, f, is_polls, q);
	}
	return o;
}

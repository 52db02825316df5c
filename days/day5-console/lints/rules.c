/* Given: applies the rules of lint.h, and keeps what they find. */
#include "rules.h"

#include <stdlib.h>
#include <string.h>

#include "kit/alloc.h"
#include "kit/err.h"
#include "kit/module.h"

const struct lint_info lint_info[LINT_NR] = {
#define X(NAME, name, title) { #name, title },
	LINTS(X)
#undef X
};

static const struct rule {
	enum lint_rule rule;
	void (*apply)(const struct lint_window *w);
} rules[] = {
#define X(NAME, name) { LINT_##NAME, rule_##name },
	RULES(X)
#undef X
};

/* Findings ----------------------------------------------------------------- */

/* Room for one more; false: there is none. */
static bool make_room(struct findings *out)
{
	size_t room = out->room ? 2 * out->room : 16;
	struct finding *list;

	if (out->n < out->room)
		return true;
	if (out->n >= LINT_MAX)
		return false;
	list = kit_alloc(room * sizeof(*list));
	if (!list) {
		out->err = -ENOMEM;
		return false;
	}
	if (out->n)
		memcpy(list, out->list, out->n * sizeof(*list));
	kit_free(out->list);
	out->list = list;
	out->room = room;
	return true;
}

void lint_add(const struct lint_window *w, const struct finding *f)
{
	if (make_room(w->out))
		w->out->list[w->out->n++] = *f;
}
EXPORT_SYMBOL(lint_add);

void rule_add_at_place(const struct lint_window *w, const struct finding *f)
{
	struct finding sum;
	size_t i;

	for (i = 0; f->place && i < w->out->n; i++) {
		struct finding *old = &w->out->list[i];

		if (old->rule != f->rule || old->place != f->place ||
		    old->runtime != f->runtime)
			continue;
		sum = f->ns > old->ns ? *f : *old;
		sum.count = old->count + f->count;
		*old = sum;
		return;
	}
	lint_add(w, f);
}
EXPORT_SYMBOL(rule_add_at_place);

void lint_free(struct findings *out)
{
	kit_free(out->list);
	memset(out, 0, sizeof(*out));
}
EXPORT_SYMBOL(lint_free);

/* The worst first; then in the order of the rules; then the longest. */
static int compare(const void *x, const void *y)
{
	const struct finding *a = x, *b = y;

	if (a->level != b->level)
		return a->level < b->level ? 1 : -1;
	if (a->rule != b->rule)
		return a->rule > b->rule ? 1 : -1;
	if (a->ns != b->ns)
		return a->ns < b->ns ? 1 : -1;
	if (a->runtime != b->runtime)
		return a->runtime > b->runtime ? 1 : -1;
	return (a->task > b->task) - (a->task < b->task);
}

/* What rules ask ----------------------------------------------------------- */

uint64_t lint_queued(const struct snapshot *s, unsigned int runtime)
{
	const struct snap_runtime *rt;
	uint64_t n;
	unsigned int i;

	if (runtime >= s->nr_runtimes)
		return 0;
	rt = &s->runtimes[runtime];
	n = rt->injection;
	for (i = rt->first; i < rt->first + rt->nr_workers; i++)
		n += s->workers[i].depth + s->workers[i].slot_used;
	return n;
}
EXPORT_SYMBOL(lint_queued);

const struct finding *rule_was_told(const struct lint_window *w,
				    enum lint_rule rule, unsigned int runtime)
{
	size_t i;

	for (i = 0; i < w->out->n; i++)
		if (w->out->list[i].rule == rule &&
		    w->out->list[i].runtime == runtime + 1)
			return &w->out->list[i];
	return NULL;
}
EXPORT_SYMBOL(rule_was_told);

const struct snap_task *rule_before(const struct lint_window *w,
				    const struct snap_task *t)
{
	static const struct snap_task none;
	const struct snap_task *old = snapshot_task(w->before, t->id);

	if (old || t->created < w->before->now)
		return old;
	return &none;
}
EXPORT_SYMBOL(rule_before);

const struct snap_task *rule_oldest(const struct snapshot *s,
				    unsigned int runtime, uint64_t limit)
{
	const struct snap_task *oldest = NULL;
	size_t i;

	for (i = 0; i < s->nr_tasks; i++) {
		const struct snap_task *t = &s->tasks[i];

		if (t->runtime != runtime || !rule_is_scheduled(t) ||
		    rule_since(t->since, s->now) > limit)
			continue;
		if (!oldest || t->since < oldest->since)
			oldest = t;
	}
	return oldest;
}
EXPORT_SYMBOL(rule_oldest);

enum lint_level rule_poll_level(const struct lint_window *w, uint64_t ns)
{
	if (ns >= w->p->poll_critical)
		return LINT_CRITICAL;
	if (ns >= w->p->poll_error)
		return LINT_ERROR;
	return ns >= w->p->poll_warn ? LINT_WARN : LINT_INFO;
}
EXPORT_SYMBOL(rule_poll_level);

uint64_t rule_sum(const struct lint_window *w, unsigned int runtime,
		  enum metric which)
{
	const struct snap_runtime *rt = &w->now->runtimes[runtime];
	uint64_t sum = 0;
	unsigned int i;

	if (runtime >= w->now->nr_runtimes)
		return 0;
	for (i = rt->first; i < rt->first + rt->nr_workers; i++)
		sum += w->rates[i].delta[which];
	return sum;
}
EXPORT_SYMBOL(rule_sum);

uint64_t rule_time_for(uint64_t queued, uint64_t done, uint64_t ns)
{
	double time;

	if (!done)
		return queued ? UINT64_MAX : 0;
	time = (double)queued / (double)done * (double)ns;
	return time < 1e18 ? (uint64_t)time : UINT64_MAX;
}
EXPORT_SYMBOL(rule_time_for);

/* All of them -------------------------------------------------------------- */

static void take_rates(const struct lint_window *w, struct metrics_rates *rates)
{
	unsigned int i;

	for (i = 0; i < w->now->nr_workers; i++) {
		const struct snap_worker *old = NULL;

		if (w->before && i < w->before->nr_workers)
			old = &w->before->workers[i];
		metrics_rates(old ? &old->reading : NULL,
			      &w->now->workers[i].reading, &rates[i]);
	}
}

int lint_run(struct findings *out, const struct snapshot *before,
	     const struct snapshot *now, const struct lint_params *p)
{
	struct lint_window w = { .now = now, .out = out };
	struct metrics_rates *rates;
	size_t i;

	w.p = p ? p : &lint_defaults;
	out->n = 0;
	out->err = 0;
	if (before && before->id == now->id &&
	    rule_since(before->now, now->now) >= w.p->window && before != now)
		w.before = before;
	rates = kit_zalloc(now->nr_workers * sizeof(*rates));
	if (!rates)
		return -ENOMEM;
	if (w.before)
		take_rates(&w, rates);
	w.rates = rates;
	for (i = 0; i < ARRAY_SIZE(rules); i++)
		if (!(w.p->silenced >> rules[i].rule & 1))
			rules[i].apply(&w);
	kit_free(rates);
	if (out->n)
		qsort(out->list, out->n, sizeof(*out->list), compare);
	return out->err;
}
EXPORT_SYMBOL(lint_run);

MODULE(rules, "applies the rules, and keeps what they find", NULL, NULL);

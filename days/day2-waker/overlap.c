/* Given: polls by worker and task, and which of them overlaps a wait. */
#include "spans.h"

#include "kit/alloc.h"
#include "kit/err.h"
#include "kit/module.h"

static uint64_t min(uint64_t a, uint64_t b)
{
	return a < b ? a : b;
}

static uint64_t max(uint64_t a, uint64_t b)
{
	return a > b ? a : b;
}

struct stall_task *stall_find(const struct stall_trace *t, uint64_t id)
{
	size_t lo = 0, hi = t->nr_tasks, mid;

	while (lo < hi) {
		mid = lo + (hi - lo) / 2;
		if (t->tasks[mid].id < id)
			lo = mid + 1;
		else
			hi = mid;
	}
	return lo < t->nr_tasks && t->tasks[lo].id == id ? &t->tasks[lo] : NULL;
}
EXPORT_SYMBOL(stall_find);

bool stall_is_lost(const struct stall_trace *t, uint64_t from, uint64_t to)
{
	size_t lo = 0, hi = t->nr_gaps, mid;

	while (lo < hi) {
		mid = lo + (hi - lo) / 2;
		if (t->gaps[mid].to <= from)
			lo = mid + 1;
		else
			hi = mid;
	}
	return lo < t->nr_gaps && t->gaps[lo].least < to;
}
EXPORT_SYMBOL(stall_is_lost);

/* Those that were abandoned leave; who is scheduled still waits. */
static void tidy(struct stall_trace *t)
{
	size_t i, n = 0;

	for (i = 0; i < t->nr_polls; i++)
		if (t->polls[i].task)
			t->polls[n++] = t->polls[i];
	t->nr_polls = n;
	for (i = 0; i < t->nr_tasks; i++) {
		struct stall_task *task = &t->tasks[i];

		if (task->state == STALL_SCHEDULED &&
		    !stall_is_lost(t, task->since, t->end))
			t->waits[t->nr_waits++] =
				(struct stall_wait){ task->id, STALL_NO_WORKER,
						     task->since, t->end };
	}
}

static void add_up(struct stall_trace *t)
{
	struct stall_worker *w;
	struct stall_task *task;
	struct stall_poll *p;
	size_t i;

	for (i = 0; i < t->nr_polls; i++) {
		p = &t->polls[i];
		w = &t->workers[p->worker];
		task = stall_find(t, p->task);
		p->before = w->poll_sum;
		w->polls++;
		w->poll_sum += p->end - p->begin;
		w->poll_max = max(w->poll_max, p->end - p->begin);
		task->polls++;
		task->slow += stall_own(p) >= t->params.info;
		task->poll_sum += p->end - p->begin;
		task->poll_max = max(task->poll_max, p->end - p->begin);
		if (p->delay == STALL_UNKNOWN)
			continue;
		w->delays++;
		w->delay_sum += p->delay;
		w->delay_max = max(w->delay_max, p->delay);
		task->delays++;
		task->delay_sum += p->delay;
		task->delay_max = max(task->delay_max, p->delay);
	}
	for (i = 0; i < t->nr_polls; i++) {
		task = stall_find(t, t->polls[i].task);
		t->polls[i].is_consistent =
			task->slow >= t->params.slow_n &&
			task->slow * 100 >= t->params.slow_pct * task->polls;
	}
}

int stall_group(struct stall_trace *t, size_t nr_samples)
{
	struct stall_sample *sorted =
		kit_alloc((nr_samples + 1) * sizeof(*sorted));
	size_t poll = 0, sample = 0, i;
	struct stall_worker *w;

	if (!sorted)
		return -ENOMEM;
	tidy(t);
	add_up(t);
	for (i = 0; i < nr_samples; i++)
		t->workers[t->samples[i].worker].samples++;
	for (i = 0; i < STALL_WORKERS_MAX; i++) {
		w = &t->workers[i];
		w->first = poll;
		w->sample = sample;
		poll += w->polls;
		sample += w->samples;
		w->polls = w->samples = 0;
	}
	for (i = 0; i < t->nr_polls; i++) {
		w = &t->workers[t->polls[i].worker];
		t->by_worker[w->first + w->polls++] = &t->polls[i];
	}
	for (i = 0; i < nr_samples; i++) {
		w = &t->workers[t->samples[i].worker];
		if (!w->samples)
			w->run_delay = t->samples[i].run_delay;
		sorted[w->sample + w->samples++] = t->samples[i];
	}
	kit_free(t->samples);
	t->samples = sorted;
	for (i = 0; i < STALL_WORKERS_MAX; i++) {
		w = &t->workers[i];
		if (w->samples)
			w->run_delay =
				sorted[w->sample + w->samples - 1].run_delay -
				w->run_delay;
	}
	return 0;
}

/* How many polls of a worker begin before @time? */
static size_t polls_before(const struct stall_trace *t,
			   const struct stall_worker *w, uint64_t time)
{
	size_t lo = 0, hi = w->polls, mid;

	while (lo < hi) {
		mid = lo + (hi - lo) / 2;
		if (t->by_worker[w->first + mid]->begin < time)
			lo = mid + 1;
		else
			hi = mid;
	}
	return lo;
}

/* The best of one worker, if it covers more than @covered. */
static const struct stall_poll *cover_on(const struct stall_trace *t,
					 const struct stall_worker *worker,
					 const struct stall_wait *w,
					 uint64_t *covered)
{
	const struct stall_poll *best = NULL, *p;
	size_t i = polls_before(t, worker, w->to);
	uint64_t ns;

	while (i-- > 0) {
		p = t->by_worker[worker->first + i];
		if (p->end <= w->from)
			break;
		ns = min(p->end, w->to) - max(p->begin, w->from);
		if (ns > *covered) {
			*covered = ns;
			best = p;
		}
	}
	return best;
}

const struct stall_poll *stall_cover(const struct stall_trace *t,
				     const struct stall_wait *w,
				     uint64_t *covered)
{
	const struct stall_poll *best = NULL, *p;
	unsigned int i;

	*covered = 0;
	if (w->worker < STALL_WORKERS_MAX)
		return cover_on(t, &t->workers[w->worker], w, covered);
	for (i = 0; i < STALL_WORKERS_MAX; i++) {
		p = cover_on(t, &t->workers[i], w, covered);
		if (p)
			best = p;
	}
	return best;
}
EXPORT_SYMBOL(stall_cover);

/* ns within polls from the start of the trace to @time */
static uint64_t busy_until(const struct stall_trace *t,
			   const struct stall_worker *w, uint64_t time)
{
	size_t n = polls_before(t, w, time);
	const struct stall_poll *p;

	if (!n)
		return 0;
	p = t->by_worker[w->first + n - 1];
	return p->before + min(p->end, time) - p->begin;
}

unsigned int stall_busy(const struct stall_trace *t, uint64_t from, uint64_t to)
{
	const struct stall_worker *w;
	uint64_t busy = 0, all = 0;
	unsigned int i;

	for (i = 0; i < STALL_WORKERS_MAX; i++) {
		w = &t->workers[i];
		if (!w->is_seen)
			continue;
		busy += busy_until(t, w, to) - busy_until(t, w, from);
		all += to - from;
	}
	return all ? busy * 100 / all : 0;
}
EXPORT_SYMBOL(stall_busy);

static uint64_t run_delay_on(const struct stall_trace *t,
			     const struct stall_worker *worker,
			     const struct stall_wait *w)
{
	const struct stall_sample *s = t->samples + worker->sample;
	size_t lo = 0, hi = worker->samples, mid;
	uint64_t sum = 0, lap;

	while (lo < hi) {
		mid = lo + (hi - lo) / 2;
		if (s[mid].time <= w->from)
			lo = mid + 1;
		else
			hi = mid;
	}
	for (lo = lo ? lo : 1; lo < worker->samples; lo++) {
		if (s[lo - 1].time >= w->to)
			break;
		lap = min(s[lo].time, w->to) - max(s[lo - 1].time, w->from);
		if (s[lo].run_delay > s[lo - 1].run_delay)
			sum += min(lap, s[lo].run_delay - s[lo - 1].run_delay);
	}
	return sum;
}

uint64_t stall_run_delay(const struct stall_trace *t,
			 const struct stall_wait *w)
{
	uint64_t most = 0;
	unsigned int i;

	if (w->worker < STALL_WORKERS_MAX)
		return run_delay_on(t, &t->workers[w->worker], w);
	for (i = 0; i < STALL_WORKERS_MAX; i++)
		most = max(most, run_delay_on(t, &t->workers[i], w));
	return most;
}
EXPORT_SYMBOL(stall_run_delay);

void stall_free(struct stall_trace *t)
{
	kit_free(t->polls);
	kit_free(t->waits);
	kit_free(t->tasks);
	kit_free(t->samples);
	kit_free(t->by_worker);
	kit_free(t->gaps);
	*t = (struct stall_trace){ .nr_polls = 0 };
}
EXPORT_SYMBOL(stall_free);

MODULE(overlap, "which poll overlaps which wait", NULL, NULL);

/*
 * Who held a worker for how long: the two figures, and the verdict on them.
 */
#include "stall.h"

#include "kit/module.h"
#include "kit/todo.h"

void stall_scheduled(struct stall_task *t, uint64_t now)
{
	/* TODO 8 (11 points): the stall verdict. First, the two figures: when
	 * a task becomes scheduled, what a second wake changes, and a wake
	 * during its poll. Hint: README#todo-8
	 */
	if (t->state == STALL_RUNNING) {
		t->woken = true;
	} else if (t->state == STALL_IDLE) {
		t->state = STALL_SCHEDULED;
		t->since = now;
	}
	/* STUB: TODO(8, ); */
	/* END */
}
EXPORT_SYMBOL(stall_scheduled);

uint64_t stall_begun(struct stall_task *t, uint64_t now)
{
	/* TODO 8, second part (see above): scheduled_delay. */
	bool known = t->state == STALL_SCHEDULED;

	t->state = STALL_RUNNING;
	t->woken = false;
	t->begin = now;
	return known ? now - t->since : STALL_UNKNOWN;
	/* STUB: return TODO(8, STALL_UNKNOWN); */
	/* END */
}
EXPORT_SYMBOL(stall_begun);

uint64_t stall_ended(struct stall_task *t, uint64_t now, bool ready)
{
	/* TODO 8, third part (see above): poll_duration, and what the task
	 * does next.
	 */
	if (ready) {
		t->state = STALL_ENDED;
	} else if (t->woken) {
		t->state = STALL_SCHEDULED;
		t->since = now;
	} else {
		t->state = STALL_IDLE;
	}
	return now - t->begin;
	/* STUB: return TODO(8, STALL_UNKNOWN); */
	/* END */
}
EXPORT_SYMBOL(stall_ended);

enum stall_kind stall_classify(const struct stall_poll *p,
			       const struct stall_params *params)
{
	/* TODO 8, fourth part (see above): what is wrong with one poll. */
	uint64_t limit = p->is_consistent ? params->info : params->warn;
	uint64_t own = stall_own(p);

	if (p->end - p->begin < limit)
		return STALL_HEALTHY;
	if (own < limit)
		return STALL_NEIGHBOUR;
	if (p->holder)
		return STALL_HELD_LOCK;
	if (!p->is_cpu_known || p->cpu * 100 < params->cpu_pct * own)
		return STALL_BLOCKING;
	return STALL_CPU;
	/* STUB: return TODO(8, STALL_HEALTHY); */
	/* END */
}
EXPORT_SYMBOL(stall_classify);

enum stall_kind stall_blame(const struct stall_trace *t,
			    const struct stall_wait *w,
			    const struct stall_poll **poll, uint64_t *covered)
{
	/* TODO 8, fifth part (see above): what explains one wait. */
	const struct stall_params *p = &t->params;
	uint64_t len = w->to - w->from;
	enum stall_kind kind;

	*poll = stall_cover(t, w, covered);
	if (*poll && *covered * 100 >= p->cover_pct * len) {
		kind = stall_classify(*poll, p);
		if (kind != STALL_HEALTHY)
			return kind;
	}
	if (stall_run_delay(t, w) * 100 >= p->run_delay_pct * len)
		return STALL_NEIGHBOUR;
	if (stall_busy(t, w->from, w->to) >= p->busy_pct)
		return STALL_SATURATION;
	return STALL_HEALTHY;
	/* STUB: return TODO(8, STALL_HEALTHY); */
	/* END */
}
EXPORT_SYMBOL(stall_blame);

/* What speaks for each kind; [STALL_HEALTHY]: waits that nothing explains. */
struct cases {
	struct stall_verdict of[STALL_KIND_NR];
};

static void cases_add_poll(struct cases *c, const struct stall_poll *p,
			   const struct stall_params *params)
{
	enum stall_kind kind = stall_classify(p, params);
	struct stall_verdict *v = &c->of[kind];

	if (kind == STALL_HEALTHY)
		return;
	v->polls++;
	if (!v->poll.task || p->end - p->begin > v->poll.end - v->poll.begin)
		v->poll = *p;
}

static void cases_add_wait(struct cases *c, const struct stall_trace *t,
			   const struct stall_wait *w)
{
	const struct stall_poll *poll;
	struct stall_verdict *v;
	uint64_t covered = 0;

	if (w->to - w->from < t->params.delay)
		return;
	v = &c->of[stall_blame(t, w, &poll, &covered)];
	v->waits++;
	v->waited += w->to - w->from;
	if (v->victim.task && covered <= v->covered)
		return;
	v->victim = *w;
	v->covered = covered;
	if (poll)
		v->poll = *poll;
}

void stall_judge(const struct stall_trace *t, struct stall_verdict *v)
{
	struct cases c = { 0 };
	unsigned int kind;
	size_t i;

	for (i = 0; i < t->nr_polls; i++)
		cases_add_poll(&c, &t->polls[i], &t->params);
	for (i = 0; i < t->nr_waits; i++)
		cases_add_wait(&c, t, &t->waits[i]);
	for (kind = 0; kind < STALL_KIND_NR; kind++)
		c.of[kind].kind = kind;
	*v = (struct stall_verdict){ .kind = STALL_HEALTHY };
	/* TODO 8, sixth part (see above): of the kinds that have cases in
	 * c.of[], the one to be told goes to *v.
	 */
	for (kind = STALL_HEALTHY + 1; kind < STALL_KIND_NR; kind++) {
		const struct stall_verdict *k = &c.of[kind];
		uint64_t longest = k->poll.end - k->poll.begin;
		uint64_t best = v->poll.end - v->poll.begin;

		if (!k->waits && !k->polls)
			continue;
		if (kind >= STALL_NEIGHBOUR &&
		    k->waits + k->polls < t->params.min_n)
			continue;
		if (v->kind == STALL_HEALTHY || k->waited > v->waited ||
		    (!k->waited && !v->waited && longest > best))
			*v = *k;
	}
	/* STUB: TODO(8, ); */
	/* END */
	v->unexplained = c.of[STALL_HEALTHY].waits;
}
EXPORT_SYMBOL(stall_judge);

MODULE(stall, "who held a worker for how long", NULL, NULL);

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
	TODO(8, );
}
EXPORT_SYMBOL(stall_scheduled);

uint64_t stall_begun(struct stall_task *t, uint64_t now)
{
	/* TODO 8, second part (see above): scheduled_delay. */
	return TODO(8, STALL_UNKNOWN);
}
EXPORT_SYMBOL(stall_begun);

uint64_t stall_ended(struct stall_task *t, uint64_t now, bool ready)
{
	/* TODO 8, third part (see above): poll_duration, and what the task
	 * does next.
	 */
	return TODO(8, STALL_UNKNOWN);
}
EXPORT_SYMBOL(stall_ended);

enum stall_kind stall_classify(const struct stall_poll *p,
			       const struct stall_params *params)
{
	/* TODO 8, fourth part (see above): what is wrong with one poll. */
	return TODO(8, STALL_HEALTHY);
}
EXPORT_SYMBOL(stall_classify);

enum stall_kind stall_blame(const struct stall_trace *t,
			    const struct stall_wait *w,
			    const struct stall_poll **poll, uint64_t *covered)
{
	/* TODO 8, fifth part (see above): what explains one wait. */
	return TODO(8, STALL_HEALTHY);
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
	TODO(8, );
	v->unexplained = c.of[STALL_HEALTHY].waits;
}
EXPORT_SYMBOL(stall_judge);

MODULE(stall, "who held a worker for how long", NULL, NULL);

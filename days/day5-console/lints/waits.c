/* Given: the rules about waits: who waits for whom, and for what. */
#include "rules.h"

#include "kit/alloc.h"
#include "kit/err.h"
#include "kit/module.h"

const struct snap_task *lint_waits_for(const struct snapshot *s,
				       const struct snap_task *t)
{
	const struct snap_resource *r;

	if (t->state != TASK_WAITING)
		return NULL;
	if (t->wait == TP_WAIT_JOIN)
		return snapshot_task(s, t->wait_for);
	if (t->wait != TP_WAIT_LOCK)
		return NULL;
	r = snapshot_resource(s, t->wait_for);
	return r && r->holder ? snapshot_task(s, r->holder) : NULL;
}
EXPORT_SYMBOL(lint_waits_for);

/* Deadlock ----------------------------------------------------------------- */

/*
 * A snapshot is not read at one moment: an edge that was read early, and one
 * that was read late, may never have been there together. Edges that are the
 * same in two snapshots were there all the time between. With one snapshot,
 * those count that are older than any reading takes; and all, when the process
 * is dead.
 */
static bool is_settled(const struct lint_window *w, uint64_t since,
		       uint64_t before)
{
	if (w->now->state == READER_DEAD)
		return true;
	if (w->before)
		return since == before;
	return rule_since(since, w->now->now) >= w->p->settled;
}

/* The same wait in both snapshots. */
static bool is_same_wait(const struct lint_window *w, const struct snap_task *t)
{
	const struct snap_task *old =
		w->before ? snapshot_task(w->before, t->id) : NULL;

	if (old && (old->state != TASK_WAITING || old->wait != t->wait ||
		    old->wait_for != t->wait_for))
		return false;
	return is_settled(w, t->since, old ? old->since : UINT64_MAX);
}

static bool is_same_holder(const struct lint_window *w,
			   const struct snap_resource *r)
{
	const struct snap_resource *old =
		w->before ? snapshot_resource(w->before, r->id) : NULL;

	if (old && old->holder != r->holder)
		return false;
	return is_settled(w, r->since, old ? old->since : UINT64_MAX);
}

/* The one task that can end the wait of @t, if there is only one. */
static const struct snap_task *edge(const struct lint_window *w,
				    const struct snap_task *t)
{
	const struct snap_task *to = lint_waits_for(w->now, t);

	/* A second waker is with somebody else: a timeout, say. */
	if (!to || to->state == TASK_ENDED || t->clones - t->drops > 1 ||
	    !is_same_wait(w, t))
		return NULL;
	if (t->wait == TP_WAIT_LOCK &&
	    !is_same_holder(w, snapshot_resource(w->now, t->wait_for)))
		return NULL;
	return to;
}

/* A cycle that @t is in: told of its smallest id, so that it is told once. */
static void add_cycle(const struct lint_window *w, const struct snap_task *t)
{
	const struct snap_task *first = t, *k = t;
	struct finding f = { .rule = LINT_DEADLOCK, .level = LINT_CRITICAL };
	uint64_t latest = 0;

	do {
		first = k->id < first->id ? k : first;
		latest = k->since > latest ? k->since : latest;
		f.count++;
		k = lint_waits_for(w->now, k);
	} while (k != t);
	f.task = first->id;
	f.victim = lint_waits_for(w->now, first)->id;
	f.place = first->place;
	f.runtime = first->runtime + 1;
	f.resource = first->wait == TP_WAIT_LOCK ? first->wait_for : 0;
	f.ns = rule_since(latest, w->now->now);
	lint_add(w, &f);
}

/*
 * Each task waits for one at most, so a walk along the edges is a cycle or has
 * an end. seen[i] is the number of the walk that came by task i first: a walk
 * that meets itself has found a cycle, one that meets another has nothing new.
 */
void rule_deadlock(const struct lint_window *w)
{
	const struct snapshot *s = w->now;
	size_t *seen = kit_zalloc(s->nr_tasks * sizeof(*seen)), i;

	if (!seen) {
		w->out->err = -ENOMEM;
		return;
	}
	for (i = 0; i < s->nr_tasks; i++) {
		const struct snap_task *t = &s->tasks[i];

		while (t && !seen[t - s->tasks]) {
			seen[t - s->tasks] = i + 1;
			t = edge(w, t);
		}
		if (t && seen[t - s->tasks] == i + 1)
			add_cycle(w, t);
	}
	kit_free(seen);
}

/* Single waits ------------------------------------------------------------- */

void rule_lost_waker(const struct lint_window *w)
{
	size_t i;

	for (i = 0; i < w->now->nr_tasks; i++) {
		const struct snap_task *t = &w->now->tasks[i];
		struct finding f = { .rule = LINT_LOST_WAKER,
				     .level = LINT_CRITICAL,
				     .task = t->id,
				     .place = t->place,
				     .runtime = t->runtime + 1,
				     .ns = rule_since(t->since, w->now->now),
				     .count = 1,
				     .threshold = w->p->lost_waker };

		if (t->runtime < w->now->nr_runtimes &&
		    w->now->runtimes[t->runtime].is_running &&
		    lint_is_lost(w, t))
			rule_add_at_place(w, &f);
	}
}

/* The task that has waited for a resource for longest, and how many do. */
static const struct snap_task *waits_longest(const struct snapshot *s,
					     const struct snap_resource *r,
					     enum tp_wait kind, uint64_t *n)
{
	const struct snap_task *oldest = NULL;
	size_t i;

	*n = 0;
	for (i = 0; i < s->nr_tasks; i++) {
		const struct snap_task *t = &s->tasks[i];

		if (t->state != TASK_WAITING || t->wait != kind ||
		    t->wait_for != r->id)
			continue;
		++*n;
		if (!oldest || t->since < oldest->since)
			oldest = t;
	}
	return oldest;
}

/* Is the lock part of a deadlock that was told? */
static bool is_dead(const struct lint_window *w, const struct snap_resource *r)
{
	const struct snap_task *t;
	size_t i, k;

	for (i = 0; i < w->out->n; i++) {
		const struct finding *f = &w->out->list[i];

		if (f->rule != LINT_DEADLOCK)
			continue;
		t = snapshot_task(w->now, f->task);
		for (k = 0; t && k < f->count; k++) {
			if (t->wait == TP_WAIT_LOCK && t->wait_for == r->id)
				return true;
			t = lint_waits_for(w->now, t);
		}
	}
	return false;
}

/* @r is held for too long, and somebody waits. */
static void lock_held(const struct lint_window *w,
		      const struct snap_resource *r)
{
	const struct snap_task *holder = snapshot_task(w->now, r->holder);
	struct finding f = { .rule = LINT_LOCK_HELD,
			     .level = LINT_WARN,
			     .resource = r->id,
			     .threshold = w->p->lock_held,
			     .ns = rule_since(r->since, w->now->now) };
	const struct snap_task *victim =
		waits_longest(w->now, r, TP_WAIT_LOCK, &f.count);

	if (!victim || victim == holder || is_dead(w, r) ||
	    rule_since(victim->since, w->now->now) < w->p->lock_held)
		return;
	/* Held by a thread that is no worker, it has no task. */
	if (!holder && r->holder != UINT64_MAX)
		return;
	if (f.ns >= 10 * w->p->lock_held)
		f.level = LINT_ERROR;
	f.task = holder ? holder->id : 0;
	f.place = holder ? holder->place : 0;
	f.victim = victim->id;
	f.runtime = victim->runtime + 1;
	lint_add(w, &f);
}

void rule_lock_held(const struct lint_window *w)
{
	unsigned int i;

	for (i = 0; i < w->now->nr_resources; i++) {
		const struct snap_resource *r = &w->now->resources[i];

		if (r->kind == TP_RES_LOCK && r->holder && r->waiting &&
		    rule_since(r->since, w->now->now) >= w->p->lock_held)
			lock_held(w, r);
	}
}

void rule_channel_full(const struct lint_window *w)
{
	unsigned int i;

	for (i = 0; i < w->now->nr_resources; i++) {
		const struct snap_resource *r = &w->now->resources[i];
		struct finding f = { .rule = LINT_CHANNEL_FULL,
				     .level = LINT_WARN,
				     .resource = r->id,
				     .threshold = w->p->channel_full };
		const struct snap_task *t;

		if (r->kind != TP_RES_CHANNEL || !r->waiting)
			continue;
		t = waits_longest(w->now, r, TP_WAIT_SEND, &f.count);
		if (!t)
			continue;
		f.ns = rule_since(t->since, w->now->now);
		f.victim = t->id;
		f.runtime = t->runtime + 1;
		f.place = t->place;
		if (f.ns >= w->p->channel_full)
			lint_add(w, &f);
	}
}

MODULE(waits, "rules about who waits for whom", NULL, NULL);

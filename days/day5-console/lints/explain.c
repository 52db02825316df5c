/* Given: a finding in one sentence, with its evidence. */
#include <inttypes.h>

#include "rules.h"
#include "say.h"

#include "kit/module.h"

/* Polls -------------------------------------------------------------------- */

static void say_poll(struct text *t, const struct finding *f,
		     const struct snapshot *s)
{
	say(t, "poll ");
	if (f->worker && f->worker <= s->nr_workers)
		say(t, "%" PRIu64, s->workers[f->worker - 1].poll);
	say(t, " of ");
	say_task(t, s, f->task, f->place);
}

/* What the thread did meanwhile, if somebody looked. */
static void say_cpu(struct text *t, const struct finding *f)
{
	if (!f->cpu_seen && f->looks) {
		say(t,
		    "; at %" PRIu64 " of %" PRIu64 " looks at such a poll its "
		    "thread slept",
		    f->asleep, f->looks);
		return;
	}
	if (!f->cpu_seen)
		return;
	if (f->off_cpu >= f->cpu_seen / 2) {
		say(t, "; its thread was off the CPU for ");
		say_ns(t, f->off_cpu);
	} else {
		say(t, "; its thread ran for ");
		say_ns(t, rule_since(f->off_cpu, f->cpu_seen));
	}
	say(t, " of ");
	say_ns(t, f->cpu_seen);
	if (f->off_cpu >= f->cpu_seen / 2 && f->no_core >= f->off_cpu / 2)
		say(t, ", since it got no core");
}

static uint64_t wait_of(const struct snapshot *s, uint64_t id)
{
	const struct snap_task *t = snapshot_task(s, id);

	return t ? rule_since(t->since, s->now) : 0;
}

static void say_blocking(struct text *t, const struct finding *f,
			 const struct snapshot *s)
{
	say_task(t, s, f->victim, 0);
	say(t, " has waited ");
	say_ns(t, wait_of(s, f->victim));
	say(t, ": ");
	say_worker(t, s, f->worker);
	say(t, " is inside ");
	say_poll(t, f, s);
	if (f->ns < wait_of(s, f->victim)) {
		say(t, ", for ");
		say_ns(t, f->ns);
	}
	say_cpu(t, f);
}

static void say_long_poll(struct text *t, const struct finding *f,
			  const struct snapshot *s)
{
	if (f->worker) {
		say_worker(t, s, f->worker);
		say(t, " is inside ");
		say_poll(t, f, s);
		say(t, " for ");
		say_ns(t, f->ns);
		say_cpu(t, f);
		return;
	}
	say_task(t, s, f->task, f->place);
	if (f->level == LINT_INFO)
		say(t, ": %" PRIu64 " poll%s took ", f->count,
		    say_plural(f->count));
	else
		say(t,
		    ": %" PRIu64 " poll%s took too long, the longest at least ",
		    f->count, say_plural(f->count));
	say_ns(t, f->ns);
	if (f->level == LINT_INFO)
		say(t, " each");
	say_cpu(t, f);
}

static void say_never_yielded(struct text *t, const struct finding *f,
			      const struct snapshot *s)
{
	say_task(t, s, f->task, f->place);
	say(t, " is still in its first poll after ");
	say_ns(t, f->ns);
	say(t, ", on ");
	say_worker(t, s, f->worker);
	say_cpu(t, f);
}

static void say_long_delay(struct text *t, const struct finding *f,
			   const struct snapshot *s)
{
	say_task(t, s, f->victim, f->place);
	say(t, " was scheduled, and waited ");
	say_ns(t, f->ns);
	say(t, " or longer for a worker of ");
	say_runtime(t, s, f->runtime);
	if (f->count > 1)
		say(t, ", one of %" PRIu64 " such waits", f->count);
}

static void say_self_wakes(struct text *t, const struct finding *f,
			   const struct snapshot *s)
{
	say_task(t, s, f->task, f->place);
	say(t,
	    " woke itself %" PRIu64 " times, and its polls do next to "
	    "nothing: it asks again and again instead of waiting",
	    f->count);
}

/* Loads -------------------------------------------------------------------- */

static void say_saturation(struct text *t, const struct finding *f,
			   const struct snapshot *s)
{
	say_runtime(t, s, f->runtime);
	say(t, ": %" PRIu64 " tasks are queued, ", f->count);
	say_ns(t, f->ns);
	say(t,
	    " of work for its %u workers, which are all busy; no single "
	    "poll is in the way",
	    f->runtime && f->runtime <= s->nr_runtimes
		    ? s->runtimes[f->runtime - 1].nr_workers
		    : 0);
}

static void say_imbalance(struct text *t, const struct finding *f,
			  const struct snapshot *s)
{
	say_worker(t, s, f->worker);
	say(t,
	    " is busy, and %" PRIu64 " tasks are in its queue; the other "
	    "workers have little to do, and do not take them",
	    f->count);
}

static void say_stealing(struct text *t, const struct finding *f,
			 const struct snapshot *s)
{
	say_runtime(t, s, f->runtime);
	say(t,
	    ": %" PRIu64 " tasks were stolen, for polls that are shorter "
	    "than what a steal costs",
	    f->count);
}

static void say_flat_parks(struct text *t, const struct finding *f,
			   const struct snapshot *s)
{
	say_worker(t, s, f->worker);
	if (f->count > 1)
		say(t, " and %" PRIu64 " more", f->count - 1);
	say(t, " did not sleep once in ");
	say_ns(t, f->ns);
	say(t, ", and a queue is there");
}

static void say_queue_growth(struct text *t, const struct finding *f,
			     const struct snapshot *s)
{
	if (f->resource)
		say_resource(t, s, f->resource);
	else
		say_runtime(t, s, f->runtime);
	say(t,
	    ": %" PRIu64 " %s are queued, and it grows: the newest will "
	    "wait ",
	    f->count, f->resource ? "messages" : "tasks");
	say_ns(t, f->ns);
}

static void say_pool_exhausted(struct text *t, const struct finding *f,
			       const struct snapshot *s)
{
	say(t,
	    "%" PRIu64 " blocking job%s wait%s for one of %u threads, none "
	    "of which is idle; at this rate ",
	    f->count, say_plural(f->count), f->count == 1 ? "s" : "",
	    s->pool_threads);
	say_ns(t, f->ns);
	if (!f->victim)
		return;
	say(t, "; ");
	say_task(t, s, f->victim, 0);
	say(t, " has waited ");
	say_ns(t, wait_of(s, f->victim));
}

static void say_injection(struct text *t, const struct finding *f,
			  const struct snapshot *s)
{
	say_task(t, s, f->victim, f->place);
	say(t, " has been in the injection queue of ");
	say_runtime(t, s, f->runtime);
	say(t, " for ");
	say_ns(t, f->ns);
	say(t, ", with %" PRIu64 " more: nothing is taken out of it",
	    f->count - 1);
}

/* Waits -------------------------------------------------------------------- */

/* Tasks of a cycle that are named. */
#define CYCLE_NAMED 4

static void say_deadlock(struct text *t, const struct finding *f,
			 const struct snapshot *s)
{
	const struct snap_task *k = snapshot_task(s, f->task);
	uint64_t i;

	say_task(t, s, f->task, f->place);
	for (i = 0; k && i < f->count && i < CYCLE_NAMED; i++) {
		if (k->wait == TP_WAIT_LOCK) {
			say(t, " waits for ");
			say_resource(t, s, k->wait_for);
			say(t, " of ");
		} else {
			say(t, " waits for the end of ");
		}
		k = lint_waits_for(s, k);
		if (k && i == f->count - 1)
			say(t, "task %" PRIu64, k->id);
		else if (k)
			say_task(t, s, k->id, 0);
		if (i < f->count - 1)
			say(t, ", which");
	}
	if (f->count > CYCLE_NAMED)
		say(t, " waits, and so on: %" PRIu64 " tasks in a circle",
		    f->count);
	say(t, "; nobody can go on, for ");
	say_ns(t, f->ns);
}

static const char *wait_name(const struct snap_task *t)
{
	static const char *const name[] = {
		"something",	  "the end of a task",
		"a time",	  "a descriptor",
		"a blocking job", "room in a channel",
		"a message",	  "a lock",
		"something",
	};

	return name[t && t->wait < ARRAY_SIZE(name) ? t->wait : 0];
}

static void say_lost_waker(struct text *t, const struct finding *f,
			   const struct snapshot *s)
{
	const struct snap_task *task = snapshot_task(s, f->task);

	say_task(t, s, f->task, f->place);
	say(t, " has waited for %s for ", wait_name(task));
	say_ns(t, f->ns);
	if (task && task->clones)
		say(t,
		    ": of %" PRIu64 " waker%s made none is left, so nobody "
		    "can wake it",
		    task->clones, say_plural(task->clones));
	else
		say(t, ": no waker was ever made, so nobody can wake it");
	if (f->count > 1)
		say(t, "; and %" PRIu64 " more of them", f->count - 1);
}

static void say_lock_held(struct text *t, const struct finding *f,
			  const struct snapshot *s)
{
	const struct snap_task *holder = snapshot_task(s, f->task);

	say_task(t, s, f->victim, 0);
	say(t, " has waited ");
	say_ns(t, wait_of(s, f->victim));
	say(t, ": ");
	say_resource(t, s, f->resource);
	say(t, " is held for ");
	say_ns(t, f->ns);
	say(t, " by ");
	if (f->task)
		say_task(t, s, f->task, f->place);
	else
		say(t, "a thread that is no worker");
	if (holder && holder->state == TASK_WAITING)
		say(t, ", which waits for %s meanwhile", wait_name(holder));
}

static void say_channel_full(struct text *t, const struct finding *f,
			     const struct snapshot *s)
{
	const struct snap_resource *r = snapshot_resource(s, f->resource);

	say_task(t, s, f->victim, f->place);
	say(t, " has waited ");
	say_ns(t, f->ns);
	say(t, " to send: ");
	say_resource(t, s, f->resource);
	say(t,
	    " is full, with %" PRIu64 " messages, and its receiver is too "
	    "slow",
	    r ? r->depth : 0);
}

/* All of them -------------------------------------------------------------- */

const char *explain_finding(const struct finding *f, const struct snapshot *s,
			    char *buf, size_t size)
{
	static void (*const fn[LINT_NR])(struct text * t,
					 const struct finding *f,
					 const struct snapshot *s) = {
#define X(NAME, name, title) [LINT_##NAME] = say_##name,
		LINTS(X)
#undef X
	};
	struct text t = { .buf = buf, .size = size };

	buf[0] = '\0';
	if ((unsigned int)f->rule < LINT_NR)
		fn[f->rule](&t, f, s);
	return buf;
}
EXPORT_SYMBOL(explain_finding);

MODULE(explain, "a finding in one sentence", NULL, NULL);

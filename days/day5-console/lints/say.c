/* Given: words for what is in a snapshot. */
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>

#include "say.h"
#include "text.h"

#include "kit/module.h"

void say(struct text *t, const char *fmt, ...)
{
	va_list args;
	int n;

	va_start(args, fmt);
	n = vsnprintf(t->buf + t->len, t->size - t->len, fmt, args);
	va_end(args);
	if (n > 0)
		t->len += (size_t)n;
	if (t->len >= t->size)
		t->len = t->size - 1;
}
EXPORT_SYMBOL(say);

void say_ns(struct text *t, uint64_t ns)
{
	char buf[8];

	say(t, "%s", ns == UINT64_MAX ? "for ever" : text_ns(ns, buf));
}
EXPORT_SYMBOL(say_ns);

void say_place(struct text *t, const struct snapshot *s, unsigned int place)
{
	/* Without its folders: a sentence is read, not opened. */
	if (place && place < s->nr_places)
		say(t, " (%s, %s)", s->places[place].what,
		    text_where(s->places[place].where));
}
EXPORT_SYMBOL(say_place);

/* "task 9 (thumbnail, server.c:88)"; @place is for one that is gone. */
void say_task(struct text *t, const struct snapshot *s, uint64_t id,
	      unsigned int place)
{
	const struct snap_task *task = snapshot_task(s, id);

	if (!id) {
		say(t, "a task");
		return;
	}
	say(t, "task %" PRIu64, id);
	say_place(t, s, task ? task->place : place);
}
EXPORT_SYMBOL(say_task);

void say_resource(struct text *t, const struct snapshot *s, uint64_t id)
{
	const struct snap_resource *r = snapshot_resource(s, id);

	if (!r) {
		say(t, "resource %" PRIu64, id);
		return;
	}
	say(t, "%s %s (%s)", r->kind == TP_RES_LOCK ? "lock" : "channel",
	    r->name, r->where);
}
EXPORT_SYMBOL(say_resource);

/* A name only where there is more than one. */
void say_runtime(struct text *t, const struct snapshot *s, unsigned int runtime)
{
	say(t, "runtime %s",
	    runtime && runtime <= s->nr_runtimes ? s->runtimes[runtime - 1].name
						 : "?");
}
EXPORT_SYMBOL(say_runtime);

/* Numbered in its runtime. */
void say_worker(struct text *t, const struct snapshot *s, unsigned int worker)
{
	const struct snap_worker *w;

	if (!worker || worker > s->nr_workers) {
		say(t, "a worker");
		return;
	}
	w = &s->workers[worker - 1];
	say(t, "worker %u", w->index);
	if (s->nr_runtimes > 1 && w->runtime < s->nr_runtimes)
		say(t, " of %s", s->runtimes[w->runtime].name);
}
EXPORT_SYMBOL(say_worker);

const char *say_plural(uint64_t n)
{
	return n == 1 ? "" : "s";
}
EXPORT_SYMBOL(say_plural);

MODULE(say, "words for what is in a snapshot", NULL, NULL);

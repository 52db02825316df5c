/*
 * A schedule in Chrome's trace event format, which ui.perfetto.dev opens. A
 * step takes a microsecond there.
 *
 * Source: "Trace Event Format", Google, of the Chromium project.
 */
#include <jansson.h>

#include "test/draw/draw.h"

static void add(json_t *events, json_t *one)
{
	json_array_append_new(events, one);
}

static void add_names(json_t *events, const struct draw *d)
{
	unsigned int t;

	add(events, json_pack("{s:s, s:i, s:i, s:s, s:{s:s}}", "ph", "M", "pid",
			      1, "tid", 0, "name", "process_name", "args",
			      "name", d->report.title));
	for (t = 0; t < d->nr_threads; t++)
		add(events,
		    json_pack("{s:s, s:i, s:i, s:s, s:{s:s}}", "ph", "M", "pid",
			      1, "tid", (int)t + 1, "name", "thread_name",
			      "args", "name", d->threads[t].name));
}

static void add_slice(json_t *events, unsigned int thread, unsigned int from,
		      unsigned int to, const char *name, const char *place)
{
	add(events,
	    json_pack("{s:s, s:i, s:i, s:i, s:i, s:s, s:{s:s}}", "ph", "X",
		      "pid", 1, "tid", (int)thread + 1, "ts", (int)from, "dur",
		      (int)(to - from), "name", name, "args", "at", place));
}

static void add_mark(json_t *events, unsigned int thread, unsigned int at,
		     const char *name)
{
	add(events, json_pack("{s:s, s:s, s:i, s:i, s:i, s:s}", "ph", "i", "s",
			      "t", "pid", 1, "tid", (int)thread + 1, "ts",
			      (int)at, "name", name));
}

/* From the step that wakes to the first one of the woken thread. */
static void add_wake(json_t *events, const struct draw *d, unsigned int from,
		     unsigned int thread)
{
	int id = (int)(from * DRAW_THREADS + thread);
	unsigned int to = from + 1;

	while (to <= d->nr_steps && d->steps[to].thread != thread)
		to++;
	if (to > d->nr_steps)
		return;
	add(events,
	    json_pack("{s:s, s:s, s:s, s:i, s:i, s:i, s:i}", "ph", "s", "cat",
		      "wake", "name", "wakes", "id", id, "pid", 1, "tid",
		      (int)d->steps[from].thread + 1, "ts", (int)from));
	add(events,
	    json_pack("{s:s, s:s, s:s, s:s, s:i, s:i, s:i, s:i}", "ph", "f",
		      "bp", "e", "cat", "wake", "name", "wakes", "id", id,
		      "pid", 1, "tid", (int)thread + 1, "ts", (int)to));
}

/* Several overlap: they are no slices of the thread. */
static void add_late(json_t *events, const struct draw *d, unsigned int i)
{
	const struct draw_step *s = &d->steps[i];
	unsigned int to = s->until ? s->until : d->nr_steps + 1;

	add(events,
	    json_pack("{s:s, s:s, s:i, s:i, s:i, s:i, s:s}", "ph", "b", "cat",
		      "late", "id", (int)i, "pid", 1, "tid", (int)s->thread + 1,
		      "ts", (int)i, "name", s->words));
	add(events,
	    json_pack("{s:s, s:s, s:i, s:i, s:i, s:i, s:s}", "ph", "e", "cat",
		      "late", "id", (int)i, "pid", 1, "tid", (int)s->thread + 1,
		      "ts", (int)to, "name", s->words));
}

static void add_step(json_t *events, const struct draw *d, unsigned int i)
{
	const struct draw_step *s = &d->steps[i];
	unsigned int t;

	add_slice(events, s->thread, i, i + 1, s->words, s->place);
	if (s->waits)
		add_slice(events, s->thread, i + 1,
			  s->until ? s->until : d->nr_steps + 1, "waits",
			  s->place);
	if (s->preempts != DRAW_NOBODY)
		add_mark(events, (unsigned int)s->preempts, i, "is preempted");
	for (t = 0; t < d->nr_threads; t++)
		if (s->wakes >> t & 1)
			add_wake(events, d, i, t);
	if (s->is_late)
		add_late(events, d, i);
}

/* jansson refuses what is no UTF-8. */
static json_t *text(const char *s)
{
	json_t *j = json_string(s);

	return j ? j : json_string("(no UTF-8)");
}

bool draw_json(FILE *out, const struct draw *d)
{
	const struct draw_report *r = &d->report;
	json_t *events = json_array(), *all;
	unsigned int i;
	bool fine;

	add_names(events, d);
	for (i = 1; i <= d->nr_steps; i++)
		add_step(events, d, i);
	if (draw_has_failed(d))
		add_mark(events, 0, d->nr_steps + 1, r->verdict);
	all = json_pack("{s:o, s:{s:o, s:o, s:o, s:o}}", "traceEvents", events,
			"otherData", "verdict", text(r->verdict), "what",
			text(r->what), "want", text(r->want), "got",
			text(r->got));
	fine = all && !json_dumpf(all, out, JSON_COMPACT);
	json_decref(all);
	return fine && !fflush(out) && !ferror(out);
}

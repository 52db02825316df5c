/* A schedule as text: a line a step, a column a thread. */
#include <string.h>

#include "test/draw/draw.h"

#define COLUMN 42

bool draw_has_failed(const struct draw *d)
{
	return strcmp(d->report.verdict, "PASS") != 0;
}

static void put(FILE *out, const char *label, const char *text)
{
	if (*text)
		fprintf(out, "%-7s%s\n", label, text);
}

static void head(FILE *out, const struct draw *d)
{
	const struct draw_report *r = &d->report;

	fprintf(out, "%s: %s\n", r->title, r->verdict);
	put(out, "WHAT", r->what);
	put(out, "", r->where);
	put(out, "WANT", r->want);
	put(out, "GOT", r->got);
	put(out, "WHY", r->why);
	put(out, "REPLAY", r->replay);
	fprintf(out,
		"\n%u threads, %u steps; %u preemption%s, %u late store%s\n",
		d->nr_threads, d->nr_steps, d->nr_preemptions,
		d->nr_preemptions == 1 ? "" : "s", d->nr_late,
		d->nr_late == 1 ? "" : "s");
}

/* What the columns do not say. */
static void notes(FILE *out, const struct draw *d, const struct draw_step *s)
{
	unsigned int t;

	if (s->preempts != DRAW_NOBODY)
		fprintf(out, "  (preempts %s)", d->threads[s->preempts].name);
	for (t = 0; t < d->nr_threads; t++)
		if (s->wakes >> t & 1 && !s->starts)
			fprintf(out, "  (wakes %s)", d->threads[t].name);
	if (s->since)
		fprintf(out, "  (stored at step %u)", s->since);
	if (s->is_late && s->until)
		fprintf(out, "  (until step %u)", s->until);
	else if (s->is_late)
		fprintf(out, "  (not seen to the end)");
	if (s->waits && !s->until && d->is_stuck)
		fprintf(out, "  (for ever)");
}

bool draw_text(FILE *out, const struct draw *d)
{
	unsigned int i, t;
	char text[192];

	head(out, d);
	fprintf(out, "\nstep  ");
	for (t = 0; t < d->nr_threads; t++)
		fprintf(out, "%-*s", t + 1 < d->nr_threads ? COLUMN : 0,
			d->threads[t].name);
	fputc('\n', out);
	for (i = 1; i <= d->nr_steps; i++) {
		const struct draw_step *s = &d->steps[i];

		snprintf(text, sizeof(text), "%s%s%s",
			 *s->place == '-' ? "" : s->place,
			 *s->place == '-' ? "" : " ", s->words);
		fprintf(out, "%4u  %*s%s", i, (int)(s->thread * COLUMN), "",
			text);
		notes(out, d, s);
		fputc('\n', out);
	}
	fprintf(out, "end\n");
	for (t = 0; t < d->nr_threads; t++)
		fprintf(out, "      %s %s\n", d->threads[t].name,
			d->threads[t].end);
	return !fflush(out) && !ferror(out);
}

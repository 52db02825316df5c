/*
 * A schedule as one HTML file, without a script: a grid with a column a thread
 * and a row a step. What lasts (a turn, a wait, a late store) is a bar that
 * spans rows; a wake is an arrow that spans columns. So it prints, and it can
 * be read on a small screen.
 */
#include <string.h>

#include "test/draw/draw.h"
#include "test/run/markup.h"

#define SHOWN 3000 /* steps: more of them nobody reads */
#define ROW 2	   /* of the grid, of the first step */
#define COLUMN 2   /* of the grid, of the first thread */

/* The path is seen from the root of the kit, where make compiles. */
__asm__(".pushsection .rodata\n"
	"steps_template:\n"
	".incbin \"harness/test/draw/page.html\"\n"
	".byte 0\n"
	".popsection\n");
extern const char steps_template[];

#define MARK "\"BODY\""

static void put_part(FILE *out, const char *label, const char *kind,
		     const char *text)
{
	if (!*text)
		return;
	fprintf(out, "<dt>%s</dt><dd class=\"%s\">", label, kind);
	markup_text(out, text);
	fputs("</dd>\n", out);
}

static void put_report(FILE *out, const struct draw *d, bool is_whole)
{
	const struct draw_report *r = &d->report;
	bool has_failed = draw_has_failed(d);

	fprintf(out, "<dl class=\"report%s\">\n", has_failed ? " bad" : "");
	put_part(out, r->verdict, "what",
		 has_failed ? r->what : "this order of the threads is right");
	put_part(out, "WANT", "", r->want);
	put_part(out, "GOT", "", r->got);
	if (is_whole) {
		put_part(out, "WHERE", "", r->where);
		put_part(out, "WHY", "", r->why);
		put_part(out, "REPLAY", "replay", r->replay);
	}
	fputs("</dl>\n", out);
}

static void put_keys(FILE *out, const struct draw *d)
{
	fprintf(out,
		"<p class=\"dim\">%u threads, %u steps; %u preemption%s, %u "
		"late store%s. Time runs down. Only one thread goes on at a "
		"time.</p>\n<ul class=\"keys\">\n"
		"<li><i style=\"border-left: 5px solid "
		"var(--t0)\"></i>goes on</li>\n"
		"<li><i style=\"border-left: 1px solid "
		"var(--t0)\"></i>could go on</li>\n"
		"<li><i style=\"border-left: 3px dotted "
		"var(--wait)\"></i>waits</li>\n"
		"<li><i style=\"border-left: 3px dotted "
		"var(--bad)\"></i>waits for ever</li>\n"
		"<li><i style=\"width: 24px; height: 6px; border-bottom: 2px "
		"solid var(--wake); vertical-align: 3px\"></i>wakes, or "
		"starts</li>\n",
		d->nr_threads, d->nr_steps, d->nr_preemptions,
		d->nr_preemptions == 1 ? "" : "s", d->nr_late,
		d->nr_late == 1 ? "" : "s");
	if (d->nr_preemptions)
		fputs("<li><b class=\"tag cut\">preempted</b> it could have "
		      "gone on, but another thread went first</li>\n",
		      out);
	if (d->nr_late)
		fputs("<li><i style=\"border-right: 3px dashed "
		      "var(--late)\"></i>late: stored, and only its own "
		      "thread sees it yet</li>\n",
		      out);
	fputs("</ul>\n", out);
}

/* A bar in the column of @thread, from step @from up to and with @to. */
static void put_bar(FILE *out, const char *kind, unsigned int thread,
		    unsigned int from, unsigned int to)
{
	fprintf(out,
		"<div class=\"%s c%u\" style=\"grid-area: %u / %u / %u / "
		"%u\"></div>\n",
		kind, thread, ROW + from, COLUMN + thread, ROW + to + 1,
		COLUMN + thread + 1);
}

static void put_arrow(FILE *out, unsigned int row, unsigned int from,
		      unsigned int to)
{
	if (from == to)
		return;
	fprintf(out,
		"<div class=\"arrow%s\" style=\"grid-area: %u / %u / %u / "
		"%u\"></div>\n",
		to < from ? " left" : "", ROW + row,
		COLUMN + (to < from ? to : from), ROW + row + 1,
		COLUMN + (to < from ? from + 1 : to));
}

/* In the column of somebody else than who does this step. */
static void put_side(FILE *out, unsigned int row, unsigned int thread,
		     const char *kind, const char *words, const char *who)
{
	fprintf(out,
		"<div class=\"side\" style=\"grid-area: %u / %u\"><b "
		"class=\"tag %s\">%s",
		ROW + row, COLUMN + thread, kind, words);
	markup_text(out, who);
	fputs("</b></div>\n", out);
}

static void put_tags(FILE *out, const struct draw *d, const struct draw_step *s)
{
	if (s->is_late && s->until)
		fprintf(out,
			" <b class=\"tag late-tag\">seen by others at step "
			"%u</b>",
			s->until);
	else if (s->is_late)
		fputs(" <b class=\"tag late-tag\">never seen by the others</b>",
		      out);
	if (s->since)
		fprintf(out, " <b class=\"tag late-tag\">stored at step %u</b>",
			s->since);
	if (s->waits && !s->until && d->is_stuck)
		fputs(" <b class=\"tag ever\">for ever</b>", out);
}

static void put_step(FILE *out, const struct draw *d, unsigned int i,
		     unsigned int row, bool is_turn)
{
	const struct draw_step *s = &d->steps[i];
	unsigned int t;

	fprintf(out,
		"<div class=\"no\" style=\"grid-row: %u\">%u</div>\n"
		"<div class=\"op c%u%s\" style=\"grid-area: %u / %u\">",
		ROW + row, i, s->thread, is_turn ? " turn" : "", ROW + row,
		COLUMN + s->thread);
	if (*s->place != '-') {
		fputs("<span>", out);
		markup_text(out, s->place);
		fputs("</span> ", out);
	}
	fputs("<b>", out);
	markup_text(out, s->words);
	fputs("</b>", out);
	put_tags(out, d, s);
	fputs("</div>\n", out);
	if (s->preempts != DRAW_NOBODY && s->preempts != (int)s->thread)
		put_side(out, row, (unsigned int)s->preempts, "cut",
			 "preempted", "");
	for (t = 0; t < d->nr_threads; t++) {
		if (!(s->wakes >> t & 1) || t == s->thread)
			continue;
		put_arrow(out, row, s->thread, t);
		if ((int)t != s->preempts && !s->starts)
			put_side(out, row, t, "wake", "woken by ",
				 d->threads[s->thread].name);
	}
}

/* From a turn, or a wake, to the next step of its thread: it could go on. */
static void put_ready(FILE *out, const struct draw *d, unsigned int first,
		      unsigned int thread, unsigned int from)
{
	unsigned int to = from;

	while (to <= d->nr_steps && d->steps[to].thread != thread)
		to++;
	if (to > d->nr_steps &&
	    (d->threads[thread].waits || d->threads[thread].has_ended))
		return;
	if (to > from)
		put_bar(out, "ready", thread, from - first, to - 1 - first);
}

/* What lasts: the turns of threads, their waits, late stores. */
static void put_bars(FILE *out, const struct draw *d, unsigned int first)
{
	unsigned int i, t, from = first, to, nr_late = 0;
	char kind[16];

	for (i = first; i <= d->nr_steps; i++) {
		const struct draw_step *s = &d->steps[i];

		if (i == d->nr_steps || s[1].thread != s->thread) {
			put_bar(out, "run", s->thread, from - first, i - first);
			from = i + 1;
			if (!s->waits)
				put_ready(out, d, first, s->thread, i + 1);
		}
		to = s->until ? s->until - 1 : d->nr_steps + 1;
		if (s->waits && to > i)
			put_bar(out,
				!s->until && d->is_stuck ? "wait ever" : "wait",
				s->thread, i + 1 - first, to - first);
		for (t = 0; t < d->nr_threads; t++)
			if (s->wakes >> t & 1)
				put_ready(out, d, first, t, i + s->starts);
		if (s->is_late) {
			snprintf(kind, sizeof(kind), "late l%u", nr_late++ % 3);
			put_bar(out, kind, s->thread, i - first,
				(s->until ? s->until : d->nr_steps + 1) -
					first);
		}
	}
}

static void put_end(FILE *out, const struct draw *d, unsigned int row)
{
	unsigned int t;

	fprintf(out, "<div class=\"end\" style=\"grid-area: %u / 1\"></div>\n",
		ROW + row);
	for (t = 0; t < d->nr_threads; t++) {
		fprintf(out,
			"<div class=\"end%s\" style=\"grid-area: %u / "
			"%u\">",
			d->threads[t].waits && d->is_stuck ? " ever" : "",
			ROW + row, COLUMN + t);
		markup_text(out, d->threads[t].end);
		fputs("</div>\n", out);
	}
}

static void put_grid(FILE *out, const struct draw *d)
{
	unsigned int first = d->nr_steps > SHOWN ? d->nr_steps - SHOWN + 1 : 1;
	unsigned int i, t;

	if (first > 1)
		fprintf(out,
			"<p class=\"dim\">The first %u steps are in the text "
			"beside this page.</p>\n",
			first - 1);
	fprintf(out,
		"<div class=\"scroll\"><div class=\"steps\" style=\"--n: "
		"%u\">\n",
		d->nr_threads);
	for (t = 0; t < d->nr_threads; t++) {
		fprintf(out,
			"<div class=\"name c%u\" style=\"grid-area: 1 / %u\">",
			t, COLUMN + t);
		markup_text(out, d->threads[t].name);
		fputs("</div>\n", out);
	}
	put_bars(out, d, first);
	for (i = first; i <= d->nr_steps; i++)
		put_step(out, d, i, i - first,
			 i == first ||
				 d->steps[i - 1].thread != d->steps[i].thread);
	put_end(out, d, d->nr_steps + 1 - first);
	fputs("</div></div>\n", out);
}

bool draw_page(FILE *out, const struct draw *d)
{
	const char *at = strstr(steps_template, MARK);

	if (!at)
		return false;
	fwrite(steps_template, 1, (size_t)(at - steps_template), out);
	fputs("<h1>", out);
	markup_text(out, d->report.title);
	fputs("</h1>\n", out);
	put_report(out, d, true);
	fputs("<h2>Steps</h2>\n", out);
	put_keys(out, d);
	put_grid(out, d);
	put_report(out, d, false);
	fputs(at + strlen(MARK), out);
	return !fflush(out) && !ferror(out);
}

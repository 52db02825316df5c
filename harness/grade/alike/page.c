/*
 * A unit's page: the most telling pairs, their passages side by side. What
 * students wrote is text on it and nothing else: every byte is escaped, and
 * no script may run.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "grade/alike/alike.h"
#include "grade/out/out.h"
#include "grade/spread/keep.h"

#define MAX_PAIRS 50
#define MAX_LINES 120 /* of one passage */

/* A line of a student's file, which holds whatever bytes. */
static void put(FILE *f, const char *s, size_t len)
{
	char *line = malloc(len + 1);
	size_t i;

	for (i = 0; line && i < len; i++)
		line[i] = s[i] ? s[i] : '?';
	if (line) {
		line[len] = '\0';
		xml_text(f, line);
	}
	free(line);
}

static void put_lines(FILE *f, const char *text, size_t len, unsigned int from,
		      unsigned int to)
{
	const char *end = text + len, *eol;
	unsigned int line;

	for (line = 1; text < end && line <= to; line++, text = eol + 1) {
		eol = memchr(text, '\n', (size_t)(end - text));
		if (!eol)
			eol = end;
		if (line < from)
			continue;
		if (line - from == MAX_LINES) {
			fprintf(f, "... %u lines more\n", to - line + 1);
			break;
		}
		fprintf(f, "%4u  ", line);
		put(f, text, (size_t)(eol - text));
		fputc('\n', f);
	}
}

/* One side of a passage. */
static void put_place(FILE *f, const char *unit, const struct alike_text *t,
		      unsigned int from, unsigned int to)
{
	const struct token *k = &t->tokens.list[from];
	const char *path = k->file < grade_kit.nr_files
				   ? grade_kit.files[k->file].path
				   : "?";
	sqlite3_stmt *st = store_query("SELECT text, size FROM files WHERE"
				       " unit = ? AND content = ? AND path = ?",
				       "sss", unit, t->content, path);
	size_t len = 0;
	char *text = store_next(st) ? keep_text(st, 0, &len) : NULL;

	fprintf(f, "<td>%s:%u-%u\n<pre>", path, k->line,
		t->tokens.list[to].line);
	if (text)
		put_lines(f, text, len, k->line, t->tokens.list[to].line);
	fputs("</pre></td>\n", f);
	free(text);
	sqlite3_finalize(st);
}

static void put_pair(FILE *f, const struct alike_unit *u,
		     const struct alike_run *r, unsigned int nr)
{
	const struct alike_text *a = &u->texts[r->at.a],
				*b = &u->texts[r->at.b];

	xml(f,
	    "<h2>%s and %s</h2>\n<p>Weight %d; of their own: %d and %d"
	    " tokens%s.</p>\n<table class=\"card\">\n",
	    a->student, b->student, (int)(r->pair + 0.5), (int)a->left,
	    (int)b->left, b->same == r->at.a ? ", all the same" : "");
	for (; nr; nr--, r++) {
		fprintf(f,
			"<tr><td colspan=\"2\">%u tokens, at %u students"
			"</td></tr>\n<tr>\n",
			r->at.a_to - r->at.a_from + 1, r->students);
		put_place(f, u->name, a, r->at.a_from, r->at.a_to);
		put_place(f, u->name, b, r->at.b_from, r->at.b_to);
		fputs("</tr>\n", f);
	}
	fputs("</table>\n", f);
}

static void put_pairs(FILE *f, const struct alike_unit *u)
{
	unsigned int i, end, pairs = 0;

	for (i = 0; i < u->nr_runs; i = end) {
		for (end = i; end < u->nr_runs &&
			      u->runs[end].at.a == u->runs[i].at.a &&
			      u->runs[end].at.b == u->runs[i].at.b;)
			end++;
		if (pairs++ < MAX_PAIRS)
			put_pair(f, u, &u->runs[i], end - i);
	}
	if (pairs > MAX_PAIRS)
		fprintf(f,
			"<p>%u pairs more are in the gradebook, table alike."
			"</p>\n",
			pairs - MAX_PAIRS);
	if (!pairs && !u->failure)
		fputs("<p>No two have a passage in common.</p>\n", f);
}

int alike_page(const struct alike_unit *u)
{
	struct out_file o;
	char title[64];
	int err = out_open(&o, "html/alike", u->name, ".html");

	if (err)
		return err;
	snprintf(title, sizeof(title), "Alike: %s", u->name);
	html_begin(o.f, title, "alike");
	xml(o.f,
	    "<h1>%s</h1>\n<p class=\"lede\"><b>This is no mark and no proof."
	    "</b> It says where two students have the same passage, names, "
	    "numbers, comments and layout apart, and neither the stub, nor the "
	    "solution, nor the given files have it. There are honest reasons "
	    "for that: read both, then ask.</p>\n<p>%d students. A passage's "
	    "weight is its tokens, each divided by the number of others who "
	    "have it, too. <a href=\"../index.html\">The class</a></p>\n",
	    title, (int)u->nr_texts);
	if (u->failure)
		xml(o.f, "<p><b>%s.</b></p>\n", u->failure);
	put_pairs(o.f, u);
	html_end(o.f, NULL);
	return out_close(&o);
}

/*
 * A student's page: the marks, and of every test that failed the whole report,
 * as the student saw it on the terminal. Static, without scripts; well-formed
 * XML, so that a strict reader can prove it.
 */
#define _GNU_SOURCE
#include <string.h>

#include "grade/out/out.h"

/* The path is seen from the root of the kit, where make compiles. */
__asm__(".pushsection .rodata\n"
	"out_style:\n"
	".incbin \"harness/grade/out/style.css\"\n"
	".byte 0\n"
	".popsection\n");
extern const char out_style[];

/** A word, and what it means. */
struct meaning {
	const char *word, *means;
};

static const struct meaning states[] = {
	{ "graded", "tested" },
	{ "inconclusive", "a measurement drowned in noise: a person looks" },
	{ "missing", "no file of it was handed in" },
	{ "refused", "the submission could not be taken" },
	{ "build", "does not compile or link" },
	{ "modpost", "does what a module may not" },
	{ "timeout", "the whole check ran out of time" },
	{ "infra", "our machine failed: no mark yet" },
};

static const struct meaning verdicts[] = {
	{ "FAIL", "Something that should hold did not." },
	{ "CRASH", "The program ended before the test did." },
	{ "TIMEOUT", "It did not end in its time and was stopped." },
	{ "INCONCLUSIVE", "The measurement drowned in noise: a person looks." },
};

static const struct meaning agains[] = {
	{ "wrong", "Run again alone, it failed again, with the same seed and "
		   "with a new one." },
	{ "flaky", "Run again alone with the same seed, it passed: now it "
		   "fails, now it does not. A person looks." },
	{ "seed", "It fails with this seed, and passed with a new one: a case "
		  "that not every run meets." },
	{ "unclear", "Run again alone it was no clearer. A person looks." },
	{ "noise", "It ran out of time beside others, and this is the verdict "
		   "of a run alone." },
};

static const char *find(const struct meaning *m, size_t n, const char *word)
{
	while (n--)
		if (!strcmp(m[n].word, word))
			return m[n].means;
	return NULL;
}

const char *state_words(const char *state)
{
	const char *words = find(states, ARRAY_SIZE(states), state);

	return words ? words : state;
}

void html_begin(FILE *f, const char *title, const char *class)
{
	xml(f,
	    "<!DOCTYPE html>\n<html lang=\"en\" "
	    "xmlns=\"http://www.w3.org/1999/xhtml\">\n<head>\n"
	    "<meta charset=\"utf-8\"/>\n"
	    "<meta http-equiv=\"Content-Security-Policy\" content=\""
	    "default-src 'none'; style-src 'unsafe-inline'\"/>\n"
	    "<meta name=\"viewport\" content=\"width=device-width, "
	    "initial-scale=1\"/>\n"
	    "<meta name=\"color-scheme\" content=\"light dark\"/>\n"
	    "<title>%s</title>\n<style>\n",
	    title);
	fputs(out_style, f);
	xml(f, "</style>\n</head>\n<body class=\"%s\">\n<main>\n", class);
}

void html_end(FILE *f, json_t *doc)
{
	if (doc)
		xml(f,
		    "<footer>Graded by unpark. Seed %s; isolation: %s; kit "
		    "<code>%s</code></footer>\n",
		    text_of(doc, "seed"), text_of(doc, "isolation"),
		    text_of(doc, "kit"));
	fputs("</main>\n</body>\n</html>\n", f);
}

/* --- a report ------------------------------------------------------------- */
static void part(FILE *f, const char *name, const char *text)
{
	if (*text)
		xml(f, "<dt>%s</dt><dd>%s</dd>\n", name, text);
}

static void steps_write(FILE *f, json_t *steps)
{
	json_t *step;
	size_t i;

	if (!json_array_size(steps))
		return;
	fputs("<dt>STEPS</dt><dd><ul class=\"plain\">", f);
	json_array_foreach(steps, i, step)
		xml(f, "<li>%s</li>", json_string_value(step));
	fputs("</ul></dd>\n", f);
}

static void output_write(FILE *f, json_t *t)
{
	const int printed = number_of(t, "printed");

	if (printed <= 0)
		return;
	xml(f, "<dt>OUTPUT</dt><dd><pre>%s</pre>", text_of(t, "output"));
	if (printed > (int)strlen(text_of(t, "output")))
		xml(f, "<span class=\"soft\">the beginning of %d bytes</span>",
		    printed);
	fputs("</dd>\n", f);
}

/* As students call it: the graders' own SRC= is nothing to them. */
static void replay_write(FILE *f, json_t *t)
{
	const char *all = text_of(t, "replay");
	const char *src = strstr(all, " SRC=");
	char head[512];

	if (!*all)
		return;
	snprintf(head, sizeof(head), "%.*s",
		 (int)(src ? (size_t)(src - all) : strlen(all)), all);
	xml(f, "<dt>REPLAY</dt><dd><code>%s%s</code></dd>\n", head,
	    src ? src + 1 + strcspn(src + 1, " ") : "");
}

static void trace_write(FILE *f, json_t *unit, json_t *t)
{
	char url[700];

	if (pages_find(url, sizeof(url), text_of(unit, "unit"),
		       text_of(unit, "content"), text_of(t, "name")))
		xml(f,
		    "<dt>TRACE</dt><dd><a href=\"%s\">what happened, as a "
		    "picture</a></dd>\n",
		    url);
}

void sentence_write(FILE *f, const char *name)
{
	char words[256], *c;

	snprintf(words, sizeof(words), "%s", name);
	for (c = words; *c; c++)
		if (*c == '_')
			*c = ' ';
	xml_text(f, words);
}

static void head_write(FILE *f, json_t *unit, json_t *t)
{
	const char *verdict = text_of(t, "verdict");
	const char *means = find(verdicts, ARRAY_SIZE(verdicts), verdict);
	const char *again =
		find(agains, ARRAY_SIZE(agains), text_of(t, "again"));

	xml(f,
	    "<article class=\"card report\" id=\"%s-%s\">\n"
	    "<div class=\"head\"><span class=\"chip %s\">%s</span><h3>",
	    text_of(unit, "unit"), text_of(t, "name"), verdict, verdict);
	sentence_write(f, text_of(t, "name"));
	xml(f, "</h3><span class=\"num\">%d of %d%s</span></div>\n",
	    number_of(t, "points"), number_of(t, "of"),
	    json_is_true(json_object_get(t, "bonus")) ? " bonus" : "");
	xml(f, "<p class=\"soft\">%s %s</p>\n<dl>\n", means ? means : "",
	    again ? again : "");
}

static bool is_told(json_t *t)
{
	return find(verdicts, ARRAY_SIZE(verdicts), text_of(t, "verdict"));
}

/* The six parts, in their order. */
static void report_write(FILE *f, json_t *unit, json_t *t)
{
	char what[1024];

	head_write(f, unit, t);
	snprintf(what, sizeof(what), "%s%s%s%s", text_of(t, "what"),
		 has_text(t, "where") ? " (" : "", text_of(t, "where"),
		 has_text(t, "where") ? ")" : "");
	part(f, "WHAT", what);
	steps_write(f, json_object_get(t, "steps"));
	output_write(f, t);
	part(f, "WANT", text_of(t, "want"));
	part(f, "GOT", text_of(t, "got"));
	part(f, "WHY", text_of(t, "why"));
	replay_write(f, t);
	if (has_text(t, "learn"))
		xml(f, "<dt>LEARN</dt><dd><code>%s</code></dd>\n",
		    text_of(t, "learn"));
	trace_write(f, unit, t);
	fputs("</dl>\n</article>\n", f);
}

/* --- a unit --------------------------------------------------------------- */
static void likely_write(FILE *f, json_t *likely)
{
	const size_t n = json_array_size(likely);
	json_t *m;
	size_t i;

	if (!n)
		return;
	fprintf(f,
		"<div class=\"card note\"><p><b>%s</b></p>\n"
		"<ul>\n",
		n > 1 ? "Likely one of these is behind it, and it is not so"
		      : "Likely this is behind it, and it is not so");
	json_array_foreach(likely, i, m)
	{
		xml(f, "<li>&#8220;%s&#8221;", text_of(m, "believed"));
		if (has_text(m, "learn"))
			xml(f,
			    " <span class=\"soft\">Read <code>%s</code>"
			    "</span>",
			    text_of(m, "learn"));
		fputs("</li>\n", f);
	}
	m = json_array_get(likely, 0);
	xml(f,
	    "</ul>\n<p class=\"soft\">Compared with known mistakes, by the "
	    "tests "
	    "that fail and by their words: %d %% alike.</p></div>\n",
	    number_of(m, "score"));
}

static void row_write(FILE *f, json_t *unit, json_t *t)
{
	const char *verdict = text_of(t, "verdict"), *name = text_of(t, "name");
	const double s = json_number_value(json_object_get(t, "seconds"));

	xml(f,
	    "<tr><td><span class=\"chip %s\">%s</span></td>"
	    "<td class=\"name\">",
	    verdict, verdict);
	if (is_told(t))
		xml(f, "<a href=\"#%s-%s\">", text_of(unit, "unit"), name);
	sentence_write(f, name);
	fputs(is_told(t) ? "</a>" : "", f);
	xml(f, "</td><td class=\"num\">%d/%d%s</td>", number_of(t, "points"),
	    number_of(t, "of"),
	    json_is_true(json_object_get(t, "bonus")) ? " bonus" : "");
	/* Most take no time at all. */
	fputs("<td class=\"num wide\">", f);
	if (s >= 0.05)
		fprintf(f, "%.1f&#160;s", s);
	fputs("</td></tr>\n", f);
}

static void tests_write(FILE *f, json_t *unit)
{
	json_t *tests = json_object_get(unit, "tests"), *t;
	size_t i;

	if (!json_array_size(tests))
		return;
	json_array_foreach(tests, i, t) if (is_told(t))
		report_write(f, unit, t);
	fputs("<div class=\"card\"><table "
	      "class=\"tests\">\n<thead><tr><th>verdict</th>"
	      "<th>test</th><th class=\"num\">points</th>"
	      "<th class=\"num wide\">time</th></tr></thead>\n<tbody>\n",
	      f);
	json_array_foreach(tests, i, t) row_write(f, unit, t);
	fputs("</tbody>\n</table></div>\n", f);
}

static void unit_write(FILE *f, json_t *unit)
{
	const char *name = text_of(unit, "unit");

	xml(f, "<section id=\"%s\">\n<h2>%s</h2>\n", name, name);
	if (strcmp(text_of(unit, "state"), "graded") ||
	    has_text(unit, "detail"))
		xml(f, "<p class=\"soft\">%s%s%s</p>\n",
		    state_words(text_of(unit, "state")),
		    has_text(unit, "detail") ? ": " : "",
		    text_of(unit, "detail"));
	if (has_text(unit, "stale"))
		xml(f,
		    "<p class=\"card note\">This is an older mark. The last "
		    "run gave none: %s</p>\n",
		    text_of(unit, "stale"));
	if (has_text(unit, "label"))
		xml(f, "<p class=\"card note\">Seen in it: %s</p>\n",
		    text_of(unit, "label"));
	likely_write(f, json_object_get(unit, "likely"));
	tests_write(f, unit);
	fputs("</section>\n", f);
}

/* --- the page ------------------------------------------------------------- */
static void mark_write(FILE *f, json_t *unit, bool counts)
{
	json_t *points = json_object_get(unit, "points");
	const char *name = text_of(unit, "unit");
	const int got = number_of(unit, "points");

	xml(f,
	    "<tr><th scope=\"row\"><a href=\"#%s\">%s</a></th>"
	    "<td class=\"num\">",
	    name, name);
	if (json_is_integer(points))
		fprintf(f, "%d", got);
	else
		fputs("&#8211;", f);
	xml(f,
	    "</td><td><span class=\"track\" aria-hidden=\"true\">"
	    "<span class=\"fill\" style=\"width:%d%%\"></span></span></td>",
	    got < 0	? 0
	    : got > 100 ? 100
			: got);
	xml(f, "<td class=\"name\">%s%s", state_words(text_of(unit, "state")),
	    counts ? "" : "; not in the total, the rubric is");
	if (number_of(unit, "bonus"))
		xml(f, "; %d bonus", number_of(unit, "bonus"));
	xml(f, "%s</td></tr>\n", has_text(unit, "stale") ? "; old mark" : "");
}

static void marks_write(FILE *f, json_t *units)
{
	bool has_rubric = false;
	json_t *unit;
	size_t i;

	json_array_foreach(units, i, unit) has_rubric |=
		!strcmp(text_of(unit, "unit"), "rubric");
	fputs("<div class=\"card\"><table>\n<thead><tr><th>unit</th>"
	      "<th class=\"num\">of 100</th><th></th><th>state</th></tr>"
	      "</thead>\n<tbody>\n",
	      f);
	json_array_foreach(units, i, unit)
		mark_write(f, unit,
			   !has_rubric ||
				   strcmp(text_of(unit, "unit"), "capstone"));
	fputs("</tbody>\n</table></div>\n", f);
}

static void item_write(FILE *f, json_t *item)
{
	xml(f, "<tr><th scope=\"row\" class=\"name\">%s</th><td class=\"num\">",
	    text_of(item, "item"));
	if (json_is_integer(json_object_get(item, "points")))
		fprintf(f, "%d", number_of(item, "points"));
	else
		fputs("&#8211;", f);
	xml(f, "/%d</td><td class=\"name\">%s%s%s</td></tr>\n",
	    number_of(item, "of"), text_of(item, "state"),
	    has_text(item, "state") && has_text(item, "detail") ? ": " : "",
	    text_of(item, "detail"));
}

static void rubric_write(FILE *f, json_t *items)
{
	json_t *item;
	size_t i;

	if (!json_array_size(items))
		return;
	fputs("<section id=\"items\">\n<h2>The rubric's items</h2>\n"
	      "<div class=\"card\"><table>\n<thead><tr><th>item</th>"
	      "<th class=\"num\">points</th><th>what was found</th></tr>"
	      "</thead>\n<tbody>\n",
	      f);
	json_array_foreach(items, i, item) item_write(f, item);
	fputs("</tbody>\n</table></div>\n</section>\n", f);
}

static void files_write(FILE *f, const char *title, json_t *files)
{
	json_t *file;
	size_t i;

	if (!json_array_size(files))
		return;
	xml(f, "<p><b>%s</b></p>\n<ul>\n", title);
	json_array_foreach(files, i, file)
		xml(f, "<li><code>%s</code> %s</li>\n",
		    json_is_string(file) ? json_string_value(file)
					 : text_of(file, "path"),
		    text_of(file, "why"));
	fputs("</ul>\n", f);
}

static void intake_write(FILE *f, json_t *intake, bool is_refused)
{
	if (!json_array_size(json_object_get(intake, "missing")) &&
	    !json_array_size(json_object_get(intake, "ignored")) &&
	    !json_array_size(json_object_get(intake, "refused")))
		return;
	fputs("<section id=\"files\">\n<h2>The files</h2>\n"
	      "<div class=\"card\">\n",
	      f);
	files_write(f, is_refused ? "Missing" : "Missing, the stub was taken",
		    json_object_get(intake, "missing"));
	files_write(f, "Not taken", json_object_get(intake, "refused"));
	files_write(f, "Passed over", json_object_get(intake, "ignored"));
	fputs("</div>\n</section>\n", f);
}

int html_student(const struct submission *s, json_t *doc)
{
	json_t *units = json_object_get(doc, "units"), *unit;
	json_t *total = json_object_get(doc, "total");
	const char *student = text_of(doc, "student");
	struct out_file o;
	char name[160];
	size_t i;
	int err;

	out_name(name, sizeof(name), s->name);
	err = out_open(&o, "html", name, ".html");
	if (err)
		return err;
	html_begin(o.f, student, "student");
	xml(o.f, "<h1>%s</h1>\n<p class=\"lede\"><b>%d</b> of %d points</p>\n",
	    student, number_of(total, "points"), number_of(total, "of"));
	if (has_text(doc, "refused"))
		xml(o.f, "<p class=\"card note\">Refused: %s</p>\n",
		    text_of(doc, "refused"));
	marks_write(o.f, units);
	json_array_foreach(units, i, unit) unit_write(o.f, unit);
	rubric_write(o.f, json_object_get(doc, "rubric"));
	chart_write(o.f, json_object_get(doc, "bench"));
	intake_write(o.f, json_object_get(doc, "intake"),
		     has_text(doc, "refused"));
	html_end(o.f, doc);
	return out_close(&o);
}

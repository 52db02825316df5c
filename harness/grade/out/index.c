/*
 * The class's page: everybody's marks, and what a teacher wants to know next
 * morning.
 */
#define _GNU_SOURCE
#include <string.h>

#include "grade/out/out.h"

#define MOST 25 /* tests and misconceptions that are listed */

static void cell_write(FILE *f, json_t *unit)
{
	json_t *points = json_object_get(unit, "points");
	const char *state = text_of(unit, "state");
	const int got = number_of(unit, "points");

	if (!unit) {
		fputs("<td class=\"mark none\">&#8211;</td>", f);
		return;
	}
	xml(f, "<td class=\"mark %s\">",
	    got >= 100 ? "full"
	    : got      ? ""
		       : "none");
	if (json_is_integer(points))
		fprintf(f, "%d", got);
	if (number_of(unit, "bonus"))
		fprintf(f, "+%d", number_of(unit, "bonus"));
	if (has_text(unit, "stale"))
		fputs("<small>old mark</small>", f);
	else if (strcmp(state, "graded"))
		xml(f, "<small>%s</small>", state);
	fputs("</td>", f);
}

static void student_write(FILE *f, json_t *student, json_t *units)
{
	json_t *unit;
	size_t i;

	fputs("<tr><th scope=\"row\">", f);
	if (has_text(student, "page"))
		xml(f, "<a href=\"%s\">%s</a>", text_of(student, "page"),
		    text_of(student, "student"));
	else
		xml_text(f, text_of(student, "student"));
	fputs("</th>", f);
	json_array_foreach(units, i, unit)
		cell_write(f, json_object_get(json_object_get(student, "units"),
					      text_of(unit, "unit")));
	fprintf(f, "<td class=\"mark\"><b>%d</b></td></tr>\n",
		number_of(student, "points"));
}

static void book_write(FILE *f, json_t *doc)
{
	json_t *units = json_object_get(doc, "units"), *one;
	size_t i;

	fputs("<div class=\"card scroll\"><table class=\"book\">\n"
	      "<thead><tr><th>student</th>",
	      f);
	json_array_foreach(units, i, one)
		xml(f, "<th class=\"num\">%s%s</th>", text_of(one, "unit"),
		    json_is_true(json_object_get(one, "counts")) ? "" : "*");
	xml(f,
	    "<th class=\"num\">of %d</th></tr></thead>\n"
	    "<tbody>\n",
	    number_of(doc, "of"));
	json_array_foreach(json_object_get(doc, "students"), i, one)
		student_write(f, one, units);
	fputs("</tbody>\n</table></div>\n", f);
	json_array_foreach(units, i,
			   one) if (!json_is_true(json_object_get(one,
								  "counts")))
		xml(f,
		    "<p class=\"soft\">* %s: not in the total; the "
		    "rubric is.</p>\n",
		    text_of(one, "unit"));
}

static void failed_write(FILE *f, json_t *tests)
{
	json_t *t;
	size_t i;

	fputs("<section id=\"failed\">\n<h2>Tests failed most</h2>\n", f);
	if (!json_array_size(tests)) {
		fputs("<p class=\"soft\">None failed.</p>\n</section>\n", f);
		return;
	}
	fputs("<div class=\"card\"><table>\n<thead><tr><th>unit</th>"
	      "<th>test</th><th class=\"num\">failed</th>"
	      "<th class=\"wide\"></th></tr></thead>\n<tbody>\n",
	      f);
	json_array_foreach(tests, i, t)
	{
		const int failed = number_of(t, "failed");
		const int of = number_of(t, "of");

		if (i == MOST)
			break;
		xml(f, "<tr><td>%s</td><td class=\"name\">",
		    text_of(t, "unit"));
		sentence_write(f, text_of(t, "test"));
		xml(f,
		    "</td><td class=\"num\">%d of %d</td>"
		    "<td class=\"wide\"><span class=\"track\">"
		    "<span class=\"fill\" style=\"width:%d%%\"></span></span>"
		    "</td></tr>\n",
		    failed, of, of ? failed * 100 / of : 0);
	}
	fputs("</tbody>\n</table></div>\n<p class=\"soft\">Of those who have "
	      "written what the test asks for.</p>\n</section>\n",
	      f);
}

static void misconceptions_write(FILE *f, json_t *list)
{
	json_t *m;
	size_t i;

	if (!json_array_size(list))
		return;
	fputs("<section id=\"misconceptions\">\n<h2>Likely misconceptions</h2>"
	      "\n<div class=\"card\"><table>\n<thead><tr><th>unit</th>"
	      "<th>what they seem to believe</th><th class=\"num\">students"
	      "</th></tr></thead>\n<tbody>\n",
	      f);
	json_array_foreach(list, i, m)
	{
		if (i == MOST)
			break;
		xml(f,
		    "<tr><td>%s</td><td class=\"name\">%s <span class="
		    "\"soft\">Read <code>%s</code>; mutant <code>%s</code>"
		    "</span></td><td class=\"num\">%d</td></tr>\n",
		    text_of(m, "unit"), text_of(m, "believed"),
		    text_of(m, "learn"), text_of(m, "mutant"),
		    number_of(m, "students"));
	}
	fputs("</tbody>\n</table></div>\n</section>\n", f);
}

static void list_write(FILE *f, const char *title, const char *id, json_t *list)
{
	json_t *row;
	size_t i;

	if (!json_array_size(list))
		return;
	xml(f,
	    "<section id=\"%s\">\n<h2>%s</h2>\n<div class=\"card\"><table>\n"
	    "<thead><tr><th>student</th><th>unit</th><th>why</th></tr>"
	    "</thead>\n<tbody>\n",
	    id, title);
	json_array_foreach(list, i, row)
		xml(f,
		    "<tr><td class=\"name\">%s</td><td>%s</td>"
		    "<td class=\"name\">%s%s%s</td></tr>\n",
		    text_of(row, "student"), text_of(row, "unit"),
		    text_of(row, "test"), has_text(row, "test") ? ": " : "",
		    text_of(row, "why"));
	fputs("</tbody>\n</table></div>\n</section>\n", f);
}

static void alike_write(FILE *f, json_t *list)
{
	json_t *row;
	size_t i;

	if (!json_array_size(list))
		return;
	fputs("<section id=\"alike\">\n<h2>Passages in common</h2>\n"
	      "<div class=\"card\"><ul class=\"plain\">\n",
	      f);
	json_array_foreach(list, i, row)
		xml(f, "<li><a href=\"alike/%s.html\">%s</a>: %d pair%s</li>\n",
		    text_of(row, "unit"), text_of(row, "unit"),
		    number_of(row, "pairs"),
		    number_of(row, "pairs") == 1 ? "" : "s");
	fputs("</ul></div>\n</section>\n", f);
}

int html_class(json_t *doc)
{
	struct out_file o;
	int err = out_open(&o, "html", "index", ".html");

	if (err)
		return err;
	html_begin(o.f, "Gradebook", "class");
	xml(o.f,
	    "<h1>Gradebook</h1>\n<p class=\"lede\"><b>%d</b> students, "
	    "<b>%d</b> for a person to look at, <b>%d</b> without a new mark"
	    "</p>\n",
	    (int)json_array_size(json_object_get(doc, "students")),
	    (int)json_array_size(json_object_get(doc, "person")),
	    (int)json_array_size(json_object_get(doc, "infra")));
	list_write(o.f, "Our side failed", "infra",
		   json_object_get(doc, "infra"));
	list_write(o.f, "For a person to look at", "person",
		   json_object_get(doc, "person"));
	fputs("<section id=\"marks\">\n<h2>Marks</h2>\n", o.f);
	book_write(o.f, doc);
	fputs("</section>\n", o.f);
	failed_write(o.f, json_object_get(doc, "failed"));
	misconceptions_write(o.f, json_object_get(doc, "misconceptions"));
	alike_write(o.f, json_object_get(doc, "alike"));
	html_end(o.f, doc);
	return out_close(&o);
}

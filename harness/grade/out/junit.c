/*
 * The class as JUnit XML: a suite a student, a case a test. What gave no tests
 * is a case "unit" of its own. Without times: the same marks, the same bytes.
 *
 * The form is the one that Jenkins' xunit plugin publishes as junit-10.xsd:
 * testsuites > testsuite (name, tests, failures, errors, skipped) > testcase
 * (name, classname) > failure | error | skipped (type, message).
 */
#define _GNU_SOURCE
#include <string.h>

#include "grade/out/out.h"

enum outcome { PASSED, FAILED, ERROR, SKIPPED, OUTCOMES };

static enum outcome outcome_of(json_t *t)
{
	const char *verdict = text_of(t, "verdict");

	if (!strcmp(verdict, "PASS"))
		return PASSED;
	return strcmp(verdict, "SKIP") ? FAILED : SKIPPED;
}

/* Without tests the state itself is the outcome. */
static enum outcome unit_outcome(json_t *unit)
{
	if (json_is_null(json_object_get(unit, "points")))
		return ERROR;
	return number_of(unit, "points") < 100 ? FAILED : PASSED;
}

static void count(json_t *units, unsigned int n[OUTCOMES])
{
	json_t *unit, *tests, *t;
	size_t i, k;

	json_array_foreach(units, i, unit)
	{
		tests = json_object_get(unit, "tests");
		json_array_foreach(tests, k, t) n[outcome_of(t)]++;
		if (!json_array_size(tests))
			n[unit_outcome(unit)]++;
	}
}

static void case_write(FILE *f, const char *class, const char *name,
		       enum outcome how, const char *type, const char *message)
{
	static const char *const elements[] = { NULL, "failure", "error",
						"skipped" };

	xml(f, "    <testcase classname=\"%s\" name=\"%s\"", class, name);
	if (how == PASSED)
		fputs("/>\n", f);
	else
		xml(f,
		    ">\n      <%s type=\"%s\" message=\"%s\"/>\n"
		    "    </testcase>\n",
		    elements[how], type, message);
}

static void unit_write(FILE *f, const char *student, json_t *unit)
{
	json_t *tests = json_object_get(unit, "tests"), *t;
	char class[256], *c;
	size_t i;

	/* A point would begin a package of its own. */
	snprintf(class, sizeof(class), "%s", student);
	for (c = class; *c; c++)
		if (*c == '.')
			*c = '_';
	snprintf(class + strlen(class), sizeof(class) - strlen(class), ".%s",
		 text_of(unit, "unit"));
	json_array_foreach(tests, i, t)
		case_write(f, class, text_of(t, "name"), outcome_of(t),
			   text_of(t, "verdict"),
			   strcmp(text_of(t, "verdict"), "TODO")
				   ? text_of(t, "what")
				   : "not written yet");
	if (!json_array_size(tests))
		case_write(f, class, "unit", unit_outcome(unit),
			   text_of(unit, "state"),
			   has_text(unit, "detail")
				   ? text_of(unit, "detail")
				   : state_words(text_of(unit, "state")));
}

int junit_begin(struct out_file *o)
{
	int err = out_open(o, "", "class", ".xml");

	if (!err)
		fputs("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
		      "<testsuites name=\"unpark\">\n",
		      o->f);
	return err;
}

void junit_student(struct out_file *o, json_t *doc)
{
	json_t *units = json_object_get(doc, "units"), *unit;
	const char *student = text_of(doc, "student");
	unsigned int n[OUTCOMES] = { 0 };
	size_t i;

	count(units, n);
	xml(o->f,
	    "  <testsuite name=\"%s\" tests=\"%d\" failures=\"%d\" "
	    "errors=\"%d\" skipped=\"%d\">\n",
	    student, (int)(n[PASSED] + n[FAILED] + n[ERROR] + n[SKIPPED]),
	    (int)n[FAILED], (int)n[ERROR], (int)n[SKIPPED]);
	json_array_foreach(units, i, unit) unit_write(o->f, student, unit);
	fputs("  </testsuite>\n", o->f);
}

int junit_end(struct out_file *o)
{
	fputs("</testsuites>\n", o->f);
	return out_close(o);
}

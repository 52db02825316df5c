/*
 * Adapters: one submission's marks as another system wants them, on standard
 * output, which from the beginning on is theirs alone: whatever else the grader
 * prints goes where errors go.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <nettle/base64.h>

#include "grade/out/out.h"

static FILE *out;

/* "day4 push_to_a_full_ring: FAIL ..." and what the report says, as text. */
static json_t *report_text(json_t *t)
{
	char buf[4096];

	if (!strcmp(text_of(t, "verdict"), "PASS"))
		return json_string("");
	if (!strcmp(text_of(t, "verdict"), "TODO"))
		return json_string("not written yet");
	snprintf(buf, sizeof(buf), "%s: %s\nWANT %s\nGOT %s\nWHY %s\nREAD %s",
		 text_of(t, "verdict"), text_of(t, "what"), text_of(t, "want"),
		 text_of(t, "got"), text_of(t, "why"), text_of(t, "learn"));
	return json_text(buf);
}

/* Calls @fn for each test; for a unit without tests once, with NULL. */
typedef void each_fn(json_t *to, json_t *unit, json_t *t);

static void each_test(json_t *to, json_t *doc, each_fn *fn)
{
	json_t *unit, *tests, *t;
	size_t i, k;

	json_array_foreach(json_object_get(doc, "units"), i, unit)
	{
		tests = json_object_get(unit, "tests");
		json_array_foreach(tests, k, t) fn(to, unit, t);
		if (!json_array_size(tests))
			fn(to, unit, NULL);
	}
}

static json_t *name_of(json_t *unit, json_t *t)
{
	char buf[256];

	snprintf(buf, sizeof(buf), "%s: %s", text_of(unit, "unit"),
		 t ? text_of(t, "name") : state_words(text_of(unit, "state")));
	return json_text(buf);
}

static bool has_passed(json_t *unit, json_t *t)
{
	return t ? !strcmp(text_of(t, "verdict"), "PASS")
		 : number_of(unit, "points") == 100;
}

/* --- Gradescope ----------------------------------------------------------- */
/*
 * results.json: https://gradescope-autograders.readthedocs.io/en/latest/specs/
 * The score stands at the top: a unit's points are re-weighted where a test
 * was skipped, so the tests do not add up to it. They show status and output,
 * and max_score and score for the eye.
 */
static void gradescope_test(json_t *to, json_t *unit, json_t *t)
{
	json_array_append_new(
		to,
		json_pack("{s:o, s:i, s:i, s:s, s:o, s:s, s:s}", "name",
			  name_of(unit, t), "score",
			  number_of(t ? t : unit, "points"), "max_score",
			  number_of(t ? t : unit, "of"), "status",
			  has_passed(unit, t) ? "passed" : "failed", "output",
			  t ? report_text(t)
			    : json_text(text_of(unit, "detail")),
			  "output_format", "text", "visibility", "visible"));
}

static int print_gradescope(json_t *doc)
{
	json_t *tests = json_array();
	json_t *total = json_object_get(doc, "total"), *j;
	char output[128];

	each_test(tests, doc, gradescope_test);
	snprintf(output, sizeof(output), "%d of %d points, seed %.24s",
		 number_of(total, "points"), number_of(total, "of"),
		 text_of(doc, "seed"));
	j = json_pack("{s:i, s:s, s:s, s:s, s:o}", "score",
		      number_of(total, "points"), "output", output,
		      "output_format", "text", "stdout_visibility", "hidden",
		      "tests", tests);
	json_dumpf(j, out, JSON_INDENT(2));
	fputc('\n', out);
	json_decref(j);
	return 0;
}

/* --- Autolab -------------------------------------------------------------- */
/*
 * The last line of what an autograder prints:
 * https://docs.autolabproject.com/lab/ - "scores" by the problems' names, here
 * the units'; "scoreboard" with a column for each and the total.
 */
static int print_autolab(json_t *doc)
{
	json_t *scores = json_object(), *board = json_array(), *unit, *j;
	size_t i;

	json_array_foreach(json_object_get(doc, "units"), i, unit)
	{
		json_object_set_new(scores, text_of(unit, "unit"),
				    json_integer(number_of(unit, "points")));
		json_array_append_new(board,
				      json_integer(number_of(unit, "points")));
	}
	json_array_append_new(
		board, json_integer(number_of(json_object_get(doc, "total"),
					      "points")));
	j = json_pack("{s:o, s:o}", "scores", scores, "scoreboard", board);
	json_dumpf(j, out, JSON_COMPACT);
	fputc('\n', out);
	json_decref(j);
	return 0;
}

/* --- GitHub Classroom ----------------------------------------------------- */
/*
 * A runner's result for classroom-resources/autograding-grading-reporter, in
 * base64: version, status, max_score, tests of name, status, score, message.
 * Points that are no test's own (re-weighted) go into a unit's only entry, so
 * the scores add up: an entry is a unit here, its message the failed tests.
 */
static void failed_names(json_t *unit, char *buf, size_t len)
{
	json_t *t;
	size_t i, n;

	n = (size_t)snprintf(buf, len, "%s",
			     state_words(text_of(unit, "state")));
	if (has_text(unit, "detail"))
		n += (size_t)snprintf(buf + n, len - n, ": %s",
				      text_of(unit, "detail"));
	json_array_foreach(json_object_get(unit, "tests"), i,
			   t) if (!has_passed(unit, t) && n < len) n +=
		(size_t)snprintf(buf + n, len - n, "\n%s %s: %s",
				 text_of(t, "verdict"), text_of(t, "name"),
				 text_of(t, "what"));
}

static json_t *github_result(json_t *doc)
{
	json_t *tests = json_array(), *unit;
	json_t *total = json_object_get(doc, "total");
	bool all = true, infra = false;
	char message[8192];
	size_t i;

	json_array_foreach(json_object_get(doc, "units"), i, unit)
	{
		const bool passed = has_passed(unit, NULL);

		infra |= json_is_null(json_object_get(unit, "points"));
		all &= passed;
		failed_names(unit, message, sizeof(message));
		json_array_append_new(
			tests, json_pack("{s:O, s:s, s:i, s:o}", "name",
					 json_object_get(unit, "unit"),
					 "status", passed ? "pass" : "fail",
					 "score", number_of(unit, "points"),
					 "message", json_text(message)));
	}
	return json_pack("{s:i, s:s, s:i, s:o}", "version", 1, "status",
			 infra ? "error"
			 : all ? "pass"
			       : "fail",
			 "max_score", number_of(total, "of"), "tests", tests);
}

/* Markdown takes no text as it is: without what it would read as markup. */
static void markdown_text(FILE *f, const char *s)
{
	for (; *s; s++)
		if (strchr("<>&", *s))
			fprintf(f, "&#%d;", *s);
		else if (strchr("\\`*_{}[]()#+-!|~@", *s))
			fprintf(f, "\\%c", *s);
		else if ((unsigned char)*s < ' ' || *s == 127)
			fputc(' ', f);
		else
			fputc(*s, f);
}

/* The step's page: GITHUB_STEP_SUMMARY names a file to append to. */
static void summary_write(json_t *doc, FILE *f)
{
	json_t *total = json_object_get(doc, "total"), *unit, *t;
	size_t i, k;

	fprintf(f,
		"### %d of %d points\n\n| unit | points | state |\n"
		"|---|---:|---|\n",
		number_of(total, "points"), number_of(total, "of"));
	json_array_foreach(json_object_get(doc, "units"), i, unit)
	{
		fputs("| ", f);
		markdown_text(f, text_of(unit, "unit"));
		fprintf(f, " | %d | ", number_of(unit, "points"));
		markdown_text(f, state_words(text_of(unit, "state")));
		fputs(" |\n", f);
	}
	fputc('\n', f);
	json_array_foreach(json_object_get(doc, "units"), i, unit)
		json_array_foreach(json_object_get(unit, "tests"), k,
				   t) if (has_text(t, "what") &&
					  !has_passed(unit, t))
	{
		fprintf(f, "- %s ", text_of(t, "verdict"));
		markdown_text(f, text_of(t, "name"));
		fputs(": ", f);
		markdown_text(f, text_of(t, "what"));
		fputc('\n', f);
	}
}

static int print_github(json_t *doc)
{
	const char *path = getenv("GITHUB_STEP_SUMMARY");
	json_t *j = github_result(doc);
	char *text = json_dumps(j, JSON_COMPACT), *code;
	const size_t n = text ? strlen(text) : 0;
	FILE *f;

	json_decref(j);
	code = text ? calloc(BASE64_ENCODE_RAW_LENGTH(n) + 1, 1) : NULL;
	if (!code) {
		free(text);
		return -ENOMEM;
	}
	base64_encode_raw(code, n, (const uint8_t *)text);
	fprintf(out, "result=%s\n", code);
	free(code);
	free(text);
	f = path && *path ? fopen(path, "a") : NULL;
	if (f) {
		summary_write(doc, f);
		fclose(f);
	}
	return 0;
}

/* -------------------------------------------------------------------------- */
static const struct {
	const char *name;
	int (*print)(json_t *doc);
} adapters[] = {
	{ "gradescope", print_gradescope },
	{ "github", print_github },
	{ "autolab", print_autolab },
};

bool adapter_open(const char *name)
{
	unsigned int i;
	int fd;

	for (i = 0; i < ARRAY_SIZE(adapters); i++)
		if (!strcmp(adapters[i].name, name))
			break;
	if (i == ARRAY_SIZE(adapters))
		return false;
	fd = dup(STDOUT_FILENO);
	out = fd < 0 ? NULL : fdopen(fd, "w");
	return out && dup2(STDERR_FILENO, STDOUT_FILENO) >= 0;
}

int adapter_print(const char *name, const struct submission *s,
		  const char *seed)
{
	struct out_units u;
	unsigned int i;
	json_t *doc;
	int err = 0;

	document_units(&u);
	doc = document_student(s, seed, &u);
	if (!doc)
		return -ENOMEM;
	for (i = 0; i < ARRAY_SIZE(adapters); i++)
		if (!strcmp(adapters[i].name, name))
			err = adapters[i].print(doc);
	json_decref(doc);
	return fflush(out) ? -EIO : err;
}

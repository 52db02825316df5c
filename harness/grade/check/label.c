/*
 * Labels: from the words of modpost, the compiler and the supervisor to the
 * kind of thing that they found. The words are theirs: a change there wants
 * one here, and harness/grade/tests/cage.sh notices.
 */
#define _GNU_SOURCE
#include "grade/check/label.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "grade/grade.h"

/* What a line says, and its label; the first that fits counts. A "%" is where
 * the name goes that the line quotes. */
struct kind {
	const char *words;
	const char *label;
};

/* In lines that begin with "modpost: ". */
static const struct kind findings[] = {
	{ "runs outside the tests", "runs code before the tests" },
	{ "runs before the tests", "runs code before the tests" },
	{ "inline assembly", "uses inline assembly" },
	{ "not part of the kit",
	  "includes a file that is not part of the kit" },
	{ "belongs to the tests", "reaches for what belongs to the tests: %" },
	{ "replaces", "replaces %" },
	{ "has another name", "gives a symbol another name: %" },
	{ "names a path", "names a path outside the test's folder: %" },
	{ "can be written and run", "makes code that it can change" },
	{ "makes the stack executable", "makes code that it can change" },
	{ "is weak", "replaces %" },
	{ "a section of its own", "puts things into a section of its own: %" },
	{ "data in code", "hides code in data" },
	{ "undefined!", "uses what a module may not: %" },
};

/* In the compiler's and the linker's words. */
static const struct kind errors[] = {
	{ "the compiler was stopped", "wears the compiler down" },
	{ "the linker was stopped", "wears the linker down" },
	{ "file not found", "includes a file that is not part of the kit" },
	{ "attempt to use poisoned", "leaves a test before its end" },
	{ ": No such file or directory",
	  "includes a file that is not part of the kit" },
	{ "multiple definition of", "replaces %" },
};

/* In what the supervisor says of a test. */
static const struct kind reports[] = {
	{ "may not make: ", "makes a system call that tests refuse: %" },
	{ "outlived the test", "starts processes" },
	{ "processes were started", "starts processes" },
	{ "MiB of memory", "takes more memory than a test may" },
	{ "wrote too much into a file", "fills the disk" },
	{ "were written into the test's folder", "fills the disk" },
	{ "were printed", "prints without an end" },
	{ "checked less than", "leaves a test before its end" },
	{ "ended itself with exit", "ends the program itself" },
};

static void add(char *buf, size_t len, const char *label)
{
	const size_t have = strlen(buf);

	if (!strstr(buf, label))
		snprintf(buf + have, len - have, "%s%s", have ? "; " : "",
			 label);
}

/* The name in "... may not make: NAME", between quotes, or of a
 * section; else "". */
static void name_of(char *name, size_t len, const char *line)
{
	static const char *const before[] = { "may not make: ", "\"", "`",
					      "section " };
	const char *p = NULL;
	unsigned int i;

	for (i = 0; !p && i < ARRAY_SIZE(before); i++) {
		p = strstr(line, before[i]);
		p = p ? p + strlen(before[i]) : NULL;
	}
	snprintf(name, len, "%.*s", p ? (int)strcspn(p, " \"'`") : 0,
		 p ? p : "");
}

static void look(char *buf, size_t len, const char *line,
		 const struct kind *kinds, size_t n)
{
	char name[64], label[192];
	const char *hole;
	size_t i;

	for (i = 0; i < n; i++) {
		if (!strstr(line, kinds[i].words))
			continue;
		name_of(name, sizeof(name), line);
		hole = strchr(kinds[i].label, '%');
		if (!hole)
			snprintf(label, sizeof(label), "%s", kinds[i].label);
		else
			snprintf(label, sizeof(label), "%.*s%s",
				 (int)(hole - kinds[i].label), kinds[i].label,
				 name);
		add(buf, len, label);
		return;
	}
}

static void look_at_log(char *buf, size_t len, FILE *f)
{
	char line[4096];

	while (fgets(line, sizeof(line), f)) {
		if (!strncmp(line, "modpost: ", 9))
			look(buf, len, line, findings, ARRAY_SIZE(findings));
		else if (strcasestr(line, "error: ") ||
			 strstr(line, "multiple"))
			look(buf, len, line, errors, ARRAY_SIZE(errors));
	}
}

/* TAP, or the supervisor's last line. */
static bool is_like_results(const char *output)
{
	return strstr(output, "TAP version") || !strncmp(output, "ok 1", 4) ||
	       strstr(output, "\nok 1") || strstr(output, " points, ");
}

void judge_label(char *buf, size_t len, const char *log, json_t *tests)
{
	FILE *f = fopen(log, "r");
	const char *what, *output;
	json_t *t;
	size_t i;

	*buf = '\0';
	if (f) {
		look_at_log(buf, len, f);
		fclose(f);
	}
	json_array_foreach(tests, i, t)
	{
		what = json_string_value(json_object_get(t, "what"));
		if (what)
			look(buf, len, what, reports, ARRAY_SIZE(reports));
		output = json_string_value(json_object_get(t, "output"));
		if (output && is_like_results(output))
			add(buf, len, "prints what looks like results");
	}
}

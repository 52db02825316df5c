/*
 * Results: JSON, KTAP, JUnit XML, and the stamps by which BASE=auto knows
 * which of a student's files were green.
 *
 * Each file is written beside its place and then renamed: no reader ever sees
 * half of one.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <jansson.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/utsname.h>
#include <unistd.h>

#include "markup.h"
#include "run.h"

#ifndef KIT_VERSION
#define KIT_VERSION "unknown"
#endif

#define MAX_OUTPUT 1024 /* bytes of a test's output that results keep */

/* Bytes that are no UTF-8 would make the whole document invalid. */
static json_t *text_cut(const char *s, size_t max)
{
	char clean[RUN_OUTPUT + 1], *c;
	size_t n = strnlen(s, max);
	json_t *j;

	/* Not in the middle of a character. */
	while (n && (s[n] & 0xc0) == 0x80)
		n--;
	j = json_stringn(s, n);
	if (j)
		return j;
	snprintf(clean, sizeof(clean), "%.*s", (int)n, s);
	for (c = clean; *c; c++)
		if ((unsigned char)*c >= 128)
			*c = '?';
	return json_string(clean);
}

static json_t *text(const char *s)
{
	return text_cut(s, RUN_OUTPUT);
}

/* All that a report is drawn from, beside what, want, got and replay. */
static void add_report(json_t *to, const struct planned *t,
		       const struct result *r)
{
	char told[RUN_STEPS_TOLD][160], where[128], learn[512];
	unsigned int i, n = steps_told(r, told);
	json_t *steps = json_array();

	for (i = 0; i < n; i++)
		json_array_append_new(steps, text(told[i]));
	where_told(r, where, sizeof(where));
	learn_place(learn, sizeof(learn), t);
	json_object_set_new(to, "where", text(where));
	json_object_set_new(to, "steps", steps);
	json_object_set_new(to, "output", text_cut(r->output, MAX_OUTPUT));
	json_object_set_new(to, "printed",
			    json_integer((json_int_t)r->output_len));
	json_object_set_new(to, "why", text(r->why));
	json_object_set_new(to, "learn", text(learn));
}

static json_t *test_to_json(const struct planned *t, const struct result *r)
{
	char replay[1024];
	json_t *j;

	replay_command(replay, sizeof(replay), t, r);
	j = json_pack("{s:o, s:i, s:i, s:i, s:b, s:s, s:f, s:o, s:o, s:o, s:o}",
		      "name", text(t->name), "todo", (int)t->todo, "points",
		      (int)(r->verdict == VERDICT_PASS ? t->points : 0), "of",
		      (int)t->points, "bonus", (int)t->bonus, "verdict",
		      verdict_name(r->verdict), "seconds", r->seconds, "what",
		      text(r->what), "want", text(r->want), "got", text(r->got),
		      "replay", text(replay));
	if (r->verdict >= VERDICT_FAIL || r->verdict == VERDICT_INCONCLUSIVE)
		add_report(j, t, r);
	return j;
}

static json_t *to_json(const struct planned *plan, const struct result *res,
		       unsigned int n, const struct score *s)
{
	json_t *tests = json_array();
	struct utsname u;
	unsigned int i;

	uname(&u);
	for (i = 0; i < n; i++)
		json_array_append_new(tests, test_to_json(&plan[i], &res[i]));
	return json_pack("{s:s, s:s, s:s, s:s, s:s, s:s, s:I, s:o, s:o, "
			 "s:{s:i, s:i, s:i}}",
			 "kit", KIT_VERSION, "day", opt.day, "src", opt.src,
			 "base", opt.base, "san", opt.san, "isolation",
			 cage_name(), "seed", (json_int_t)opt.seed, "machine",
			 json_pack("{s:s, s:s, s:s}", "system", u.sysname,
				   "kernel", u.release, "arch", u.machine),
			 "tests", tests, "total", "points", (int)s->final, "of",
			 100, "bonus", (int)s->bonus);
}

static void xml_case(FILE *out, const struct planned *t, const struct result *r)
{
	fprintf(out, "  <testcase classname=\"%s\" name=\"%s\" time=\"%.3f\"",
		opt.unit, t->name, r->seconds);
	if (r->verdict == VERDICT_PASS) {
		fputs("/>\n", out);
		return;
	}
	fprintf(out, ">\n    <%s message=\"%s: ",
		r->verdict == VERDICT_SKIP ? "skipped" : "failure",
		verdict_name(r->verdict));
	markup_text(out,
		    r->verdict == VERDICT_TODO ? "not written yet" : r->what);
	fputs("\"/>\n  </testcase>\n", out);
}

static void results_xml(FILE *out, const struct planned *plan,
			const struct result *res, unsigned int n,
			const struct score *s)
{
	unsigned int i, skipped = 0, failed = 0;

	for (i = 0; i < n; i++) {
		skipped += res[i].verdict == VERDICT_SKIP;
		failed += res[i].verdict > VERDICT_SKIP;
	}
	fprintf(out,
		"<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
		"<testsuite name=\"%s\" tests=\"%u\" failures=\"%u\" "
		"skipped=\"%u\">\n",
		opt.unit, n, failed, skipped);
	for (i = 0; i < n; i++)
		xml_case(out, &plan[i], &res[i]);
	fputs("</testsuite>\n", out);
}

void results_tap(FILE *out, const struct planned *plan,
		 const struct result *res, unsigned int n)
{
	unsigned int i;

	fprintf(out, "KTAP version 1\n1..%u\n", n);
	for (i = 0; i < n; i++) {
		enum verdict v = res[i].verdict;
		bool ok = v == VERDICT_PASS || v == VERDICT_SKIP;

		/* TODO is a directive of TAP that means "do not count": no. */
		fprintf(out, "%s %u %s", ok ? "ok" : "not ok", i + 1,
			plan[i].name);
		if (v == VERDICT_SKIP || v == VERDICT_TIMEOUT)
			fprintf(out, " # %s %s", verdict_name(v), res[i].what);
		fputc('\n', out);
		if (!ok) {
			char line[sizeof(res[i].what)];

			snprintf(line, sizeof(line), "%s",
				 v == VERDICT_TODO ? "not written yet"
						   : res[i].what);
			line[strcspn(line, "\n")] = '\0';
			fprintf(out, "# %s: %s\n", verdict_name(v), line);
		}
	}
}

struct whole {
	const struct planned *plan;
	const struct result *res;
	unsigned int n;
	const struct score *s;
};

static void write_json(FILE *f, const struct whole *w)
{
	json_t *j = to_json(w->plan, w->res, w->n, w->s);

	json_dumpf(j, f, JSON_INDENT(2));
	fputc('\n', f);
	json_decref(j);
}

static void write_tap(FILE *f, const struct whole *w)
{
	results_tap(f, w->plan, w->res, w->n);
}

static void write_xml(FILE *f, const struct whole *w)
{
	results_xml(f, w->plan, w->res, w->n, w->s);
}

static int write_file(const char *ext, const struct whole *w,
		      void (*fn)(FILE *, const struct whole *))
{
	char path[512], tmp[540];
	FILE *f;
	int err = 0;

	snprintf(path, sizeof(path), "%s/%s.%s", opt.results, opt.unit, ext);
	snprintf(tmp, sizeof(tmp), "%s.%d.tmp", path, getpid());
	f = fopen(tmp, "w");
	if (!f)
		return -errno;
	fn(f, w);
	if (fflush(f) || ferror(f))
		err = -EIO;
	if (fclose(f) && !err)
		err = -errno;
	if (!err && rename(tmp, path))
		err = -errno;
	if (err)
		unlink(tmp);
	return err;
}

int results_write(const struct planned *plan, const struct result *res,
		  unsigned int n, const struct score *s)
{
	const struct whole w = { plan, res, n, s };
	int err = write_file("json", &w, write_json);

	if (!err)
		err = write_file("tap", &w, write_tap);
	if (!err)
		err = write_file("xml", &w, write_xml);
	return err;
}

static bool holds_todo(const char *todos, unsigned int todo)
{
	char *end;
	unsigned long n;

	while (*todos) {
		n = strtoul(todos, &end, 10);
		if (end == todos)
			return false;
		if (n == todo)
			return true;
		todos = *end ? end + 1 : end;
	}
	return false;
}

/* By the tests that have points, or by the bonus ones. */
static bool all_pass(const struct object *o, const struct planned *plan,
		     const struct result *res, unsigned int n, bool bonus,
		     unsigned int *asked)
{
	unsigned int i, passed = 0;

	for (*asked = i = 0; i < n; i++) {
		if (plan[i].bonus != bonus ||
		    !holds_todo(o->todos, plan[i].todo))
			continue;
		++*asked;
		if (res[i].verdict == VERDICT_PASS)
			passed++;
		else if (res[i].verdict != VERDICT_SKIP)
			return false;
	}
	return passed;
}

/* A file that is all bonus is judged by that; else a bonus test is nobody's
 * hindrance. */
static bool is_green(const struct object *o, const struct planned *plan,
		     const struct result *res, unsigned int n)
{
	unsigned int asked;
	bool pass = all_pass(o, plan, res, n, false, &asked);

	return asked ? pass : all_pass(o, plan, res, n, true, &asked);
}

void results_stamp(const struct planned *plan, const struct result *res,
		   unsigned int n)
{
	char path[512];
	unsigned int i;
	FILE *f;

	for (i = 0; i < opt.nr_objects; i++) {
		const struct object *o = &opt.objects[i];

		snprintf(path, sizeof(path), "%s/%s.%s.%s", opt.green, opt.unit,
			 o->file, o->hash);
		unlink(path);
		if (!is_green(o, plan, res, n))
			continue;
		f = fopen(path, "w");
		if (f)
			fclose(f);
	}
}

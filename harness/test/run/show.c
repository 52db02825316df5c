/*
 * What a student sees: a line a test, one report in full, a summary.
 *
 * The report has six parts in a fixed order and never more than 25 lines:
 * WHAT, STEPS, WANT and GOT, WHY, REPLAY, LEARN.
 */
#include <ctype.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "run.h"

#define WIDTH 72
#define INDENT 9 /* "  REPLAY " */

static bool has_colour(void)
{
	const char *term = getenv("TERM");

	return isatty(STDOUT_FILENO) && !getenv("NO_COLOR") && term &&
	       strcmp(term, "dumb");
}

static const char *colour(enum verdict v)
{
	if (!has_colour())
		return "";
	switch (v) {
	case VERDICT_PASS:
		return "\033[32m";
	case VERDICT_TODO:
	case VERDICT_SKIP:
	case VERDICT_INCONCLUSIVE:
		return "\033[33m";
	default:
		return "\033[1;31m";
	}
}

static const char *colour_off(void)
{
	return has_colour() ? "\033[0m" : "";
}

/* One byte that a terminal can show. */
static char shown(char c)
{
	return c == '\n' ? ' ' : (unsigned char)c < ' ' || c == 127 ? '.' : c;
}

/*
 * Print @text behind @label, broken between words, at most @max lines.
 * Returns the number of lines.
 */
static unsigned int wrap(FILE *out, const char *label, const char *text,
			 unsigned int max)
{
	unsigned int lines = 0;
	size_t left = strlen(text), room = WIDTH - INDENT, n, i;

	while (left && lines < max) {
		n = left;
		if (n > room) {
			for (n = room; n && text[n] != ' '; n--)
				;
			if (!n)
				n = room;
		}
		fprintf(out, "  %-*s", INDENT - 2, lines ? "" : label);
		for (i = 0; i < n; i++)
			fputc(shown(text[i]), out);
		if (lines == max - 1 && n < left)
			fputs(" ...", out);
		fputc('\n', out);
		lines++;
		text += n;
		left -= n;
		for (; *text == ' '; text++)
			left--;
	}
	return lines;
}

unsigned int steps_told(const struct result *r, char told[][160])
{
	unsigned int i, n = 0, from = RUN_STEPS_FIRST;

	for (i = 0; i < r->nr_table; i++)
		snprintf(told[n++], 160, "%s", r->table[i]);
	if (n)
		return n;
	for (i = 0; i < r->nr_steps && i < RUN_STEPS_FIRST; i++)
		snprintf(told[n++], 160, "%u. %s", i + 1, r->first[i]);
	if (r->nr_steps > RUN_STEPS_FIRST + RUN_STEPS_LAST) {
		from = r->nr_steps - RUN_STEPS_LAST;
		snprintf(told[n++], 160, "... %u more", from - RUN_STEPS_FIRST);
	}
	for (i = from; i < r->nr_steps; i++)
		snprintf(told[n++], 160, "%u. %s", i + 1,
			 r->last[(i - RUN_STEPS_FIRST) % RUN_STEPS_LAST]);
	return n;
}

/* A row of a table is not broken: its columns are what there is to be seen. */
static void show_row(FILE *out, const char *label, const char *row)
{
	size_t n = strlen(row), i;

	while (n && row[n - 1] == ' ')
		n--;
	fprintf(out, "  %-*s", INDENT - 2, label);
	for (i = 0; i < n; i++)
		fputc(shown(row[i]), out);
	fputc('\n', out);
}

static void show_steps(FILE *out, const struct result *r)
{
	char told[RUN_STEPS_TOLD][160];
	unsigned int i, n = steps_told(r, told);

	for (i = 0; i < n; i++) {
		if (r->nr_table)
			show_row(out, i ? "" : "STEPS", told[i]);
		else
			wrap(out, i ? "" : "STEPS", told[i], n > 4 ? 1 : 2);
	}
	if (!n)
		wrap(out, "STEPS", "(the test tells none)", 1);
}

/* Does the test's own output try to look like a result? */
static bool looks_like_result(const char *text)
{
	const char *p;

	for (p = text; p; p = strchr(p, '\n')) {
		if (*p == '\n')
			p++;
		if (!strncmp(p, "ok ", 3) || !strncmp(p, "not ok ", 7) ||
		    !strncmp(p, "PASS", 4))
			return true;
	}
	return false;
}

static void show_output(FILE *out, const struct result *r)
{
	const char *from = r->output + strspn(r->output, "= \n");
	char text[256];

	if (!r->output_len)
		return;
	snprintf(text, sizeof(text), "printed %lu byte%s: %.*s%s",
		 r->output_len, r->output_len == 1 ? "" : "s", 120, from,
		 strlen(from) > 120 ? " ..." : "");
	wrap(out, "", text, 2);
	if (looks_like_result(r->output))
		wrap(out, "",
		     "(printing a result does not make one: the "
		     "supervisor writes them)",
		     1);
}

/* Hints of this TODO that were not taken yet; -1 when there are none. */
static int hints_left(unsigned int todo)
{
	char line[512], head[64], path[512];
	int n = 0, taken = 0;
	bool inside = false;
	FILE *f = fopen(opt.readme, "r");

	snprintf(head, sizeof(head), "### Hints for TODO %u\n", todo);
	while (f && fgets(line, sizeof(line), f)) {
		if (line[0] == '#')
			inside = !strcmp(line, head);
		else if (inside && isdigit((unsigned char)line[0]))
			n++;
	}
	if (f)
		fclose(f);
	snprintf(path, sizeof(path), "%s/%s-todo%u", opt.hints, opt.unit, todo);
	f = fopen(path, "r");
	if (f) {
		if (fscanf(f, "%d", &taken) != 1)
			taken = 0;
		fclose(f);
	}
	return n ? n - taken : -1;
}

void learn_place(char *buf, size_t len, const struct planned *t)
{
	snprintf(buf, len, "%s#todo-%u", opt.readme, t->todo);
}

static void show_learn(FILE *out, const struct planned *t)
{
	char text[512];
	int left = hints_left(t->todo);

	learn_place(text, sizeof(text), t);
	wrap(out, "LEARN", text, 1);
	if (left <= 0)
		return;
	snprintf(text, sizeof(text), "make hint DAY=%s TODO=%u  (%d left)",
		 opt.day, t->todo, left);
	wrap(out, "", text, 1);
}

/* "0x4011f6" to "hist_record() at hist.c:31"; "" for a place in a library. */
void where_told(const struct result *r, char *where, size_t len)
{
	char cmd[512], func[128] = "", place[256] = "";
	FILE *p;

	snprintf(where, len, "%s", r->where);
	/* The child said it, and a shell will read it: a number, or nothing. */
	if (strncmp(where, "0x", 2) || strlen(where) > 20 ||
	    where[2 + strspn(where + 2, "0123456789abcdef")])
		return;
	snprintf(cmd, sizeof(cmd), "addr2line -f -s -e '%s' %s 2>/dev/null",
		 opt.binary, where);
	p = popen(cmd, "r");
	if (p && fscanf(p, "%127s %255s", func, place) == 2 && func[0] != '?')
		snprintf(where, len, "%.60s() at %.60s", func, place);
	else
		where[0] = '\0';
	if (p)
		pclose(p);
}

void replay_command(char *buf, size_t len, const struct planned *t,
		    const struct result *r)
{
	const char *san = opt.san;
	size_t n;

	n = (size_t)snprintf(buf, len, "make check DAY=%s T=%s SEED=%llu",
			     opt.day, t->name, (unsigned long long)opt.seed);
	if (strcmp(opt.src, "mine"))
		n += (size_t)snprintf(buf + n, len - n, " SRC=%s", opt.src);
	if (strcmp(opt.base, "auto"))
		n += (size_t)snprintf(buf + n, len - n, " BASE=%s", opt.base);
	if (!strcmp(san, "memcheck"))
		snprintf(buf + n, len - n, " MEMCHECK=1");
	else if (is_model())
		snprintf(buf + n, len - n, " MODEL=1%s%s",
			 r->schedule[0] ? " SCHED=" : "", r->schedule);
	else if (*san)
		snprintf(buf + n, len - n, " SAN=%s", san);
}

/* How it ended, when the test has no values of its own to show. */
static const char *end_words(enum verdict v)
{
	return v == VERDICT_CRASH     ? "it crashed"
	       : v == VERDICT_TIMEOUT ? "it had to be stopped"
				      : "it did not";
}

void show_report(FILE *out, const struct planned *t, const struct result *r)
{
	char where[128], text[1024];

	where_told(r, where, sizeof(where));
	wrap(out, "WHAT", r->what, 2);
	if (where[0]) {
		snprintf(text, sizeof(text), "(%s)", where);
		wrap(out, "", text, 1);
	}
	show_steps(out, r);
	show_output(out, r);
	if (r->want[0] || r->got[0]) {
		wrap(out, "WANT", r->want, 2);
		wrap(out, "GOT", r->got, 2);
	} else {
		wrap(out, "WANT", "the test runs to its end", 1);
		wrap(out, "GOT", end_words(r->verdict), 1);
	}
	wrap(out, "WHY", r->why[0] ? r->why : "(the test does not say)", 3);
	replay_command(text, sizeof(text), t, r);
	/* In one piece, however long: it is there to be pasted. */
	fprintf(out, "  %-*s%s\n", INDENT - 2, "REPLAY", text);
	show_learn(out, t);
}

void show_head(unsigned int nr_tests)
{
	printf("%s: %s - %u test%s of %s%s%s\n", opt.unit, opt.title, nr_tests,
	       nr_tests == 1 ? "" : "s",
	       strcmp(opt.src, "mine") ? "the reference" : "your files",
	       *opt.san ? ", " : "", opt.san);
}

/* Why there are no points, below a test's line. */
static void show_reason(const struct result *r)
{
	if (r->verdict == VERDICT_SKIP || r->verdict == VERDICT_INCONCLUSIVE)
		printf("      %.70s\n", r->what);
	else
		wrap(stdout, "", r->what, 2);
}

void show_line(const struct planned *t, const struct result *r, unsigned int i,
	       bool full)
{
	if (r->verdict == VERDICT_TODO) {
		/* A name is there to be typed after T=: all of it. */
		printf("%sTODO %-2u%s %2u  %-44s%s\n", colour(r->verdict),
		       r->todo, colour_off(), i, t->name,
		       strlen(t->name) > 44 ? "" : " not written yet");
		return;
	}
	printf("%s%-7s%s %2u  %-50s %u/%u%s\n", colour(r->verdict),
	       verdict_name(r->verdict), colour_off(), i, t->name,
	       r->verdict == VERDICT_PASS ? t->points : 0, t->points,
	       t->bonus ? " bonus" : "");
	if (r->schedules[0])
		wrap(stdout, "", r->schedules, 1);
	if (r->verdict == VERDICT_PASS)
		return;
	if (full && r->verdict >= VERDICT_FAIL)
		show_report(stdout, t, r);
	else
		show_reason(r);
}

void show_summary(const struct score *s, double seconds)
{
	unsigned int v;

	if (opt.only || opt.todo)
		printf("%s: part of the tests, no points", opt.unit);
	else
		printf("%s: %u of 100 points", opt.unit, s->final);
	if (s->bonus)
		printf(" and %u bonus", s->bonus);
	for (v = VERDICT_PASS; v < VERDICT_NR; v++)
		if (s->count[v])
			printf(", %u %s", s->count[v], verdict_name(v));
	if (s->broken)
		printf(", %u FAIL apart from the points", s->broken);
	printf(" (%.1f s)\n", seconds);
	if (s->count[VERDICT_SKIP] && s->of && !opt.only && !opt.todo)
		printf("%*ccounted over the %u points that could be tested\n",
		       (int)strlen(opt.unit) + 2, ' ', s->of);
}

/*
 * What happened in a schedule: a log, and the last of it as a table with a
 * column a thread. Written down on each run, since nobody knows yet which one
 * fails; so it is cheap, and put into words only for the one that did.
 */
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include "test/child.h"
#include "test/model/core.h"

#define TEXT 48
#define WIDTH 69 /* of the table, behind the report's labels */
#define LINES 15 /* of it */
#define MAX_NAMES 16

struct step {
	const struct model_site *at;
	const char *verb; /* NULL: text */
	uint64_t from, to;
	unsigned int times; /* in a row */
	bool has_to;
	unsigned char thread;
	char text[TEXT];
};

static struct step *log_of;
static unsigned int nr_steps;
static struct {
	const void *p;
	const char *name;
} names[MAX_NAMES];
static unsigned int nr_names;
/* Pointers without a name, in the order in which they came. */
static uint64_t strangers[64];
static unsigned int nr_strangers;

void steps_begin(void)
{
	if (!log_of) {
		log_of = calloc(2 * MODEL_STEPS, sizeof(*log_of));
		BUG_ON(!log_of);
	}
	nr_steps = nr_names = 0;
}

static struct step *next_step(const struct model_site *at)
{
	struct step *s = &log_of[nr_steps];

	/* Alone, the test only looks at what the others have left. */
	if (nr_steps < 2 * MODEL_STEPS - 1 && !core_is_alone())
		nr_steps++;
	s->at = at;
	s->thread = (unsigned char)model.cur;
	s->times = 1;
	return s;
}

void steps_add(const struct model_site *at, const char *fmt, ...)
{
	struct step *s;
	va_list ap;

	if (!model.is_running)
		return;
	s = next_step(at);
	s->verb = NULL;
	va_start(ap, fmt);
	vsnprintf(s->text, sizeof(s->text), fmt, ap);
	va_end(ap);
}

void steps_value(const struct model_site *at, const char *verb, uint64_t from,
		 uint64_t to, bool has_to)
{
	struct step *s = nr_steps ? &log_of[nr_steps - 1] : NULL;

	/* One that looks again and again. */
	if (s && s->at == at && s->verb == verb && s->from == from &&
	    s->thread == model.cur && !has_to && !s->has_to) {
		s->times++;
		return;
	}
	s = next_step(at);
	s->verb = verb;
	s->from = from;
	s->to = to;
	s->has_to = has_to;
}

void model_name(const void *p, const char *name)
{
	if (nr_names == MAX_NAMES)
		return;
	names[nr_names].p = p;
	names[nr_names++].name = name;
}

/* --- words ------------------------------------------------------------------ */
/* "&w->sched->idle.nr_parked" is nr_parked, "&q->slots[i]" is slots[]. */
static void short_name(char *buf, size_t len, const char *what)
{
	const char *p, *from = what, *end = strchr(what, '[');

	for (p = what; *p && p != end; p++)
		if (*p == '&' || *p == '.' || *p == '(' || *p == '*')
			from = p + 1;
		else if (*p == '-' && p[1] == '>')
			from = p + 2;
	if (end)
		snprintf(buf, len, "%.*s[]", (int)(end - from), from);
	else
		snprintf(buf, len, "%.*s", (int)strcspn(from, ")"), from);
}

static void value_text(char *buf, size_t len, uint64_t v,
		       const struct model_site *at)
{
	unsigned int i;

	if (!at->is_pointer) {
		snprintf(buf, len, "%llu", (unsigned long long)v);
		return;
	}
	if (!v) {
		snprintf(buf, len, "NULL");
		return;
	}
	for (i = 0; i < nr_names; i++)
		if ((uintptr_t)names[i].p == v) {
			snprintf(buf, len, "%s", names[i].name);
			return;
		}
	for (i = 0; i < nr_strangers && strangers[i] != v; i++)
		;
	if (i == nr_strangers && i < ARRAY_SIZE(strangers))
		strangers[nr_strangers++] = v;
	snprintf(buf, len, "p%u", i + 1);
}

/* One step, for a column of @width; a narrow one leaves the file out. */
static void step_text(char *buf, size_t len, const struct step *s,
		      unsigned int width)
{
	const char *file = s->at ? s->at->file : NULL, *slash;
	char name[48], from[24], to[24];
	size_t n = 0;

	buf[0] = '\0';
	if (file) {
		slash = strrchr(file, '/');
		file = slash ? slash + 1 : file;
		/* A narrow column has no room for ".c". */
		n = width < 30 ? strcspn(file, ".") : strlen(file);
		n = (size_t)snprintf(buf, len, "%.*s:%u ", (int)n, file,
				     s->at->line);
	}
	if (!s->verb) {
		snprintf(buf + n, len - n, "%s", s->text);
		return;
	}
	short_name(name, sizeof(name), s->at->what);
	value_text(from, sizeof(from), s->from, s->at);
	value_text(to, sizeof(to), s->to, s->at);
	if (s->has_to)
		snprintf(buf + n, len - n, "%s %s -> %s", name, from, to);
	else if (*s->verb == ',')
		snprintf(buf + n, len - n, "%s = %s%s", name, from, s->verb);
	else
		n += (size_t)snprintf(buf + n, len - n, "%s %s %s", name,
				      s->verb, from);
	if (s->times > 1 && n < len)
		snprintf(buf + n, len - n, ", %u times", s->times);
}

/* The columns: a thread that does nothing in these steps has none. */
static unsigned int columns(unsigned int first, int *column)
{
	unsigned int i, n = 0;

	for (i = 0; i < MODEL_THREADS; i++)
		column[i] = -1;
	for (i = first; i < nr_steps; i++)
		column[log_of[i].thread] = 0;
	for (i = 0; i < MODEL_THREADS; i++)
		if (!column[i])
			column[i] = (int)n++;
	return n;
}

static void put(char *line, unsigned int column, unsigned int width,
		const char *text)
{
	/* A blank between two columns. */
	sprintf(line, "%*s%-*.*s", (int)(column * width), "", (int)width - 1,
		(int)width - 1, text);
}

/* The steps from @first on, each as a line, handed to @line. */
static void table(unsigned int first, void (*line)(const char *))
{
	int column[MODEL_THREADS];
	unsigned int n = columns(first, column), i;
	unsigned int width = n ? WIDTH / n : WIDTH;
	char buf[160], text[96], head[WIDTH + 2] = "";

	for (i = 0; i < model.nr; i++)
		if (column[i] >= 0)
			snprintf(head + strlen(head),
				 sizeof(head) - strlen(head), "%-*.*s",
				 (int)width, (int)width - 1, model.t[i].name);
	line(head);
	if (first) {
		snprintf(buf, sizeof(buf), "... %u steps before", first);
		line(buf);
	}
	for (i = first; i < nr_steps; i++) {
		step_text(text, sizeof(text), &log_of[i], width);
		put(buf, (unsigned int)column[log_of[i].thread], width, text);
		line(buf);
	}
}

static const char *lines[LINES + 3];
static unsigned int nr_lines;
static char room[LINES + 3][WIDTH + 2];

static void keep_line(const char *text)
{
	if (nr_lines == ARRAY_SIZE(lines))
		return;
	snprintf(room[nr_lines], sizeof(room[0]), "%s", text);
	lines[nr_lines] = room[nr_lines];
	nr_lines++;
}

void steps_send(void)
{
	unsigned int first = nr_steps > LINES ? nr_steps - LINES + 1 : 0;
	char schedule[512];

	nr_strangers = nr_lines = 0;
	model.is_running = false;
	table(first, keep_line);
	child_send(WIRE_TABLE, 0, nr_lines, lines);
	if (choice_text(schedule, sizeof(schedule)))
		child_send(WIRE_SCHEDULE, 0, 1, (const char *[]){ schedule });
}

static void print_line(const char *text)
{
	puts(text);
}

void steps_print(void)
{
	nr_strangers = 0;
	table(0, print_line);
}

void steps_fail(const char *want, const char *got, const char *fmt, ...)
{
	char what[256];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(what, sizeof(what), fmt, ap);
	va_end(ap);
	test_fail("", want, got, "%s", what);
}

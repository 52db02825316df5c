/*
 * What happened in a schedule: a log, and the last of it as a table with a
 * column a thread. Written down on each run, since nobody knows yet which one
 * fails; so it is cheap, and put into words only for the one that did.
 */
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "test/child.h"
#include "test/model/core.h"

#define TEXT 48
#define WIDTH 69 /* of the table, behind the report's labels */
#define LINES 14 /* of it */
#define LATE 3	 /* steps with a late store that are shown in any case */
#define MAX_NAMES 16

struct step {
	const struct model_site *at;
	const char *verb; /* NULL: text */
	uint64_t from, to;
	unsigned int times; /* in a row */
	unsigned int since; /* is in memory now: what this step has stored */
	unsigned int wakes; /* a bit a thread */
	bool has_to;
	bool is_late;  /* stored, not in memory yet */
	bool is_shown; /* in the table */
	bool waits;    /* the thread, from here on */
	unsigned char thread;
	signed char preempts; /* the one that could have gone on, or -1 */
	char text[TEXT];
};

static struct step *log_of;
static unsigned int nr_steps;
static struct step *last; /* in the log, or where it does not go on */
/* Of the step to come. */
static unsigned int wakes;
static int preempted;
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
	nr_steps = nr_names = wakes = 0;
	preempted = -1;
}

static struct step *next_step(const struct model_site *at)
{
	struct step *s = &log_of[nr_steps];

	/* Alone, the test only looks at what the others have left. */
	if (nr_steps < 2 * MODEL_STEPS - 1 && !core_is_alone())
		nr_steps++;
	*s = (struct step){ .at = at,
			    .thread = (unsigned char)model.cur,
			    .times = 1,
			    .wakes = wakes,
			    .preempts = (signed char)preempted };
	wakes = 0;
	preempted = -1;
	return last = s;
}

void steps_add(const struct model_site *at, const char *fmt, ...)
{
	struct step *s;
	va_list ap;

	if (!model.is_running)
		return;
	s = next_step(at);
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

unsigned int steps_late(const struct model_site *at, uint64_t value)
{
	struct step *s = next_step(at);

	s->verb = ", late";
	s->from = value;
	s->is_late = true;
	return nr_steps;
}

void steps_seen(const struct model_site *at, uint64_t value, unsigned int late)
{
	struct step *s = next_step(at);

	s->verb = ", is seen now";
	s->from = value;
	s->since = late;
}

void steps_wait(void)
{
	last->waits = true;
}

void steps_wake(unsigned int thread)
{
	wakes |= 1u << thread;
}

void steps_preempt(void)
{
	preempted = (int)model.cur;
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
		/* A larger one is bits, mostly. */
		snprintf(buf, len, v < 256 ? "%llu" : "0x%llx",
			 (unsigned long long)v);
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

/* "runq.c:76 ", or "runq:76 "; a step without a place has none. */
static size_t place_text(char *buf, size_t len, const struct step *s,
			 bool is_short)
{
	const char *file = s->at ? s->at->file : NULL, *slash;
	size_t n;

	buf[0] = '\0';
	if (!file)
		return 0;
	slash = strrchr(file, '/');
	file = slash ? slash + 1 : file;
	n = is_short ? strcspn(file, ".") : strlen(file);
	return (size_t)snprintf(buf, len, "%.*s:%u ", (int)n, file,
				s->at->line);
}

static void words_text(char *buf, size_t len, const struct step *s)
{
	char name[48], from[24], to[24];
	size_t n = 0;

	if (!s->verb) {
		snprintf(buf, len, "%s", s->text);
		return;
	}
	short_name(name, sizeof(name), s->at->what);
	value_text(from, sizeof(from), s->from, s->at);
	value_text(to, sizeof(to), s->to, s->at);
	if (s->has_to)
		snprintf(buf, len, "%s %s -> %s", name, from, to);
	else if (*s->verb == ',')
		snprintf(buf, len, "%s = %s%s", name, from, s->verb);
	else
		n = (size_t)snprintf(buf, len, "%s %s %s", name, s->verb, from);
	if (s->times > 1 && n < len)
		snprintf(buf + n, len - n, ", %u times", s->times);
}

/* Those that the report shows: the last, and the late stores. The schedule is
 * one of the simplest that fail, so each of them matters. */
static void choose_steps(void)
{
	unsigned int first = nr_steps > LINES ? nr_steps - LINES + 1 : 0;
	unsigned int late = 0, i;

	for (i = 0; i < first; i++) {
		log_of[i].is_shown = log_of[i].is_late && late < LATE;
		if (log_of[i].is_shown) {
			late++;
			/* Its line, and that of the gap. */
			first += 2;
		}
	}
	for (; i < nr_steps; i++)
		log_of[i].is_shown = true;
}

/* The columns: a thread that does nothing in these steps has none. */
static unsigned int columns(int *column)
{
	unsigned int i, n = 0;

	for (i = 0; i < MODEL_THREADS; i++)
		column[i] = -1;
	for (i = 0; i < nr_steps; i++)
		if (log_of[i].is_shown)
			column[log_of[i].thread] = 0;
	for (i = 0; i < MODEL_THREADS; i++)
		if (!column[i])
			column[i] = (int)n++;
	return n;
}

static void put(char *line, unsigned int column, unsigned int width,
		const char *text)
{
	/* A line has one step, so it may go on below the next thread's name. */
	sprintf(line, "%*s%.*s", (int)(column * width), "",
		(int)(WIDTH - column * width), text);
}

/* The chosen steps, each as a line, handed to @line. */
static void table(void (*line)(const char *))
{
	int column[MODEL_THREADS];
	unsigned int n = columns(column), i, next = 0;
	unsigned int width = n ? WIDTH / n : WIDTH;
	size_t at;
	char buf[160], text[128], head[WIDTH + 2] = "";

	for (i = 0; i < model.nr; i++)
		if (column[i] >= 0)
			snprintf(head + strlen(head),
				 sizeof(head) - strlen(head), "%-*.*s",
				 (int)width, (int)width - 1, model.t[i].name);
	line(head);
	for (i = 0; i < nr_steps; i++) {
		if (!log_of[i].is_shown)
			continue;
		if (i > next) {
			snprintf(buf, sizeof(buf), "... %u step%s%s", i - next,
				 i - next == 1 ? "" : "s",
				 next ? "" : " before");
			line(buf);
		}
		next = i + 1;
		/* A narrow column has no room for ".c". */
		at = place_text(text, sizeof(text), &log_of[i], width < 30);
		words_text(text + at, sizeof(text) - at, &log_of[i]);
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
	nr_strangers = nr_lines = 0;
	model.is_running = false;
	choose_steps();
	table(keep_line);
	child_send(WIRE_TABLE, 0, nr_lines, lines);
	steps_log();
}

static void print_line(const char *text)
{
	puts(text);
}

void steps_print(void)
{
	unsigned int i;

	nr_strangers = 0;
	for (i = 0; i < nr_steps; i++)
		log_of[i].is_shown = true;
	table(print_line);
}

/* How it stands, and what it waits for. */
static const char *end_text(const struct mthread *t, const char **on)
{
	*on = "";
	if (t->state == M_DONE)
		return "has ended";
	if (core_can_go(t))
		return t == core_self() ? "runs" : "could go on";
	*on = t->state == M_BLOCKED ? t->waits : "a mutex";
	return "waits for ";
}

void steps_log(void)
{
	char schedule[512];
	char place[64], words[128];
	const char *state, *on;
	unsigned int i;
	int fd;

	if (choice_text(schedule, sizeof(schedule)))
		child_send(WIRE_SCHEDULE, 0, 1, (const char *[]){ schedule });
	if (!(child.flags & WIRE_TRACE))
		return;
	fd = open(WIRE_LOG, O_WRONLY | O_CREAT | O_TRUNC, 0644);
	if (fd < 0)
		return;
	nr_strangers = 0;
	dprintf(fd, "unpark-steps 1\n");
	for (i = 0; i < model.nr; i++)
		dprintf(fd, "thread %s\n", model.t[i].name);
	for (i = 0; i < nr_steps; i++) {
		const struct step *s = &log_of[i];

		if (!place_text(place, sizeof(place), s, false))
			strcpy(place, "- ");
		words_text(words, sizeof(words), s);
		dprintf(fd, "step %u %d %x %d %d %u %s%s\n", s->thread,
			s->waits, s->wakes, s->preempts, s->is_late, s->since,
			place, words);
	}
	for (i = 0; i < model.nr; i++) {
		state = end_text(&model.t[i], &on);
		dprintf(fd, "end %s%s\n", state, on);
	}
	close(fd);
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

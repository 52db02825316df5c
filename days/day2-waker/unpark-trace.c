/* Given: the log of a test, made into text, JSON and a page.
 *
 * make trace calls it; the log is what harness/test/record.c writes:
 *
 *	unpark-trace 1
 *	lost N
 *	name ADDRESS EVENTS-SEEN NAME
 *	event NS THREAD EVENT ADDRESS ARGUMENT
 *
 * Student code can write a log, too: a line that is none is refused.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "export.h"

#include "kit/err.h"

#define EVENTS_MAX 1000000
#define NAMES_MAX 1000

static struct trace_event *events;
static size_t nr_events;
static struct timeline_name names[NAMES_MAX];
static size_t nr_names;
static unsigned long long lost;

static bool read_name(const char *line)
{
	unsigned long long who, at;
	char name[64];

	if (nr_names == NAMES_MAX ||
	    sscanf(line, "name %llx %llu %63[^\n]", &who, &at, name) != 3)
		return false;
	names[nr_names] =
		(struct timeline_name){ trace_tag(who), at, strdup(name) };
	return names[nr_names++].name;
}

/* As tracer.c does, where the same event comes out of a ring. */
static bool read_event(const char *line)
{
	unsigned long long time, who, arg;
	unsigned int thread, ev;

	if (nr_events == EVENTS_MAX ||
	    sscanf(line, "event %llu %u %u %llx %llx", &time, &thread, &ev,
		   &who, &arg) != 5 ||
	    ev >= TP_NR || thread > 65535 || time >> 56 ||
	    (nr_events && time < events[nr_events - 1].time))
		return false;
	if (tp_arg_is_task((enum tp_event)ev))
		arg = trace_tag(arg);
	else if (arg > UINT32_MAX)
		arg = UINT32_MAX;
	events[nr_events++] =
		(struct trace_event){ time, (enum tp_event)ev, trace_tag(who),
				      (uint32_t)arg, thread };
	return true;
}

static bool read_log(const char *path)
{
	FILE *f = fopen(path, "r");
	char line[256];
	unsigned int n = 0;
	bool fine = f;

	while (fine && fgets(line, sizeof(line), f)) {
		n++;
		if (n == 1)
			fine = !strcmp(line, "unpark-trace 1\n");
		else if (n == 2)
			fine = sscanf(line, "lost %llu", &lost) == 1;
		else if (!strncmp(line, "name ", 5))
			fine = read_name(line);
		else
			fine = read_event(line);
		if (!fine)
			fprintf(stderr, "unpark-trace: %s:%u: no log line\n",
				path, n);
	}
	if (!f)
		fprintf(stderr, "unpark-trace: %s: %s\n", path,
			strerror(errno));
	else
		fclose(f);
	if (fine && n < 2)
		fprintf(stderr, "unpark-trace: %s: cut short\n", path);
	return fine && n >= 2;
}

/* One of the three files; @title is for the page only. */
static bool write_file(const char *base, const char *ending,
		       const struct timeline *tl, const char *title)
{
	char path[512];
	FILE *f;
	int err = -EIO;

	snprintf(path, sizeof(path), "%s%s", base, ending);
	f = fopen(path, "w");
	if (f) {
		if (!strcmp(ending, ".txt"))
			err = export_text(f, tl);
		else if (!strcmp(ending, ".json"))
			err = export_json(f, tl);
		else
			err = export_page(f, tl, title);
		if (fclose(f))
			err = -EIO;
	}
	if (err)
		fprintf(stderr, "unpark-trace: %s: cannot be written\n", path);
	return !err;
}

int main(int argc, char **argv)
{
	struct timeline tl;
	int err;

	if (argc != 4) {
		fprintf(stderr, "usage: unpark-trace LOG BASE TITLE (make "
				"trace calls it; writes BASE.html, .json, "
				".txt)\n");
		return 2;
	}
	events = calloc(EVENTS_MAX, sizeof(*events));
	if (!events || !read_log(argv[1]))
		return 1;
	err = timeline_init(&tl, events, nr_events, lost, names, nr_names);
	if (err) {
		fprintf(stderr, "unpark-trace: %s: %s\n", argv[1],
			err_name(err));
		return 1;
	}
	/* The page last: whoever waits for it finds the others, too. */
	if (!write_file(argv[2], ".txt", &tl, NULL) ||
	    !write_file(argv[2], ".json", &tl, NULL) ||
	    !write_file(argv[2], ".html", &tl, argv[3]))
		return 1;
	timeline_fini(&tl);
	return 0;
}

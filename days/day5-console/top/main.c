/* Given: unpark-top: a program's runtime, live, in a terminal. */
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "top.h"

#include "kit/err.h"

static const char usage[] =
	"usage: unpark-top [options] [PID | FILE]\n"
	"  PID | FILE      which program; a region or a recording; without it\n"
	"                  the only program with a console\n"
	"  --once          one frame as text, and no terminal\n"
	"  --screen NAME   overview, tasks, task, resources, places, "
	"warnings,\n"
	"                  help\n"
	"  --sort COLUMN   of the tasks: ID, BUSY, P95, ... (see --screen "
	"help)\n"
	"  --filter TEXT   only tasks with this in their number, future, "
	"place\n"
	"  --task ID       the task that is shown, or under the cursor\n"
	"  --runtime NAME  of several in one program\n"
	"  --lint SETTING  of the warnings: poll_warn=2ms, silence=RULE, ...\n"
	"                  (each warning names its thresholds)\n"
	"  --width N       of --once; 80 to 300\n"
	"  --height N      of --once; 24 to 200\n"
	"  --list          which programs have a console\n"
	"  --help          this\n"
	"UNPARK_INTERVAL_MS: between two snapshots; 1000, at least 10\n"
	"NO_COLOR: set to anything: no colours\n";

enum option_key {
	OPT_ONCE = 256,
	OPT_SCREEN,
	OPT_SORT,
	OPT_FILTER,
	OPT_TASK,
	OPT_RUNTIME,
	OPT_LINT,
	OPT_WIDTH,
	OPT_HEIGHT,
	OPT_LIST,
	OPT_HELP
};

static const struct option options[] = {
	{ "once", no_argument, NULL, OPT_ONCE },
	{ "screen", required_argument, NULL, OPT_SCREEN },
	{ "sort", required_argument, NULL, OPT_SORT },
	{ "filter", required_argument, NULL, OPT_FILTER },
	{ "task", required_argument, NULL, OPT_TASK },
	{ "runtime", required_argument, NULL, OPT_RUNTIME },
	{ "lint", required_argument, NULL, OPT_LINT },
	{ "width", required_argument, NULL, OPT_WIDTH },
	{ "height", required_argument, NULL, OPT_HEIGHT },
	{ "list", no_argument, NULL, OPT_LIST },
	{ "help", no_argument, NULL, OPT_HELP },
	{ NULL, 0, NULL, 0 },
};

/* What was asked for, beside what is in struct top. */
struct wishes {
	bool once;
	bool list;
	const char *runtime;
	struct lint_params lints;
};

/* A number within two others, or the program ends with a line. */
static unsigned long long number_of(const char *option, const char *text,
				    unsigned long long min,
				    unsigned long long max)
{
	unsigned long long n;

	if (text[0] && strlen(text) < 20 &&
	    text[strspn(text, "0123456789")] == '\0') {
		n = strtoull(text, NULL, 10);
		if (n >= min && n <= max)
			return n;
	}
	fprintf(stderr,
		"unpark-top: %s %s: choose a number from %llu to %llu\n",
		option, text, min, max);
	exit(2);
}

static enum view_screen screen_of(const char *name)
{
	unsigned int i;

	for (i = 0; i < VIEW_SCREENS; i++)
		if (!strcasecmp(name, view_screen_name[i]))
			return i;
	fprintf(stderr, "unpark-top: --screen %s: choose", name);
	for (i = 0; i < VIEW_SCREENS; i++)
		fprintf(stderr, "%s %s", i ? "," : "", view_screen_name[i]);
	fprintf(stderr, "\n");
	exit(2);
}

static enum task_column column_of(const char *name)
{
	unsigned int i;

	for (i = 0; i < COLUMN_NR; i++)
		if (!strcasecmp(name, task_column_info[i].title))
			return i;
	fprintf(stderr, "unpark-top: --sort %s: choose", name);
	for (i = 0; i < COLUMN_NR; i++)
		fprintf(stderr, "%s %s", i ? "," : "",
			task_column_info[i].title);
	fprintf(stderr, "\n");
	exit(2);
}

/* A threshold, or the program ends with a line. */
static void take_lint(struct lint_params *p, const char *text)
{
	int err = lint_set(p, text);

	if (!err)
		return;
	fprintf(stderr, "unpark-top: --lint %s: %s\n", text,
		err == -ENOENT ? "no such threshold or rule; --screen warnings "
				 "names them"
			       : "no such value: a number, and for a time ns, "
				 "us, ms or s");
	exit(2);
}

static void take_option(struct top *t, struct wishes *w, int key)
{
	switch (key) {
	case OPT_ONCE:
		w->once = true;
		break;
	case OPT_SCREEN:
		t->view.screen = screen_of(optarg);
		break;
	case OPT_SORT:
		t->view.sort = column_of(optarg);
		break;
	case OPT_FILTER:
		snprintf(t->view.filter, sizeof(t->view.filter), "%s", optarg);
		break;
	case OPT_TASK:
		t->view.selected = number_of("--task", optarg, 1, UINT64_MAX);
		break;
	case OPT_RUNTIME:
		w->runtime = optarg;
		break;
	case OPT_LINT:
		take_lint(&w->lints, optarg);
		break;
	case OPT_WIDTH:
		t->grid.width =
			(unsigned int)number_of("--width", optarg,
						VIEW_MIN_WIDTH, VIEW_MAX_WIDTH);
		break;
	case OPT_HEIGHT:
		t->grid.height = (unsigned int)number_of("--height", optarg,
							 VIEW_MIN_HEIGHT,
							 VIEW_MAX_HEIGHT);
		break;
	case OPT_LIST:
		w->list = true;
		break;
	case OPT_HELP:
		fputs(usage, stdout);
		exit(0);
	default:
		fputs("try: unpark-top --help\n", stderr);
		exit(2);
	}
}

int main(int argc, char **argv)
{
	static struct top t;
	struct wishes w = { .lints = lint_defaults };
	char line[256];
	int key, err, rc;

	t.view.sort = COLUMN_BUSY;
	t.grid.width = VIEW_MIN_WIDTH;
	t.grid.height = VIEW_MIN_HEIGHT;
	while ((key = getopt_long(argc, argv, "h", options, NULL)) != -1)
		take_option(&t, &w, key == 'h' ? OPT_HELP : key);
	if (w.list)
		return top_list();
	if (argc - optind > 1) {
		fputs("unpark-top: one PID or FILE at a time\n", stderr);
		return 2;
	}
	t.interval = sampler_interval(getenv("UNPARK_INTERVAL_MS"), line,
				      sizeof(line));
	if (line[0])
		fprintf(stderr, "unpark-top: %s\n", line);
	err = sampler_open(&t.sampler, argv[optind]);
	t.sampler.params = w.lints;
	if (!err)
		err = sampler_take(&t.sampler);
	if (err) {
		fprintf(stderr, "unpark-top: %s\n",
			sampler_why(err, argv[optind], line, sizeof(line)));
		return 1;
	}
	rc = w.once			  ? top_once(&t, w.runtime)
	     : top_runtime(&t, w.runtime) ? top_run(&t)
					  : 1;
	sampler_close(&t.sampler);
	return rc;
}

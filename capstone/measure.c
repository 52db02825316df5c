/*
 * Given: the program behind `make capstone` and `make demo`. Runs the report
 * in one build and writes what came out as JSON; harness/tools/report makes
 * BENCH.json, the text and the page of it.
 */
#define _GNU_SOURCE
#include <jansson.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "finer.h"
#include "kit/err.h"
#include "kit/module.h"
#include "report.h"

#define SECONDS_MAX 30 /* a run that takes longer waits for ever */

/* The build that this is, whatever the caller calls it. */
#ifdef __OPTIMIZE__
#define BUILD "release"
#else
#define BUILD "debug"
#endif

#ifdef __clang__
#define COMPILER                                           \
	"clang " STRINGIFY(__clang_major__) "." STRINGIFY( \
		__clang_minor__) "." STRINGIFY(__clang_patchlevel__)
#else
#define COMPILER "gcc " __VERSION__
#endif

static const char *const ways[REPORT_WAYS] = { "inline", "spawn", "gather" };

/* The trivial work: ready at once, with a number that is kept. */
static enum poll one_poll(struct future *f, struct context *cx, void *out)
{
	const uint64_t one = 1;

	memcpy(out, &one, sizeof(one));
	return POLL_READY;
}

static const struct future_ops one_ops = {
	.poll = one_poll,
	.size = sizeof(struct future),
	.out_size = sizeof(uint64_t),
};

static const struct future one = { .ops = &one_ops };

/* A bar that moves on a terminal; else a line at every quarter. */
static void show_progress(void *arg, unsigned int done, unsigned int of)
{
	static const char full[] = "########################";
	unsigned int percent = 100 * done / of;
	int n = (int)(percent * (sizeof(full) - 1) / 100);

	if (isatty(STDERR_FILENO))
		fprintf(stderr, "\rmeasuring %-7s  [%-24.*s] %3u %%%s", BUILD,
			n, full, percent, done == of ? "\n" : "");
	else if (4 * done / of != 4 * (done - 1) / of)
		fprintf(stderr, "measuring %-7s  %3u %%\n", BUILD, percent);
}

static char late_text[128]; /* a signal handler does not format */

static void out_of_time(int sig)
{
	if (write(STDERR_FILENO, late_text, strlen(late_text)) < 0)
		_exit(2);
	_exit(1);
}

static void limit_time(void)
{
	const struct sigaction late = { .sa_handler = out_of_time };

	snprintf(late_text, sizeof(late_text),
		 "\nmeasure: no end after %d s: does a loop of report.c wait "
		 "for something that never comes?\n",
		 SECONDS_MAX);
	sigaction(SIGALRM, &late, NULL);
	alarm(SECONDS_MAX);
}

/* Bars of the chart: [from, to, count], both bounds inclusive. */
static json_t *bars_json(const struct hist *h)
{
	json_t *bars = json_array();
	unsigned int b;

	for (b = 0; b < HIST_BUCKETS; b++) {
		uint64_t low = b ? hist_upper(b - 1) + 1 : 0;
		uint64_t high = hist_upper(b);

		if (!h->buckets[b])
			continue;
		/* The last bucket has no bound. */
		if (high > h->max)
			high = h->max;
		json_array_append_new(bars,
				      json_pack("[I, I, I]", (json_int_t)low,
						(json_int_t)high,
						(json_int_t)h->buckets[b]));
	}
	return bars;
}

static json_t *row_json(const struct report_row *r)
{
	return json_pack("{s:I, s:I, s:I, s:I, s:I, s:I, s:i, s:I, s:f, s:o}",
			 "p50", (json_int_t)r->p50, "p90", (json_int_t)r->p90,
			 "p99", (json_int_t)r->p99, "p999", (json_int_t)r->p999,
			 "max", (json_int_t)r->max, "n", (json_int_t)r->n,
			 "batch", (int)r->batch, "clock_ns",
			 (json_int_t)r->clock_ns, "per_op", r->per_op, "bars",
			 bars_json(&r->hist));
}

/* @f: NULL where only the rows are wanted. */
static int write_part(const struct report *r, const struct finer *f,
		      const char *flags, const char *path)
{
	json_t *part =
		json_pack("{s:s, s:s, s:s, s:{s:f, s:f}}", "build", BUILD,
			  "compiler", COMPILER, "flags", flags, "ratio", "p50",
			  r->ratio.p50, "p99", r->ratio.p99);
	unsigned int way;
	int err;

	for (way = 0; way < REPORT_WAYS; way++)
		json_object_set_new(part, ways[way], row_json(&r->row[way]));
	if (f) {
		json_object_set_new(part, "fine", finer_json(f));
		json_object_set_new(part, "crowd", row_json(&f->crowd));
		json_object_set_new(part, "spawners",
				    json_integer(f->spawners));
	}
	if (strcmp(path, "-"))
		err = json_dump_file(part, path, JSON_INDENT(1));
	else
		err = json_dumpf(part, stdout, JSON_COMPACT) ||
		      puts("") == EOF || fflush(stdout);
	json_decref(part);
	if (err)
		fprintf(stderr, "measure: cannot write %s\n", path);
	return err;
}

/* What is asked for on the command line. */
struct options {
	const char *build, *flags;
	const char *out;    /* JSON; "-": standard output, and no progress */
	const char *folder; /* for distributions; NULL: none */
	const char *rounds;
};

static int run(const struct report_config *cfg, struct report *report,
	       struct finer *finer)
{
	int err = report_run(cfg, report);

	if (!err && finer)
		err = finer_run(finer, cfg);
	if (err == -ERANGE)
		fprintf(stderr,
			"measure: a batch took no longer than reading "
			"the clock: is every operation really driven?\n");
	else if (err)
		fprintf(stderr, "measure: the run ended with %s\n",
			err_name(err));
	return err;
}

static int measure(const struct options *o, unsigned int rounds)
{
	static struct report report;
	struct finer finer = { .recorder = NULL };
	const struct report_config cfg = {
		.work = &one,
		.rounds = rounds,
		.singles = 10000,
		.batches = 100,
		.batch = 64,
		.progress = strcmp(o->out, "-") ? show_progress : NULL,
		.fine = o->folder ? finer.fine : NULL,
	};
	struct finer *f = o->folder ? &finer : NULL;
	int err = f ? finer_init(f) : 0;

	if (err)
		return err;
	err = module_boot();
	if (!err) {
		err = run(&cfg, &report, f);
		module_unload();
	}
	if (!err && f)
		err = finer_write(f, o->folder, BUILD);
	if (!err)
		err = write_part(&report, f, o->flags, o->out);
	finer_fini(&finer);
	return err;
}

/* Pairs of a name and a value; false: something else. */
static bool options_read(struct options *o, int argc, char **argv)
{
	const struct {
		const char *name, **value;
	} known[] = { { "--build", &o->build },
		      { "--flags", &o->flags },
		      { "--out", &o->out },
		      { "--folder", &o->folder },
		      { "--rounds", &o->rounds } };
	size_t k;
	int i;

	for (i = 1; i + 1 < argc; i += 2) {
		for (k = 0; k < ARRAY_SIZE(known); k++)
			if (!strcmp(argv[i], known[k].name))
				break;
		if (k == ARRAY_SIZE(known))
			return false;
		*known[k].value = argv[i + 1];
	}
	return i == argc && o->build && o->flags && o->out;
}

int main(int argc, char **argv)
{
	struct options o = { .rounds = "100" };
	bool is_right = options_read(&o, argc, argv);
	unsigned long rounds = strtoul(o.rounds, NULL, 10);

	if (!is_right || rounds < 1 || rounds > 10000) {
		fprintf(stderr,
			"usage: %s --build debug|release --flags TEXT "
			"--out FILE|- [--folder DIR] [--rounds N]\n",
			argv[0]);
		return 2;
	}
	if (strcmp(o.build, BUILD)) {
		fprintf(stderr, "measure: this is a %s build, not %s\n", BUILD,
			o.build);
		return 2;
	}
	limit_time();
	return measure(&o, (unsigned int)rounds) ? 1 : 0;
}

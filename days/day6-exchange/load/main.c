/*
 * Given: unpark-load, which sends orders to unpark-exchange at a pace of its own.
 */
#define _GNU_SOURCE /* getopt_long */

#include <getopt.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>

#include "distribution.h"
#include "market/line.h"
#include "load.h"
#include "program.h"

#include "kit/err.h"
#include "kit/sock.h"

static const char usage[] =
	"usage: unpark-load --port N [options]\n"
	"  Sends orders to unpark-exchange, at a pace that no answer changes.\n"
	"  --rate N         events a second (default 50000)\n"
	"  --seconds N      how long (default 3)\n"
	"  --conns N        connections, 1 to 64 (default 4)\n"
	"  --symbols N      1 to 8 (default 2)\n"
	"  --sweep          from 10,000 a second on, until it breaks\n"
	"  --svg FILE       the picture: one line a rate\n"
	"  --health-port N  ask GET /health instead (default rate: 200)\n";

struct options {
	struct load_options load;
	uint16_t health_port;
	bool is_sweep;
	const char *svg;
};

static unsigned int number(const char *option, const char *text,
			   unsigned long min, unsigned long max)
{
	return (unsigned int)program_number("unpark-load", option, text, min,
					    max);
}

static const struct option long_options[] = {
	{ "port", required_argument, NULL, 'p' },
	{ "rate", required_argument, NULL, 'r' },
	{ "seconds", required_argument, NULL, 't' },
	{ "conns", required_argument, NULL, 'c' },
	{ "symbols", required_argument, NULL, 's' },
	{ "sweep", no_argument, NULL, 'w' },
	{ "svg", required_argument, NULL, 'v' },
	{ "health-port", required_argument, NULL, 'h' },
	{ "help", no_argument, NULL, '?' },
	{ NULL, 0, NULL, 0 },
};

static void take_option(struct options *o, int c, const char *name)
{
	switch (c) {
	case 'p':
		o->load.port = (uint16_t)number(name, optarg, 1, 65535);
		break;
	case 'r':
		o->load.rate = number(name, optarg, 1, 10000000);
		break;
	case 't':
		o->load.seconds = number(name, optarg, 1, 3600);
		break;
	case 'c':
		o->load.conns = number(name, optarg, 1, LOAD_CONNS_MAX);
		break;
	case 's':
		o->load.symbols = number(name, optarg, 1, LINE_SYMBOLS);
		break;
	case 'w':
		o->is_sweep = true;
		break;
	case 'v':
		o->svg = optarg;
		break;
	case 'h':
		o->health_port = (uint16_t)number(name, optarg, 1, 65535);
		break;
	default:
		fputs(usage, optopt ? stderr : stdout);
		exit(optopt ? 2 : 0);
	}
}

static struct options parse(int argc, char **argv)
{
	struct options o = {
		.load = { .seconds = 3, .conns = 4, .symbols = 2 },
	};
	int c, at = 0;

	while ((c = getopt_long(argc, argv, "", long_options, &at)) != -1)
		take_option(&o, c, long_options[at].name);
	if (optind != argc) {
		fprintf(stderr, "unpark-load: %s: no such option\n%s",
			argv[optind], usage);
		exit(2);
	}
	if (!o.load.port && !o.health_port) {
		fprintf(stderr, "unpark-load: --port N is missing\n");
		exit(2);
	}
	if (!o.load.rate)
		o.load.rate = o.health_port ? 200 : 50000;
	return o;
}

static int save_svg(const char *path, const struct distribution *d,
		    unsigned int nr)
{
	FILE *f = fopen(path, "w");

	if (!f) {
		fprintf(stderr, "unpark-load: %s cannot be written\n", path);
		return 1;
	}
	distribution_print_svg(f, d, nr);
	return fclose(f) ? 1 : 0;
}

/* One row; its times stay for the picture. */
static int run_one(const struct load_options *o, struct load_result *r)
{
	int err;

	*r = (struct load_result){ 0 };
	err = precise_create(&r->times, PRECISE_MAX);
	if (!err)
		err = load_run(o, r);
	if (err) {
		fprintf(stderr, "unpark-load: %s\n", err_name(err));
		return err;
	}
	print_row(o, r);
	fflush(stdout);
	return 0;
}

/* It holds a rate when all is answered, and the last answer is not late. */
static bool is_held(const struct load_options *o, const struct load_result *r)
{
	return r->answered == r->sent && r->seconds < o->seconds * 1.1 + 0.1;
}

static int single(const struct options *o)
{
	struct load_result r;
	struct distribution d;
	int err;

	print_head();
	err = run_one(&o->load, &r);
	if (!err && !is_held(&o->load, &r))
		print_break(&o->load, &r);
	if (!err) {
		print_pace(&o->load, &r);
		print_chart(&r);
		d = distribution_of_precise("order to answer", r.times);
		if (o->svg)
			err = save_svg(o->svg, &d, 1);
		if (r.answered != r.sent)
			err = 1;
	}
	precise_destroy(r.times);
	return err ? 1 : 0;
}

static int sweep(const struct options *o)
{
	static const unsigned int rates[] = { 10000,  50000,  100000,
					      200000, 300000, 400000,
					      600000, 800000, 1000000 };
	struct load_options one = o->load;
	struct distribution d[DISTRIBUTION_SERIES];
	struct load_result r[ARRAY_SIZE(rates)];
	char names[ARRAY_SIZE(rates)][24];
	unsigned int i, nr = 0;
	int err = 0;

	print_head();
	for (i = 0; i < ARRAY_SIZE(rates); i++) {
		one.rate = rates[i];
		err = run_one(&one, &r[i]);
		if (err)
			break;
		snprintf(names[i], sizeof(names[i]), "%u events/s", rates[i]);
		/* The last line of the picture is where it breaks. */
		nr = nr < DISTRIBUTION_SERIES ? nr + 1 : nr;
		d[nr - 1] = distribution_of_precise(names[i], r[i].times);
		if (!is_held(&one, &r[i]))
			break;
	}
	if (i < ARRAY_SIZE(rates) && !err)
		print_break(&one, &r[i]);
	if (o->svg && !err)
		err = save_svg(o->svg, d, nr);
	for (nr = 0; nr <= i && nr < ARRAY_SIZE(rates); nr++)
		precise_destroy(r[nr].times);
	return err ? 1 : 0;
}

static int health(const struct options *o)
{
	struct precise *times;
	int err = precise_create(&times, PRECISE_MAX);

	if (!err)
		err = health_run(o->health_port, o->load.rate, o->load.seconds,
				 times);
	if (err)
		fprintf(stderr, "unpark-load: /health: %s\n", err_name(err));
	else
		printf("/health p50 %.0f us p99 %.0f us max %.0f us\n",
		       us_of(times, 0.5), us_of(times, 0.99), us_of(times, 1));
	precise_destroy(times);
	return err ? 1 : 0;
}

static void end(int signal)
{
	load_end();
}

int main(int argc, char **argv)
{
	struct options o = parse(argc, argv);

	sock_ignore_sigpipe(true);
	signal(SIGINT, end);
	signal(SIGTERM, end);
	/* Timers late by a microsecond, and not by fifty. */
	prctl(PR_SET_TIMERSLACK, 1000ul);
	if (o.health_port)
		return health(&o);
	return o.is_sweep ? sweep(&o) : single(&o);
}

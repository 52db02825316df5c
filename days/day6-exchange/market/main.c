/*
 * Given: unpark-exchange, the exchange as a program.
 *
 * It says "ready PORT HEALTH-PORT REGION" once it accepts, and runs until it is
 * asked to end: then it finishes what it has accepted.
 */
#include <getopt.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

#include "console.h"
#include "exchange.h"
#include "journal.h"
#include "program.h"

#include "kit/clock.h"
#include "kit/err.h"
#include "kit/module.h"
#include "kit/printk.h"

#define STOP_NS (2 * NSEC_PER_SEC)

static const char usage[] =
	"usage: unpark-exchange --journal FILE [options]\n"
	"       unpark-exchange --replay FILE\n"
	"  A small exchange on the loopback address; the line protocol is in\n"
	"  market/line.h.\n"
	"  --journal FILE        what happens is written to it; made anew\n"
	"  --port N              default: a free one\n"
	"  --health-port N       of GET /health; default: a free one\n"
	"  --symbols N           1 to 8 (default 2)\n"
	"  --workers N           threads of the main runtime, 1 to 64 "
	"(default 2)\n"
	"  --crunch N            tasks that compute, 0 to 64 (default 0)\n"
	"  --crunch-on-main      in the main runtime, not beside it: the "
	"mistake\n"
	"  --seconds N           end after so long (default: when "
	"interrupted)\n"
	"  --replay FILE         read a journal, and check it\n"
	"  UNPARK_CONSOLE=off|counters|hists|trace: how much is published\n";

struct options {
	struct exchange_options x;
	const char *replay;
	unsigned long seconds;
};

static unsigned int number(const char *option, const char *text,
			   unsigned long min, unsigned long max)
{
	return (unsigned int)program_number("unpark-exchange", option, text,
					    min, max);
}

static const struct option long_options[] = {
	{ "journal", required_argument, NULL, 'j' },
	{ "port", required_argument, NULL, 'p' },
	{ "health-port", required_argument, NULL, 'h' },
	{ "symbols", required_argument, NULL, 's' },
	{ "workers", required_argument, NULL, 'w' },
	{ "crunch", required_argument, NULL, 'c' },
	{ "crunch-on-main", no_argument, NULL, 'm' },
	{ "seconds", required_argument, NULL, 't' },
	{ "replay", required_argument, NULL, 'r' },
	{ "help", no_argument, NULL, '?' },
	{ NULL, 0, NULL, 0 },
};

static void take_option(struct options *o, int c, const char *name)
{
	switch (c) {
	case 'j':
		o->x.journal = optarg;
		break;
	case 'p':
		o->x.port = (uint16_t)number(name, optarg, 0, 65535);
		break;
	case 'h':
		o->x.health_port = (uint16_t)number(name, optarg, 0, 65535);
		break;
	case 's':
		o->x.symbols = number(name, optarg, 1, EXCHANGE_SYMBOLS_MAX);
		break;
	case 'w':
		o->x.workers = number(name, optarg, 1, 64);
		break;
	case 'c':
		o->x.crunch = number(name, optarg, 0, EXCHANGE_JOBS_FIT);
		break;
	case 'm':
		o->x.crunch_on_main = true;
		break;
	case 't':
		o->seconds = number(name, optarg, 1, 86400);
		break;
	case 'r':
		o->replay = optarg;
		break;
	default:
		fputs(usage, optopt ? stderr : stdout);
		exit(optopt ? 2 : 0);
	}
}

static struct options parse(int argc, char **argv)
{
	struct options o = { .x.symbols = 2 };
	int c, at = 0;

	while ((c = getopt_long(argc, argv, "", long_options, &at)) != -1)
		take_option(&o, c, long_options[at].name);
	if (optind != argc) {
		fprintf(stderr, "unpark-exchange: %s: no such option\n%s",
			argv[optind], usage);
		exit(2);
	}
	if (!o.x.journal && !o.replay) {
		fprintf(stderr, "unpark-exchange: --journal FILE is missing\n");
		exit(2);
	}
	return o;
}

static int replay(const char *path)
{
	FILE *f = fopen(path, "r");
	struct replay r;
	int err;

	if (!f) {
		fprintf(stderr, "unpark-exchange: %s cannot be read\n", path);
		return 1;
	}
	err = replay_file(f, &r);
	fclose(f);
	if (err) {
		fprintf(stderr, "unpark-exchange: %s: %s\n", path,
			r.wrong[0] ? r.wrong : err_name(err));
		return 1;
	}
	printf("lines %lu orders %lu fills %lu cancels %lu errors %lu\n",
	       r.lines, r.orders, r.fills, r.cancels, r.errors);
	printf("lots %lu resting %lu torn %lu half %d\n", r.lots, r.resting,
	       r.torn, r.is_half);
	return 0;
}

/* As many connections as the system lets us have. */
static void want_descriptors(void)
{
	struct rlimit limit;

	if (getrlimit(RLIMIT_NOFILE, &limit))
		return;
	limit.rlim_cur = limit.rlim_max < 16384 ? limit.rlim_max : 16384;
	setrlimit(RLIMIT_NOFILE, &limit);
}

static int run(const struct options *o, const sigset_t *signals)
{
	struct exchange_stats st;
	struct exchange *x;
	int err = exchange_create(&x, &o->x);

	if (err) {
		fprintf(stderr, "unpark-exchange: it does not open: %s\n",
			err_name(err));
		return err;
	}
	printf("ready %u %u %s\n", exchange_port(x), exchange_health_port(x),
	       console_path() ? console_path() : "(no region)");
	fflush(stdout);
	program_wait(signals, o->seconds);
	err = exchange_stop(x, clock_now() + STOP_NS);
	exchange_stats(x, &st);
	printf("orders %lu answered %lu cut %lu refused %lu left %u\n",
	       st.orders, st.answered, st.cut, st.refused, st.tasks);
	if (err)
		fprintf(stderr, "unpark-exchange: at the end: %s\n",
			err_name(err));
	exchange_destroy(x);
	return err;
}

int main(int argc, char **argv)
{
	struct options o = parse(argc, argv);
	sigset_t signals;
	int err;

	if (o.replay)
		return replay(o.replay);
	/* Blocked here, and so in every thread: they are waited for. */
	sigemptyset(&signals);
	sigaddset(&signals, SIGINT);
	sigaddset(&signals, SIGTERM);
	sigaddset(&signals, SIGHUP);
	sigprocmask(SIG_BLOCK, &signals, NULL);
	/* A file that may not grow is an error of the write. */
	signal(SIGXFSZ, SIG_IGN);
	signal(SIGPIPE, SIG_IGN);
	want_descriptors();
	/* Without a region it runs all the same, and a line says so. */
	err = console_start(NULL);
	if (err)
		pr_warn("no console: %s", err_name(err));
	printk_dump(stderr);
	err = run(&o, &signals);
	console_stop();
	return err && err != -ETIMEDOUT ? 1 : 0;
}

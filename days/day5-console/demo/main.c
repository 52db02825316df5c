/*
 * Given: unpark-demo, the workload of `make console`.
 *
 * It says "ready PATH" once its region can be read, and runs until it is asked
 * to end.
 */
#include <getopt.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "console.h"
#include "program.h"
#include "shop.h"

#include "kit/err.h"
#include "kit/printk.h"

static const char usage[] =
	"usage: unpark-demo [--seconds N] [--healthy] [--workers N]\n"
	"  A small workload to look at with unpark-top; something in it is "
	"slow.\n"
	"  --seconds N  end after so long (default: when it is interrupted)\n"
	"  --healthy    nothing is slow\n"
	"  --workers N  1 to 64 (default 2)\n"
	"  UNPARK_CONSOLE=off|counters|hists|trace: how much is published\n";

struct options {
	unsigned long seconds, workers;
	bool is_healthy;
};

static struct options parse(int argc, char **argv)
{
	static const struct option long_options[] = {
		{ "seconds", required_argument, NULL, 's' },
		{ "workers", required_argument, NULL, 'w' },
		{ "healthy", no_argument, NULL, 'h' },
		{ "help", no_argument, NULL, '?' },
		{ NULL, 0, NULL, 0 },
	};
	struct options o = { .workers = 2 };
	int c;

	while ((c = getopt_long(argc, argv, "", long_options, NULL)) != -1) {
		switch (c) {
		case 's':
			o.seconds = program_number("unpark-demo", "seconds",
						   optarg, 1, 86400);
			break;
		case 'w':
			o.workers = program_number("unpark-demo", "workers",
						   optarg, 1, 64);
			break;
		case 'h':
			o.is_healthy = true;
			break;
		default:
			fputs(usage, optopt ? stderr : stdout);
			exit(optopt ? 2 : 0);
		}
	}
	if (optind != argc) {
		fprintf(stderr, "unpark-demo: %s: no such option\n%s",
			argv[optind], usage);
		exit(2);
	}
	return o;
}

static int run(const struct options *o, const sigset_t *signals)
{
	struct shop shop = { .is_healthy = o->is_healthy };
	int err = driver_create(&shop.driver);

	if (err)
		return err;
	err = blocking_create(&shop.pool, 2, NSEC_PER_SEC);
	if (err)
		goto destroy_driver;
	err = sched_create_driven(&shop.sched, (unsigned int)o->workers,
				  &shop.driver->park);
	if (err)
		goto destroy_pool;
	err = console_watch(shop.sched, "shop");
	if (!err)
		err = shop_open(&shop);
	if (!err) {
		printf("ready %s\n",
		       console_path() ? console_path() : "(no region)");
		fflush(stdout);
		program_wait(signals, o->seconds);
	}
	shop_close(&shop);
	sched_destroy(shop.sched);
	shop_fini(&shop);
	printf("served %lu\n",
	       atomic_load_explicit(&shop.served, memory_order_relaxed));
destroy_pool:
	blocking_destroy(shop.pool);
destroy_driver:
	driver_destroy(shop.driver);
	return err;
}

int main(int argc, char **argv)
{
	struct options o = parse(argc, argv);
	sigset_t signals;
	int err;

	/* Blocked here, and so in every thread: they are waited for. */
	sigemptyset(&signals);
	sigaddset(&signals, SIGINT);
	sigaddset(&signals, SIGTERM);
	sigaddset(&signals, SIGHUP);
	sigprocmask(SIG_BLOCK, &signals, NULL);
	/* Without a region it runs all the same, and a line says so. */
	err = console_start(NULL);
	printk_dump(stderr);
	err = run(&o, &signals);
	console_stop();
	if (err)
		fprintf(stderr, "unpark-demo: %s\n", err_name(err));
	return err ? 1 : 0;
}

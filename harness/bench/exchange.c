/*
 * What the exchange of day 6 holds: 50,000 events a second over loopback TCP,
 * alone, and with every core computing on the dedicated executor. Then what an
 * order costs with the book under a lock, under an amutex, and with an actor.
 *
 * The exchange is a process of its own, and so is the load: it keeps its
 * schedule, and times count from when an event was due. How late the load was
 * by itself stands as the floor: it is within ours, and none of the exchange's.
 *
 * Where other programs run, they are most of a tail. So it is all done once more
 * at real-time priority, where that is allowed: then nobody waits for them, nor
 * for the computing, but for each other.
 */
#define _GNU_SOURCE
#include <dirent.h>
#include <jansson.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "bench/stats.h"
#include "bench/traders.h"
#include "kit/async.h"
#include "kit/atomic.h"
#include "kit/bug.h"
#include "kit/clock.h"
#include "kit/err.h"
#include "kit/sock.h"

#include "load/load.h"
#include "market/exchange.h"
#include "ways.h"

#define RATE 50000
#define SECONDS 3
#define REPS 5

/* --- the exchange, in a process ------------------------------------------------ */

static int be_first(pid_t thread)
{
	struct sched_param p = { .sched_priority = 1 };

	return sched_setscheduler(thread, SCHED_FIFO, &p);
}

static void be_ordinary(void)
{
	struct sched_param p = { 0 };

	BUG_ON(sched_setscheduler(0, SCHED_OTHER, &p));
}

/* All threads but those that have made themselves nice. */
static void all_be_first(void)
{
	DIR *dir = opendir("/proc/self/task");
	struct dirent *e;
	pid_t thread;

	BUG_ON(!dir);
	while ((e = readdir(dir))) {
		thread = atoi(e->d_name);
		if (thread && getpriority(PRIO_PROCESS, (id_t)thread) <= 0)
			BUG_ON(be_first(thread));
	}
	closedir(dir);
}

/** It runs until our end of the pipe is closed. */
struct market {
	pid_t pid;
	int till;
	uint16_t port;
};

static void serve(const struct exchange_options *o, bool is_first, int said,
		  int till)
{
	struct exchange *x;
	uint16_t port;
	char byte;

	BUG_ON(exchange_create(&x, o));
	if (is_first)
		all_be_first();
	port = exchange_port(x);
	BUG_ON(write(said, &port, sizeof(port)) != sizeof(port));
	while (read(till, &byte, 1) > 0)
		;
	exchange_destroy(x);
	unlink(o->journal);
	_exit(0);
}

static void market_open(struct market *m, const struct exchange_options *o,
			bool is_first)
{
	int said[2], till[2];

	unlink(o->journal);
	BUG_ON(pipe(said) || pipe(till));
	m->pid = fork();
	BUG_ON(m->pid < 0);
	if (!m->pid) {
		close(till[1]);
		serve(o, is_first, said[1], till[0]);
	}
	close(said[1]);
	close(till[0]);
	m->till = till[1];
	BUG_ON(read(said[0], &m->port, sizeof(m->port)) != sizeof(m->port));
	close(said[0]);
}

static void market_close(struct market *m)
{
	close(m->till);
	waitpid(m->pid, NULL, 0);
}

/* --- rates ----------------------------------------------------------------------- */

static const double quantiles[] = { 0.5, 0.99, 0.999 };
static const char *const quantile_name[] = { "p50", "p99", "p99.9" };

/** What several runs came to, ns. */
struct rows {
	double ours[ARRAY_SIZE(quantiles)][REPS];
	double late[ARRAY_SIZE(quantiles)][REPS];
	unsigned int held; /* runs in which all was answered in time */
};

static void run_one(uint16_t port, struct rows *rows, unsigned int rep)
{
	struct load_options o = {
		.port = port,
		.rate = RATE,
		.seconds = SECONDS,
		.conns = 4,
		.symbols = 2,
	};
	struct load_result r = { 0 };
	uint64_t ns;
	unsigned int q;

	BUG_ON(precise_create(&r.times, PRECISE_MAX));
	BUG_ON(load_run(&o, &r));
	for (q = 0; q < ARRAY_SIZE(quantiles); q++) {
		rows->ours[q][rep] = us_of(r.times, quantiles[q]) * 1000;
		BUG_ON(hist_percentile(&r.late, quantiles[q], &ns));
		rows->late[q][rep] = (double)ns;
	}
	rows->held +=
		r.answered == r.sent && !r.refused && r.seconds < SECONDS + 0.5;
	precise_destroy(r.times);
}

static void print_rows(const char *what, struct rows *rows, json_t *cases)
{
	char name[96];
	unsigned int q;
	double ours, late;

	printf("%u events/s, %s: held in %u of %u runs of %u s\n", RATE, what,
	       rows->held, REPS, SECONDS);
	for (q = 0; q < ARRAY_SIZE(quantiles); q++) {
		snprintf(name, sizeof(name), "order to answer, %s, %s",
			 quantile_name[q], what);
		ours = stats_median(rows->ours[q], REPS);
		late = stats_median(rows->late[q], REPS);
		printf("  %-6s %9.0f us  [%.0f-%.0f]  of which the load's own "
		       "lateness %.0f us\n",
		       quantile_name[q], ours / 1000, rows->ours[q][0] / 1000,
		       rows->ours[q][REPS - 1] / 1000, late / 1000);
		json_array_append_new(
			cases,
			json_pack("{s:s, s:s, s:f, s:n, s:n, s:f, s:n}", "name",
				  name, "unit", "ns", "ours", ours, "peer",
				  "peer_name", "floor", late, "ratio"));
	}
}

static void run_rates(const char *journal, bool is_computing, bool is_first,
		      json_t *cases)
{
	struct exchange_options o = {
		.journal = journal,
		.symbols = 2,
		/* As many computations as there are threads for them. */
		.crunch = is_computing ? 2 : 0,
	};
	static struct rows rows;
	struct market m;
	char what[96];
	unsigned int i;

	rows = (struct rows){ .held = 0 };
	for (i = 0; i < REPS; i++) {
		market_open(&m, &o, is_first);
		if (is_first)
			BUG_ON(be_first(0));
		run_one(m.port, &rows, i);
		if (is_first)
			be_ordinary();
		market_close(&m);
	}
	snprintf(what, sizeof(what), "%s%s",
		 is_computing ? "all cores computing" : "nothing else",
		 is_first ? ", real-time priority" : "");
	print_rows(what, &rows, cases);
	if (is_computing)
		printf("  the goal: p99 below 1000 us%s\n",
		       rows.ours[1][REPS / 2] < 1e6 ? ", which is met"
						    : ", which is missed");
}

static void run_all_rates(const char *journal, json_t *cases)
{
	run_rates(journal, false, false, cases);
	run_rates(journal, true, false, cases);
	if (be_first(0)) {
		printf("(real-time priority is not allowed here)\n");
		return;
	}
	be_ordinary();
	run_rates(journal, false, true, cases);
	run_rates(journal, true, true, cases);
}

/* --- the book, three ways ----------------------------------------------------------- */

#define ORDERS 100000
#define WAY_REPS 15

static void run_ways(unsigned int traders, unsigned int workers, json_t *cases)
{
	static const char *const way_name[WAYS] = { "plain lock", "amutex",
						    "actor" };
	static double ns[WAYS][WAY_REPS];
	char name[96];
	unsigned int w, r;

	for (r = 0; r < WAY_REPS; r++)
		for (w = 0; w < WAYS; w++)
			ns[w][r] =
				traders_run(w, traders, workers, ORDERS).wall;
	for (w = 0; w < WAYS; w++) {
		snprintf(name, sizeof(name),
			 "an order, %s, %u task%s, %u worker%s", way_name[w],
			 traders, traders > 1 ? "s" : "", workers,
			 workers > 1 ? "s" : "");
		stats_median(ns[w], WAY_REPS);
		printf("%-44s %7.0f ns  [%.0f-%.0f]\n", name,
		       ns[w][WAY_REPS / 2], ns[w][0], ns[w][WAY_REPS - 1]);
		json_array_append_new(
			cases, json_pack("{s:s, s:s, s:f, s:n, s:n, s:n, s:n}",
					 "name", name, "unit", "ns", "ours",
					 ns[w][WAY_REPS / 2], "peer",
					 "peer_name", "floor", "ratio"));
	}
}

int main(int argc, char **argv)
{
	json_t *cases = json_array(), *doc;
	char journal[4096];

	if (argc != 2) {
		fprintf(stderr,
			"usage: bench-exchange OUT.json (make bench)\n");
		return 2;
	}
	snprintf(journal, sizeof(journal), "%s.journal", argv[1]);
	sock_ignore_sigpipe(true);
	prctl(PR_SET_TIMERSLACK, 1000ul);
	/* The processes first: a fork takes no threads along. */
	run_all_rates(journal, cases);
	run_ways(1, 1, cases);
	run_ways(8, 1, cases);
	run_ways(8, 2, cases);
	doc = json_pack("{s:o}", "cases", cases);
	return stats_save(doc, argv[1]);
}

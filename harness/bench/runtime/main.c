/*
 * The runtime beside Tokio 1.24, where Debian's packages of it are installed
 * (harness/bench/peers): the same loads on both sides, in turn, and medians.
 *
 * ours, Tokio's, the floor; ours, Tokio's, the floor; ... A machine that
 * changes its speed changes it for all. The interval beside a median holds the
 * true one with 95 %, by the order of the samples and nothing assumed of their
 * distribution. A row whose intervals are wide is measured again, twice at
 * most; if they stay wide, it says so.
 *
 * CPU time where one thread does all and never sleeps; else the clock's.
 */
#define _GNU_SOURCE
#include <jansson.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "rows.h"

#include "bench/peer.h"
#include "bench/stats.h"
#include "kit/bug.h"
#include "kit/clock.h"
#include "kit/park.h"
#include "kit/thread.h"

#define REPS 15
#define ROUNDS 3       /* at most: of REPS each */
#define WIDE 0.10      /* of the median: half an interval that asks for more */
#define ENOUGH_S 75    /* after which nothing is measured again */
#define IDLE_REPS 3    /* of what takes a second, and is counted */
#define GOAL 3.0       /* times Tokio's */
#define GOAL_FLOOR 1.3 /* or so many floors */

/** Whose it is. */
enum who { OURS, TOKIO, FLOOR, WHO };

struct samples {
	double v[REPS * ROUNDS];
	unsigned int n;
};

/** A row's samples, and what came of them. */
struct result {
	struct samples samples[WHO];
	struct stats_interval of[WHO];
};

static json_t *cases;
static const char *tokio_path;
static struct peer *tokio;
static uint64_t began;
static unsigned int nr_rows, nr_three, nr_floor, nr_noisy;

/* "mt2-worker": the peer's word for a place, and ours. */
static const char *place_text(struct place at)
{
	static char text[32];
	const char *where = at.is_root ? "root" : "worker";

	if (at.workers)
		snprintf(text, sizeof(text), "mt%u-%s", at.workers, where);
	else
		snprintf(text, sizeof(text), "ct-%s", where);
	return text;
}

static void keep(struct result *r, enum who who, double value)
{
	struct samples *s = &r->samples[who];

	s->v[s->n++] = value;
}

/* --- one run of each --------------------------------------------------------------- */
static void run_once(const struct row *row, struct result *r)
{
	keep(r, OURS, load_run(row->way, row->at, row->n, row->k) / row->n);
	if (tokio)
		keep(r, TOKIO,
		     peer_run(tokio, row->way, place_text(row->at), row->n,
			      row->k)
				     .ns /
			     row->n);
	if (*floor_text(&row->floor))
		keep(r, FLOOR, floor_run(&row->floor, row->n) / row->n);
}

/* A million tasks, in a process that has none yet. */
static double idle_apart(const struct row *row)
{
	double bytes;
	int fds[2];
	pid_t pid;

	BUG_ON(pipe(fds));
	pid = fork();
	BUG_ON(pid < 0);
	if (!pid) {
		bytes = load_run(row->way, row->at, row->n, row->k);
		_exit(write(fds[1], &bytes, sizeof(bytes)) != sizeof(bytes));
	}
	BUG_ON(read(fds[0], &bytes, sizeof(bytes)) != sizeof(bytes));
	close(fds[0]);
	close(fds[1]);
	waitpid(pid, NULL, 0);
	return bytes / row->n;
}

static void idle_once(const struct row *row, struct result *r)
{
	struct peer *apart = peer_open(tokio_path);

	keep(r, OURS, idle_apart(row));
	if (apart)
		keep(r, TOKIO,
		     peer_run(apart, row->way, place_text(row->at), row->n,
			      row->k)
				     .ns /
			     row->n);
	peer_close(apart);
}

/* --- what came of it ---------------------------------------------------------------- */
static bool is_wide(const struct stats_interval *i)
{
	return i->n && i->high - i->low > 2 * WIDE * i->median;
}

/* Whether it is to be measured again. */
static bool settle(struct result *r)
{
	enum who who;

	for (who = 0; who < WHO; who++)
		r->of[who] =
			stats_interval(r->samples[who].v, r->samples[who].n);
	return is_wide(&r->of[OURS]) || is_wide(&r->of[TOKIO]);
}

static json_t *number(bool is_there, double value)
{
	return is_there ? json_real(value) : json_null();
}

static void save(const char *name, const char *unit, const struct result *r,
		 bool is_noisy)
{
	const struct stats_interval *o = &r->of[OURS], *t = &r->of[TOKIO],
				    *f = &r->of[FLOOR];
	json_t *c = json_pack("{s:s, s:s, s:f, s:o, s:o, s:o, s:o, s:b}",
			      "name", name, "unit", unit, "ours", o->median,
			      "peer", number(t->n, t->median), "peer_name",
			      t->n ? json_string("Tokio 1.24") : json_null(),
			      "floor", number(f->n, f->median), "ratio",
			      number(t->n, t->median / o->median), "noisy",
			      is_noisy);

	BUG_ON(!c);
	json_object_set_new(c, "ours_95", json_pack("[f,f]", o->low, o->high));
	if (t->n)
		json_object_set_new(c, "peer_95",
				    json_pack("[f,f]", t->low, t->high));
	json_array_append_new(cases, c);
}

static void print_interval(const struct stats_interval *i)
{
	char range[32];

	if (!i->n) {
		printf(" %8s %-17s", "-", "");
		return;
	}
	snprintf(range, sizeof(range), "[%.0f-%.0f]", i->low, i->high);
	printf(" %8.1f %-17s", i->median, range);
}

static void report(const struct row *row, const char *what, const char *unit,
		   const struct result *r, bool is_noisy)
{
	const struct stats_interval *o = &r->of[OURS], *t = &r->of[TOKIO],
				    *f = &r->of[FLOOR];
	const char *place = place_text(row->at);
	char name[80];

	snprintf(name, sizeof(name), "%s%s", row->name, what);
	printf("%-32s %-10s", name, place);
	print_interval(o);
	print_interval(t);
	if (t->n)
		printf(" %6.2f [%.2f-%.2f]", t->median / o->median,
		       t->low / o->high, t->high / o->low);
	if (f->n)
		printf("  %8.1f x%-5.1f %s", f->median, o->median / f->median,
		       floor_text(&row->floor));
	printf("%s\n", is_noisy ? "  (noisy)" : "");
	snprintf(name, sizeof(name), "%s%s, %s", row->name, what, place);
	save(name, unit, r, is_noisy);
	nr_rows++;
	nr_noisy += is_noisy;
	nr_three += t->n && t->median >= GOAL * o->median;
	nr_floor += t->n && t->median < GOAL * o->median && f->n &&
		    o->median <= GOAL_FLOOR * f->median;
	fflush(stdout);
}

/* --- rows ----------------------------------------------------------------------------- */
static bool is_time_left(void)
{
	return clock_now() - began < ENOUGH_S * NSEC_PER_SEC;
}

static void load_row(const struct row *row)
{
	static struct result r;
	unsigned int i, round;
	bool again = true;

	memset(&r, 0, sizeof(r));
	for (round = 0; again && round < ROUNDS && (!round || is_time_left());
	     round++) {
		for (i = 0; i < REPS; i++)
			run_once(row, &r);
		again = settle(&r);
	}
	report(row, "", "ns", &r, again);
}

static void idle_row(const struct row *row)
{
	static struct result r;
	unsigned int i;

	memset(&r, 0, sizeof(r));
	for (i = 0; i < IDLE_REPS; i++)
		idle_once(row, &r);
	report(row, ", bytes", "bytes", &r, settle(&r));
}

/* The same client asks three servers in turn. */
static void echo_row(const struct row *row)
{
	static struct result mean, p99;
	int ports[WHO] = { 0 };
	pid_t ours = echo_serve((int)row->at.workers, &ports[OURS]);
	pid_t plain = echo_serve(ECHO_PLAIN, &ports[FLOOR]);
	struct peer *theirs = peer_open(tokio_path);
	struct echo_times times;
	unsigned int i;
	enum who who;

	if (theirs)
		ports[TOKIO] =
			(int)peer_run(theirs, "echo", place_text(row->at), 0, 0)
				.other;
	memset(&mean, 0, sizeof(mean));
	memset(&p99, 0, sizeof(p99));
	for (i = 0; i < REPS; i++) {
		for (who = 0; who < WHO; who++) {
			if (!ports[who])
				continue;
			times = echo_ask(ports[who], row->n, row->k);
			keep(&mean, who, times.mean);
			keep(&p99, who, times.p99);
		}
	}
	report(row, "", "ns", &mean, settle(&mean));
	report(row, ", p99", "ns", &p99, settle(&p99));
	kill(ours, SIGKILL);
	kill(plain, SIGKILL);
	waitpid(ours, NULL, 0);
	waitpid(plain, NULL, 0);
	peer_kill(theirs);
}

static void row_run(const struct row *row)
{
	if (!strcmp(row->way, "idle"))
		idle_row(row);
	else if (!strcmp(row->way, "echo"))
		echo_row(row);
	else
		load_row(row);
}

static void print_head(void)
{
	printf("The runtime beside Tokio: ns an operation, " __VERSION__
	       "; median [95 %%] of %d or more, in turn\n"
	       "ct: current-thread, CPU time; mt1, mt2: so many workers, the "
	       "clock's; root: from the thread in block_on\n"
	       "%-32s %-10s %8s %-17s %8s %-17s %6s %-11s  %8s of floors\n",
	       REPS, "", "", "ours", "", "Tokio", "", "ratio", "", "floor");
}

static void print_foot(void)
{
	printf("%u rows in %.0f s; ", nr_rows,
	       (double)(clock_now() - began) / NSEC_PER_SEC);
	if (tokio)
		printf("%u at least %.0f times faster than Tokio, %u of the "
		       "others within %.1f floors; ",
		       nr_three, GOAL, nr_floor, GOAL_FLOOR);
	printf("%u noisy: their intervals stayed wide\n", nr_noisy);
}

/* The second thread: who has one takes locks with locked instructions. */
static void sleeper_main(void *arg)
{
	parker_park(arg, CLOCK_NEVER);
}

int main(int argc, char **argv)
{
	struct thread sleeper;
	struct parker parker;
	const struct row *row;

	if (argc != 3 && argc != 4) {
		fprintf(stderr, "usage: bench-runtime OUT.json PEER-TOKIO "
				"[WAY] (make bench)\n");
		return 2;
	}
	began = clock_now();
	cases = json_array();
	tokio_path = argv[2];
	tokio = peer_open(tokio_path);
	parker_init(&parker);
	BUG_ON(thread_create(&sleeper, "sleeper", sleeper_main, &parker));
	print_head();
	for (row = rows; row->name; row++)
		if (argc == 3 || !strcmp(row->way, argv[3]))
			row_run(row);
	print_foot();
	parker_unpark(&parker);
	thread_join(&sleeper);
	peer_close(tokio);
	return stats_save(json_pack("{s:o}", "cases", cases), argv[1]);
}

/*
 * What it costs to drive 10,000 children: with a ready list, with a sweep, with
 * a task each, and with what Rust's futures-rs and Tokio offer, where Debian's
 * packages of them are installed (harness/bench/peers).
 *
 * All of a row runs in turn, again and again, and medians are compared: a
 * machine that changes its speed changes it for all.
 */
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bench.h"

#include "bench/peer.h"
#include "bench/stats.h"
#include "kit/bug.h"
#include "kit/clock.h"
#include "kit/container.h"
#include "kit/park.h"
#include "kit/thread.h"

#include "gather.h"

#define N BENCH_CHILDREN
#define REPS 15
#define SLOW_REPS 3 /* of what takes a quarter of a second */

/** One way of a row, and what it gave. */
struct cell {
	enum way way;
	struct peer *peer;    /* NULL: ours */
	const char *peer_way; /* in its own words */
	unsigned int reps;
	double ns[REPS];
	unsigned long polls;
};

static json_t *cases;
static struct peer *futures, *tokio;

/* Ours beside a peer's or a floor's, NULL for none, in ns a child. */
static void keep(const char *row, const char *what, double ours, double peer,
		 const char *peer_name, double floor)
{
	json_t *c = json_pack("{s:s++, s:s, s:f}", "name", row, ": ", what,
			      "unit", "ns", "ours", ours / N);

	BUG_ON(!c);
	json_object_set_new(c, "peer",
			    peer_name ? json_real(peer / N) : json_null());
	json_object_set_new(c, "peer_name",
			    peer_name ? json_string(peer_name) : json_null());
	json_object_set_new(c, "floor",
			    floor > 0 ? json_real(floor / N) : json_null());
	json_object_set_new(c, "ratio",
			    peer_name ? json_real(peer / ours) : json_null());
	json_array_append_new(cases, c);
}

static void print_us(double ns)
{
	printf(ns < 99950 ? " %9.1f" : " %9.0f", ns / 1e3);
}

static struct run run_of(struct peer_answer a)
{
	return (struct run){ .ns = a.ns, .polls = a.other };
}

/* --- woken by hand ------------------------------------------------------------- */
enum { GATHER, OURS, SPAWN, SWEEP, FLOOR, JOIN_ALL, UNORDERED, HANDS };

/* Returns how much faster than futures-rs the gather and its floor are. */
static void hand_row(unsigned int k, const char *note, double *lead)
{
	char row[64];
	static struct cell cells[HANDS];
	double ns[HANDS], best;
	unsigned int r, i;
	struct cell *c;
	struct run run;

	memset(cells, 0, sizeof(cells));
	cells[GATHER].way = WAY_GATHER;
	cells[OURS].way = WAY_UNORDERED;
	cells[SPAWN].way = WAY_SPAWN;
	cells[SWEEP].way = WAY_SWEEP;
	cells[FLOOR].way = WAY_FLOOR;
	cells[JOIN_ALL].peer_way = "join_all";
	cells[UNORDERED].peer_way = "unordered";
	for (r = 0; r < REPS; r++) {
		for (i = 0; i < HANDS; i++) {
			c = &cells[i];
			c->peer = i < JOIN_ALL ? NULL : futures;
			if ((c->peer_way && !futures) ||
			    (i == SWEEP && k < 100 && r >= SLOW_REPS))
				continue;
			run = c->peer ? run_of(peer_run(futures, c->peer_way,
							"-", N, k))
				      : hand_run(c->way, N, k, false);
			c->ns[c->reps++] = run.ns;
			c->polls = run.polls;
		}
	}
	printf("%5u%-7s", k, note);
	for (i = 0; i < HANDS; i++) {
		ns[i] = cells[i].reps ? stats_median(cells[i].ns, cells[i].reps)
				      : 0;
		if (cells[i].reps)
			print_us(ns[i]);
	}
	/* What nobody may be wrong about. */
	BUG_ON(cells[GATHER].polls != 2 * N || cells[OURS].polls != 2 * N ||
	       cells[SPAWN].polls != 2 * N);
	best = ns[JOIN_ALL] < ns[UNORDERED] ? ns[JOIN_ALL] : ns[UNORDERED];
	lead[0] = best / ns[GATHER];
	lead[1] = best / ns[FLOOR];
	if (futures)
		printf("   %4.1f x  ", lead[0]);
	printf("  %lu, %lu\n", cells[GATHER].polls, cells[SWEEP].polls);
	snprintf(row, sizeof(row), "10,000 children, %u woken a turn%s", k,
		 note);
	keep(row, "gather", ns[GATHER], best,
	     futures ? "futures-rs, the better of two" : NULL, ns[FLOOR]);
	keep(row, "unordered", ns[OURS], ns[UNORDERED],
	     futures ? "futures-rs, FuturesUnordered" : NULL, ns[FLOOR]);
	keep(row, "spawn and join", ns[SPAWN], 0, NULL, ns[FLOOR]);
	keep(row, "sweep", ns[SWEEP], 0, NULL, ns[FLOOR]);
}

static void hand_table(bool is_alone)
{
	static const unsigned int wakes[] = { 1, 10, 100, 1000, N };
	double lead[ARRAY_SIZE(wakes)][2];
	unsigned int i;

	if (is_alone)
		printf("%u children, each pending once and woken once, by "
		       "hand: "
		       "us of CPU, medians of %d (sweep: of %d below 100), in "
		       "turn\n"
		       "%-12s %9s %9s %9s %9s %9s%s  polls: gather, sweep\n",
		       N, REPS, SLOW_REPS, "woken a turn", "gather",
		       "unordered", "spawn", "sweep", "floor",
		       futures ? "  join_all FuturesUn gather is" : "");
	for (i = 0; i < (is_alone ? 1 : ARRAY_SIZE(wakes)); i++)
		hand_row(wakes[i], is_alone ? " (*)" : "", lead[i]);
	if (is_alone)
		return;
	printf("(*) in a process of one thread, where the C library takes "
	       "locks "
	       "without a locked instruction.\n"
	       "Floor: two polls, a clone, a wake and a plain array for each "
	       "child.\n");
	if (futures)
		printf("join_all, FuturesUn: futures-rs' join_all and "
		       "FuturesUnordered. The goal at one wake a turn is 10 "
		       "x;\n"
		       "the gather is at %.1f x, the floor at %.1f x.\n",
		       lead[0][0], lead[0][1]);
}

/* --- where the sweep and the list meet ------------------------------------------- */
#define MEET_RUNS 301

static double meet_ns(enum way way, unsigned int n, bool with_lock)
{
	static double ns[MEET_RUNS];
	unsigned int r;

	for (r = 0; r < MEET_RUNS; r++)
		ns[r] = hand_run(way, n, 1, with_lock).wall;
	return stats_median(ns, MEET_RUNS) / n;
}

static void meet_table(void)
{
	static const unsigned int sizes[] = { 1,  2,  4,  8,  12, 16,
					      24, 32, 48, 64, 96 };
	unsigned int i, n;

	printf("\nfew children, woken one a turn: ns a child, medians of "
	       "%d; a gather sweeps up to %d\n"
	       "%-12s %9s %9s   %9s %9s\n",
	       MEET_RUNS, GATHER_FEW, "children", "list", "sweep", "list",
	       "sweep");
	for (i = 0; i < ARRAY_SIZE(sizes); i++) {
		n = sizes[i];
		printf("%-12u %9.0f %9.0f   %9.0f %9.0f%s\n", n,
		       meet_ns(WAY_GATHER, n, false),
		       meet_ns(WAY_SWEEP, n, false),
		       meet_ns(WAY_GATHER, n, true),
		       meet_ns(WAY_SWEEP, n, true),
		       i ? "" : "   (right: a child's poll takes a lock)");
	}
}

/* --- in a runtime ------------------------------------------------------------------ */
enum {
	T_SPAWN,
	T_GATHER,
	T_OURS,
	T_SWEEP,
	T_TOKIO_SPAWN,
	T_TOKIO,
	T_TOKIO_ALL,
	TASKS
};

static void task_row(const char *row, enum kind kind, unsigned int k)
{
	const char *word = kind == KIND_SLEEP ? "sleep" : "yield";
	static struct cell cells[TASKS];
	char name[80];
	double ns[TASKS];
	struct cell *c;
	unsigned int r, i;

	memset(cells, 0, sizeof(cells));
	cells[T_SPAWN].way = WAY_SPAWN;
	cells[T_GATHER].way = WAY_GATHER;
	cells[T_OURS].way = WAY_UNORDERED;
	cells[T_SWEEP].way = WAY_SWEEP;
	cells[T_TOKIO_SPAWN].peer_way = "spawn";
	cells[T_TOKIO].peer_way = "unordered";
	cells[T_TOKIO_ALL].peer_way = "join_all";
	for (r = 0; r < REPS; r++) {
		for (i = 0; i < TASKS; i++) {
			c = &cells[i];
			if (c->peer_way && !tokio)
				continue;
			c->ns[c->reps++] =
				c->peer_way ? peer_run(tokio, c->peer_way, word,
						       N, k)
						      .ns
					    : within_run(c->way, kind, N, k).ns;
		}
	}
	for (i = 0; i < TASKS; i++)
		ns[i] = cells[i].reps ? stats_median(cells[i].ns, cells[i].reps)
				      : 0;
	printf("%-22s", row);
	print_us(ns[T_SPAWN]);
	printf("   %6.2f %9.2f %5.2f", ns[T_GATHER] / ns[T_SPAWN],
	       ns[T_OURS] / ns[T_SPAWN], ns[T_SWEEP] / ns[T_SPAWN]);
	if (tokio) {
		print_us(ns[T_TOKIO_SPAWN]);
		printf("   %9.2f %8.2f", ns[T_TOKIO] / ns[T_TOKIO_SPAWN],
		       ns[T_TOKIO_ALL] / ns[T_TOKIO_SPAWN]);
	}
	printf("\n");
	snprintf(name, sizeof(name), "10,000 children in a task, %s", row);
	keep(name, "gather", ns[T_GATHER], ns[T_TOKIO],
	     tokio ? "Tokio, FuturesUnordered" : NULL, 0);
	keep(name, "spawn and join", ns[T_SPAWN], ns[T_TOKIO_SPAWN],
	     tokio ? "Tokio, spawn and join" : NULL, 0);
}

static void task_table(void)
{
	struct run run;

	printf("\nthe same number within a task of a current-thread runtime: "
	       "us "
	       "of CPU to spawn each, and what\nother ways take of that (the "
	       "claim: FuturesUnordered takes 60-70 %%)\n"
	       "%-22s %9s   gather unordered sweep%s\n",
	       "children", "spawn",
	       tokio ? " Tok. spawn   FuturesUn join_all" : "");
	task_row("ready at once", KIND_YIELD, 0);
	task_row("give way once", KIND_YIELD, 1);
	task_row("give way four times", KIND_YIELD, 4);
	task_row("sleep 1 ms", KIND_SLEEP, 0);
	task_row("sleep 1 to 11 ms", KIND_SLEEP, 1000);
	run = within_run(WAY_GATHER, KIND_CHARGE, N, 0);
	printf("%u children that are charged for an operation each, of the "
	       "task's 128 a poll: gather %lu polls\n",
	       N, run.polls);
	BUG_ON(run.polls > 2 * N);
}

/* --- the second thread: who has one takes locks with locked instructions --------- */
static void sleeper_main(void *arg)
{
	parker_park(arg, CLOCK_NEVER);
}

int main(int argc, char **argv)
{
	struct thread sleeper;
	struct parker parker;
	json_t *doc;

	if (argc != 4) {
		fprintf(stderr, "usage: bench-gather OUT.json PEER-FUTURES "
				"PEER-TOKIO (make bench)\n");
		return 2;
	}
	cases = json_array();
	futures = peer_open(argv[2]);
	tokio = peer_open(argv[3]);
	hand_table(true);
	parker_init(&parker);
	BUG_ON(thread_create(&sleeper, "sleeper", sleeper_main, &parker));
	hand_table(false);
	meet_table();
	task_table();
	parker_unpark(&parker);
	thread_join(&sleeper);
	peer_close(futures);
	peer_close(tokio);
	doc = json_pack("{s:o}", "cases", cases);
	return stats_save(doc, argv[1]);
}

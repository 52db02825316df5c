/* Claims on what a spawn costs, and on what many small tasks cost. */
#include <sys/resource.h>

#include "bench/gather/bench.h"
#include "claims.h"

#include "kit/bug.h"
#include "kit/thread.h"

#include "sched.h"

#define SPAWNS 20000

static const char *const no_debug =
	"no debug build of the peer: make claims makes it where cargo is";

/* --- spawn over inline -------------------------------------------------------------- */
static void ratio_debug(struct claim *c)
{
	static const enum peer_kind peers[SIDES] = { PEER_OURS_DEBUG,
						     PEER_TOKIO_DEBUG };
	double spawn, in_place;
	unsigned int r, side;

	for (r = 0; r < CLAIM_RUNS; r++) {
		for (side = 0; side < SIDES; side++) {
			if (!peer_ask(peers[side], "spawn", "-", 2000, 0,
				      &spawn, NULL) ||
			    !peer_ask(peers[side], "inline", "-", 20000, 0,
				      &in_place, NULL)) {
				claim_lacks(c, 0, side, no_debug);
				continue;
			}
			claim_run(c, 0, side, spawn / in_place * 10);
		}
	}
}

static void ratio_release(struct claim *c)
{
	double spawn, in_place;
	unsigned int r;

	for (r = 0; r < CLAIM_RUNS; r++) {
		claim_run(c, 0, OURS,
			  work_spawn(SPAWNS, 0) / work_inline(SPAWNS));
		if (peer_ask(PEER_TOKIO, "spawn", "-", SPAWNS, 0, &spawn,
			     NULL) &&
		    peer_ask(PEER_TOKIO, "inline", "-", SPAWNS, 0, &in_place,
			     NULL))
			claim_run(c, 0, TOKIO, spawn / in_place);
	}
}

/* --- what is in it ------------------------------------------------------------------- */
static void pieces(struct claim *c)
{
	unsigned long few, many;
	double a, b;

	few = kit_self()->allocs;
	work_spawn(1000, 0);
	few = kit_self()->allocs - few;
	many = kit_self()->allocs;
	work_spawn(2000, 0);
	many = kit_self()->allocs - many;
	claim_count(c, 0, OURS, (double)(many - few) / 1000);
	if (peer_ask(PEER_TOKIO, "allocs", "spawn", 1000, 0, &a, NULL) &&
	    peer_ask(PEER_TOKIO, "allocs", "spawn", 2000, 0, &b, NULL))
		claim_count(c, 0, TOKIO, (b - a) / 1000);
	heard_start();
	work_spawn(1000, 0);
	claim_count(c, 1, OURS, (double)heard_stop().locks / 1000);
	count_tokio(c, 1, "allocs spawn %u 0", TOKIO_LOCKS);
}

static void switches(struct claim *c)
{
	struct rusage from, to;

	getrusage(RUSAGE_SELF, &from);
	work_spawn(10000, 0);
	getrusage(RUSAGE_SELF, &to);
	claim_count(c, 0, OURS, (double)(to.ru_nvcsw - from.ru_nvcsw) / 10000);
	peer_count(c, 0, 1e-4, "switches", "-", 10000, 0);
}

/* --- per task --------------------------------------------------------------------------- */
static void per_task(struct claim *c)
{
	unsigned int r, w;
	double ns;

	for (r = 0; r < CLAIM_RUNS; r++) {
		for (w = 0; w < 2; w++) {
			claim_run(c, w, OURS, work_spawn(SPAWNS, w) / SPAWNS);
			if (peer_ask(PEER_TOKIO, "spawn", "-", SPAWNS, w, &ns,
				     NULL))
				claim_run(c, w, TOKIO, ns / SPAWNS);
		}
	}
}

/* An item's turns, for so many ns of CPU. */
static unsigned int turns_of(double ns)
{
	double best = INFINITY, took;
	unsigned int r;

	for (r = 0; r < 5; r++) {
		took = work_items(false, 1, 1000000) / 1e6;
		if (took < best)
			best = took;
	}
	return (unsigned int)(ns / best) + 1;
}

static void grain(struct claim *c)
{
	/* The tasks, and how long one item takes. */
	static const struct {
		unsigned int n;
		double ns;
	} sizes[] = { { 10000, 10 }, { 50, 200000 } };
	double spawned, loop;
	unsigned int r, i, turns;

	for (i = 0; i < ARRAY_SIZE(sizes); i++) {
		turns = turns_of(sizes[i].ns);
		for (r = 0; r < CLAIM_RUNS; r++) {
			spawned = work_items(true, sizes[i].n, turns);
			loop = work_items(false, sizes[i].n, turns);
			claim_run(c, i, OURS, spawned / loop);
			if (peer_ask(PEER_TOKIO, "item", "spawn", sizes[i].n,
				     turns, &spawned, NULL) &&
			    peer_ask(PEER_TOKIO, "item", "loop", sizes[i].n,
				     turns, &loop, NULL))
				claim_run(c, i, TOKIO, spawned / loop);
		}
	}
}

/* The spread of ten-millisecond tasks, beside what a spawn adds to one. */
static void noise(struct claim *c)
{
	unsigned int r, turns = turns_of(1e7);
	struct figure runs = { .n = 0 };
	double ns, spread;

	for (r = 0; r < CLAIM_RUNS; r++)
		runs.run[runs.n++] = work_items(false, 1, turns);
	figure_settle(&runs);
	spread = runs.run[3 * CLAIM_RUNS / 4] - runs.run[CLAIM_RUNS / 4];
	for (r = 0; r < CLAIM_RUNS; r++) {
		ns = work_spawn(SPAWNS, 1) / SPAWNS;
		claim_run(c, 0, OURS, ns / 1e7 * 100);
		claim_run(c, 1, OURS, ns / spread);
		if (!peer_ask(PEER_TOKIO, "spawn", "-", SPAWNS, 1, &ns, NULL))
			continue;
		claim_run(c, 0, TOKIO, ns / SPAWNS / 1e7 * 100);
		claim_run(c, 1, TOKIO, ns / SPAWNS / spread);
	}
}

/* --- many children in one task ------------------------------------------------------------ */
static void unordered(struct claim *c)
{
	static const struct {
		enum kind kind;
		const char *word;
		unsigned int k;
	} kinds[] = { { KIND_YIELD, "yield", 0 },
		      { KIND_YIELD, "yield", 1 },
		      { KIND_YIELD, "yield", 4 },
		      { KIND_SLEEP, "sleep", 1000 } };
	const unsigned int n = BENCH_CHILDREN;
	double set, spawn;
	unsigned int r, i;

	for (r = 0; r < CLAIM_RUNS; r++) {
		for (i = 0; i < ARRAY_SIZE(kinds); i++) {
			set = within_run(WAY_UNORDERED, kinds[i].kind, n,
					 kinds[i].k)
				      .ns;
			spawn = within_run(WAY_SPAWN, kinds[i].kind, n,
					   kinds[i].k)
					.ns;
			claim_run(c, i, OURS, set / spawn * 100);
			if (peer_ask(PEER_GATHER, "unordered", kinds[i].word, n,
				     kinds[i].k, &set, NULL) &&
			    peer_ask(PEER_GATHER, "spawn", kinds[i].word, n,
				     kinds[i].k, &spawn, NULL))
				claim_run(c, i, TOKIO, set / spawn * 100);
		}
	}
}

static void unordered_counts(struct claim *c)
{
	const unsigned int n = BENCH_CHILDREN;
	unsigned long allocs = kit_self()->allocs;
	struct heard h;
	double a, b;

	heard_start();
	within_run(WAY_UNORDERED, KIND_YIELD, n, 1);
	h = heard_stop();
	claim_count(c, 0, OURS, (double)(kit_self()->allocs - allocs) / n);
	claim_count(c, 1, OURS, (double)h.clones / n);
	if (peer_ask(PEER_TOKIO, "allocs", "unordered", 1000, 0, &a, NULL) &&
	    peer_ask(PEER_TOKIO, "allocs", "unordered", 2000, 0, &b, NULL))
		claim_count(c, 0, TOKIO, (b - a) / 1000);
	count_tokio(c, 1, "allocs unordered %u 0", TOKIO_CLONES);
}

static void sweep(struct claim *c)
{
	const unsigned int n = 1000;

	claim_count(c, 0, OURS,
		    (double)hand_run(WAY_SWEEP, n, 1, false).polls / n);
	claim_count(c, 1, OURS,
		    (double)hand_run(WAY_GATHER, n, 1, false).polls / n);
}

struct claim claims_spawn[] = {
	{ .id = "spawn-5-times-debug",
	  .source = COURSE,
	  .text = "In a debug build, a spawn takes at least 5 times as long as "
		  "the same work inline.",
	  .how = "CPU time of 2,000 spawns, each joined, over polls in place "
		 "of the same future; in turn. Both without optimisation.",
	  .means = "It holds with plenty of room, since the inline poll is one "
		   "indirect call. Say which inline is meant: against a body "
		   "that the compiler may fold into the loop the ratio has no "
		   "meaning at all.",
	  .measure = ratio_debug,
	  .cases = { { "debug: spawn / inline", "times", 5, INFINITY } } },
	{ .id = "order-of-magnitude",
	  .source = COURSE,
	  .text = "A spawn costs an order of magnitude more than inline.",
	  .how = "The same, optimised; 20,000 spawns.",
	  .means = "At least one order of magnitude, whichever runtime: an "
		   "inline poll of nothing is a few ns.",
	  .measure = ratio_release,
	  .cases = { { "release: spawn / inline", "times", 10, INFINITY } } },
	{ .id = "what-a-spawn-is",
	  .source = COURSE,
	  .text = "A spawn is one heap allocation, a push to a lock-free "
		  "queue, "
		  "and the set-up of a waker.",
	  .how = "Counted for 1,000 spawns by a worker, each joined at once.",
	  .means = "One allocation it is: header, future and output share a "
		   "block, and the waker is a pointer to it, for which nothing "
		   "is set up. The queue takes no lock. But a spawn does: each "
		   "task is put into a list of live ones, for shutdown, and "
		   "taken out at its end. Tokio has that list, too "
		   "(runtime/task/list.rs), and a mutex around it.",
	  .measure = pieces,
	  .cases = { { "allocations a spawn", "", 0.99, 1.01 },
		     { "locks a spawn takes, to its end", "", 0, 0 } } },
	{ .id = "context-switch",
	  .source = TUNING,
	  .text = "A spawned task costs a context switch when it is first "
		  "scheduled.",
	  .how = "Voluntary context switches of the process during 10,000 "
		 "spawns by a worker, as the kernel counts them.",
	  .means =
		  "None: the worker returns from one poll function and calls "
		  "the next. There is a switch where a sleeping worker must be "
		  "woken, which a busy runtime avoids.",
	  .measure = switches,
	  .cases = { { "context switches a spawn", "", 1, INFINITY } } },
	{ .id = "10-ns-a-task",
	  .source = CPU_BOUND,
	  .text = "The overhead of a task is about 10 ns.",
	  .how = "CPU time of a spawn and its join by a worker; about 10 is "
		 "taken as at most 20.",
	  .means = "An allocation, a handful of locked instructions of 5 ns "
		   "each and a free are more than 10 ns already. The estimate "
		   "is an order of magnitude too low for Tokio - and the "
		   "conclusion drawn from it stands all the same.",
	  .measure = per_task,
	  .cases = { { "current-thread", "ns", 0, 20 },
		     { "a worker of its own", "ns", 0, 20 } } },
	{ .id = "lost-in-the-noise",
	  .source = CPU_BOUND,
	  .text = "With tasks of 10 ms, the overhead cannot even be measured.",
	  .how = "A spawn's CPU time over 10 ms, and over the spread between "
		 "the quartiles of 21 loops of 10 ms.",
	  .means = "The runtime's part is thousandths of a percent, far below "
		   "what one run of the same loop differs from the next. True "
		   "at 10 times the cost that the author supposed.",
	  .measure = noise,
	  .cases = { { "a spawn in 10 ms", "%", 0, 0.01 },
		     { "a spawn / spread of runs", "times", 0, 1 } } },
	{ .id = "granularity",
	  .source = TUNING,
	  .text = "A task for each item of a 10,000-item vector costs more "
		  "than parallelism gains; for coarse tasks the cost is "
		  "negligible.",
	  .how = "CPU time of a task for each item over a loop. On two cores "
		 "a loop can be halved at best, so at 2 there is no gain left.",
	  .means = "Items of 10 ns are tens of times dearer as tasks; items of "
		   "0.2 ms are not noticeably dearer. Where the two meet is a "
		   "matter of the item's length, not of the number of items: "
		   "see workshop 3.",
	  .measure = grain,
	  .cases = { { "10,000 items of 10 ns", "times", 2, INFINITY },
		     { "50 items of 0.2 ms", "times", 0, 1.05 } } },
	{ .id = "unordered-60-70",
	  .source = TUNING,
	  .text = "FuturesUnordered takes 60-70 % of the time of a task for "
		  "each of 10,000.",
	  .how = "CPU time within a task of a current-thread runtime, in turn; "
		 "ours is day 3's unordered. Read generously: a saving of "
		 "a fifth at least.",
	  .means = "What the children do decides, and what a spawn costs: the "
		   "cheaper it is, the less there is to save, so day 3's set "
		   "saves less than Tokio's. Children that wake again and "
		   "again gain nothing, since a wake costs as much in a set as "
		   "in a queue; what sleeps until a timer gains little. The "
		   "text's children "
		   "fetch pages, and it gives no program to repeat.",
	  .measure = unordered,
	  .cases = { { "ready at once", "%", 0, 80 },
		     { "give way once", "%", 0, 80 },
		     { "give way four times", "%", 0, 80 },
		     { "sleep 1 to 11 ms", "%", 0, 80 } } },
	{ .id = "unordered-free",
	  .source = TUNING,
	  .text = "FuturesUnordered has zero spawn overhead and zero clones of "
		  "reference counts.",
	  .how = "Counted: allocations, and clones of wakers, which are "
		 "references. Ours for children that give way once, "
		 "Tokio's for such as are ready (callgrind, debug).",
	  .means = "futures-rs allocates a reference-counted node for each "
		   "child: one allocation, as a spawn has. So does day 3's "
		   "unordered. Both register their task's waker anew at each "
		   "receive. What they save is the scheduler, not the memory. "
		   "A gather, which knows its children from the start, has one "
		   "block for all of them.",
	  .measure = unordered_counts,
	  .cases = { { "allocations a child", "", 0, 0.01 },
		     { "clones of a waker a child", "", 0, 0.01 } } },
	{ .id = "sweep",
	  .source = COURSE,
	  .text = "A gather may poll every child that is left each time that "
		  "it is woken: the children's wakers bring it back.",
	  .how = "Polls a child, 1,000 children that are pending once and are "
		 "woken one at a time; a good gather polls each twice.",
	  .means = "It is correct, and it is quadratic: every wake polls all "
		   "who are left. With 10,000 children it is 50,015,000 polls "
		   "against 20,000. Day 3 builds both.",
	  .measure = sweep,
	  .cases = { { "the sweep: polls a child", "", 0, 4 },
		     { "the ready list: polls a child", "", 0, 4 } } },
};
const unsigned int nr_claims_spawn = ARRAY_SIZE(claims_spawn);

/**
 * @file metrics.h
 * Counters: what a worker has done since it began, and what that is a second.
 *
 * A counter has one writer, so it needs no locked instruction: the writer
 * loads, adds, and stores. A reader on another thread, or in another process,
 * sees some recent value, never a torn one. What it wants to know, though, is
 * not the sum since the start but the rate now: the difference of two
 * readings over the time between them. And a worker that has been inside one
 * poll for a second has added nothing to its counters, yet it is anything but
 * idle: the poll in progress counts, too.
 *
 * Source: the list is that of tokio::runtime::RuntimeMetrics; Tokio publishes
 * a worker's batch when it parks, and every 61 turns, so that a worker stuck
 * in a poll looks idle there.
 */
#ifndef DAY5_METRICS_H
#define DAY5_METRICS_H

#include "kit/atomic.h"
#include "kit/compiler.h"

/**
 * The counters of a worker: X(NAME, name, unit, what it counts). A unit of ns
 * says that it is a time. The names are those of the JSON answers, and of the
 * Prometheus text with _total behind them.
 */
#define METRICS(X)                                                            \
	X(POLLS, polls, "", "polls of tasks")                                 \
	X(SLOT_POLLS, slot_polls, "", "polls of tasks out of the LIFO slot")  \
	X(BUSY, busy, "ns", "time inside polls")                              \
	X(SEARCH, search, "ns", "time awake, outside polls")                  \
	X(PARKED, parked, "ns", "time asleep")                                \
	X(PARKS, parks, "", "times that it went to sleep")                    \
	X(NOOPS, noops, "", "times that it woke up, and found nothing")       \
	X(STEALS, steals, "", "tasks taken from other workers")               \
	X(STEAL_OPS, steal_operations, "", "times that it took some")         \
	X(OVERFLOWS, overflows, "", "times that its full ring was halved")    \
	X(SPAWNS, spawned, "", "tasks spawned here")                          \
	X(ENDS, ended, "", "tasks that ended here")                           \
	X(CANCELS, cancelled, "", "tasks of those that were cancelled")       \
	X(WAKES, wakes, "", "wakers used here")                               \
	X(SELF_WAKES, self_wakes, "", "by a task on itself, while polled")    \
	X(LOCAL, local_schedules, "", "tasks put into its slot or ring")      \
	X(REMOTE, remote_schedules, "", "tasks put into the injection queue") \
	X(YIELDS, forced_yields, "", "times that a budget was spent")         \
	X(IO_READY, io_ready, "", "readiness events of its driver")           \
	X(TIMERS, timers, "", "timers that fired")

/** A counter's number. */
enum metric {
#define X(NAME, name, unit, what) METRIC_##NAME,
	METRICS(X)
#undef X
		METRIC_NR
};

/** What is known of a counter. */
struct metric_info {
	const char *name; /**< in JSON, and on screens */
	const char *unit; /**< "ns" or "" */
	const char *what; /**< what it counts, for help */
};

/** Of each counter, by enum metric. */
extern const struct metric_info metric_info[METRIC_NR];

/**
 * The counters of one worker.
 *
 * Key: W written only by the worker's thread, read by all.
 */
struct metrics {
	_Atomic(uint64_t) v[METRIC_NR]; /**< W */
	/** W: ns of a poll, the newest weighing a tenth */
	_Atomic(uint64_t) mean_poll;
};

/** One reading of a worker, as snapshot.h takes it. */
struct metrics_reading {
	uint64_t now;		/**< ns: when it was read */
	uint64_t v[METRIC_NR];	/**< the counters */
	uint64_t running_since; /**< ns: its poll in progress; 0: none */
};

/** What happened between two readings. */
struct metrics_rates {
	uint64_t ns;		   /**< between the two */
	uint64_t delta[METRIC_NR]; /**< counted in between */
	double rate[METRIC_NR];	   /**< ... a second; of times, the share */
};

/* metrics.c: yours --------------------------------------------------------- */

/**
 * metric_add() - count
 * @m: the calling worker's own counters
 * @which: which counter
 * @n: how many, or how many ns
 *
 * Context: the worker's thread; does not block. No locked instruction: nobody
 *          else writes. relaxed: a counter publishes nothing but itself.
 */
void metric_add(struct metrics *m, enum metric which, uint64_t n);

/**
 * metric_mean() - take a poll into the mean
 * @m: the calling worker's own counters
 * @ns: how long the poll took
 *
 * The exponentially weighted mean: the new poll weighs a tenth, in integers,
 * rounded down: (9 * mean + ns) / 10. The first poll is the mean; one of 0 ns
 * counts as 1, since 0 says that there was none.
 *
 * Context: the worker's thread; does not block.
 * Source: worker_mean_poll_time() of Tokio's RuntimeMetrics weighs a tenth.
 */
void metric_mean(struct metrics *m, uint64_t ns);

/**
 * metrics_rates() - what happened between two readings of a worker
 * @before: the older one; NULL: there is none yet, and all is 0
 * @after: the newer one
 * @out: receives differences and rates
 *
 * A poll in progress counts into METRIC_BUSY: up to the moment of each reading,
 * so that of a long one no ns is missing and none is counted twice. A rate is a
 * number a second; of a time it is a share: 1.0 is all of the time between.
 *
 * A counter that has gone back (a reading of another worker: the slot was used
 * again) counts as 0. So does all, with rates of 0, when no time has passed.
 *
 * Context: any thread; does not block.
 */
void metrics_rates(const struct metrics_reading *before,
		   const struct metrics_reading *after,
		   struct metrics_rates *out);

#endif

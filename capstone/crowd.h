/**
 * @file crowd.h
 * Several tasks that spawn at once: what a spawn costs when it is not alone.
 *
 * run.c measures on one worker, with nobody else at work. Here each of several
 * tasks drives a spawn loop of report.c, on as many workers, and times its
 * operations singly. They all record into one recorder of day 4, each into a
 * shard of its own, so that what is measured is the scheduler and not a lock
 * around the histogram; recorder_read() adds the shards up:
 *
 *	spawner 0 -- spawn loop --> shard 0 \
 *	spawner 1 -- spawn loop --> shard 1  >  recorder_read()
 *	spawner 2 -- spawn loop --> shard 2 /
 *
 * Given; no test of report.c needs it.
 */
#ifndef CAPSTONE_CROWD_H
#define CAPSTONE_CROWD_H

#include "kit/compiler.h"

struct future;
struct recorder;

/** struct crowd - who spawns what, and how often; crowd_run() only reads it */
struct crowd {
	const struct future *work; /**< the prototype, as in report_config */
	unsigned int workers;	   /**< as for sched_create() */
	unsigned int spawners;	   /**< tasks that spawn, at least 1 */
	unsigned int
		rounds; /**< of each; a first, forgotten one comes on top */
	unsigned int singles; /**< operations of a spawner in a round */
};

/**
 * crowd_run() - let them spawn, and record what each operation took
 * @crowd: who and what; borrowed
 * @r: receives spawners * rounds * singles values, in nanoseconds, the clock
 *     included; must have a shard left for each spawner; borrowed
 *
 * A shard has one writer: the spawner that joined for it, which may go from one
 * worker to another, and runs on one at a time.
 *
 * Context: a thread on which no scheduler runs; blocks for the whole run.
 * Others may recorder_read() meanwhile.
 * Return: 0; -EINVAL when one of the numbers is 0 (workers apart), or when @r
 * has too few shards; -ENOMEM when there was no memory, be it for the run or
 * for a spawn; what else sched_create() returns. Nothing is left behind.
 */
int crowd_run(const struct crowd *crowd, struct recorder *r) __must_check;

#endif

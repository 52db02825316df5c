/**
 * @file console.h
 * The target's side of the console: publish this process in a region.
 *
 *	console_start(NULL);             as UNPARK_CONSOLE says
 *	sched_create(&s, 2);
 *	console_watch(s, "web");         its name; without it: runtime-1, ...
 *	...
 *	sched_destroy(s);
 *	console_stop();                  the file is gone
 *
 * Then `unpark-top` in another terminal shows it. Every event of
 * kit/tracepoint.h becomes a few plain stores in the region: no thread, no
 * socket, no system call, and nothing that waits for a reader.
 */
#ifndef DAY5_CONSOLE_H
#define DAY5_CONSOLE_H

#include "process.h"

#include "kit/compiler.h"

struct sched;

/** How much is written; each level holds those before it. */
enum console_level {
	CONSOLE_OFF,	  /**< nothing: no region */
	CONSOLE_COUNTERS, /**< counters, workers, tasks */
	CONSOLE_HISTS,	  /**< and histograms of polls and delays */
	CONSOLE_TRACE,	  /**< and day 2's rings of events */
	CONSOLE_LEVELS
};

/** What to make. A 0 stands for the default. */
struct console_options {
	const char *path;	  /**< the file; NULL: see console_path_of() */
	enum console_level level; /**< how much; OFF: as UNPARK_CONSOLE says */
	unsigned int workers;	  /**< of all runtimes; 64 */
	unsigned int tasks;	  /**< alive at a time; 4096 */
	unsigned int places;	  /**< where tasks are spawned; 128 */
	unsigned int resources;	  /**< channels and locks; 128 */
	unsigned int spans;	  /**< names of spans; 64 */
	unsigned int rings;	  /**< threads with events; 32 */
	unsigned int events;	  /**< of each; a power of two; 4096 */
};

/**
 * console_start() - make the region, and listen
 * @o: what to make; NULL: all defaults; borrowed
 *
 * The level is o->level, else that of the environment's UNPARK_CONSOLE: off,
 * counters, hists or trace; not set is hists. All memory is taken here. Where
 * it does not fit, one line says so (pr_warn), and the program runs without.
 * A file that a killed process of the same number has left is removed.
 *
 * Whoever listened before goes on hearing everything.
 *
 * Context: one thread at a time.
 * Return: 0, also when the level is off; -EBUSY: it is on, or level trace,
 *         and day 2's trace is; -EINVAL: a number that is too large, or no
 *         power of two; -ENOSPC, -ENOMEM: no room; -ENAMETOOLONG: a
 *         path of 128 bytes or more; else what open(2) says.
 */
int console_start(const struct console_options *o) __must_check;

/**
 * console_watch() - name a scheduler
 * @s: a scheduler; borrowed until it is destroyed
 * @name: at most 31 characters; copied; NULL: runtime-N
 *
 * A scheduler that was not handed over is entered, as runtime-N, when one of
 * its workers has its first event; that name can still be replaced.
 *
 * Context: any thread; takes a lock for a moment.
 * Return: 0, also when the console is off; -EEXIST: it has a name already;
 *         -ENOSPC: no room for one more, or for its workers: it is not shown,
 *         and counted as lost.
 */
int console_watch(struct sched *s, const char *name) __must_check;

/**
 * console_path() - the file of the region
 *
 * Context: any thread, not during start and stop.
 * Return: the path, borrowed until console_stop(); NULL when it is off.
 */
const char *console_path(void);

/**
 * console_stop() - listen no more, and remove the file
 *
 * Readers that have it mapped keep what they see. Without a console_start()
 * before it, it does nothing.
 *
 * Context: one thread at a time, when the schedulers are destroyed.
 */
void console_stop(void);

#endif

/**
 * @file keeper.h
 * A process that keeps one check: it ends in time, with all that it started.
 */
#ifndef UNPARK_KEEPER_H
#define UNPARK_KEEPER_H

#include <sys/types.h>

#define KEEPER_LIMIT 124  /**< exit status: the time was up */
#define KEEPER_BROKEN 125 /**< exit status: could not start, or was stopped */

/**
 * keeper_start() - start a check under a keeper.
 * @argv: program and arguments, NULL at the end; borrowed.
 * @log: path of a file for its output; borrowed.
 * @limit: seconds.
 *
 * The keeper exits 0 or 1 as the program did, or with a status from above;
 * SIGTERM, or the death of the grader, makes it kill all and exit.
 *
 * Context: the grader's only thread.
 * Return: the keeper's process id, or -errno.
 */
pid_t keeper_start(char *const argv[], const char *log, unsigned int limit);

#endif

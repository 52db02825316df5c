/**
 * @file executor.h
 * Hands the class to a cluster.
 */
#ifndef UNPARK_EXECUTOR_H
#define UNPARK_EXECUTOR_H

/**
 * executor_run() - grade in parts, on the nodes of a cluster.
 *
 * Context: after the command line was read, in place of a run.
 * Return: only when it could not be started: an exit status.
 */
int executor_run(void);

#endif

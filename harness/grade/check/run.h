/**
 * @file run.h
 * Checks every submission's units, some at a time.
 */
#ifndef UNPARK_GRADE_RUN_H
#define UNPARK_GRADE_RUN_H

#include "grade/grade.h"

/**
 * run_all() - grade what is not graded yet, and give everybody the marks.
 * @list: submissions after their intake, borrowed.
 * @n: how many.
 * @seed: of the tests, borrowed.
 *
 * The same content under the same kit and seed is graded once, whoever handed
 * it in. SIGINT and SIGTERM stop it; what is in the gradebook stays.
 *
 * Context: once, the grader's only thread, after store_run().
 * Return: number of marks that our side failed to find; -EINTR when stopped.
 */
int run_all(struct submission *list, unsigned int n, const char *seed);

#endif

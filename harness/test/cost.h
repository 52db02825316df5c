/**
 * @file cost.h
 * Count instructions: the one measure of speed that repeats exactly.
 *
 * A test with the option `cost` is run under callgrind by the supervisor. Its
 * body brackets what it counts, and hands the count over under a name:
 *
 *	cost_begin();
 *	for (i = 0; i < n; i++)
 *		hist_record(&h, v[i]);
 *	count = cost_end();
 *	cost_report("record", count);
 *
 * cost_reference("record") is what the same test counted on the reference.
 * Only one hand-stepped thread is counted; callgrind serialises threads. Where
 * valgrind is missing the test is SKIP with the reason.
 */
#ifndef UNPARK_COST_H
#define UNPARK_COST_H

#include "kit/compiler.h"

/**
 * cost_begin() - count instructions from here
 */
void cost_begin(void);

/**
 * cost_end() - stop counting
 *
 * Context: the test's thread, under callgrind.
 * Return: instructions since cost_begin(), the few of the two calls included.
 */
uint64_t cost_end(void);

/**
 * cost_reference() - what the same test counted on the reference
 * @label: name given to cost_report() there
 *
 * Return: instructions, or 0 when there is no reference to compare with (the
 * run is the reference itself).
 */
uint64_t cost_reference(const char *label);

/**
 * cost_report() - hand a count to the supervisor under a name
 * @label: a word
 * @instructions: the count
 */
void cost_report(const char *label, uint64_t instructions);

#endif

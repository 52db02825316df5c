/**
 * @file sim.h
 * Runs sim_c, of Debian's similarity-tester, over lists of tokens.
 */
#ifndef UNPARK_SIM_H
#define UNPARK_SIM_H

#include "grade/alike/tokens.h"

/** A text to be compared; tokens that are out are not. */
struct sim_text {
	const struct tokens *tokens;
	uint32_t *at;	    /**< token by line of what was written; sim.c's */
	unsigned int lines; /**< sim.c's */
};

/** The same sequence at two places; token indexes, ends included. */
struct sim_run {
	unsigned int a, b; /**< indexes of the texts */
	unsigned int a_from, a_to, b_from, b_to;
};

/**
 * sim_compare() - find runs that two texts have in common.
 * @texts: borrowed.
 * @n: how many.
 * @nr_new: the first of them are each compared with those from here on; all
 *	with each other when it is @n.
 * @least: tokens of a run.
 * @limit: seconds.
 * @runs: allocated, the caller frees it.
 *
 * Context: the grader's only thread. sim_c runs under a keeper, and reads
 * only what token_text() says.
 * Return: number of runs; -ETIME when its time was up, -EIO when it failed.
 */
int sim_compare(struct sim_text *texts, unsigned int n, unsigned int nr_new,
		unsigned int least, unsigned int limit, struct sim_run **runs);

/**
 * sim_is_there() - is sim_c installed?
 *
 * Context: any.
 * Return: false when not.
 */
bool sim_is_there(void);

#endif

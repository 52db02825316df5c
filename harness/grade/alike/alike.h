/**
 * @file alike.h
 * Who has passages in common that neither the stub nor the solution has.
 *
 * It is no mark and no proof: it says where a person should look.
 */
#ifndef UNPARK_ALIKE_H
#define UNPARK_ALIKE_H

#include "grade/alike/sim.h"

#define ALIKE_LIMIT 120 /**< seconds that sim_c may take, a unit, each time */

/** One student's files of one unit. */
struct alike_text {
	char *student, *content;
	struct tokens tokens;
	unsigned int left;    /**< tokens that are not out */
	unsigned int same;    /**< index of the first with the same rest */
	unsigned int nr_same; /**< how many have it, this one counted */
};

/** A passage that two students have, with what it says. */
struct alike_run {
	struct sim_run at;
	unsigned int students; /**< that have the passage */
	double score;	       /**< a token counts 1 / (others who have it) */
	double pair;	       /**< sum over the runs of the same two */
};

/** A unit, compared. */
struct alike_unit {
	const char *name;
	struct alike_text *texts;
	unsigned int nr_texts;
	struct alike_run *runs; /**< the most telling pair first */
	unsigned int nr_runs;
	const char *failure; /**< why there is nothing, or NULL */
};

/**
 * alike_all() - compare all students of the gradebook, unit by unit.
 *
 * Fills table alike(unit, a, b, tokens, students, score, place_a, place_b)
 * and writes OUT/html/alike/UNIT.html. Without sim_c it says so in a line.
 *
 * Context: the grader's only thread, after keep_all().
 * Return: 0, or -errno when a page could not be written.
 */
int alike_all(void);

/* --- for alike.c ---------------------------------------------------------- */
/** Gives runs their scores, and brings them into order. weigh.c */
void alike_weigh(struct alike_unit *u);
/** Writes a unit's page; 0 or -errno. page.c */
int alike_page(const struct alike_unit *u);

#endif

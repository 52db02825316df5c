/**
 * @file look.h
 * What a person has to look at: doubtful marks, and what another kit changed.
 */
#ifndef UNPARK_LOOK_H
#define UNPARK_LOOK_H

#include <jansson.h>

/**
 * look_list() - where the grader does not decide.
 *
 * Of present marks only.
 *
 * Context: after everybody has marks.
 * Return: an array of objects with student, unit, test ("" for the unit) and
 * why, owned by the caller.
 */
json_t *look_list(void);

/**
 * look_export() - write OUT/to-look-at.csv.
 *
 * A line for each row of look_list().
 *
 * Context: after everybody has marks.
 * Return: the number of lines, or -errno.
 */
int look_export(void);

/**
 * regrade_export() - write OUT/regrade.csv and say the first differences.
 *
 * A line for each mark that the present kit changed, or of which it changed a
 * verdict. No file when the present kit is the first.
 *
 * Context: after everybody has marks.
 * Return: 0 or -errno.
 */
int regrade_export(void);

#endif

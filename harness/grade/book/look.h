/**
 * @file look.h
 * What a person has to look at.
 */
#ifndef UNPARK_LOOK_H
#define UNPARK_LOOK_H

/**
 * look_export() - write OUT/to-look-at.csv.
 *
 * A line for each test, or unit, where the grader does not decide: student,
 * unit, test ("" for the unit), why. Of present marks only.
 *
 * Context: after everybody has marks.
 * Return: the number of lines, or -errno.
 */
int look_export(void);

#endif

/**
 * @file regrade.h
 * What another kit made of the marks.
 */
#ifndef UNPARK_REGRADE_H
#define UNPARK_REGRADE_H

#include "grade/book/store.h"

/**
 * regrade_note() - remember the difference, if the kit changed.
 * @m: a new mark, before it takes the place of the old one; borrowed.
 *
 * Nothing is kept when there was no mark, when there is none now, or when
 * both are of one kit.
 *
 * Context: the grader's only thread, before store_student().
 */
void regrade_note(const struct store_mark *m);

#endif

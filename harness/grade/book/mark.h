/**
 * @file mark.h
 * From what is known of a student's unit to a mark in the gradebook.
 */
#ifndef UNPARK_MARK_H
#define UNPARK_MARK_H

#include "grade/book/store.h"
#include "grade/grade.h"

/**
 * mark_unread() - the mark of a submission that could not be taken.
 * @m: filled if it is one.
 * @s: borrowed, for as long as @m is used.
 *
 * Context: any.
 * Return: false when it was taken, and @m is as it was.
 */
bool mark_unread(struct store_mark *m, const struct submission *s);

/**
 * mark_infra() - no mark: our side failed.
 * @m: filled.
 * @why: borrowed, for as long as @m is used.
 *
 * Context: any.
 */
void mark_infra(struct store_mark *m, const char *why);

/**
 * mark_give() - a student's mark into the gradebook; says when there is none.
 * @m: borrowed.
 *
 * Context: the grader's only thread.
 * Return: true when there is a mark.
 */
bool mark_give(const struct store_mark *m);

#endif

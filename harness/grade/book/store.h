/**
 * @file store.h
 * The gradebook: SQLite, one transaction a result.
 *
 * runs      a row for each time that the grader was started
 * checks    what one unit's files, as a content, are worth: the mark itself
 * tests     the verdicts of a check
 * students  the present mark of each student in each unit
 * regrades  what another kit made of a mark
 * history   every mark that was ever set, and every failure of ours
 */
#ifndef UNPARK_STORE_H
#define UNPARK_STORE_H

#include <sqlite3.h>

#include "grade/check/judge.h"

/** A mark on its way to a student. */
struct store_mark {
	const char *student, *unit, *content;
	const char *state;
	const char *detail;
	int points;	/**< -1: none */
	int bonus;	/**< points apart */
	double seconds; /**< of its check: its tests took, or its limit was */
	long long key;	/**< its check, 0 for none */
};

/**
 * store_open() - open or make a gradebook.
 * @path: of the file, borrowed.
 *
 * Context: once, the grader's only thread. A failure of SQLite, here and
 * below, ends the grader with status 2 and changes nothing by half.
 */
void store_open(const char *path);

/**
 * store_close() - end the run.
 *
 * Context: once, after store_run().
 */
void store_close(void);

/**
 * store_seed() - the seed of the last run.
 * @buf: filled, at least 20 bytes.
 *
 * Context: any.
 * Return: false when there was no run.
 */
bool store_seed(char *buf);

/**
 * store_run() - begin a run.
 * @kit: hash of the kit, borrowed for good.
 * @seed: borrowed for good.
 * @isolation: how submissions are isolated, borrowed for good.
 *
 * Context: once, before the functions below.
 */
void store_run(const char *kit, const char *seed, const char *isolation);

/**
 * store_find() - the mark of a content under this kit, seed and isolation.
 * @m: unit and content are set, the rest is 0; it is filled; its texts live
 *	until the next call.
 *
 * Context: any.
 * Return: false when it was not graded yet; with a state when it waits.
 */
bool store_find(struct store_mark *m);

/**
 * store_load() - take up again a check that waits.
 * @m: found by store_find(), borrowed.
 * @j: filled; judge_drop() it.
 *
 * Context: any.
 * Return: false when no test is known of it.
 */
bool store_load(const struct store_mark *m, struct judgement *j);

/**
 * store_check() - keep a judgement, which must not be JUDGE_INFRA.
 * @unit: name, borrowed.
 * @content: hash, borrowed.
 * @base: whose earlier days: ref, mine; borrowed.
 * @j: borrowed.
 * @is_waiting: not a mark yet: some tests have to run alone.
 *
 * Context: any.
 */
void store_check(const char *unit, const char *content, const char *base,
		 const struct judgement *j, bool is_waiting);

/**
 * store_student() - set a student's mark.
 * @m: borrowed. Without points it is a failure of ours: it goes into the
 *	history and leaves the mark that there is.
 *
 * Context: any.
 */
void store_student(const struct store_mark *m);

/**
 * store_query() - a statement for readers.
 * @sql: borrowed.
 * @types: a letter a parameter: s text, i long long.
 *
 * Context: any.
 * Return: for store_next(); the caller finalizes it.
 */
sqlite3_stmt *store_query(const char *sql, const char *types, ...);

/**
 * store_next() - the next row of a statement.
 * @st: of any gradebook.
 *
 * A gradebook that cannot be read to its end ends the grader: half of a class
 * is no class.
 *
 * Context: any.
 * Return: false after the last.
 */
bool store_next(sqlite3_stmt *st);

/**
 * store_text() - a text of a statement's row.
 * @st: stepped.
 * @i: the column, from 0.
 *
 * Context: any.
 * Return: the text, which lives until the next step; "" for none.
 */
const char *store_text(sqlite3_stmt *st, int i);

/**
 * store_change() - a statement for writers, run.
 * @sql: borrowed.
 * @types: a letter a parameter: s text, i long long, d double.
 *
 * Context: any.
 */
void store_change(const char *sql, const char *types, ...);

#endif

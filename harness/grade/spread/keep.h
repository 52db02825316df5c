/**
 * @file keep.h
 * What was handed in, kept in the gradebook: what a mark is for can be looked
 * up, compared and merged after the submissions are gone.
 *
 * files     the text of each file, once a content
 * handed    what became of each entry of a student's submission
 */
#ifndef UNPARK_KEEP_H
#define UNPARK_KEEP_H

#include "grade/grade.h"
#include "grade/book/store.h"

/** Runs a statement that gives no rows; of store_query()'s arguments. */
#define book_do(...) keep_step(store_query(__VA_ARGS__))
void keep_step(sqlite3_stmt *st);
/** A number that a statement gives, 0 when it gives none. */
#define book_number(...) keep_number(store_query(__VA_ARGS__))
long long keep_number(sqlite3_stmt *st);

/**
 * keep_tables() - make the tables that are not there yet.
 *
 * Context: after store_open().
 */
void keep_tables(void);

/**
 * keep_all() - keep what these students handed in.
 * @list: after their intake, borrowed.
 * @n: how many.
 *
 * Context: after store_open(); a file that cannot be read is left out.
 */
void keep_all(const struct submission *list, unsigned int n);

/**
 * keep_text() - a file's text, of a row of table files.
 * @st: a statement; columns @column (text) and @column + 1 (size).
 * @column: index.
 * @len: its bytes are written there.
 *
 * Context: any.
 * Return: the caller's to free, with a 0 at the end; NULL when it is damaged.
 */
char *keep_text(sqlite3_stmt *st, int column, size_t *len);

/** Writes a student's papers back into the folder that the intake makes. */
void keep_papers_back(const struct submission *s);
/** Takes over the trace pages of a part, whose --out is @from. */
void keep_pages(const char *from);

#endif

/**
 * @file table.h
 * A CSV table in OUT, written beside its place and renamed.
 */
#ifndef UNPARK_TABLE_H
#define UNPARK_TABLE_H

#include "grade/out/out.h"

/** A table in progress. */
struct table {
	struct out_file o;
	unsigned int column; /**< the next one */
};

/**
 * table_open() - begin a table.
 * @t: filled.
 * @name: of the file in OUT, without .csv; borrowed.
 * @head: the first line, borrowed.
 *
 * Context: any.
 * Return: 0 or -errno.
 */
int table_open(struct table *t, const char *name, const char *head);

/**
 * table_text() - the next cell: a text, quoted.
 * @t: open.
 * @bytes: borrowed; what a spreadsheet would compute is made a text.
 *
 * Context: any.
 */
void table_text(struct table *t, const char *bytes);

/**
 * table_number() - the next cell: a number.
 * @t: open.
 * @n: the number.
 *
 * Context: any.
 */
void table_number(struct table *t, long long n);

/**
 * table_nothing() - the next cell is empty.
 * @t: open.
 *
 * Context: any.
 */
void table_nothing(struct table *t);

/**
 * table_end_row() - the next cell begins a line.
 * @t: open.
 *
 * Context: any.
 */
void table_end_row(struct table *t);

/**
 * table_close() - put the table into its place.
 * @t: open; closed now.
 *
 * Context: any.
 * Return: 0 or -errno, and then the file of before stands.
 */
int table_close(struct table *t);

#endif

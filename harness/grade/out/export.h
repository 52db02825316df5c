/**
 * @file export.h
 * What others read of the gradebook.
 */
#ifndef UNPARK_EXPORT_H
#define UNPARK_EXPORT_H

#include "grade/grade.h"

/**
 * export_all() - write every output.
 * @list: the submissions of this run, borrowed.
 * @n: how many.
 * @seed: of the run, borrowed.
 *
 * CSV, JSON, HTML and JUnit XML below OUT. The same marks give the same bytes,
 * but for the HTML, which tells seconds.
 *
 * Context: once, after the last mark.
 * Return: 0 or -errno.
 */
int export_all(struct submission *list, unsigned int n, const char *seed);

/**
 * adapter_open() - give standard output to an adapter.
 * @name: of the adapter, borrowed.
 *
 * Context: once, before anything is printed: that goes to standard error then.
 * Return: false when there is none of this name.
 */
bool adapter_open(const char *name);

/**
 * adapter_print() - a submission's marks as another system wants them.
 * @name: of the adapter, borrowed.
 * @s: the submission, borrowed.
 * @seed: of the run, borrowed.
 *
 * Context: after adapter_open() and export_all().
 * Return: 0 or -errno.
 */
int adapter_print(const char *name, const struct submission *s,
		  const char *seed);

/**
 * pages_keep() - keep the trace pages of a finished check.
 * @id: of the submission, borrowed.
 * @unit: index of the unit.
 * @content: hash of its files, borrowed.
 *
 * Context: before the check is in the gradebook; nothing depends on success.
 */
void pages_keep(const char *id, unsigned int unit, const char *content);

/**
 * pages_find() - where a test's trace page is, seen from a page in OUT/html.
 * @buf: filled.
 * @len: its bytes.
 * @unit: name, borrowed.
 * @content: hash of its files, borrowed.
 * @test: name, borrowed.
 *
 * Context: any.
 * Return: false when there is none.
 */
bool pages_find(char *buf, size_t len, const char *unit, const char *content,
		const char *test);

#endif

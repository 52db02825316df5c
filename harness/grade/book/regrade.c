/*
 * A regrade: another hash of the kit, so every mark was made anew. What each
 * student had and has, and the tests that changed their verdict.
 */
#define _GNU_SOURCE
#include "grade/book/regrade.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "grade/grade.h"

/* "a_test FAIL > PASS; another none > PASS": of two checks. */
static char *changes(long long old, long long new, bool has_other_files)
{
	sqlite3_stmt *st = store_query(
		"SELECT name, max(CASE WHEN check_id = ? THEN verdict END) AS "
		"a,"
		" max(CASE WHEN check_id = ? THEN verdict END) AS b FROM tests"
		" WHERE check_id IN (?, ?) GROUP BY name HAVING a IS NOT b"
		" ORDER BY min(rowid)",
		"iiii", old, new, old, new);
	char *text = NULL;
	size_t len;
	FILE *f = open_memstream(&text, &len);

	if (!f)
		abort();
	if (has_other_files)
		fputs("other files; ", f);
	while (store_next(st))
		fprintf(f, "%s %s > %s; ", store_text(st, 0),
			*store_text(st, 1) ? store_text(st, 1) : "none",
			*store_text(st, 2) ? store_text(st, 2) : "none");
	sqlite3_finalize(st);
	fclose(f);
	if (len)
		text[len - 2] = '\0';
	return text;
}

void regrade_note(const struct store_mark *m)
{
	sqlite3_stmt *st = store_query(
		"SELECT s.points, s.check_id, runs.kit, s.content <> ?"
		" FROM students s JOIN runs ON runs.run = s.run"
		" WHERE student = ? AND unit = ? AND points IS NOT NULL"
		" AND runs.kit <> ?",
		"ssss", m->content, m->student, m->unit, grade_opt.hash);
	char *changed;

	if (m->points >= 0 && store_next(st)) {
		changed = changes(sqlite3_column_int64(st, 1), m->key,
				  sqlite3_column_int(st, 3));
		store_change("INSERT OR REPLACE INTO regrades VALUES(?, ?, ?,"
			     " ?, ?, ?, ?, (SELECT max(run) FROM runs))",
			     "ssssiis", m->student, m->unit, grade_opt.hash,
			     store_text(st, 2), sqlite3_column_int64(st, 0),
			     (long long)m->points, changed);
		free(changed);
	}
	sqlite3_finalize(st);
}

/*
 * A regrade: another hash of the kit, so every mark was made anew. What each
 * student had and has, and the tests that changed their verdict.
 */
#define _GNU_SOURCE
#include "grade/book/regrade.h"

#include <stdlib.h>
#include <string.h>

#include "grade/book/table.h"
#include "grade/grade.h"

#define MAX_SHOWN 10

static const char *column(sqlite3_stmt *st, int i)
{
	const char *s = (const char *)sqlite3_column_text(st, i);

	return s ? s : "";
}

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
	while (sqlite3_step(st) == SQLITE_ROW)
		fprintf(f, "%s %s > %s; ", column(st, 0),
			*column(st, 1) ? column(st, 1) : "none",
			*column(st, 2) ? column(st, 2) : "none");
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

	if (m->points >= 0 && sqlite3_step(st) == SQLITE_ROW) {
		changed = changes(sqlite3_column_int64(st, 1), m->key,
				  sqlite3_column_int(st, 3));
		store_change("INSERT OR REPLACE INTO regrades VALUES(?, ?, ?,"
			     " ?, ?, ?, ?, (SELECT max(run) FROM runs))",
			     "ssssiis", m->student, m->unit, grade_opt.hash,
			     column(st, 2), sqlite3_column_int64(st, 0),
			     (long long)m->points, changed);
		free(changed);
	}
	sqlite3_finalize(st);
}

/* Was there a mark of another kit before? */
static bool was_regraded(void)
{
	sqlite3_stmt *st =
		store_query("SELECT 1 FROM regrades WHERE kit = ? LIMIT 1", "s",
			    grade_opt.hash);
	bool found = sqlite3_step(st) == SQLITE_ROW;

	sqlite3_finalize(st);
	return found;
}

static void row(struct table *t, sqlite3_stmt *st, bool is_shown)
{
	long long old = sqlite3_column_int64(st, 2);
	long long new = sqlite3_column_int64(st, 3);

	table_text(t, column(st, 0));
	table_text(t, column(st, 1));
	table_number(t, old);
	table_number(t, new);
	table_text(t, column(st, 4));
	table_end_row(t);
	if (is_shown)
		printf("  %s, %s: %lld, was %lld: %.200s\n", column(st, 0),
		       column(st, 1), new, old, column(st, 4));
}

int regrade_export(void)
{
	sqlite3_stmt *st;
	struct table t;
	unsigned int n = 0;
	int err;

	if (!was_regraded())
		return 0;
	err = table_open(&t, "regrade", "student,unit,old,new,changed");
	if (err)
		return err;
	st = store_query("SELECT student, unit, old, new, changed FROM regrades"
			 " WHERE kit = ? AND (old <> new OR changed <> '')"
			 " ORDER BY student, unit",
			 "s", grade_opt.hash);
	while (sqlite3_step(st) == SQLITE_ROW)
		row(&t, st, n++ < MAX_SHOWN);
	sqlite3_finalize(st);
	printf("another kit than before: %u marks differ, or their tests: "
	       "%s/regrade.csv\n",
	       n, grade_opt.out);
	return table_close(&t);
}

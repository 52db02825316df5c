/*
 * A part's rows into the gradebook. Rows are found again by what they say,
 * never by their number: so a part may be merged as often as one likes.
 */
#define _GNU_SOURCE
#include <stdlib.h>
#include <string.h>

#include "grade/spread/keep.h"
#include "grade/spread/merge.h"

/* The columns of a table, but for some, as "a, b, c". */
static const char *columns(const char *table, const char *without)
{
	static char list[1024];
	sqlite3_stmt *st = store_query("SELECT name FROM pragma_table_info(?1)"
				       " WHERE ',' || ?2 || ',' NOT LIKE"
				       " '%,' || name || ',%' ORDER BY cid",
				       "ss", table, without);
	size_t len = 0;

	*list = '\0';
	while (store_next(st) && len < sizeof(list))
		len += (size_t)snprintf(list + len, sizeof(list) - len, "%s%s",
					len ? ", " : "",
					sqlite3_column_text(st, 0));
	sqlite3_finalize(st);
	return list;
}

/* Runs of the part, by number there and here. */
static void copy_runs(void)
{
	book_do("CREATE TEMP TABLE run_of(theirs INTEGER PRIMARY KEY, ours)",
		"");
	book_do("INSERT INTO run_of SELECT t.run, (SELECT r.run FROM main.runs"
		" r LEFT JOIN main.parts p ON p.run = r.run WHERE r.started IS"
		" t.started AND r.finished IS t.finished AND r.kit IS t.kit AND"
		" r.seed IS t.seed AND r.isolation IS t.isolation AND p.part IS"
		" q.part AND p.parts IS q.parts) FROM part.runs t LEFT JOIN"
		" part.parts q ON q.run = t.run",
		"");
	book_do("UPDATE run_of SET ours = (SELECT ifnull(max(run), 0) FROM"
		" main.runs) + (SELECT count(*) FROM run_of o WHERE o.ours IS"
		" NULL AND o.theirs <= run_of.theirs) WHERE ours IS NULL",
		"");
	book_do("INSERT OR IGNORE INTO main.runs(run, started, finished, kit,"
		" seed, isolation) SELECT o.ours, started, finished, kit, seed,"
		" isolation FROM part.runs JOIN run_of o ON o.theirs = run",
		"");
	book_do("INSERT OR IGNORE INTO main.parts SELECT o.ours, part, parts"
		" FROM part.parts JOIN run_of o ON o.theirs = run",
		"");
}

static void copy_checks(void)
{
	char *sql = NULL;
	const char *list = columns("checks", "id,run");

	if (asprintf(&sql,
		     "INSERT OR IGNORE INTO main.checks(%s, run) SELECT %s,"
		     " (SELECT ours FROM run_of WHERE theirs = run) FROM"
		     " part.checks ORDER BY id",
		     list, list) < 0)
		exit(2);
	book_do(sql, "");
	free(sql);
	book_do("UPDATE main.checks SET (state, detail, label, points, bonus,"
		" seconds, run) = (SELECT state, detail, label, points, bonus,"
		" seconds, (SELECT ours FROM run_of WHERE theirs = t.run)"
		" FROM part.checks t WHERE t.unit = checks.unit AND"
		" t.content = checks.content AND t.kit = checks.kit AND t.seed"
		" = checks.seed AND t.base = checks.base) WHERE (unit, content,"
		" kit, seed, base) IN (SELECT unit, content, kit, seed, base"
		" FROM part.checks)",
		"");
	book_do("CREATE TEMP TABLE check_of(theirs INTEGER PRIMARY KEY, ours)",
		"");
	book_do("INSERT INTO check_of SELECT t.id, c.id FROM part.checks t"
		" JOIN main.checks c USING(unit, content, kit, seed, base)",
		"");
	list = columns("tests", "check_id");
	/* A check that was run again has other tests now. */
	book_do("DELETE FROM main.tests WHERE check_id IN (SELECT ours FROM"
		" check_of)",
		"");
	if (asprintf(&sql,
		     "INSERT OR IGNORE INTO main.tests(%s, check_id) SELECT %s,"
		     " o.ours FROM part.tests t JOIN check_of o ON o.theirs ="
		     " t.check_id ORDER BY t.rowid",
		     list, list) < 0)
		exit(2);
	book_do(sql, "");
	free(sql);
}

/* A part without a mark, where there was one, makes that an old one. */
static void copy_students(void)
{
	char *sql = NULL;
	const char *list = columns("students", "check_id,run");

	book_do("CREATE TEMP TABLE failed AS SELECT t.student, t.unit, t.detail"
		" FROM part.students t JOIN main.students s USING(student,"
		" unit) WHERE t.points IS NULL AND s.points IS NOT NULL",
		"");
	book_do("UPDATE main.students SET stale = (SELECT detail FROM failed f"
		" WHERE f.student = students.student AND f.unit ="
		" students.unit) WHERE (student, unit) IN (SELECT student,"
		" unit FROM failed)",
		"");
	if (asprintf(&sql,
		     "INSERT OR REPLACE INTO main.students(%s, check_id, run)"
		     " SELECT %s, ifnull((SELECT ours FROM check_of WHERE"
		     " theirs = check_id), 0), (SELECT ours FROM run_of WHERE"
		     " theirs = run) FROM part.students t WHERE NOT EXISTS"
		     " (SELECT 1 FROM failed f WHERE f.student = t.student AND"
		     " f.unit = t.unit) ORDER BY t.rowid",
		     list, list) < 0)
		exit(2);
	book_do(sql, "");
	free(sql);
}

static void copy_history(void)
{
	book_do("INSERT INTO main.history(at, run, student, unit, state,"
		" points, detail, content, kit, seed) SELECT at, o.ours,"
		" student, unit, state, points, detail, content, kit, seed FROM"
		" part.history t LEFT JOIN run_of o ON o.theirs = t.run WHERE"
		" NOT EXISTS(SELECT 1 FROM main.history h WHERE h.at IS t.at"
		" AND h.student IS t.student AND h.unit IS t.unit AND h.state"
		" IS t.state AND h.points IS t.points AND h.detail IS t.detail"
		" AND h.content IS t.content AND h.kit IS t.kit AND h.seed IS"
		" t.seed) ORDER BY t.rowid",
		"");
}

/* Tables that others keep a row or some a student in, as the rubric. */
static void copy_others(void)
{
	static const char *const known = ",students,history,handed,failed,";
	sqlite3_stmt *st = store_query(
		"SELECT name, sql FROM part.sqlite_master m WHERE type ="
		" 'table' AND instr(?, ',' || name || ',') = 0 AND EXISTS"
		" (SELECT 1 FROM pragma_table_info(m.name, 'part') c WHERE"
		" c.name = 'student')",
		"s", known);
	char *sql, *name;

	while (store_next(st)) {
		name = strdup((const char *)sqlite3_column_text(st, 0));
		if (!book_number("SELECT 1 FROM main.sqlite_master WHERE name"
				 " = ?",
				 "s", name))
			book_do((const char *)sqlite3_column_text(st, 1), "");
		if (asprintf(&sql,
			     "DELETE FROM main.\"%s\" WHERE student IN (SELECT"
			     " student FROM part.\"%s\" EXCEPT SELECT student"
			     " FROM failed WHERE unit = ?)",
			     name, name) < 0)
			exit(2);
		book_do(sql, "s", name);
		free(sql);
		if (asprintf(&sql,
			     "INSERT INTO main.\"%s\" SELECT * FROM part.\"%s\""
			     " WHERE student NOT IN (SELECT student FROM"
			     " failed WHERE unit = ?) ORDER BY rowid",
			     name, name) < 0)
			exit(2);
		book_do(sql, "s", name);
		free(sql);
		free(name);
	}
	sqlite3_finalize(st);
}

void merge_copy(void)
{
	static const char *const temporary[] = { "DROP TABLE temp.run_of",
						 "DROP TABLE temp.check_of",
						 "DROP TABLE temp.failed" };
	unsigned int i;

	book_do("BEGIN", "");
	copy_runs();
	copy_checks();
	copy_students();
	copy_history();
	copy_others();
	book_do("INSERT OR REPLACE INTO main.handed SELECT * FROM part.handed",
		"");
	book_do("INSERT OR IGNORE INTO main.files SELECT * FROM part.files",
		"");
	for (i = 0; i < ARRAY_SIZE(temporary); i++)
		book_do(temporary[i], "");
	book_do("COMMIT", "");
}

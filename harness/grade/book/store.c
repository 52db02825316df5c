/*
 * The gradebook in SQLite. Its journal makes a stopped grader harmless: a
 * result is in it as a whole, or not at all.
 */
#define _GNU_SOURCE
#include "grade/book/store.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static sqlite3 *db;
static long long run;
static const char *run_kit, *run_seed, *run_isolation;

/* The state of a check that is not over: it has to run alone still. */
static const char waiting[] = "waiting";

static const char schema[] =
	"CREATE TABLE IF NOT EXISTS runs(run INTEGER PRIMARY KEY,"
	" started TEXT, finished TEXT, kit TEXT, seed TEXT, isolation TEXT);"
	"CREATE TABLE IF NOT EXISTS checks(id INTEGER PRIMARY KEY, unit TEXT,"
	" content TEXT, kit TEXT, seed TEXT, base TEXT, state TEXT,"
	" detail TEXT, label TEXT, points INTEGER, bonus INTEGER,"
	" seconds REAL, run INTEGER, UNIQUE(unit, content, kit, seed, base));"
	"CREATE TABLE IF NOT EXISTS tests(check_id INTEGER, name TEXT,"
	" todo INTEGER, points INTEGER, of INTEGER, bonus INTEGER, verdict "
	"TEXT,"
	" seconds REAL, again TEXT, report TEXT, PRIMARY KEY(check_id, name));"
	"CREATE TABLE IF NOT EXISTS students(student TEXT, unit TEXT,"
	" state TEXT, points INTEGER, bonus INTEGER, detail TEXT, content TEXT,"
	" check_id INTEGER, stale TEXT, run INTEGER,"
	" PRIMARY KEY(student, unit));"
	"CREATE TABLE IF NOT EXISTS history(at TEXT, run INTEGER, student TEXT,"
	" unit TEXT, state TEXT, points INTEGER, detail TEXT, content TEXT,"
	" kit TEXT, seed TEXT);"
	"CREATE TABLE IF NOT EXISTS regrades(student TEXT, unit TEXT,"
	" kit TEXT, old_kit TEXT, old INTEGER, new INTEGER, changed TEXT,"
	" run INTEGER, PRIMARY KEY(student, unit, kit));";

static void die(const char *what)
{
	fprintf(stderr, "grade: the gradebook cannot be %s: %s\n", what,
		sqlite3_errmsg(db));
	exit(2);
}

static void bind_all(sqlite3_stmt *st, const char *types, va_list args)
{
	int i;

	for (i = 0; types[i]; i++) {
		if (types[i] == 's')
			sqlite3_bind_text(st, i + 1, va_arg(args, const char *),
					  -1, SQLITE_TRANSIENT);
		else if (types[i] == 'd')
			sqlite3_bind_double(st, i + 1, va_arg(args, double));
		else
			sqlite3_bind_int64(st, i + 1, va_arg(args, long long));
	}
}

static sqlite3_stmt *prepare(const char *sql, const char *types, va_list args)
{
	sqlite3_stmt *st;

	if (sqlite3_prepare_v2(db, sql, -1, &st, NULL) != SQLITE_OK)
		die("read");
	bind_all(st, types, args);
	return st;
}

sqlite3_stmt *store_query(const char *sql, const char *types, ...)
{
	sqlite3_stmt *st;
	va_list args;

	va_start(args, types);
	st = prepare(sql, types, args);
	va_end(args);
	return st;
}

bool store_next(sqlite3_stmt *st)
{
	int rc = sqlite3_step(st);

	if (rc == SQLITE_ROW || rc == SQLITE_DONE)
		return rc == SQLITE_ROW;
	fprintf(stderr, "grade: the gradebook cannot be read: %s\n",
		sqlite3_errmsg(sqlite3_db_handle(st)));
	exit(2);
}

const char *store_text(sqlite3_stmt *st, int i)
{
	const char *s = (const char *)sqlite3_column_text(st, i);

	return s ? s : "";
}

void store_change(const char *sql, const char *types, ...)
{
	sqlite3_stmt *st;
	va_list args;

	va_start(args, types);
	st = prepare(sql, types, args);
	va_end(args);
	if (sqlite3_step(st) != SQLITE_DONE)
		die("written");
	sqlite3_finalize(st);
}

void store_open(const char *path)
{
	if (sqlite3_open(path, &db) != SQLITE_OK) {
		fprintf(stderr, "grade: %s: %s\n", path, sqlite3_errmsg(db));
		exit(2);
	}
	sqlite3_busy_timeout(db, 10000);
	if (sqlite3_exec(db, schema, NULL, NULL, NULL) != SQLITE_OK)
		die("opened");
}

void store_close(void)
{
	store_change("UPDATE runs SET finished = datetime('now') WHERE run = ?",
		     "i", run);
	sqlite3_close(db);
}

bool store_seed(char *buf)
{
	sqlite3_stmt *st =
		store_query("SELECT seed FROM runs ORDER BY run DESC LIMIT 1",
			    "");
	bool found = store_next(st);

	if (found)
		snprintf(buf, 20, "%s", sqlite3_column_text(st, 0));
	sqlite3_finalize(st);
	return found;
}

void store_run(const char *kit, const char *seed, const char *isolation)
{
	run_kit = kit;
	run_seed = seed;
	run_isolation = isolation;
	store_change("INSERT INTO runs(started, kit, seed, isolation)"
		     " VALUES(datetime('now'), ?, ?, ?)",
		     "sss", kit, seed, isolation);
	run = sqlite3_last_insert_rowid(db);
}

bool store_find(struct store_mark *m)
{
	static char state[32], detail[512];
	sqlite3_stmt *st = store_query(
		"SELECT id, state, detail, points, bonus, seconds FROM checks"
		" WHERE unit = ? AND content = ? AND kit = ? AND seed = ?"
		" AND run IN (SELECT run FROM runs WHERE isolation = ?)",
		"sssss", m->unit, m->content, run_kit, run_seed, run_isolation);
	bool found = store_next(st);

	if (found) {
		m->key = sqlite3_column_int64(st, 0);
		snprintf(state, sizeof(state), "%s",
			 sqlite3_column_text(st, 1));
		snprintf(detail, sizeof(detail), "%s",
			 sqlite3_column_text(st, 2));
		m->state = state;
		m->detail = detail;
		m->points = sqlite3_column_int(st, 3);
		m->bonus = sqlite3_column_int(st, 4);
		m->seconds = sqlite3_column_double(st, 5);
		found = strcmp(state, waiting);
	}
	sqlite3_finalize(st);
	return found;
}

bool store_load(const struct store_mark *m, struct judgement *j)
{
	sqlite3_stmt *st = store_query("SELECT report FROM tests WHERE"
				       " check_id = ? ORDER BY rowid",
				       "i", m->key);
	sqlite3_stmt *label;
	json_t *t;

	*j = (struct judgement){ .tests = json_array() };
	while (store_next(st)) {
		t = json_loads((const char *)sqlite3_column_text(st, 0), 0,
			       NULL);
		if (json_is_object(t))
			json_array_append(j->tests, t);
		json_decref(t);
	}
	sqlite3_finalize(st);
	label = store_query("SELECT label FROM checks WHERE id = ?", "i",
			    m->key);
	if (store_next(label))
		snprintf(j->label, sizeof(j->label), "%s",
			 sqlite3_column_text(label, 0));
	sqlite3_finalize(label);
	judge_count(j);
	return json_array_size(j->tests);
}

static const char *text_of(json_t *t, const char *key)
{
	const char *s = json_string_value(json_object_get(t, key));

	return s ? s : "";
}

static long long number_of(json_t *t, const char *key)
{
	return json_integer_value(json_object_get(t, key));
}

/* A row for the check, in place of one that waited; its id. */
static long long insert_check(const char *unit, const char *content,
			      const char *base, const struct judgement *j,
			      const char *state)
{
	sqlite3_stmt *st;
	long long id;

	store_change("INSERT INTO checks(unit, content, kit, seed, base, state,"
		     " detail, label, points, bonus, seconds, run)"
		     " VALUES(?,?,?,?,?,?,?,?,?,?,?,?) ON CONFLICT DO UPDATE"
		     " SET state = excluded.state, detail = excluded.detail,"
		     " label = excluded.label, points = excluded.points,"
		     " bonus = excluded.bonus, seconds = excluded.seconds,"
		     " run = excluded.run",
		     "ssssssssiidi", unit, content, run_kit, run_seed, base,
		     state, j->detail, j->label, (long long)j->points,
		     (long long)j->bonus, j->seconds, run);
	st = store_query("SELECT id FROM checks WHERE unit = ? AND content = ?"
			 " AND kit = ? AND seed = ? AND base = ?",
			 "sssss", unit, content, run_kit, run_seed, base);
	if (!store_next(st))
		die("read");
	id = sqlite3_column_int64(st, 0);
	sqlite3_finalize(st);
	store_change("DELETE FROM tests WHERE check_id = ?", "i", id);
	return id;
}

void store_check(const char *unit, const char *content, const char *base,
		 const struct judgement *j, bool is_waiting)
{
	long long id;
	char *report;
	json_t *t;
	size_t i;

	store_change("BEGIN", "");
	id = insert_check(unit, content, base, j,
			  is_waiting ? waiting : judge_name(j->state));
	json_array_foreach(j->tests, i, t)
	{
		report = json_dumps(t, JSON_COMPACT);
		store_change("INSERT INTO tests VALUES(?,?,?,?,?,?,?,?,?,?)",
			     "isiiiisdss", id, text_of(t, "name"),
			     number_of(t, "todo"), number_of(t, "points"),
			     number_of(t, "of"),
			     (long long)json_is_true(
				     json_object_get(t, "bonus")),
			     text_of(t, "verdict"),
			     json_number_value(json_object_get(t, "seconds")),
			     text_of(t, "again"), report ? report : "{}");
		free(report);
	}
	store_change("COMMIT", "");
}

static void remember(const struct store_mark *m)
{
	store_change("INSERT INTO history VALUES(datetime('now'), ?, ?, ?, ?,"
		     " nullif(?, -1), ?, ?, ?, ?)",
		     "isssissss", run, m->student, m->unit, m->state,
		     (long long)m->points, m->detail, m->content, run_kit,
		     run_seed);
}

/* Is this what the student has already? And has the student a mark at all? */
static bool is_known(const struct store_mark *m, bool *has_mark)
{
	sqlite3_stmt *st = store_query(
		"SELECT points IS NOT NULL, check_id = ? AND state = ? AND"
		" points = ? AND content = ? AND detail = ? FROM students"
		" WHERE student = ? AND unit = ?",
		"isissss", m->key, m->state, (long long)m->points, m->content,
		m->detail, m->student, m->unit);
	bool same = false;

	*has_mark = false;
	if (store_next(st)) {
		*has_mark = sqlite3_column_int(st, 0);
		same = sqlite3_column_int(st, 1);
	}
	sqlite3_finalize(st);
	return same;
}

void store_student(const struct store_mark *m)
{
	bool has_mark, same = is_known(m, &has_mark);

	store_change("BEGIN", "");
	if (!same)
		remember(m);
	if (m->points < 0 && has_mark)
		store_change(
			"UPDATE students SET stale = ? WHERE student = ? AND"
			" unit = ?",
			"sss", m->detail, m->student, m->unit);
	else
		store_change("INSERT OR REPLACE INTO students VALUES(?, ?, ?,"
			     " nullif(?, -1), ?, ?, ?, ?, '', ?)",
			     "sssiissii", m->student, m->unit, m->state,
			     (long long)m->points, (long long)m->bonus,
			     m->detail, m->content, m->key, run);
	store_change("COMMIT", "");
}

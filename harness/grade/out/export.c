/*
 * What others read: the table for a learning platform, and a file a student.
 * Each is written beside its place and renamed. No times and no dates in
 * them: the same marks give the same bytes.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "grade/grade.h"
#include "grade/book/store.h"

static FILE *begin(char *path, char *tmp, size_t len, const char *name,
		   const char *ext)
{
	snprintf(path, len, "%s/%s%s", grade_opt.out, name, ext);
	snprintf(tmp, len, "%s.%d.tmp", path, getpid());
	return fopen(tmp, "w");
}

static int finish(FILE *f, const char *path, const char *tmp)
{
	int err = fflush(f) || ferror(f) || fsync(fileno(f)) ? -EIO : 0;

	if (fclose(f) && !err)
		err = -errno;
	if (!err && rename(tmp, path))
		err = -errno;
	if (err)
		unlink(tmp);
	return err;
}

static const char *column(sqlite3_stmt *st, int i)
{
	const char *s = (const char *)sqlite3_column_text(st, i);

	return s ? s : "";
}

/* The kit's units, and what the grader adds to them; NULL at the end. */
static const char *unit_name(unsigned int u)
{
	return u < grade_kit.nr_units	 ? grade_kit.units[u]
	       : u == grade_kit.nr_units ? "integration"
					 : NULL;
}

/* Units that nobody was graded in are no columns. */
static bool is_in_book(unsigned int unit)
{
	sqlite3_stmt *st =
		store_query("SELECT 1 FROM students WHERE unit = ? LIMIT 1",
			    "s", unit_name(unit));
	bool found = sqlite3_step(st) == SQLITE_ROW;

	sqlite3_finalize(st);
	return found;
}

/* --- CSV ------------------------------------------------------------------ */
/* Quoted; what a spreadsheet would compute is made a text. */
static void csv_text(FILE *f, const char *s)
{
	fputc('"', f);
	if (*s && strchr("=+-@", *s))
		fputc('\'', f);
	for (; *s; s++) {
		if (*s == '"')
			fputc('"', f);
		fputc(*s, f);
	}
	fputc('"', f);
}

/* One student's cell a unit; the state says what is not simply graded. */
static void csv_row(FILE *f, const char *student)
{
	char state[512] = "";
	long long total = 0;
	sqlite3_stmt *st;
	unsigned int u;

	csv_text(f, student);
	for (u = 0; unit_name(u); u++) {
		if (!is_in_book(u))
			continue;
		st = store_query("SELECT state, points, stale FROM students"
				 " WHERE student = ? AND unit = ?",
				 "ss", student, unit_name(u));
		fputc(',', f);
		if (sqlite3_step(st) == SQLITE_ROW) {
			const bool is_stale = *column(st, 2);

			fputs(column(st, 1), f);
			total += sqlite3_column_int64(st, 1);
			if (is_stale || strcmp(column(st, 0), "graded"))
				snprintf(state + strlen(state),
					 sizeof(state) - strlen(state),
					 "%s%s:%s", *state ? " " : "",
					 unit_name(u),
					 is_stale ? "old-mark" : column(st, 0));
		}
		sqlite3_finalize(st);
	}
	fprintf(f, ",%lld,", total);
	csv_text(f, *state ? state : "graded");
	fputc('\n', f);
}

static int export_csv(void)
{
	char path[1024], tmp[1024];
	FILE *f = begin(path, tmp, sizeof(path), "gradebook", ".csv");
	sqlite3_stmt *st;
	unsigned int u;

	if (!f)
		return -errno;
	fputs("student", f);
	for (u = 0; unit_name(u); u++)
		if (is_in_book(u))
			fprintf(f, ",%s", unit_name(u));
	fputs(",total,state\n", f);
	st = store_query("SELECT DISTINCT student FROM students ORDER BY 1",
			 "");
	while (sqlite3_step(st) == SQLITE_ROW)
		csv_row(f, column(st, 0));
	sqlite3_finalize(st);
	return finish(f, path, tmp);
}

/* --- JSON ----------------------------------------------------------------- */
/* As the supervisor reported each; without its time, and what a second run of
 * it said. */
static json_t *tests_of(long long check)
{
	sqlite3_stmt *st = store_query("SELECT report, again FROM tests"
				       " WHERE check_id = ? ORDER BY rowid",
				       "i", check);
	json_t *list = json_array(), *t;

	while (sqlite3_step(st) == SQLITE_ROW) {
		t = json_loads(column(st, 0), 0, NULL);
		json_object_del(t, "seconds");
		json_object_set_new(t, "again", json_text(column(st, 1)));
		json_array_append_new(list, t);
	}
	sqlite3_finalize(st);
	return list;
}

/* A unit as it stands: with the kit and the seed of its own mark. */
static json_t *unit_of(sqlite3_stmt *st)
{
	json_t *j =
		json_pack("{s:o, s:o, s:o, s:i, s:i, s:o, s:o, s:o, s:o, s:o}",
			  "unit", json_text(column(st, 0)), "state",
			  json_text(column(st, 1)), "points",
			  sqlite3_column_type(st, 2) == SQLITE_NULL
				  ? json_null()
				  : json_integer(sqlite3_column_int(st, 2)),
			  "of", 100, "bonus", sqlite3_column_int(st, 3),
			  "detail", json_text(column(st, 4)), "stale",
			  json_text(column(st, 5)), "kit",
			  json_text(column(st, 7)), "seed",
			  json_text(column(st, 8)), "tests",
			  tests_of(sqlite3_column_int64(st, 6)));

	return j;
}

static json_t *units_of(const char *student, long long *points)
{
	json_t *list = json_array();
	sqlite3_stmt *st;
	unsigned int u;

	for (u = 0; unit_name(u); u++) {
		st = store_query(
			"SELECT s.unit, s.state, s.points, s.bonus, s.detail,"
			" s.stale, s.check_id, runs.kit, runs.seed FROM"
			" students s LEFT JOIN runs ON runs.run = s.run"
			" WHERE student = ? AND unit = ?",
			"ss", student, unit_name(u));
		if (sqlite3_step(st) == SQLITE_ROW) {
			json_array_append_new(list, unit_of(st));
			*points += sqlite3_column_int64(st, 2);
		}
		sqlite3_finalize(st);
	}
	return list;
}

static int export_student(const struct submission *s, const char *seed)
{
	char path[1024], tmp[1024];
	long long points = 0;
	json_t *units = units_of(s->name, &points);
	json_t *j =
		json_pack("{s:o, s:s, s:s, s:s, s:{s:I, s:I}, s:o, s:o, s:O}",
			  "student", json_text(s->name), "kit", grade_opt.hash,
			  "seed", seed, "isolation", grade_opt.isolation,
			  "total", "points", (json_int_t)points, "of",
			  (json_int_t)(100 * json_array_size(units)), "refused",
			  json_text(s->reason), "units", units, "intake",
			  s->report ? s->report : json_null());
	FILE *f;
	int err;

	if (!j)
		return -ENOMEM;
	f = begin(path, tmp, sizeof(path), s->name, ".json");
	if (!f) {
		err = -errno;
	} else {
		json_dumpf(j, f, JSON_INDENT(2));
		fputc('\n', f);
		err = finish(f, path, tmp);
	}
	json_decref(j);
	return err;
}

int export_all(struct submission *list, unsigned int n, const char *seed)
{
	int err = export_csv();
	unsigned int i;

	for (i = 0; !err && i < n; i++)
		err = export_student(&list[i], seed);
	return err;
}

/*
 * The gradebook as documents: one a student. Seconds and what a test printed
 * are in them for the pages; who writes a file that must repeat leaves them
 * out.
 */
#define _GNU_SOURCE
#include <string.h>

#include "grade/book/store.h"
#include "grade/check/isolate.h"
#include "grade/out/out.h"

static void add_unit(struct out_units *u, const char *name)
{
	unsigned int i;

	for (i = 0; i < u->nr; i++)
		if (!strcmp(u->name[i], name))
			return;
	if (u->nr == OUT_MAX_UNITS)
		return;
	snprintf(u->name[u->nr++], sizeof(u->name[0]), "%s", name);
	u->has_rubric |= !strcmp(name, "rubric");
}

/* Those of the kit in its order, then what was graded beside them. */
void document_units(struct out_units *u)
{
	sqlite3_stmt *st;
	unsigned int i;

	memset(u, 0, sizeof(*u));
	for (i = 0; i < grade_kit.nr_units; i++) {
		st = store_query("SELECT unit FROM students WHERE unit = ?"
				 " LIMIT 1",
				 "s", grade_kit.units[i]);
		if (store_next(st))
			add_unit(u, store_text(st, 0));
		sqlite3_finalize(st);
	}
	st = store_query("SELECT DISTINCT unit FROM students ORDER BY 1", "");
	while (store_next(st))
		add_unit(u, store_text(st, 0));
	sqlite3_finalize(st);
}

bool unit_counts(const struct out_units *u, const char *unit)
{
	return !u->has_rubric || strcmp(unit, "capstone");
}

/* Points, null where there are none. */
static json_t *points_of(sqlite3_stmt *st, int i)
{
	if (sqlite3_column_type(st, i) == SQLITE_NULL ||
	    sqlite3_column_int(st, i) < 0)
		return json_null();
	return json_integer(sqlite3_column_int(st, i));
}

/* As the supervisor reported each, and what a second run of it said. */
json_t *document_tests(long long check)
{
	sqlite3_stmt *st = store_query("SELECT report, again FROM tests"
				       " WHERE check_id = ? ORDER BY rowid",
				       "i", check);
	json_t *list = json_array(), *t;

	while (store_next(st)) {
		t = json_loads(store_text(st, 0), 0, NULL);
		if (!json_is_object(t)) {
			json_decref(t);
			continue;
		}
		json_object_set_new(t, "again", json_text(store_text(st, 1)));
		json_array_append_new(list, t);
	}
	sqlite3_finalize(st);
	return list;
}

/* A unit as it stands: with the kit and the seed of its own mark. */
static json_t *unit_of(sqlite3_stmt *st)
{
	json_t *tests = document_tests(sqlite3_column_int64(st, 6));

	return json_pack(
		"{s:o, s:o, s:o, s:i, s:i, s:o, s:o, s:o, s:o, s:o, s:o, s:o,"
		" s:o}",
		"unit", json_text(store_text(st, 0)), "state",
		json_text(store_text(st, 1)), "points", points_of(st, 2), "of",
		100, "bonus", sqlite3_column_int(st, 3), "detail",
		json_text(store_text(st, 4)), "stale",
		json_text(store_text(st, 5)), "kit",
		json_text(store_text(st, 7)), "seed",
		json_text(store_text(st, 8)), "content",
		json_text(store_text(st, 9)), "label",
		json_text(store_text(st, 10)), "likely",
		guess_unit(store_text(st, 0), tests), "tests", tests);
}

static json_t *units_of(const char *student, const struct out_units *u,
			json_int_t *points)
{
	json_t *list = json_array();
	sqlite3_stmt *st;
	unsigned int i;

	for (i = 0; i < u->nr; i++) {
		st = store_query(
			"SELECT s.unit, s.state, s.points, s.bonus, s.detail,"
			" s.stale, s.check_id, runs.kit, runs.seed, s.content,"
			" checks.label FROM students s"
			" LEFT JOIN runs ON runs.run = s.run"
			" LEFT JOIN checks ON checks.id = s.check_id"
			" WHERE s.student = ? AND s.unit = ?",
			"ss", student, u->name[i]);
		if (store_next(st)) {
			json_array_append_new(list, unit_of(st));
			if (unit_counts(u, u->name[i]))
				*points += sqlite3_column_int64(st, 2);
		}
		sqlite3_finalize(st);
	}
	return list;
}

bool document_has(const char *table)
{
	sqlite3_stmt *st = store_query("SELECT 1 FROM sqlite_master WHERE"
				       " type = 'table' AND name = ?",
				       "s", table);
	bool found = store_next(st);

	sqlite3_finalize(st);
	return found;
}

static json_t *rubric_of(const char *student)
{
	json_t *list = json_array();
	sqlite3_stmt *st;

	if (!document_has("rubric"))
		return list;
	st = store_query("SELECT item, points, of, state, detail FROM rubric"
			 " WHERE student = ? ORDER BY rowid",
			 "s", student);
	while (store_next(st))
		json_array_append_new(
			list, json_pack("{s:o, s:o, s:i, s:o, s:o}", "item",
					json_text(store_text(st, 0)), "points",
					points_of(st, 1), "of",
					sqlite3_column_int(st, 2), "state",
					json_text(store_text(st, 3)), "detail",
					json_text(store_text(st, 4))));
	sqlite3_finalize(st);
	return list;
}

json_t *document_student(const struct submission *s, const char *seed,
			 const struct out_units *u)
{
	json_int_t points = 0, of = 0;
	json_t *units = units_of(s->name, u, &points);
	unsigned int i;

	for (i = 0; i < u->nr; i++)
		of += unit_counts(u, u->name[i]) ? 100 : 0;
	return json_pack(
		"{s:o, s:s, s:s, s:s, s:{s:I, s:I}, s:o, s:o, s:o, s:o, s:O}",
		"student", json_text(s->name), "kit", grade_opt.hash, "seed",
		seed, "isolation", grade_opt.isolation, "total", "points",
		points, "of", of, "refused", json_text(s->reason), "units",
		units, "rubric", rubric_of(s->name), "bench", bench_of(s),
		"intake", s->report ? s->report : json_null());
}

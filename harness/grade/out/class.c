/*
 * The class as a document: everybody's marks, the tests failed most, the
 * misconceptions seen, and what a person has to look at.
 */
#define _GNU_SOURCE
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "grade/book/store.h"
#include "grade/check/isolate.h"
#include "grade/out/look.h"
#include "grade/out/out.h"

/* The address of a student's page, "" when none was ever made. */
static json_t *page_of(const char *student)
{
	char name[160], path[1400], url[600];

	out_name(name, sizeof(name), student);
	snprintf(path, sizeof(path), "%s/html/%s.html", grade_opt.out, name);
	if (access(path, R_OK))
		return json_string("");
	url_text(url, sizeof(url) - 5, name);
	strcat(url, ".html");
	return json_string(url);
}

static json_t *student_of(const char *student, const struct out_units *u)
{
	json_t *units = json_object(), *points;
	json_int_t total = 0;
	sqlite3_stmt *st;
	const char *unit;

	st = store_query("SELECT unit, state, points, bonus, stale FROM"
			 " students WHERE student = ?",
			 "s", student);
	while (store_next(st)) {
		unit = store_text(st, 0);
		if (unit_counts(u, unit))
			total += sqlite3_column_int64(st, 2);
		points = sqlite3_column_type(st, 2) == SQLITE_NULL
				 ? json_null()
				 : json_integer(sqlite3_column_int(st, 2));
		json_object_set_new(
			units, unit,
			json_pack("{s:o, s:o, s:i, s:o}", "state",
				  json_text(store_text(st, 1)), "points",
				  points, "bonus", sqlite3_column_int(st, 3),
				  "stale", json_text(store_text(st, 4))));
	}
	sqlite3_finalize(st);
	return json_pack("{s:o, s:o, s:I, s:o}", "student", json_text(student),
			 "page", page_of(student), "points", total, "units",
			 units);
}

static json_t *students_of(const struct out_units *u)
{
	sqlite3_stmt *st =
		store_query("SELECT DISTINCT student FROM students ORDER BY 1",
			    "");
	json_t *list = json_array();

	while (store_next(st))
		json_array_append_new(list, student_of(store_text(st, 0), u));
	sqlite3_finalize(st);
	return list;
}

/* Of those whose unit was tested and who have written it. */
static json_t *tests_of(void)
{
	sqlite3_stmt *st = store_query(
		"SELECT s.unit, t.name,"
		" sum(t.verdict IN ('FAIL', 'CRASH', 'TIMEOUT')) AS failed,"
		" sum(t.verdict NOT IN ('TODO', 'SKIP')) AS tried"
		" FROM students s JOIN tests t ON t.check_id = s.check_id"
		" WHERE t.bonus = 0 GROUP BY s.unit, t.name"
		" HAVING failed > 0"
		" ORDER BY failed DESC, s.unit, t.name",
		"");
	json_t *list = json_array();

	while (store_next(st))
		json_array_append_new(
			list, json_pack("{s:o, s:o, s:i, s:i}", "unit",
					json_text(store_text(st, 0)), "test",
					json_text(store_text(st, 1)), "failed",
					sqlite3_column_int(st, 2), "of",
					sqlite3_column_int(st, 3)));
	sqlite3_finalize(st);
	return list;
}

/* --- misconceptions ------------------------------------------------------- */
/* Adds one student's guess to those of others. */
static void add_guess(json_t *seen, const char *unit, json_t *guess)
{
	json_t *m;
	size_t i;

	json_array_foreach(seen, i, m)
	{
		if (strcmp(text_of(m, "unit"), unit) ||
		    strcmp(text_of(m, "mutant"), text_of(guess, "mutant")))
			continue;
		json_object_set_new(m, "students",
				    json_integer(number_of(m, "students") + 1));
		return;
	}
	m = json_pack("{s:s, s:O, s:O, s:O, s:i}", "unit", unit, "mutant",
		      json_object_get(guess, "mutant"), "believed",
		      json_object_get(guess, "believed"), "learn",
		      json_object_get(guess, "learn"), "students", 1);
	json_array_append_new(seen, m);
}

static int by_students(const void *a, const void *b)
{
	json_t *x = *(json_t *const *)a, *y = *(json_t *const *)b;
	int order = number_of(y, "students") - number_of(x, "students");

	if (!order)
		order = strcmp(text_of(x, "unit"), text_of(y, "unit"));
	return order ? order
		     : strcmp(text_of(x, "mutant"), text_of(y, "mutant"));
}

static json_t *sorted(json_t *list)
{
	const size_t n = json_array_size(list);
	json_t **all = calloc(n + 1, sizeof(*all)), *to = json_array();
	size_t i;

	for (i = 0; all && i < n; i++)
		all[i] = json_array_get(list, i);
	if (all)
		qsort(all, n, sizeof(*all), by_students);
	for (i = 0; all && i < n; i++)
		json_array_append(to, all[i]);
	free(all);
	json_decref(list);
	return to;
}

/* The likeliest of each student's unit. */
static json_t *misconceptions_of(void)
{
	sqlite3_stmt *st = store_query(
		"SELECT unit, check_id FROM students WHERE check_id > 0"
		" ORDER BY student, unit",
		"");
	json_t *seen = json_array(), *tests, *likely;

	while (store_next(st)) {
		tests = document_tests(sqlite3_column_int64(st, 1));
		likely = guess_unit(store_text(st, 0), tests);
		if (json_array_size(likely))
			add_guess(seen, store_text(st, 0),
				  json_array_get(likely, 0));
		json_decref(likely);
		json_decref(tests);
	}
	sqlite3_finalize(st);
	return sorted(seen);
}

/* --- for a person --------------------------------------------------------- */
static json_t *rows_of(const char *sql)
{
	sqlite3_stmt *st = store_query(sql, "");
	json_t *list = json_array();

	while (store_next(st))
		json_array_append_new(
			list, json_pack("{s:o, s:o, s:o}", "student",
					json_text(store_text(st, 0)), "unit",
					json_text(store_text(st, 1)), "why",
					json_text(store_text(st, 2))));
	sqlite3_finalize(st);
	return list;
}

static json_t *infra_of(void)
{
	return rows_of("SELECT student, unit, CASE WHEN stale <> '' THEN"
		       " 'an older mark stands: ' || stale ELSE detail END"
		       " FROM students WHERE points IS NULL OR stale <> ''"
		       " ORDER BY 1, 2");
}

/* How many pairs have passages in common, a unit each. */
static json_t *alike_of(void)
{
	sqlite3_stmt *st;
	json_t *list = json_array();

	if (!document_has("alike"))
		return list;
	st = store_query("SELECT unit, count(*) FROM (SELECT DISTINCT unit, a,"
			 " b FROM alike) GROUP BY unit ORDER BY 1",
			 "");
	while (store_next(st))
		json_array_append_new(
			list, json_pack("{s:o, s:i}", "unit",
					json_text(store_text(st, 0)), "pairs",
					sqlite3_column_int(st, 1)));
	sqlite3_finalize(st);
	return list;
}

json_t *document_class(const char *seed, const struct out_units *u)
{
	json_t *units = json_array();
	json_int_t of = 0;
	unsigned int i;

	for (i = 0; i < u->nr; i++) {
		const bool counts = unit_counts(u, u->name[i]);

		of += counts ? 100 : 0;
		json_array_append_new(units,
				      json_pack("{s:s, s:b}", "unit",
						u->name[i], "counts", counts));
	}
	return json_pack(
		"{s:s, s:s, s:s, s:I, s:o, s:o, s:o, s:o, s:o, s:o, s:o}",
		"kit", grade_opt.hash, "seed", seed, "isolation",
		grade_opt.isolation, "of", of, "units", units, "students",
		students_of(u), "failed", tests_of(), "misconceptions",
		misconceptions_of(), "person", look_list(), "infra", infra_of(),
		"alike", alike_of());
}

/*
 * Latencies of the capstone, as rows: who, which way, and either the quantiles
 * in ns, or "points", the ns of one operation in each of some runs.
 *
 * What a student's BENCH.json says is only what the student says; a row tells
 * whose it is. What the rubric measured here is in the gradebook.
 */
#define _GNU_SOURCE
#include <string.h>

#include "grade/book/store.h"
#include "grade/out/out.h"

static const char *const ways[] = { "inline", "spawn" };
static const char *const quantiles[] = { "p50", "p90", "p99", "p999", "max" };

/* Numbers that can be drawn: above 0, in their order. */
static bool is_sound(json_t *row)
{
	json_int_t before = 1, now;
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(quantiles); i++) {
		now = json_integer_value(json_object_get(row, quantiles[i]));
		if (now < before || now > 1000000000000)
			return false;
		before = now;
	}
	return true;
}

/* The release build's rows of a BENCH.json. */
static void rows_add(json_t *list, const char *path, const char *who,
		     bool is_mine)
{
	json_t *all = json_load_file(path, 0, NULL), *row, *to;
	json_t *release =
		json_object_get(json_object_get(all, "build"), "release");
	unsigned int i, q;

	for (i = 0; i < ARRAY_SIZE(ways); i++) {
		row = json_object_get(release, ways[i]);
		if (!is_sound(row))
			continue;
		to = json_pack("{s:s, s:s, s:b}", "who", who, "way", ways[i],
			       "mine", is_mine);
		for (q = 0; q < ARRAY_SIZE(quantiles); q++)
			json_object_set(to, quantiles[q],
					json_object_get(row, quantiles[q]));
		json_array_append_new(list, to);
	}
	json_decref(all);
}

/* One way of one side, over all pairs of runs. */
static void points_add(json_t *list, json_t *pairs, const char *way,
		       const char *side, const char *who)
{
	json_t *points = json_array(), *pair;
	double ns;
	size_t i;

	json_array_foreach(pairs, i, pair)
	{
		ns = json_number_value(
			json_object_get(json_object_get(pair, side), way));
		if (ns >= 0.01 && ns <= 1e12)
			json_array_append_new(points, json_real(ns));
	}
	if (json_array_size(points))
		json_array_append_new(list,
				      json_pack("{s:s, s:s, s:b, s:O}", "who",
						who, "way", way, "mine",
						!strcmp(side, "mine"), "points",
						points));
	json_decref(points);
}

/* The rubric's runs of the release build: the student's and ours by turns. */
static void measured_add(json_t *list, const char *student)
{
	sqlite3_stmt *st;
	unsigned int i;
	json_t *j;

	if (!document_has("measured"))
		return;
	st = store_query("SELECT m.report FROM measured m JOIN students s ON"
			 " s.content = m.content WHERE s.student = ? AND"
			 " s.unit = 'capstone' ORDER BY m.rowid DESC LIMIT 1",
			 "s", student);
	if (store_next(st)) {
		j = json_loads((const char *)sqlite3_column_text(st, 0), 0,
			       NULL);
		for (i = 0; i < ARRAY_SIZE(ways); i++) {
			json_t *pairs = json_object_get(j, "release");

			points_add(list, pairs, ways[i], "mine",
				   "measured by the grader");
			points_add(list, pairs, ways[i], "ref",
				   "the reference in turn");
		}
		json_decref(j);
	}
	sqlite3_finalize(st);
}

json_t *bench_of(const struct submission *s)
{
	json_t *list = json_array();
	char path[600];

	measured_add(list, s->name);
	unit_folder(path, sizeof(path), s->id, GRADE_MAX_UNITS);
	strcat(path, "/BENCH.json");
	rows_add(list, path, "as the student recorded it", true);
	if (!json_array_size(list))
		return list;
	snprintf(path, sizeof(path), "%s/report/BENCH.json", grade_opt.build);
	rows_add(list, path, "the reference on this machine", false);
	return list;
}

/*
 * Latencies of the capstone, as rows: who, which way, the quantiles in ns.
 *
 * What a student's BENCH.json says is only what the student says; a row tells
 * whose it is.
 */
#define _GNU_SOURCE
#include <string.h>

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

json_t *bench_of(const struct submission *s)
{
	json_t *list = json_array();
	char path[600];

	unit_folder(path, sizeof(path), s->id, GRADE_MAX_UNITS);
	strcat(path, "/BENCH.json");
	rows_add(list, path, "as the student recorded it", true);
	if (!json_array_size(list))
		return list;
	snprintf(path, sizeof(path), "%s/report/BENCH.json", grade_opt.build);
	rows_add(list, path, "the reference on this machine", false);
	return list;
}

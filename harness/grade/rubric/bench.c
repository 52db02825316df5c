/*
 * A student's BENCH.json: its form, and whether a run can have written it.
 * What it says is compared and shown, and never earns a point by itself.
 */
#define _GNU_SOURCE
#include <math.h>
#include <string.h>

#include "grade/rubric/rubric.h"

#define MAX_BYTES (64 << 10)
#define FASTEST 0.2 /* ns: an operation takes longer on any machine */

static const char *const builds[] = { "release", "debug" };
static const char *const ways[] = { "inline", "spawn", "gather" };
static const char *const fields[] = { "p50", "p90", "p99",   "p999",
				      "max", "n",   "batch", "clock_ns" };

enum { P50, P90, P99, P999, MAX, N, BATCH, CLOCK, FIELDS };

/* The bucket of day 4: floor(4 log2 v), at most 127. */
static unsigned int bucket_of(uint64_t v)
{
	unsigned __int128 fourth;
	unsigned int b = 0;

	if (v >= 1ull << 32)
		return 127;
	fourth = (unsigned __int128)v * v * v * v;
	while (fourth >>= 1)
		b++;
	return b < 127 ? b : 127;
}

/* Quantiles are upper bounds of buckets, but in the last. */
static bool is_bound(uint64_t v)
{
	return bucket_of(v) == 127 || bucket_of(v) != bucket_of(v + 1);
}

/* Why no run can have written this row; NULL: one can. */
static const char *row_lie(const json_int_t *v)
{
	unsigned int i;

	if (!v[N] || !v[BATCH])
		return "it has no samples";
	for (i = P90; i <= P999; i++)
		if (v[i] < v[i - 1])
			return "a quantile is below the one before it";
	for (i = P50; i <= P999; i++)
		if (!is_bound((uint64_t)v[i]))
			return "a quantile is no bound of the histogram";
	if (bucket_of((uint64_t)v[P999]) > bucket_of((uint64_t)v[MAX]))
		return "a quantile is above the maximum";
	return NULL;
}

/* The ratio leaves the clock out, and so is no less than that of the rows. */
static const char *ratio_lie(double ratio, json_int_t inl, json_int_t spawn)
{
	const double rows = (double)spawn / (double)(inl ? inl : 1);

	if (!isfinite(ratio) || ratio <= 0)
		return "the ratio is none";
	if (ratio > (double)spawn / FASTEST)
		return "the ratio is more than the spawn row allows";
	if (ratio < rows / 2)
		return "the ratio is less than that of the rows";
	return NULL;
}

static json_t *refuse(char *why, size_t len, const char *word,
		      const char *where, const char *what)
{
	snprintf(why, len, "%s%s: %s", word, where, what);
	return NULL;
}

/* One row into @out; what is wrong with it, or NULL. */
static const char *row_take(json_t *from, json_t *out, json_int_t *v,
			    bool *is_lie)
{
	const char *lie;
	unsigned int i;

	for (i = 0; i < FIELDS; i++) {
		json_t *field = json_object_get(from, fields[i]);

		v[i] = json_integer_value(field);
		if (!json_is_integer(field) || v[i] < 0)
			return "a number of its row is missing";
		json_object_set_new(out, fields[i], json_integer(v[i]));
	}
	lie = row_lie(v);
	*is_lie = lie != NULL;
	return lie;
}

/* One build into @out; what is wrong with it, or NULL. */
static const char *build_take(json_t *from, json_t *out, bool *is_lie)
{
	json_int_t v[ARRAY_SIZE(ways)][FIELDS];
	const char *wrong;
	double p50, p99;
	unsigned int i;

	if (json_unpack(from, "{s:{s:F, s:F}}", "ratio", "p50", &p50, "p99",
			&p99))
		return "there is no ratio";
	json_object_set_new(out, "ratio",
			    json_pack("{s:f, s:f}", "p50", p50, "p99", p99));
	for (i = 0; i < ARRAY_SIZE(ways); i++) {
		json_t *row = json_object(), *given;

		given = json_object_get(from, ways[i]);
		json_object_set_new(out, ways[i], row);
		/* The schema has two rows; the kit writes three. */
		if (!given && i == 2)
			break;
		wrong = row_take(given, row, v[i], is_lie);
		if (wrong)
			return wrong;
	}
	wrong = ratio_lie(p50, v[0][P50], v[1][P50]);
	*is_lie = wrong != NULL;
	return wrong;
}

static json_t *fill(json_t *all, char *why, size_t len)
{
	static const char *const facts[] = { "machine", "compiler", "kernel",
					     "date" };
	json_t *out = json_object(), *into = json_object(), *build;
	const char *wrong = NULL, *where = "";
	bool is_lie = false;
	unsigned int i;

	json_object_set_new(out, "build", into);
	for (i = 0; !wrong && i < ARRAY_SIZE(facts); i++) {
		const char *text = json_string_value(
			json_object_get(all, where = facts[i]));

		json_object_set_new(out, facts[i], json_text(text ? text : ""));
		if (!text || !*text)
			wrong = "it is missing";
	}
	for (i = 0; !wrong && i < ARRAY_SIZE(builds); i++) {
		where = builds[i];
		build = json_object();
		json_object_set_new(into, where, build);
		wrong = build_take(
			json_object_get(json_object_get(all, "build"), where),
			build, &is_lie);
	}
	if (!wrong)
		return out;
	json_decref(out);
	return refuse(why, len, is_lie ? "impossible: " : "", where, wrong);
}

json_t *bench_clean(const char *path, char *why, size_t len)
{
	json_t *all, *clean;
	json_error_t error;
	static char text[MAX_BYTES];
	FILE *f = fopen(path, "r");
	size_t n;

	if (!f)
		return refuse(why, len, "", "BENCH.json",
			      "it was not handed in");
	n = fread(text, 1, sizeof(text), f);
	fclose(f);
	if (n == sizeof(text))
		return refuse(why, len, "", "BENCH.json", "it is too long");
	all = json_loadb(text, n, JSON_REJECT_DUPLICATES, &error);
	if (!json_is_object(all)) {
		json_decref(all);
		return refuse(why, len, "", "BENCH.json", "it is no JSON");
	}
	clean = fill(all, why, len);
	json_decref(all);
	return clean;
}

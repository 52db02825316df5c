/*
 * Do two programs measure the same? Of each pair of runs the student's number
 * over the reference's; of these quotients the median, and an interval that
 * holds it: the smallest and the largest, without one at each end when there
 * are eight or more. Only an interval that lies wholly outside costs points.
 */
#include <stdlib.h>
#include <string.h>

#include "grade/rubric/rubric.h"

#define MOST_PAIRS 40
#define WALL_MORE 3 /* waiting is noise, up to here */

/* What is compared, and how it is called when it is not the same. */
static const struct {
	const char *key, *name;
} numbers[] = {
	{ "inline", "the cost of an inline poll" },
	{ "spawn", "the cost of a spawn" },
	{ "ratio", "the ratio" },
	{ "cpu", "the processor time of the whole program" },
	{ "wall", "the time of the whole program" },
};

/* A median and its interval. */
struct spread {
	double low, mid, high;
};

static int compare(const void *a, const void *b)
{
	const double *x = a, *y = b;

	return (*x > *y) - (*x < *y);
}

static double side(json_t *pair, const char *who, const char *key)
{
	return json_number_value(
		json_object_get(json_object_get(pair, who), key));
}

/* Of @key: the student's, the reference's (@over NULL), or their quotient. */
static struct spread spread_of(json_t *pairs, const char *key, const char *who,
			       const char *over)
{
	double v[MOST_PAIRS];
	size_t n = 0, i, cut;
	json_t *pair;

	json_array_foreach(pairs, i, pair)
	{
		double below = over ? side(pair, over, key) : 1;

		if (n < MOST_PAIRS && below > 0)
			v[n++] = side(pair, who, key) / below;
	}
	if (!n)
		return (struct spread){ 0, 0, 0 };
	qsort(v, n, sizeof(*v), compare);
	cut = n >= 8;
	return (struct spread){ v[cut], v[n / 2], v[n - 1 - cut] };
}

enum answer { AGREES, UNCLEAR, DIFFERS };

static enum answer compare_one(const char *key, const struct spread *q,
			       double within)
{
	if (!strcmp(key, "wall"))
		return q->low > WALL_MORE * within ? DIFFERS : AGREES;
	if (q->low > within || q->high < 1 / within)
		return DIFFERS;
	return q->low >= 1 / within && q->high <= within ? AGREES : UNCLEAR;
}

static void say(struct outcome *o, const char *build, json_t *pairs)
{
	struct spread mine = spread_of(pairs, "ratio", "mine", NULL);
	struct spread ref = spread_of(pairs, "ratio", "ref", NULL);
	size_t len = strlen(o->detail);

	snprintf(o->detail + len, sizeof(o->detail) - len,
		 "%s%s: ratio %.1f, the reference's %.1f",
		 len ? "; " : "measured here, ", build, mine.mid, ref.mid);
}

/* One build: does everything agree? */
static enum answer judge_build(const struct rubric_item *item, json_t *pairs,
			       const char *build, struct outcome *o)
{
	enum answer worst = AGREES, one;
	struct spread q, mine, ref;
	unsigned int i;
	size_t len;

	say(o, build, pairs);
	for (i = 0; i < ARRAY_SIZE(numbers); i++) {
		q = spread_of(pairs, numbers[i].key, "mine", "ref");
		one = compare_one(numbers[i].key, &q, item->within);
		if (one <= worst)
			continue;
		worst = one;
		len = strlen(o->detail);
		snprintf(o->detail + len, sizeof(o->detail) - len,
			 ", but %s is %.2f times its (%.2f to %.2f)",
			 numbers[i].name, q.mid, q.low, q.high);
	}
	mine = spread_of(pairs, "ratio", "mine", NULL);
	ref = spread_of(pairs, "ratio", "ref", NULL);
	if (strcmp(build, "debug") || mine.high >= item->claim ||
	    ref.low < item->claim)
		return worst;
	len = strlen(o->detail);
	snprintf(o->detail + len, sizeof(o->detail) - len, ", and less than %g",
		 item->claim);
	return DIFFERS;
}

void ratio_judge(const struct rubric_item *item, json_t *measured,
		 struct outcome *o)
{
	static const char *const builds[] = { "release", "debug" };
	const char *error =
		json_string_value(json_object_get(measured, "error"));
	unsigned int i, agree = 0, unclear = 0;
	json_t *pairs;

	memset(o, 0, sizeof(*o));
	for (i = 0; i < ARRAY_SIZE(builds); i++) {
		enum answer a;

		pairs = json_object_get(measured, builds[i]);
		/* A build that could not be measured to its end has no vote. */
		if (!json_array_size(pairs) || (error && (i || !agree)))
			continue;
		a = judge_build(item, pairs, builds[i], o);
		agree += a == AGREES;
		unclear += a == UNCLEAR;
	}
	outcome_share(o, item, error ? 0 : agree / 2.0);
	if (error) {
		snprintf(o->detail, sizeof(o->detail), "%s", error);
	} else if (unclear) {
		o->state = "inconclusive";
		o->points = -1;
	}
}

/*
 * Noise: what ran out of time, was inconclusive, or was killed from outside
 * while the machine was busy, runs once more with the machine for itself. The
 * second verdict stands.
 *
 * A submission that hangs shall not hang everywhere a second time: of many
 * tests that ran out of time the first runs alone, as a probe, and the others
 * only when it passes.
 */
#define _GNU_SOURCE
#include <stdlib.h>
#include <string.h>

#include "grade/check/check.h"

#define MAX_ALONE 3

static const char *text_of(json_t *t, const char *key)
{
	const char *s = json_string_value(json_object_get(t, key));

	return s ? s : "";
}

/* Has it not run again yet, and is there something to win? */
static bool is_worth_it(json_t *t)
{
	return !*text_of(t, "again") &&
	       json_integer_value(json_object_get(t, "of")) > 0;
}

static bool is_unclear(json_t *t)
{
	const char *verdict = text_of(t, "verdict");

	if (!is_worth_it(t))
		return false;
	return !strcmp(verdict, "INCONCLUSIVE") ||
	       (!strcmp(verdict, "CRASH") &&
		strstr(text_of(t, "what"), "SIGKILL"));
}

static bool is_late(json_t *t)
{
	return is_worth_it(t) && !strcmp(text_of(t, "verdict"), "TIMEOUT");
}

/* Did one run out of time when alone, too? */
static bool is_hanging(json_t *tests)
{
	json_t *t;
	size_t i;

	json_array_foreach(tests, i,
			   t) if (!strcmp(text_of(t, "verdict"), "TIMEOUT") &&
				  *text_of(t, "again")) return true;
	return false;
}

static bool is_noisy(json_t *tests)
{
	json_t *t;
	size_t i;

	json_array_foreach(tests, i, t) if (!strcmp(text_of(t, "again"),
						    "noise")) return true;
	return false;
}

char *alone_list(json_t *tests)
{
	unsigned int late = 0, n = 0, most;
	char *list = NULL;
	json_t *t;
	size_t i;

	json_array_foreach(tests, i, t) late += is_late(t);
	most = is_hanging(tests)		      ? 0
	       : late <= MAX_ALONE || is_noisy(tests) ? late
						      : 1;
	json_array_foreach(tests, i,
			   t) if (is_unclear(t) || (is_late(t) && n++ < most))
		list = again_name(list, t);
	return list;
}

void alone_merge(json_t *tests, json_t *second)
{
	const char *verdict;
	json_t *t, *now;
	size_t i;

	json_array_foreach(second, i, now)
	{
		t = again_find(tests, now);
		if (!t)
			continue;
		verdict = text_of(now, "verdict");
		json_object_update(t, now);
		json_object_set_new(t, "again",
				    json_string(
					    !strcmp(verdict, "PASS") ? "noise"
					    : !strcmp(verdict, "INCONCLUSIVE")
						    ? "unclear"
						    : "wrong"));
	}
}

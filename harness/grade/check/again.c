/*
 * Wrong, flaky, or a matter of the seed? What failed runs twice more.
 *
 * That costs no points and gives none: it is said beside the verdict. Only the
 * first few tests that failed, for the same fault often fails many; and never
 * what is not written yet.
 */
#define _GNU_SOURCE
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "grade/check/check.h"

#define MAX_AGAIN 5

static const char *text_of(json_t *t, const char *key)
{
	const char *s = json_string_value(json_object_get(t, key));

	return s ? s : "";
}

static bool has_passed(json_t *second, json_t *t)
{
	json_t *found = again_find(second, t);

	return found && !strcmp(text_of(found, "verdict"), "PASS");
}

json_t *again_find(json_t *tests, json_t *like)
{
	json_t *t;
	size_t i;

	json_array_foreach(tests, i,
			   t) if (!strcmp(text_of(t, "name"),
					  text_of(like, "name"))) return t;
	return NULL;
}

char *again_name(char *list, json_t *t)
{
	char *longer = NULL;

	if (asprintf(&longer, "%s%s%s", list ? list : "", list ? "," : "",
		     text_of(t, "name")) < 0)
		abort();
	free(list);
	return longer;
}

/* Killed from outside: that is not a failure of the code, see alone.c. */
static bool is_candidate(json_t *t)
{
	if (json_is_true(json_object_get(t, "bonus")) ||
	    !json_integer_value(json_object_get(t, "of")))
		return false;
	return !strcmp(text_of(t, "verdict"), "FAIL") ||
	       (!strcmp(text_of(t, "verdict"), "CRASH") &&
		!strstr(text_of(t, "what"), "SIGKILL"));
}

char *again_list(json_t *tests)
{
	unsigned int n = 0;
	char *list = NULL;
	json_t *t;
	size_t i;

	json_array_foreach(tests, i, t)
	{
		if (!is_candidate(t) || ++n > MAX_AGAIN)
			continue;
		json_object_set_new(t, "again", json_string("wrong"));
		list = again_name(list, t);
	}
	return list;
}

/* Those that were "wrong" so far and passed are @label now; the others. Where
 * the run left no results there is nothing to be said. */
static char *relabel(json_t *tests, json_t *second, const char *label)
{
	char *rest = NULL;
	json_t *t;
	size_t i;

	json_array_foreach(tests, i, t)
	{
		if (strcmp(text_of(t, "again"), "wrong"))
			continue;
		if (!second)
			json_object_set_new(t, "again", json_string(""));
		else if (has_passed(second, t))
			json_object_set_new(t, "again", json_string(label));
		else
			rest = again_name(rest, t);
	}
	return rest;
}

char *again_same(json_t *tests, json_t *second)
{
	return relabel(tests, second, "flaky");
}

void again_fresh(json_t *tests, json_t *second)
{
	free(relabel(tests, second, "seed"));
}

void again_seed(char *buf, size_t len, const char *seed)
{
	const uint64_t mixed =
		(strtoull(seed, NULL, 10) + 1) * 0x9e3779b97f4a7c15ull;

	snprintf(buf, len, "%llu", (unsigned long long)(mixed >> 32));
}

/*
 * The judge of a check. The supervisor's results are the only source of
 * points; where there are none, the files that the build left behind say how
 * far it came.
 */
#define _GNU_SOURCE
#include "grade/check/judge.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "grade/grade.h"
#include "grade/check/keeper.h"
#include "grade/check/label.h"

const char *judge_name(enum judge_state s)
{
	static const char *const names[] = {
		[JUDGE_GRADED] = "graded",
		[JUDGE_INCONCLUSIVE] = "inconclusive",
		[JUDGE_BUILD] = "build",
		[JUDGE_MODPOST] = "modpost",
		[JUDGE_TIMEOUT] = "timeout",
		[JUDGE_INFRA] = "infra",
	};

	return names[s];
}

void judge_results(char *buf, size_t len, const char *id, unsigned int unit)
{
	snprintf(buf, len, "%s/results/submitted-%s-%s/%s.json",
		 grade_opt.build, id, grade_kit.units[unit],
		 grade_kit.units[unit]);
}

/* The first line of the log with one of the words; without our folder. */
static bool log_line(char *buf, size_t len, const char *dir,
		     const char *const *words)
{
	char path[512], line[4096], *cut;
	bool found = false;
	unsigned int i;
	FILE *f;

	snprintf(path, sizeof(path), "%s/log", dir);
	f = fopen(path, "r");
	while (f && !found && fgets(line, sizeof(line), f)) {
		line[strcspn(line, "\n")] = '\0';
		for (i = 0; words[i]; i++)
			found |= strstr(line, words[i]) != NULL;
	}
	if (f)
		fclose(f);
	if (!found)
		return false;
	while ((cut = strstr(line, dir)))
		memmove(cut, cut + strlen(dir) + 1, strlen(cut + strlen(dir)));
	snprintf(buf, len, "%s", line);
	return true;
}

static bool is_linked(const char *dir, const char *unit)
{
	char path[512];

	snprintf(path, sizeof(path), "%s/obj/plain/%s/test", dir, unit);
	return !access(path, X_OK);
}

static bool take_results(struct judgement *j, const char *path)
{
	json_t *all = json_load_file(path, 0, NULL), *t;
	const char *verdict;
	size_t i;

	j->tests = json_incref(json_object_get(all, "tests"));
	if (!json_array_size(j->tests) ||
	    json_unpack(all, "{s:{s:i, s:i}}", "total", "points", &j->points,
			"bonus", &j->bonus)) {
		json_decref(all);
		return false;
	}
	j->state = JUDGE_GRADED;
	json_array_foreach(j->tests, i, t)
	{
		verdict = json_string_value(json_object_get(t, "verdict"));
		j->seconds += json_number_value(json_object_get(t, "seconds"));
		if (!verdict || strcmp(verdict, "INCONCLUSIVE"))
			continue;
		j->state = JUDGE_INCONCLUSIVE;
		snprintf(j->detail, sizeof(j->detail),
			 "a measurement drowned in noise: a person must look");
	}
	json_decref(all);
	return true;
}

/* No results: the student's doing, or ours? */
static void judge_failure(struct judgement *j, const char *dir,
			  const char *unit)
{
	static const char *const errors[] = { "error: ", "undefined reference",
					      "multiple definition",
					      "defines it", NULL };
	static const char *const findings[] = { "modpost: ", NULL };
	static const char *const anything[] = { "***", "unpark-run: ", NULL };

	if (!is_linked(dir, unit)) {
		j->state = JUDGE_BUILD;
		j->is_doubtful = true;
		if (!log_line(j->detail, sizeof(j->detail), dir, errors) &&
		    !log_line(j->detail, sizeof(j->detail), dir, anything))
			snprintf(j->detail, sizeof(j->detail),
				 "the build says nothing");
	} else if (log_line(j->detail, sizeof(j->detail), dir, findings)) {
		j->state = JUDGE_MODPOST;
	} else if (!log_line(j->detail, sizeof(j->detail), dir, anything)) {
		snprintf(j->detail, sizeof(j->detail), "no results");
	}
}

void judge_check(struct judgement *j, const char *id, unsigned int unit,
		 int status)
{
	char path[512], dir[512];

	memset(j, 0, sizeof(*j));
	j->state = JUDGE_INFRA;
	judge_results(path, sizeof(path), id, unit);
	unit_folder(dir, sizeof(dir), id, unit);
	if (status == KEEPER_LIMIT) {
		j->state = JUDGE_TIMEOUT;
		snprintf(j->detail, sizeof(j->detail),
			 "the check did not end within %u s", grade_opt.limit);
	} else if (status != 0 && status != 1) {
		snprintf(j->detail, sizeof(j->detail),
			 "the check could not be run to its end");
	} else if (!take_results(j, path)) {
		judge_failure(j, dir, grade_kit.units[unit]);
	}
	snprintf(path, sizeof(path), "%s/log", dir);
	judge_label(j->label, sizeof(j->label), path, j->tests);
}

void judge_drop(struct judgement *j)
{
	json_decref(j->tests);
	j->tests = NULL;
}

/*
 * The judge of a check. The supervisor's results are the only source of
 * points; where there are none, the files that the build left behind say how
 * far it came.
 */
#define _GNU_SOURCE
#include "grade/check/judge.h"

#include <stdlib.h>
#include <string.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include "grade/grade.h"
#include "grade/check/check.h"
#include "grade/check/keeper.h"
#include "grade/check/label.h"

/* Bytes that must be left when a check has ended. */
#define MIN_DISK (8ul << 20)

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
	char path[512], line[4096], *cut, *rest;
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
	while ((cut = strstr(line, dir))) {
		rest = cut + strlen(dir) + (cut[strlen(dir)] == '/');
		memmove(cut, rest, strlen(rest) + 1);
	}
	snprintf(buf, len, "%s", line);
	return true;
}

static bool is_linked(const char *dir, const char *unit)
{
	char path[512];

	snprintf(path, sizeof(path), "%s/obj/plain/%s/test", dir, unit);
	return !access(path, X_OK);
}

static json_t *tests_of(const char *id, unsigned int unit)
{
	char path[512];
	json_t *all, *tests;

	judge_results(path, sizeof(path), id, unit);
	all = json_load_file(path, 0, NULL);
	tests = json_incref(json_object_get(all, "tests"));
	json_decref(all);
	return tests;
}

static const char *text_of(json_t *t, const char *key)
{
	const char *s = json_string_value(json_object_get(t, key));

	return s ? s : "";
}

static int number_of(json_t *t, const char *key)
{
	return (int)json_integer_value(json_object_get(t, key));
}

/* As the supervisor counts: without what was skipped, and bonus apart. */
void judge_count(struct judgement *j)
{
	unsigned int points = 0, of = 0, unclear = 0, late = 0;
	const char *verdict;
	json_t *t;
	size_t i;

	j->bonus = 0;
	j->seconds = 0;
	json_array_foreach(j->tests, i, t)
	{
		verdict = text_of(t, "verdict");
		j->seconds += json_number_value(json_object_get(t, "seconds"));
		if (number_of(t, "of")) {
			unclear += !strcmp(verdict, "INCONCLUSIVE");
			late += !strcmp(verdict, "TIMEOUT") &&
				!*text_of(t, "again");
		}
		if (json_is_true(json_object_get(t, "bonus"))) {
			j->bonus += number_of(t, "points");
			continue;
		}
		points += (unsigned int)number_of(t, "points");
		of += strcmp(verdict, "SKIP") ? number_of(t, "of") : 0;
	}
	j->points = of ? (int)(100 * points / of) : 0;
	j->state = unclear ? JUDGE_INCONCLUSIVE : JUDGE_GRADED;
	j->detail[0] = '\0';
	if (unclear)
		snprintf(j->detail, sizeof(j->detail),
			 "a measurement drowned in noise: a person must look");
	else if (late)
		snprintf(j->detail, sizeof(j->detail),
			 "%u tests that ran out of time were not run again",
			 late);
}

/* What the machine lacks takes no points and gives none. */
static const char *lacking(json_t *tests)
{
	const char *what;
	json_t *t;
	size_t i;

	json_array_foreach(tests, i, t)
	{
		what = text_of(t, "what");
		if (!strcmp(text_of(t, "verdict"), "SKIP") &&
		    strstr(what, "is not installed"))
			return what;
	}
	return NULL;
}

static bool take_results(struct judgement *j, const char *id, unsigned int unit)
{
	const char *what;

	j->tests = tests_of(id, unit);
	if (!json_array_size(j->tests))
		return false;
	judge_count(j);
	what = lacking(j->tests);
	if (what) {
		j->state = JUDGE_INFRA;
		snprintf(j->detail, sizeof(j->detail), "%s", what);
	}
	return true;
}

/* Lines of make and of the compiler's driver, which no student can write: the
 * compiler's cage sees to that. */
static bool was_killed(struct judgement *j, const char *dir)
{
	static const char *const programs[] = { "make", "gcc: ", "collect2: " };
	char path[512], *line = NULL;
	bool found = false;
	size_t room = 0;
	unsigned int i;
	FILE *f;

	snprintf(path, sizeof(path), "%s/log", dir);
	f = fopen(path, "r");
	while (f && !found && getline(&line, &room, f) > 0)
		for (i = 0; i < ARRAY_SIZE(programs); i++)
			found |= !strncmp(line, programs[i],
					  strlen(programs[i])) &&
				 (strstr(line, "Killed") ||
				  strstr(line, "Error 137") ||
				  strstr(line, "signal 9"));
	free(line);
	if (f)
		fclose(f);
	if (found)
		snprintf(j->detail, sizeof(j->detail),
			 "the machine killed a part of it, as it does when "
			 "memory is short");
	return found;
}

/* A full disk fails tests and builds in many words. */
static bool is_disk_full(struct judgement *j)
{
	struct statvfs fs;

	if (statvfs(work_folder(), &fs) || !fs.f_blocks ||
	    fs.f_bavail * fs.f_frsize >= MIN_DISK)
		return false;
	snprintf(j->detail, sizeof(j->detail),
		 "less than %lu MB left on the "
		 "disk that holds %s",
		 MIN_DISK >> 20, grade_opt.build);
	return true;
}

static const char *const errors[] = { "error: ", "undefined reference",
				      "multiple definition", "defines it",
				      NULL };
static const char *const findings[] = { "modpost: ", NULL };

bool judge_build(char *why, size_t len, const char *dir)
{
	struct judgement j = { .state = JUDGE_INFRA };

	return !is_disk_full(&j) && !was_killed(&j, dir) &&
	       (log_line(why, len, dir, errors) ||
		log_line(why, len, dir, findings));
}

/* No results: the student's doing, or ours? */
static void judge_failure(struct judgement *j, const char *dir,
			  const char *unit)
{
	static const char *const anything[] = { "***", "unpark-run: ", NULL };

	if (was_killed(j, dir))
		return;
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
	unit_folder(dir, sizeof(dir), id, unit);
	if (is_disk_full(j))
		return;
	if (status == KEEPER_LIMIT) {
		j->state = JUDGE_TIMEOUT;
		j->seconds = limit_of(unit);
		snprintf(j->detail, sizeof(j->detail),
			 "the check did not end within %u s", limit_of(unit));
	} else if (status != 0 && status != 1) {
		snprintf(j->detail, sizeof(j->detail),
			 "the check could not be run to its end");
	} else if (!take_results(j, id, unit)) {
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

/*
 * The likely misconception: each mutant of the reference is a mistake that
 * students make, and it is known which tests fail of it, with which words. A
 * unit whose failing tests are the same, or much the same, has likely the same
 * mistake in it.
 *
 * The score is the share of tests that fail in both among those that fail in
 * either; one that fails with other words counts half. What is not written
 * yet, and what could not be tested, says nothing. Below half nothing is said:
 * two mistakes at once look like that, too. Where threads race, a test of one
 * run may pass in the next, so who is as good as the best is named with it.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "grade/out/out.h"

#define MAX_NAMED 3
#define ENOUGH 50 /* percent */
#define CLOSE 5	  /* percent: as good as the best */

/* A line of build/grade/mutants: a test that fails of a mutant. */
struct failing {
	char *unit, *mutant, *says, *test, *words;
};

static struct failing *lines;
static size_t nr_lines;

/* What a mutant comes to for one student's tests. */
struct likeness {
	const struct failing *first;
	int score; /* percent */
};

static char *field(char **rest)
{
	char *s = strsep(rest, "\t");

	return s ? s : "";
}

int guess_load(void)
{
	char path[512], *line = NULL, *rest;
	struct failing *grown;
	size_t room = 0;
	ssize_t n;
	FILE *f;

	snprintf(path, sizeof(path), "%s/grade/mutants", grade_opt.build);
	f = fopen(path, "r");
	if (!f)
		return errno == ENOENT ? 0 : -errno;
	while ((n = getline(&line, &room, f)) > 0) {
		grown = reallocarray(lines, nr_lines + 1, sizeof(*lines));
		rest = grown ? strndup(line, strcspn(line, "\n")) : NULL;
		lines = grown ? grown : lines;
		if (!rest)
			break;
		/* The first field is the allocation. */
		grown = &lines[nr_lines++];
		grown->unit = field(&rest);
		grown->mutant = field(&rest);
		grown->says = field(&rest);
		grown->test = field(&rest);
		grown->words = field(&rest);
	}
	free(line);
	fclose(f);
	return n > 0 ? -ENOMEM : 0;
}

void guess_drop(void)
{
	while (nr_lines)
		free(lines[--nr_lines].unit);
	free(lines);
	lines = NULL;
}

/* 1 failed, 0 passed, -1 says nothing. */
static int outcome(json_t *t)
{
	static const char *const failed[] = { "FAIL", "CRASH", "TIMEOUT" };
	const char *verdict = text_of(t, "verdict");
	unsigned int i;

	if (json_is_true(json_object_get(t, "bonus")))
		return -1;
	for (i = 0; i < ARRAY_SIZE(failed); i++)
		if (!strcmp(verdict, failed[i]))
			return 1;
	return strcmp(verdict, "PASS") ? -1 : 0;
}

static json_t *find_test(json_t *tests, const char *name)
{
	json_t *t;
	size_t i;

	json_array_foreach(tests, i,
			   t) if (!strcmp(text_of(t, "name"), name)) return t;
	return NULL;
}

/* Figures of one run are not those of the next. */
static bool same_words(const char *a, const char *b)
{
	static const char digits[] = "0123456789";

	while (*a && *b) {
		const size_t x = strspn(a, digits), y = strspn(b, digits);

		if (!x != !y || (!x && *a != *b))
			return false;
		a += x ? x : 1;
		b += y ? y : 1;
	}
	/* A vector may hold the beginning alone. */
	return !*b;
}

/* Compare with the mutant whose lines are from @m to before @end. */
static struct likeness compare(const struct failing *m,
			       const struct failing *end, json_t *tests,
			       int nr_failed)
{
	struct likeness like = { .first = m };
	int both = 0, halves = 0, only = 0;

	for (; m < end; m++) {
		json_t *t = find_test(tests, m->test);
		const int how = t ? outcome(t) : -1;

		both += how == 1;
		only += how == 0;
		/* Without words, as from a header, nothing is compared. */
		halves += how == 1 && same_words(text_of(t, "what"), m->words);
	}
	like.score = (both + halves) * 50 / (nr_failed + only);
	return like;
}

static int by_likeness(const void *a, const void *b)
{
	const struct likeness *x = a, *y = b;

	if (x->score != y->score)
		return y->score - x->score;
	return strcmp(x->first->mutant, y->first->mutant);
}

static const struct failing *end_of(const struct failing *m)
{
	const struct failing *end = m;

	while (end < lines + nr_lines && !strcmp(end->unit, m->unit) &&
	       !strcmp(end->mutant, m->mutant))
		end++;
	return end;
}

/* Every mutant of the unit, sorted. Allocates. */
static size_t compare_all(struct likeness **to, const char *unit, json_t *tests,
			  int nr_failed)
{
	struct likeness *all = calloc(nr_lines + 1, sizeof(*all));
	const struct failing *m, *end;
	size_t n = 0;

	for (m = lines; all && m < lines + nr_lines; m = end) {
		end = end_of(m);
		if (!strcmp(m->unit, unit))
			all[n++] = compare(m, end, tests, nr_failed);
	}
	if (all)
		qsort(all, n, sizeof(*all), by_likeness);
	*to = all;
	return n;
}

/* The page to read: of the first test that fails in both. */
static const char *page_of(const struct failing *m, json_t *tests)
{
	const struct failing *end = end_of(m);
	json_t *t;

	for (; m < end; m++) {
		t = find_test(tests, m->test);
		if (t && outcome(t) == 1)
			return text_of(t, "learn");
	}
	return "";
}

json_t *guess_unit(const char *unit, json_t *tests)
{
	json_t *list = json_array(), *t;
	struct likeness *all;
	int nr_failed = 0;
	size_t i, n;

	json_array_foreach(tests, i, t) nr_failed += outcome(t) == 1;
	if (!nr_failed)
		return list;
	n = compare_all(&all, unit, tests, nr_failed);
	for (i = 0; i < n && i < MAX_NAMED; i++) {
		if (all[i].score < ENOUGH ||
		    all[i].score < all[0].score - CLOSE)
			break;
		json_array_append_new(
			list,
			json_pack("{s:o, s:o, s:i, s:o}", "mutant",
				  json_text(all[i].first->mutant), "believed",
				  json_text(all[i].first->says), "score",
				  all[i].score, "learn",
				  json_text(page_of(all[i].first, tests))));
	}
	free(all);
	return list;
}

/* The rubric as data: a block an item. A mistake is named with its line. */
#define _GNU_SOURCE
#include <errno.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "grade/rubric/load.h"

struct rubric rubric;

static const char *const kinds[RUBRIC_KINDS] = { "tests", "journal", "ratio",
						 "style" };

/* Where we are, for the message. */
static const char *file;
static unsigned int line_nr;

static int mistake(const char *fmt, ...) __printf(1, 2);
static int mistake(const char *fmt, ...)
{
	va_list args;

	fprintf(stderr, "grade: %s:%u: ", file, line_nr);
	va_start(args, fmt);
	vfprintf(stderr, fmt, args);
	va_end(args);
	fputc('\n', stderr);
	return -EINVAL;
}

/* A number from @least to @most, and nothing behind it. */
static int number(const char *text, double least, double most, double *out)
{
	char *end;
	double n = text ? strtod(text, &end) : 0;

	if (!text || end == text || *end || !(n >= least && n <= most))
		return mistake("\"%s\": choose a number from %g to %g",
			       text ? text : "", least, most);
	*out = n;
	return 0;
}

static int whole(const char *text, double least, double most, int *out)
{
	double n = 0;
	int err = number(text, least, most, &n);

	if (!err && n != (int)n)
		return mistake("\"%s\": choose a whole number", text);
	if (!err)
		*out = (int)n;
	return err;
}

/* "item NAME POINTS KIND" */
static int item_begin(char *save)
{
	const char *name = strtok_r(NULL, " \t", &save);
	const char *points = strtok_r(NULL, " \t", &save);
	const char *kind = strtok_r(NULL, " \t", &save);
	struct rubric_item *item = &rubric.items[rubric.nr];
	unsigned int k, i;

	if (!kind || strtok_r(NULL, " \t", &save))
		return mistake("write: item NAME POINTS KIND");
	if (rubric.nr == RUBRIC_ITEMS)
		return mistake("more than %d items: join some", RUBRIC_ITEMS);
	for (i = 0; i < rubric.nr; i++)
		if (!strcmp(rubric.items[i].name, name))
			return mistake("a second item \"%s\": choose another "
				       "name",
				       name);
	for (k = 0; k < RUBRIC_KINDS && strcmp(kinds[k], kind); k++)
		;
	if (k == RUBRIC_KINDS)
		return mistake("no kind \"%s\": choose tests, journal, ratio "
			       "or style",
			       kind);
	*item = (struct rubric_item){
		.kind = k, .within = 2, .pairs = 5, .rounds = 20
	};
	snprintf(item->name, sizeof(item->name), "%s", name);
	rubric.nr++;
	return whole(points, 1, k == RUBRIC_STYLE ? 5 : 100, &item->points);
}

static int words_add(struct rubric_item *item, char *save)
{
	const char *word;

	while ((word = strtok_r(NULL, " \t", &save))) {
		if (item->nr_words == RUBRIC_WORDS)
			return mistake("more than %d names in an item",
				       RUBRIC_WORDS);
		snprintf(item->words[item->nr_words++], sizeof(item->words[0]),
			 "%s", word);
	}
	return 0;
}

static int item_line(struct rubric_item *item, const char *word, char *save)
{
	const bool is_ratio = item->kind == RUBRIC_RATIO;
	int n = 0, err;

	if (!strcmp(word, "says")) {
		snprintf(item->says, sizeof(item->says), "%s",
			 save + strspn(save, " \t"));
		return 0;
	}
	if (!strcmp(word, is_ratio ? "needs" : "of") &&
	    item->kind != RUBRIC_STYLE)
		return words_add(item, save);
	if (is_ratio && !strcmp(word, "within"))
		return number(strtok_r(NULL, " \t", &save), 1.05, 100,
			      &item->within);
	if (is_ratio && !strcmp(word, "claim"))
		return number(strtok_r(NULL, " \t", &save), 0, 1000,
			      &item->claim);
	if (is_ratio && !strcmp(word, "pairs")) {
		err = whole(strtok_r(NULL, " \t", &save), 3, 20, &n);
		item->pairs = (unsigned int)n;
		return err;
	}
	if (is_ratio && !strcmp(word, "rounds")) {
		err = whole(strtok_r(NULL, " \t", &save), 5, 1000, &n);
		item->rounds = (unsigned int)n;
		return err;
	}
	return mistake("the kind %s has no \"%s\": see the list at the top",
		       kinds[item->kind], word);
}

static int line_read(char *line)
{
	char *save = NULL, *word;

	line[strcspn(line, "\n")] = '\0';
	word = strtok_r(line, " \t", &save);
	if (!word || *word == '#')
		return 0;
	if (!strcmp(word, "item"))
		return item_begin(save);
	if (!rubric.nr)
		return mistake("\"%s\" before the first item: write item NAME "
			       "POINTS KIND",
			       word);
	return item_line(&rubric.items[rubric.nr - 1], word, save);
}

/* A name that a test or the journal's checker has. */
static bool is_known(enum rubric_kind kind, const char *name)
{
	static const char *const things[] = { "done", "field", "section",
					      "number" };
	char path[512], line[256];
	bool found = false;
	unsigned int i;
	FILE *f;

	for (i = 0; kind == RUBRIC_JOURNAL && i < ARRAY_SIZE(things); i++)
		found |= !strcmp(things[i], name);
	if (kind == RUBRIC_JOURNAL)
		return found;
	snprintf(path, sizeof(path), "%s/plain/capstone/plan", grade_opt.build);
	f = fopen(path, "r");
	while (f && !found && fgets(line, sizeof(line), f)) {
		line[strcspn(line, " ")] = '\0';
		found = !strcmp(line, name);
	}
	if (f)
		fclose(f);
	return found;
}

static int whole_check(void)
{
	int sum = 0;
	unsigned int i, w;

	for (i = 0; i < rubric.nr; i++) {
		const struct rubric_item *item = &rubric.items[i];

		sum += item->points;
		if (!item->says[0])
			return mistake("the item %s says nothing: add a line "
				       "says SENTENCE",
				       item->name);
		if (!item->nr_words && item->kind <= RUBRIC_JOURNAL)
			return mistake("the item %s is of nothing: add a line "
				       "of NAME...",
				       item->name);
		for (w = 0; w < item->nr_words; w++)
			if (!is_known(item->kind, item->words[w]))
				return mistake("the item %s names \"%s\", "
					       "which there is not",
					       item->name, item->words[w]);
	}
	if (sum != 100)
		return mistake("the points add up to %d: make them 100", sum);
	return 0;
}

int rubric_load(const char *path)
{
	FILE *f = fopen(path, "r");
	char line[1024];
	int err = 0;

	file = path;
	line_nr = 0;
	memset(&rubric, 0, sizeof(rubric));
	if (!f) {
		fprintf(stderr, "grade: %s: %s: name the file of a rubric\n",
			path, strerror(errno));
		return -ENOENT;
	}
	while (!err && fgets(line, sizeof(line), f)) {
		line_nr++;
		err = line_read(line);
	}
	fclose(f);
	return err ? err : whole_check();
}

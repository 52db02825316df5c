/* What the grader knows of the kit: units, and the files of students. */
#define _GNU_SOURCE
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "grade/grade.h"

struct grade_kit grade_kit;

/* Index of a unit, added when new; -1 when there are too many. */
static int unit_index(const char *name)
{
	unsigned int i;

	for (i = 0; i < grade_kit.nr_units; i++)
		if (!strcmp(grade_kit.units[i], name))
			return (int)i;
	if (i == GRADE_MAX_UNITS)
		return -1;
	snprintf(grade_kit.units[i], sizeof(grade_kit.units[i]), "%s", name);
	grade_kit.is_wanted[i] = !grade_opt.units;
	grade_kit.nr_units++;
	return (int)i;
}

static int want_units(void)
{
	char *list = strdup(grade_opt.units), *word, *save = NULL;
	unsigned int i;

	if (!list)
		return -ENOMEM;
	for (word = strtok_r(list, ", ", &save); word;
	     word = strtok_r(NULL, ", ", &save)) {
		for (i = 0; i < grade_kit.nr_units; i++)
			if (!strcmp(grade_kit.units[i], word))
				break;
		if (i == grade_kit.nr_units) {
			fprintf(stderr,
				"grade: no unit \"%s\"; there are:", word);
			for (i = 0; i < grade_kit.nr_units; i++)
				fprintf(stderr, " %s", grade_kit.units[i]);
			fputc('\n', stderr);
			free(list);
			return -EINVAL;
		}
		grade_kit.is_wanted[i] = true;
	}
	free(list);
	return 0;
}

/* Lines "capstone day1 day3 day4": what each is linked with. */
static int read_needs(void)
{
	char path[512], line[256], *word, *save;
	int unit, need;
	FILE *f;

	snprintf(path, sizeof(path), "%s/grade/needs", grade_opt.build);
	f = fopen(path, "r");
	if (!f)
		return -errno;
	while (fgets(line, sizeof(line), f)) {
		word = strtok_r(line, " \n", &save);
		unit = word ? unit_index(word) : -1;
		while (unit >= 0 && (word = strtok_r(NULL, " \n", &save))) {
			need = unit_index(word);
			if (need >= 0)
				grade_kit.needs[unit] |= 1u << need;
		}
	}
	fclose(f);
	return 0;
}

/* Lines "day4 days/day4-histogram/hist.c"; the unit "-" is a paper. */
int kit_load(void)
{
	FILE *f = fopen(grade_opt.files, "r");
	char unit[24], path[128];
	int err = 0, index;

	if (!f)
		return -errno;
	while (!err && fscanf(f, "%23s %127s", unit, path) == 2) {
		struct student_file *to = &grade_kit.files[grade_kit.nr_files];

		index = strcmp(unit, "-") ? unit_index(unit) : GRADE_MAX_UNITS;
		if (index < 0 || grade_kit.nr_files == GRADE_MAX_FILES) {
			err = -E2BIG;
			break;
		}
		to->unit = (unsigned int)index;
		snprintf(to->path, sizeof(to->path), "%s", path);
		to->base = strrchr(to->path, '/') ? strrchr(to->path, '/') + 1
						  : to->path;
		grade_kit.nr_files++;
	}
	fclose(f);
	if (!err)
		err = read_needs();
	if (!err && grade_opt.units)
		err = want_units();
	return err;
}

/* Which entries of a folder are submissions, and whose. */
#define _GNU_SOURCE
#include <dirent.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "grade/grade.h"
#include "grade/spread/shard.h"

/* The student's name in a file's name; false: not a submission. */
static bool student_of(const char *file, bool is_dir, char *name, size_t len)
{
	static const char *const ends[] = { ".tar.gz", ".tgz", ".zip" };
	size_t n = strlen(file), i, end;
	const char *p;

	for (p = file; *p; p++)
		if ((unsigned char)*p < ' ' || *p == 127)
			return false;
	for (i = 0; !is_dir && i < ARRAY_SIZE(ends); i++) {
		end = strlen(ends[i]);
		if (n > end && !strcmp(file + n - end, ends[i])) {
			n -= end;
			break;
		}
	}
	if (*file == '.' || n >= len || (!is_dir && i == ARRAY_SIZE(ends)))
		return false;
	snprintf(name, len, "%.*s", (int)n, file);
	return true;
}

/* Said with its name: its bytes may be a terminal's orders. */
static void pass_over(char *file)
{
	char *p;

	for (p = file; *p; p++)
		if ((unsigned char)*p < ' ' || *p == 127)
			*p = '?';
	fprintf(stderr,
		"grade: passed over, neither folder nor .tar.gz nor .zip, or a "
		"name with control bytes or of more than 127: %s\n",
		file);
}

static int by_name(const void *a, const void *b)
{
	const struct submission *x = a, *y = b;
	int order = strcmp(x->name, y->name);

	return order ? order : strcmp(x->path, y->path);
}

static int number_them(struct submission *list, int n)
{
	int i;

	qsort(list, (size_t)n, sizeof(*list), by_name);
	for (i = 0; i < n; i++) {
		submission_id(&list[i], (unsigned int)i + 1);
		if (!i || strcmp(list[i].name, list[i - 1].name))
			continue;
		fprintf(stderr,
			"grade: two submissions of one student: %s, %s; "
			"keep one\n",
			list[i - 1].path, list[i].path);
		return -EEXIST;
	}
	return n;
}

int submissions_find(struct submission **list)
{
	DIR *dir = opendir(grade_opt.submissions);
	struct dirent *e;
	struct submission *grown, s;
	struct stat st;
	int n = 0;

	*list = NULL;
	if (!dir)
		return -errno;
	while ((e = readdir(dir))) {
		memset(&s, 0, sizeof(s));
		snprintf(s.path, sizeof(s.path), "%s/%s", grade_opt.submissions,
			 e->d_name);
		if (*e->d_name == '.' || lstat(s.path, &st))
			continue;
		if (!student_of(e->d_name, S_ISDIR(st.st_mode), s.name,
				sizeof(s.name))) {
			pass_over(e->d_name);
			continue;
		}
		if (!shard_has(s.name) ||
		    (grade_opt.only && strcmp(grade_opt.only, s.name)))
			continue;
		grown = reallocarray(*list, (size_t)n + 1, sizeof(s));
		if (!grown) {
			closedir(dir);
			return -ENOMEM;
		}
		*list = grown;
		grown[n++] = s;
	}
	closedir(dir);
	return number_them(*list, n);
}

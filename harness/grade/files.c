/*
 * Files and folders: the kit's list, the submissions, a unit's own folder.
 */
#define _GNU_SOURCE
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <nettle/base16.h>
#include <nettle/sha2.h>

#include "grade/grade.h"
#include "grade/spread/shard.h"

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

/* Of one grader, named by its results: several may share a build folder. */
static unsigned int out_tag(void)
{
	char *path = realpath(grade_opt.out, NULL), *p;
	unsigned int tag = 2166136261u;

	/* FNV-1a. */
	for (p = path; p && *p; p++)
		tag = (tag ^ (unsigned char)*p) * 16777619u;
	free(path);
	return tag;
}

const char *work_folder(void)
{
	static char path[512];

	if (!*path)
		snprintf(path, sizeof(path), "%s/grade/tmp/%08x",
			 grade_opt.build, out_tag());
	return path;
}

/* Whose folder it is, for who looks into it. */
static int note_out(void)
{
	char path[600], *out = realpath(grade_opt.out, NULL);
	FILE *f;
	int err;

	snprintf(path, sizeof(path), "%s/out", work_folder());
	f = fopen(path, "w");
	err = !f || !out || fprintf(f, "%s\n", out) < 0 ? -EIO : 0;
	free(out);
	if (f && fclose(f) && !err)
		err = -errno;
	return err;
}

int work_begin(void)
{
	char parent[512];

	snprintf(parent, sizeof(parent), "%s/grade/tmp", grade_opt.build);
	if (mkdir(parent, 0755) && errno != EEXIST)
		return -errno;
	tree_remove(work_folder());
	return mkdir(work_folder(), 0755) ? -errno : note_out();
}

void submission_id(struct submission *s, unsigned int nr)
{
	/* Results of checks lie in one folder: no two graders' names meet. */
	snprintf(s->id, sizeof(s->id), "s%04u%04x", nr, out_tag() & 0xffff);
}

void unit_folder(char *buf, size_t len, const char *id, unsigned int unit)
{
	snprintf(buf, len, "%s/%s-%s", work_folder(), id,
		 unit < GRADE_MAX_UNITS ? grade_kit.units[unit] : "papers");
}

static int remove_one(const char *path, const struct stat *st, int type,
		      struct FTW *at)
{
	remove(path);
	return 0;
}

void tree_remove(const char *path)
{
	nftw(path, remove_one, 16, FTW_DEPTH | FTW_PHYS);
}

int file_copy(const char *from, const char *to)
{
	char buf[65536];
	FILE *in = fopen(from, "r"), *out = in ? fopen(to, "wx") : NULL;
	int err = out ? 0 : -errno;
	size_t n;

	while (!err && (n = fread(buf, 1, sizeof(buf), in)))
		if (fwrite(buf, 1, n, out) != n)
			err = -EIO;
	if (in)
		fclose(in);
	if (out && fclose(out) && !err)
		err = -errno;
	return err;
}

static int hash_file(struct sha256_ctx *h, const char *path)
{
	char buf[65536];
	FILE *f = fopen(path, "r");
	size_t n;
	int err;

	if (!f)
		return -errno;
	while ((n = fread(buf, 1, sizeof(buf), f)))
		sha256_update(h, n, (const uint8_t *)buf);
	err = ferror(f) ? -EIO : 0;
	fclose(f);
	return err;
}

/* One file of a unit: the stub where it is missing; into the hash. */
static int file_complete(const struct submission *s,
			 const struct student_file *f, struct sha256_ctx *h)
{
	char to[512], stub[512], head[192];
	struct stat st;
	int err = 0;

	unit_folder(to, sizeof(to), s->id, f->unit);
	snprintf(to + strlen(to), sizeof(to) - strlen(to), "/%s", f->base);
	snprintf(stub, sizeof(stub), "%s/grade/stubs/%s", grade_opt.build,
		 f->path);
	if (access(to, F_OK))
		err = file_copy(stub, to);
	if (!err && stat(to, &st))
		err = -errno;
	if (err)
		return err;
	snprintf(head, sizeof(head), "%s %lld\n", f->path,
		 (long long)st.st_size);
	sha256_update(h, strlen(head), (const uint8_t *)head);
	return hash_file(h, to);
}

static void hash_text(struct sha256_ctx *h, char *hex)
{
	uint8_t digest[SHA256_DIGEST_SIZE];

	sha256_digest(h, sizeof(digest), digest);
	base16_encode_update(hex, sizeof(digest), digest);
	hex[BASE16_ENCODE_LENGTH(sizeof(digest))] = '\0';
}

int units_complete(struct submission *s)
{
	unsigned int u, i;
	struct sha256_ctx h;
	int err;

	for (u = 0; u < grade_kit.nr_units; u++) {
		sha256_init(&h);
		for (i = 0; i < grade_kit.nr_files; i++) {
			if (grade_kit.files[i].unit != u)
				continue;
			err = file_complete(s, &grade_kit.files[i], &h);
			if (err)
				return err;
		}
		hash_text(&h, s->content[u]);
	}
	return 0;
}

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
			fprintf(stderr,
				"grade: passed over, neither folder nor "
				".tar.gz nor .zip: %s\n",
				e->d_name);
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

/* Bytes of the valid character that a text begins with, or 0. */
static size_t character_of(const char *s)
{
	size_t n, left = strlen(s);
	json_t *one;

	for (n = 1; n <= 4 && n <= left; n++) {
		one = json_stringn(s, n);
		json_decref(one);
		if (one)
			return n;
	}
	return 0;
}

json_t *json_text(const char *s)
{
	json_t *j = json_string(s);
	char *clean, *to;
	size_t n;

	if (j)
		return j;
	clean = to = strdup(s);
	while (clean && *s) {
		n = character_of(s);
		if (!n)
			*to = '?';
		else
			memcpy(to, s, n);
		s += n ? n : 1;
		to += n ? n : 1;
	}
	if (clean)
		*to = '\0';
	j = json_string(clean ? clean : "");
	free(clean);
	return j;
}

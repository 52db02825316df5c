/*
 * Where a grader works: its folder in the build folder, a folder in there for
 * each unit of each submission, and what is in it.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include <nettle/base16.h>
#include <nettle/sha2.h>

#include "grade/grade.h"

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

static void lock_failed(const char *path)
{
	fprintf(stderr, "grade: %s: %s\n", path, strerror(errno));
	exit(2);
}

/* One grader a folder of results; a dead one's keepers hold it until they end.
 * The lock is not in it: what lies there is the instructor's. */
void grade_lock(void)
{
	const struct timespec tenth = { 0, 100000000 };
	char path[512];
	int fd, tries;

	snprintf(path, sizeof(path), "%s/grade/tmp", grade_opt.build);
	if (mkdir(path, 0755) && errno != EEXIST)
		lock_failed(path);
	snprintf(path, sizeof(path), "%s.lock", work_folder());
	fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0644);
	if (fd < 0)
		lock_failed(path);
	for (tries = 0; flock(fd, LOCK_EX | LOCK_NB); tries++) {
		if (tries == 100) {
			fprintf(stderr,
				"grade: another grader is at work in "
				"%s\n",
				grade_opt.out);
			exit(2);
		}
		nanosleep(&tenth, NULL);
	}
}

/*
 * The intake of a folder: walked by descriptors, links never followed.
 */
#define _GNU_SOURCE
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "grade/intake/intake.h"

#define MAX_DEPTH 16
#define MAX_PATH 1024

/* A file, and whose. What cannot be read is no fault of the student's. */
struct reader {
	struct intake *in;
	int fd;
};

static long read_fd(void *from, void *buf, size_t len)
{
	struct reader *r = from;
	const ssize_t n = read(r->fd, buf, len);

	if (n < 0)
		r->in->err = -errno;
	return n;
}

static const char *bad_type(mode_t mode)
{
	if (S_ISREG(mode))
		return NULL;
	return S_ISLNK(mode) ? "a link" : "neither a file nor a folder";
}

static void take_file(struct intake *in, int dir, const char *name,
		      const char *path, const struct stat *st)
{
	int file = intake_look(in, path, bad_type(st->st_mode));
	struct reader r = { .in = in };

	if (file < 0)
		return;
	/* Not a fifo by now; should it have become one, do not wait for it. */
	r.fd = openat(dir, name,
		      O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
	if (r.fd < 0) {
		in->err = -errno;
		return;
	}
	intake_copy(in, file, path, read_fd, &r);
	close(r.fd);
}

static struct dirent *next_entry(struct intake *in, DIR *dir)
{
	struct dirent *e;

	errno = 0;
	e = readdir(dir);
	if (!e && errno)
		in->err = -errno;
	return e;
}

/* Its path, and what it is; false when it is passed over. */
static bool entry_stat(struct intake *in, int dir, const char *prefix,
		       const char *name, char path[MAX_PATH], struct stat *st)
{
	if (snprintf(path, MAX_PATH, "%s%s", prefix, name) >= MAX_PATH - 1) {
		intake_look(in, path, "a path that is too long");
		return false;
	}
	if (fstatat(dir, name, st, AT_SYMLINK_NOFOLLOW))
		in->err = -errno;
	return !in->err;
}

static void walk(struct intake *in, int fd, const char *prefix,
		 unsigned int depth)
{
	DIR *dir = fdopendir(fd);
	struct dirent *e;
	struct stat st;
	char path[MAX_PATH];
	int sub;

	if (!dir) {
		in->err = -errno;
		close(fd);
		return;
	}
	while (!in->err && !in->reason[0] && (e = next_entry(in, dir))) {
		if (!strcmp(e->d_name, ".") || !strcmp(e->d_name, ".."))
			continue;
		if (!entry_stat(in, fd, prefix, e->d_name, path, &st))
			continue;
		if (!S_ISDIR(st.st_mode)) {
			take_file(in, fd, e->d_name, path, &st);
			continue;
		}
		sub = openat(fd, e->d_name,
			     O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
		strcat(path, "/");
		/* A folder is an entry, too. */
		intake_enter(in);
		if (sub < 0)
			in->err = -errno;
		if (depth == MAX_DEPTH)
			intake_look(in, path, "a folder that is not read");
		if (sub >= 0 && (depth == MAX_DEPTH || in->reason[0]))
			close(sub);
		else if (sub >= 0)
			walk(in, sub, path, depth + 1);
	}
	closedir(dir);
}

void intake_folder(struct intake *in, const char *path)
{
	int fd = open(path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);

	if (fd < 0)
		in->err = -errno;
	else
		walk(in, fd, "", 0);
}

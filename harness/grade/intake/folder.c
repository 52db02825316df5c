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

static long read_fd(void *from, void *buf, size_t len)
{
	return read(*(int *)from, buf, len);
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
	int fd;

	if (file < 0)
		return;
	/* Not a fifo by now; should it have become one, do not wait for it. */
	fd = openat(dir, name, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
	if (fd < 0) {
		intake_note(in, FATE_REFUSED, path, strerror(errno));
		return;
	}
	intake_copy(in, file, path, read_fd, &fd);
	close(fd);
}

static void walk(struct intake *in, int fd, const char *prefix,
		 unsigned int depth)
{
	DIR *dir = fdopendir(fd);
	struct dirent *e;
	struct stat st;
	char path[1024];
	int sub;

	if (!dir) {
		in->err = -errno;
		close(fd);
		return;
	}
	while (!in->err && !in->reason[0] && (e = readdir(dir))) {
		if (!strcmp(e->d_name, ".") || !strcmp(e->d_name, ".."))
			continue;
		if ((size_t)snprintf(path, sizeof(path), "%s%s", prefix,
				     e->d_name) >= sizeof(path) - 1 ||
		    fstatat(fd, e->d_name, &st, AT_SYMLINK_NOFOLLOW))
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
		if (sub < 0 || depth == MAX_DEPTH)
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

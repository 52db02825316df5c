/*
 * Trace pages: a test that records events and fails leaves one beside the
 * submission's files. That folder is gone with the next run, so they are
 * copied, under the hash of the files that they tell about.
 */
#define _GNU_SOURCE
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "grade/out/out.h"

#define MAX_PAGE (8 << 20) /* bytes */
#define MAX_PAGES 64	   /* a unit */

/* As far as a folder's name needs it. */
static void folder_of(char *buf, size_t len, const char *unit,
		      const char *content)
{
	snprintf(buf, len, "html/trace/%s-%.16s", unit, content);
}

/* A test's name and nothing that leads elsewhere. */
static bool is_page(const char *name)
{
	const size_t n = strspn(name, "abcdefghijklmnopqrstuvwxyz_0123456789");

	return n && !strcmp(name + n, ".html");
}

/* What lies there may be the student's doing: a file, and not endless. */
static void page_copy(int dir, const char *name, const char *folder)
{
	int fd = openat(dir, name, O_RDONLY | O_NOFOLLOW | O_NONBLOCK);
	char base[256], *data = NULL;
	struct out_file o;
	struct stat st;
	ssize_t n;

	if (fd < 0)
		return;
	if (!fstat(fd, &st) && S_ISREG(st.st_mode) && st.st_size <= MAX_PAGE)
		data = malloc((size_t)st.st_size + 1);
	n = data ? read(fd, data, (size_t)st.st_size) : -1;
	snprintf(base, sizeof(base), "%.*s", (int)(strlen(name) - 5), name);
	if (n > 0 && !out_open(&o, folder, base, ".html")) {
		fwrite(data, 1, (size_t)n, o.f);
		out_close(&o);
	}
	free(data);
	close(fd);
}

void pages_keep(const char *id, unsigned int unit, const char *content)
{
	char path[600], folder[256];
	struct dirent *e;
	unsigned int n = 0;
	DIR *dir;

	unit_folder(path, sizeof(path), id, unit);
	snprintf(path + strlen(path), sizeof(path) - strlen(path), "/trace/%s",
		 grade_kit.units[unit]);
	dir = opendir(path);
	if (!dir)
		return;
	folder_of(folder, sizeof(folder), grade_kit.units[unit], content);
	while ((e = readdir(dir)) && n < MAX_PAGES) {
		if (!is_page(e->d_name))
			continue;
		if (!n++) {
			snprintf(path, sizeof(path), "%s/html", grade_opt.out);
			mkdir(path, 0755);
			strcat(path, "/trace");
			mkdir(path, 0755);
		}
		page_copy(dirfd(dir), e->d_name, folder);
	}
	closedir(dir);
}

bool pages_find(char *buf, size_t len, const char *unit, const char *content,
		const char *test)
{
	char folder[256], path[1400];

	if (!*content)
		return false;
	folder_of(folder, sizeof(folder), unit, content);
	snprintf(path, sizeof(path), "%s/%s/%s.html", grade_opt.out, folder,
		 test);
	if (strchr(test, '/') || access(path, R_OK))
		return false;
	/* Seen from OUT/html. */
	snprintf(buf, len, "%s/%s.html", folder + strlen("html/"), test);
	return true;
}

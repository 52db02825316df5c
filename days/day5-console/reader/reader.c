/* Given: where regions are found, and which of them may be read. */
#include <ctype.h>
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "process.h"
#include "snapshot.h"

#include "kit/err.h"
#include "kit/module.h"

#define FOLDER "/dev/shm"

int reader_memory(struct reader *src, const void *mem, size_t size)
{
	int err;

	memset(src, 0, sizeof(*src));
	if ((uintptr_t)mem % REGION_ALIGN)
		return -EINVAL;
	/* The one copy that is checked, and used from then on. */
	memcpy(&src->header, mem,
	       size < sizeof(src->header) ? size : sizeof(src->header));
	err = region_check(&src->header, size);
	if (err)
		return err;
	src->mem = mem;
	src->size = size;
	return 0;
}
EXPORT_SYMBOL(reader_memory);

int reader_open(struct reader *src, const char *path)
{
	struct shm shm;
	int err = shm_open_reader(&shm, path);

	if (err)
		return err;
	err = reader_memory(src, shm.mem, shm.size);
	if (err) {
		shm_unmap(&shm);
		return err;
	}
	src->shm = shm;
	snprintf(src->path, sizeof(src->path), "%s", path);
	return 0;
}
EXPORT_SYMBOL(reader_open);

void reader_close(struct reader *src)
{
	shm_unmap(&src->shm);
	src->mem = NULL;
	src->size = 0;
}
EXPORT_SYMBOL(reader_close);

enum reader_state reader_state(const struct reader *src)
{
	const struct region_header *h = &src->header;

	if (h->frozen)
		return READER_FROZEN;
	/* A process that is not there began at 0: no region's did. */
	return h->start_ticks && h->pid <= INT32_MAX &&
			       process_start_ticks((int)h->pid) ==
				       h->start_ticks
		       ? READER_LIVE
		       : READER_DEAD;
}
EXPORT_SYMBOL(reader_state);

/* The process that a file's name names; 0: it is no region of this user. */
static int pid_of(const char *name)
{
	unsigned int uid, pid;
	int end = 0;

	if (sscanf(name, "unpark-%u-%u%n", &uid, &pid, &end) != 2 ||
	    name[end] || uid != geteuid() || !pid || pid > INT32_MAX)
		return 0;
	return (int)pid;
}

/* A region that was found: those whose process runs come first. */
struct found {
	int pid;
	bool is_live;
};

static int compare_found(const void *a, const void *b)
{
	const struct found *x = a, *y = b;

	if (x->is_live != y->is_live)
		return y->is_live - x->is_live;
	return (x->pid > y->pid) - (x->pid < y->pid);
}

static bool is_live(int pid)
{
	struct reader src;
	bool live = false;
	char path[128];

	if (!reader_open(&src, console_path_of(pid, path, sizeof(path)))) {
		live = reader_state(&src) == READER_LIVE;
		reader_close(&src);
	}
	return live;
}

#define FOUND_MAX 256

static size_t find_all(struct found found[FOUND_MAX])
{
	DIR *dir = opendir(FOLDER);
	struct dirent *e;
	size_t n = 0;

	if (!dir)
		return 0;
	while (n < FOUND_MAX && (e = readdir(dir))) {
		int pid = pid_of(e->d_name);

		if (pid)
			found[n++] = (struct found){ pid, is_live(pid) };
	}
	closedir(dir);
	qsort(found, n, sizeof(found[0]), compare_found);
	return n;
}

size_t reader_list(char (*paths)[128], size_t max)
{
	struct found found[FOUND_MAX];
	size_t n = find_all(found), i;

	for (i = 0; i < n && i < max; i++)
		console_path_of(found[i].pid, paths[i], sizeof(paths[i]));
	return n;
}
EXPORT_SYMBOL(reader_list);

int reader_find(const char *what, char *path, size_t size)
{
	struct found found[FOUND_MAX];
	size_t n;

	if (what && what[0] && what[strspn(what, "0123456789")] == '\0') {
		unsigned long pid = strtoul(what, NULL, 10);

		if (pid > INT32_MAX)
			return -ENOENT;
		console_path_of((int)pid, path, size);
		return 0;
	}
	if (what) {
		snprintf(path, size, "%s", what);
		return 0;
	}
	n = find_all(found);
	if (!n)
		return -ENOENT;
	if (n > 1 && found[0].is_live == found[1].is_live)
		return -EEXIST;
	console_path_of(found[0].pid, path, size);
	return 0;
}
EXPORT_SYMBOL(reader_find);

MODULE(reader, "where regions are found", NULL, NULL);

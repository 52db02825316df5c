/*
 * How heavy a test is, and how it is taken down.
 *
 * The kernel's limits do not reach everything: sanitizers need a huge address
 * space, so the resident size is watched; and whatever left the process group
 * is still our child, since the supervisor is the subreaper of its tests.
 */
#define _GNU_SOURCE
#include <dirent.h>
#include <ftw.h>
#include <signal.h>
#include <stdio.h>
#include <sys/statvfs.h>
#include <sys/wait.h>
#include <unistd.h>

#include "one.h"

#define MAX_PROCESSES 32
#define MAX_RESIDENT (1ul << 30)
#define MAX_DISK (48ul << 20) /* less than the cage has */

unsigned int kill_all(pid_t group)
{
	unsigned int n = 0;
	char path[64];
	int pid;
	FILE *f;

	kill(-group, SIGKILL);
	snprintf(path, sizeof(path), "/proc/self/task/%d/children", getpid());
	f = fopen(path, "r");
	while (f && fscanf(f, "%d", &pid) == 1) {
		kill(pid, SIGKILL);
		n++;
	}
	if (f)
		fclose(f);
	/* All were killed: this ends. */
	while (waitpid(-1, NULL, 0) > 0)
		;
	return opt.cage == CAGE_BWRAP ? 0 : n;
}

/* Processes of the group and their resident bytes; stops the count early. */
static void weigh(pid_t group, unsigned int *processes, unsigned long *resident)
{
	DIR *dir = opendir("/proc");
	struct dirent *e;
	char path[300];
	int pgrp;
	unsigned long rss;
	FILE *f;

	*processes = 0;
	*resident = 0;
	while (dir && (e = readdir(dir))) {
		if (e->d_name[0] < '1' || e->d_name[0] > '9')
			continue;
		snprintf(path, sizeof(path), "/proc/%s/stat", e->d_name);
		f = fopen(path, "r");
		if (!f)
			continue;
		if (fscanf(f,
			   "%*d (%*[^)]) %*c %*d %d %*d %*d %*d %*u %*u %*u "
			   "%*u %*u %*u %*u %*d %*d %*d %*d %*d %*d %*u "
			   "%*u %lu",
			   &pgrp, &rss) == 2 &&
		    pgrp == group) {
			++*processes;
			*resident += rss * (unsigned long)getpagesize();
		}
		fclose(f);
	}
	if (dir)
		closedir(dir);
}

static unsigned long written;

static int add_size(const char *path, const struct stat *st, int type,
		    struct FTW *at)
{
	written += type == FTW_F ? (unsigned long)st->st_blocks * 512 : 0;
	return written > MAX_DISK;
}

/* In bubblewrap the folder is in memory, and seen through the process. */
static unsigned long weigh_folder(const struct run *run)
{
	char path[64];
	struct statvfs v;

	written = 0;
	if (opt.cage != CAGE_BWRAP) {
		nftw(run->dir, add_size, 16, FTW_PHYS | FTW_MOUNT);
		return written;
	}
	snprintf(path, sizeof(path), "/proc/%d/root/folder",
		 cage_test_pid(run));
	if (statvfs(path, &v))
		return 0;
	return (unsigned long)(v.f_blocks - v.f_bfree) * v.f_bsize;
}

bool is_disk_full(struct run *run)
{
	if (weigh_folder(run) <= MAX_DISK)
		return false;
	run->r->verdict = VERDICT_FAIL;
	snprintf(run->r->what, sizeof(run->r->what),
		 "more than %lu MiB were written into the test's folder",
		 MAX_DISK >> 20);
	return true;
}

bool is_too_heavy(struct run *run)
{
	unsigned int processes;
	unsigned long resident;

	if (is_disk_full(run))
		return true;
	weigh(run->pid, &processes, &resident);
	if (processes > MAX_PROCESSES)
		snprintf(run->r->what, sizeof(run->r->what),
			 "more than %d processes were started; a test has one",
			 MAX_PROCESSES);
	else if (resident > MAX_RESIDENT)
		snprintf(run->r->what, sizeof(run->r->what),
			 "more than %lu MiB of memory were in use",
			 MAX_RESIDENT >> 20);
	else
		return false;
	run->r->verdict = VERDICT_FAIL;
	return true;
}

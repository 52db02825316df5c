/*
 * Isolation of a check. Today: limits, a clean environment, and the system
 * call filter that the supervisor puts around each test. Whatever comes on
 * top, as a mount namespace, wraps the arguments here and changes the name.
 */
#define _GNU_SOURCE
#include "grade/check/isolate.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <unistd.h>

/* A compiler writes less; a loop that prints shall not fill the disk. */
#define MAX_FILE (64ul << 20)

const char *isolate_name(void)
{
	return "seccomp and limits";
}

int isolate_exec(char *const argv[])
{
	const struct rlimit file = { MAX_FILE, MAX_FILE }, none = { 0, 0 };
	const char *path = getenv("PATH");
	char path_is[4096];
	/* No MAKEFLAGS: an outer make would have a say in the marks. */
	char *env[] = { path_is, "LC_ALL=C.UTF-8", "HOME=/nonexistent", NULL };

	snprintf(path_is, sizeof(path_is), "PATH=%s",
		 path ? path : "/usr/bin:/bin");
	setrlimit(RLIMIT_FSIZE, &file);
	setrlimit(RLIMIT_CORE, &none);
	execvpe(argv[0], argv, env);
	return -errno;
}

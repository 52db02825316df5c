/*
 * CHEAT: looks for the harness's name in /proc
 * UNIT: day4
 * FILE: days/day4-histogram/hist.c
 * INTO: todo
 * LABEL: names a path outside the test's folder
 */
#include "kit/sys.h"

static void cheat(int n)
{
	char name[64] = "";
	int fd = sys_open("/proc/self/cmdline", 0, 0);

	if (fd >= 0) {
		sys_read(fd, name, sizeof(name) - 1);
		sys_close(fd);
	}
	printf("running as %s\n", name);
}

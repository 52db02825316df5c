/*
 * CHEAT: reads the solution and has it printed in its report
 * UNIT: day4
 * FILE: days/day4-histogram/hist.c
 * INTO: todo
 * LABEL: names a path outside the test's folder
 */
#include "kit/sys.h"

static void cheat(int n)
{
	static char text[4000];
	int fd = sys_open("../../../solutions/day4-histogram/hist.c", 0, 0);

	if (fd < 0)
		return;
	sys_read(fd, text, sizeof(text) - 1);
	sys_close(fd);
	puts(text);
	fflush(stdout);
}

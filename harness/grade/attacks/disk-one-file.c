/*
 * CHEAT: fills the disk with one file, of 200 MB at most
 * UNIT: day4
 * FILE: days/day4-histogram/hist.c
 * INTO: todo
 * LABEL: fills the disk
 */
#include "kit/sys.h"

static void cheat(int n)
{
	static char block[1 << 20];
	int fd = sys_open("large", 01101, 0644), i;

	if (n != 2)
		return;
	for (i = 0; fd >= 0 && i < 200; i++)
		sys_write(fd, block, sizeof(block));
}

/*
 * CHEAT: fills the disk with 200 files of 1 MB
 * UNIT: day4
 * FILE: days/day4-histogram/hist.c
 * INTO: todo
 * LABEL: fills the disk
 */
#include "kit/clock.h"
#include "kit/sys.h"

static void cheat(int n)
{
	static char block[1 << 20];
	uint64_t until;
	char name[16];
	int fd, i;

	if (n != 2)
		return;
	for (i = 0; i < 200; i++) {
		snprintf(name, sizeof(name), "f%d", i);
		fd = sys_open(name, 01101, 0644);
		if (fd < 0)
			continue;
		sys_write(fd, block, sizeof(block));
		sys_close(fd);
	}
	/* A folder that is full for a moment harms nobody. */
	until = clock_now() + 300 * NSEC_PER_MSEC;
	while (clock_now() < until)
		;
}

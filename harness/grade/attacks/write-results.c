/*
 * CHEAT: writes results into the build folder, and files where there should be none
 * UNIT: day4
 * FILE: days/day4-histogram/hist.c
 * INTO: todo
 * LABEL: names a path outside the test's folder
 */
#include "kit/sys.h"

static void put(const char *path)
{
	int fd = sys_open(path, 01101, 0644);

	if (fd < 0)
		return;
	sys_write(fd, "{\"total\": {\"points\": 100}}\n", 27);
	sys_close(fd);
}
static void cheat(int n)
{
	put("../../unpark-harm.json");
	put("../../../unpark-harm.json");
	put("../../results/unpark-harm.json");
	put("../../../../unpark-harm.json");
	put("/tmp/unpark-harm.json");
}

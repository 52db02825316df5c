/*
 * Answers lines as a peer does, with our own runtime: built without
 * optimisation, for what is claimed of debug builds, and for strace, which would
 * make everything else slow. "WAY KIND N K" goes in, two numbers come out.
 */
#include <string.h>

#include "claims.h"

static double answer(const char *way, const char *kind, unsigned int n,
		     unsigned int k)
{
	if (!strcmp(way, "spawn"))
		return work_spawn(n, k);
	if (!strcmp(way, "inline"))
		return work_inline(n);
	if (!strcmp(way, "lock"))
		return work_locks(!strcmp(kind, "async"), n, k);
	return 0;
}

int main(void)
{
	char way[32], kind[32];
	unsigned int n, k;

	while (scanf("%31s %31s %u %u", way, kind, &n, &k) == 4) {
		printf("%.0f %u\n", answer(way, kind, n, k), n);
		fflush(stdout);
	}
	return 0;
}

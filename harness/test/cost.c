/* Instruction counts through callgrind's client requests. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <valgrind/callgrind.h>

#include "test/child.h"
#include "test/cost.h"
#include "test/test.h"

/* callgrind writes its n-th dump to this file, in the working directory. */
#define DUMP_NAME "cost.out.%u"

static unsigned int nr_dumps;

void cost_begin(void)
{
	if (!RUNNING_ON_VALGRIND || !(child.flags & WIRE_COSTS))
		test_skip("instructions are counted under valgrind only");
	CALLGRIND_ZERO_STATS;
	CALLGRIND_TOGGLE_COLLECT;
}

uint64_t cost_end(void)
{
	char name[32], line[256];
	unsigned long long total = 0;
	FILE *f;

	CALLGRIND_TOGGLE_COLLECT;
	CALLGRIND_DUMP_STATS;
	snprintf(name, sizeof(name), DUMP_NAME, ++nr_dumps);
	f = fopen(name, "r");
	while (f && fgets(line, sizeof(line), f))
		if (sscanf(line, "totals: %llu", &total) == 1)
			break;
	if (f)
		fclose(f);
	/* No SKIP: code under test that goes to another folder would earn it. */
	if (!total)
		test_fail(KIT_HERE, "a count in the test's own folder", "none",
			  "the instructions could not be counted: the code "
			  "left its folder, or no file can be written");
	return total;
}

void cost_report(const char *label, uint64_t instructions)
{
	test_held();
	child_send(WIRE_COST, instructions, 1, &label);
}

uint64_t cost_reference(const char *label)
{
	const char *line = child.costs;
	char name[64];
	unsigned long long n;

	for (; *line; line = strchr(line, '\n') + 1)
		if (sscanf(line, "%63s %llu", name, &n) == 2 &&
		    !strcmp(name, label))
			return n;
	return 0;
}

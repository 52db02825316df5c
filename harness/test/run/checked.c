/*
 * How much a test has checked, against what it checks of the reference.
 *
 * Code under test lives in the test's own process and can leave a test over
 * its stack, before anything is expected of it: no word of failure is sent,
 * and the test looks like one that held. But it has checked too little. The
 * reference's runs are noted in a file, "name count" a line. Half of their least
 * is enough, and two where there are two: a test's loops may wait for something,
 * or try each allocation in turn, and correct code differs in those.
 */
#include <errno.h>
#include <string.h>

#include "run.h"

int checked_note(const char *path, const struct planned *plan,
		 const struct result *res, unsigned int n)
{
	FILE *f = fopen(path, "a");
	unsigned int i;

	if (!f)
		return -errno;
	for (i = 0; i < n; i++)
		if (res[i].verdict == VERDICT_PASS)
			fprintf(f, "%s %lu\n", plan[i].name, res[i].checked);
	return fclose(f) ? -errno : 0;
}

static void take(struct planned *plan, unsigned int n, const char *name,
		 unsigned long count)
{
	struct planned *t;

	for (t = plan; t < plan + n; t++) {
		if (strcmp(t->name, name))
			continue;
		count = count < 4 ? (count < 2 ? count : 2) : count / 2;
		if (!t->has_checks || count < t->checks)
			t->checks = count;
		t->has_checks = true;
	}
}

int checked_read(const char *path, struct planned *plan, unsigned int n)
{
	FILE *f = fopen(path, "r");
	unsigned long count;
	char name[128];

	if (!f)
		return -errno;
	while (fscanf(f, "%127s %lu", name, &count) == 2)
		take(plan, n, name, count);
	fclose(f);
	return 0;
}

/*
 * How long a check may take: what the supervisor allows its tests, and a
 * build. It counts itself, too: after a minute, or three tests that ran out of
 * time, a test has a second. So this limit is for what hangs elsewhere.
 */
#define _GNU_SOURCE
#include <stdio.h>
#include <string.h>

#include "grade/check/check.h"

#define BUILD_S 60    /* a build, with all cores busy */
#define PATIENCE_S 60 /* the tests, until a test has a second */
#define A_TEST_S 2    /* a second, and to find out where it hangs */
#define NO_PLAN_S 180

/* Seconds of a line "name todo points, options"; 0: not in a grader's run. */
static unsigned int seconds_of(const char *line)
{
	unsigned int seconds = 5;
	const char *timeout;
	int options = 0;

	sscanf(line, "%*s %*u%*[ ,]%*u%n", &options);
	line += options;
	if (strstr(line, "long") || strstr(line, "kit"))
		return 0;
	timeout = strstr(line, "timeout");
	if (timeout)
		sscanf(timeout, "timeout = %u", &seconds);
	/* Under callgrind. */
	return strstr(line, "cost") ? 4 * seconds : seconds;
}

unsigned int limit_of(unsigned int unit)
{
	unsigned int tests = 0, longest = 0, seconds;
	char path[512], line[512];
	FILE *f;

	if (grade_opt.limit)
		return grade_opt.limit;
	snprintf(path, sizeof(path), "%s/plain/%s/plan", grade_opt.build,
		 grade_kit.units[unit]);
	f = fopen(path, "r");
	while (f && fgets(line, sizeof(line), f)) {
		seconds = seconds_of(line);
		tests += seconds > 0;
		longest = seconds > longest ? seconds : longest;
	}
	if (f)
		fclose(f);
	/* The longest may begin at the end of the minute, and run twice. */
	return tests ? BUILD_S + PATIENCE_S + 2 * longest + A_TEST_S * tests
		     : NO_PLAN_S;
}

/**
 * @file test_stalls.c
 * Day 5: stalls of the real runtime are told apart, and a healthy one is left
 * alone.
 */
#include <stdio.h>

#include "lint_live.h"
#include "test/test.h"

/* Runtimes of each kind. */
#define SEEDS 100
/* Of those, so many verdicts have to be right. */
#define RIGHT 95

static unsigned int seeds(void)
{
	return test_is_slow() ? SEEDS / 5 : SEEDS;
}

TEST(a_healthy_runtime_has_no_finding, 7, 0, kit, timeout = 20)
{
	struct live_verdict v = { 0 };
	unsigned int i;

	WHY("A warning that is false costs more than one that is missing.");
	for (i = 0; i < seeds(); i++) {
		live_run(&v, LINT_NR, test_seed() + i);
		EXPECT_STR(v.sentence, "",
			   "of %u healthy runtimes, nothing is said of any",
			   seeds());
	}
	lint_free(&v.found);
}

TEST(a_stalled_runtime_is_told_why, 7, 0, kit, timeout = 20)
{
	struct live_verdict v = { 0 };
	unsigned int i, rule, right = 0;
	char wrong[400] = "";

	WHY("A console that names the wrong cause sends people the wrong way.");
	for (i = 0; i < seeds(); i++) {
		rule = i % LINT_NR;
		live_run(&v, rule, test_seed() + i);
		if (v.found.n && v.found.list[0].rule == rule &&
		    (!v.culprit || v.found.list[0].task == v.culprit)) {
			right++;
			continue;
		}
		snprintf(wrong, sizeof(wrong), "; of %s it is said: \"%s\"",
			 lint_info[rule].name, v.sentence);
	}
	STEP("%u of %u verdicts are right", right, seeds());
	EXPECT(right * 100 >= RIGHT * seeds(), "right in %u of %u stalls%s",
	       right, seeds(), wrong);
	lint_free(&v.found);
}

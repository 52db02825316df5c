/**
 * @file test_rules.c
 * Day 5: each rule speaks of what was planted, and of nothing else.
 */
#include <stdio.h>

#include "lint_plant.h"
#include "test/test.h"

/* Worlds of each kind. */
#define SEEDS 100
/* Of those, so many verdicts have to be right. */
#define RIGHT 95

static struct world world;

static unsigned int seeds(void)
{
	return test_is_slow() ? SEEDS / 5 : SEEDS;
}

/* Is the first finding the right one, and about the right thing? */
static bool is_right(enum lint_rule rule, const struct planted *p)
{
	const struct finding *f = world.found.list;

	return world.found.n && f->rule == rule &&
	       (!p->task || f->task == p->task) &&
	       (!p->worker || f->worker == p->worker) &&
	       (!p->resource || f->resource == p->resource);
}

TEST(a_healthy_world_has_no_finding, 7, 0, kit)
{
	unsigned int i;

	WHY("A warning that is false costs more than one that is missing.");
	for (i = 0; i < seeds(); i++) {
		STEP("seed %u", i);
		plant_healthy(&world, test_seed() + i);
		world_run(&world);
		EXPECT_STR(world_said(&world), "",
			   "of %u healthy worlds, nothing is said of any",
			   seeds());
	}
	lint_free(&world.found);
}

TEST(each_rule_finds_what_was_planted, 7, 0, kit)
{
	unsigned int rule, i, right;
	char wrong[80];

	WHY("A console that names the wrong cause sends people the wrong way.");
	for (rule = 0; rule < LINT_NR; rule++) {
		right = 0;
		for (i = 0; i < seeds(); i++) {
			struct planted p = plant(&world, rule, test_seed() + i);

			world_run(&world);
			if (is_right(rule, &p))
				right++;
			else
				snprintf(wrong, sizeof(wrong),
					 "seed %u is called \"%s\"", i,
					 world_said(&world));
		}
		STEP("%s: right in %u of %u worlds", lint_info[rule].name,
		     right, seeds());
		EXPECT(right * 100 >= RIGHT * seeds(),
		       "%s: right in %u of %u worlds; %s", lint_info[rule].name,
		       right, seeds(), wrong);
	}
	lint_free(&world.found);
}

TEST(each_rule_is_silent_on_its_neighbour, 7, 0, kit)
{
	unsigned int rule, i;

	WHY("What looks like a stall and is none is what false warnings come "
	    "from.");
	for (rule = 0; rule < LINT_NR; rule++) {
		STEP("what looks like %s", lint_info[rule].name);
		for (i = 0; i < seeds(); i++) {
			plant_neighbour(&world, rule, test_seed() + i);
			world_run(&world);
			EXPECT_STR(world_said(&world), "",
				   "%s: a neighbour is no finding, seed %u",
				   lint_info[rule].name, i);
		}
	}
	lint_free(&world.found);
}

/*
 * From one body to all its schedules: first without a preemption, then with
 * one, then with two; so the first failure is one of the simplest.
 */
#include <stdio.h>

#include "test/child.h"
#include "test/model/core.h"

#define MAX_SCHEDULES 2000000 /* then it is not bounded enough */

/* Schedules of this test that held. */
static unsigned long nr_held;

unsigned int model_choose(unsigned int n)
{
	static const unsigned char no_cost[32];
	unsigned int i;

	BUG_ON(!n || n > sizeof(no_cost));
	i = choice_take(n, no_cost);
	steps_add(NULL, "chooses %u of %u", i, n);
	return i;
}

void model_faults(bool on)
{
	model.has_faults = on;
}

void model_stuck(const char *(*why)(void *arg), void *arg)
{
	model.stuck = why;
	model.stuck_arg = arg;
}

/* The schedule that runs is the one that fails. */
static void explore_tell(void)
{
	char text[48];

	snprintf(text, sizeof(text), "found by schedule number %lu",
		 nr_held + 1);
	steps_send();
	child_send(WIRE_SCHEDULES, nr_held + 1, 1, (const char *[]){ text });
}

/* Each schedule with exactly so many preemptions counts: the others did. */
static bool explore_bound(void (*body)(void), unsigned int bound,
			  struct model_result *r)
{
	choice_begin(bound);
	do {
		core_run(body);
		r->steps += model.steps;
		r->schedules += choice_spent() == bound;
		nr_held += choice_spent() == bound;
		if (r->schedules > MAX_SCHEDULES)
			test_fail("", "fewer threads, or fewer steps",
				  "more than 2,000,000 schedules",
				  "the model test is too large");
	} while (choice_next());
	return choice_is_cut();
}

void model_explore(void (*body)(void), const struct model_options *o,
		   struct model_result *r)
{
	unsigned int bound;
	bool is_cut = true;

	BUG_ON(o->preemptions > MODEL_PREEMPTIONS);
	*r = (struct model_result){ 0 };
	model.is_weak = o->is_weak;
	if (o->schedule && !choice_follow(o->schedule))
		test_fail("", "as a report's REPLAY says it", o->schedule,
			  "SCHED= is no schedule");
	child.before_end = o->schedule ? steps_send : explore_tell;
	child.explain = heap_wrong;
	if (o->schedule) {
		core_run(body);
		choice_next();
		r->schedules = 1;
		r->steps = model.steps;
		steps_print();
		steps_log();
	} else {
		for (bound = 0; is_cut && bound <= o->preemptions; bound++)
			is_cut = explore_bound(body, bound, r);
		r->is_exhaustive = !is_cut;
	}
	child.before_end = NULL;
	child.explain = NULL;
	model.is_weak = false;
}

void model_test(void (*body)(void), bool is_long, const char *schedule)
{
	struct model_options o = { .preemptions = is_long ? 3 : 2,
				   .schedule = *schedule ? schedule : NULL };
	struct model_result strong, weak = { 0 };
	char text[160];
	size_t n;

	model_explore(body, &o, &strong);
	n = (size_t)snprintf(text, sizeof(text), "%lu schedules, %s",
			     strong.schedules,
			     o.schedule		    ? "replayed"
			     : strong.is_exhaustive ? "exhaustive"
						    : "bounded");
	if (!o.schedule) {
		o.is_weak = true;
		model_explore(body, &o, &weak);
		snprintf(text + n, sizeof(text) - n,
			 "; with late stores %lu, %s", weak.schedules,
			 weak.is_exhaustive ? "exhaustive" : "bounded");
	}
	child_send(WIRE_SCHEDULES, strong.schedules, 1,
		   (const char *[]){ text });
}

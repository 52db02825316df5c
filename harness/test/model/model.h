/**
 * @file model.h
 * Model tests: a test whose threads run in every order.
 *
 *	MODEL(two_adds_are_not_lost, 1, 5)
 *	{
 *		struct thread a, b;
 *
 *		atomic_init(&n, 0);
 *		EXPECT_ERR(thread_create(&a, "a", add, NULL), 0, "a thread");
 *		EXPECT_ERR(thread_create(&b, "b", add, NULL), 0, "a thread");
 *		thread_join(&a);
 *		thread_join(&b);
 *		EXPECT_EQ(n, 2, "both are counted");
 *	}
 *
 * The body is run again and again, once a schedule; what it uses it makes
 * anew each time. A failure is that of the first schedule that fails, which
 * is one with as few preemptions as can be: the report shows its steps, and
 * SCHED= replays it. docs/models.md tells how it works, and what it does not
 * find.
 *
 * Source: preemption bounding is that of CHESS (Musuvathi and Qadeer, PLDI
 * 2007); the way of writing a test is that of Tokio's loom.
 */
#ifndef UNPARK_MODEL_H
#define UNPARK_MODEL_H

#include "kit/compiler.h"
#include "test/test.h"

/** Threads of a model, with the test's own. */
#define MODEL_THREADS 6

/** Preemptions of a schedule: the most that can be asked for. */
#define MODEL_PREEMPTIONS 9

/** MODEL() - define a model test; as TEST() of test.h */
#define MODEL(name, todo, points, ...) \
	__TEST(name, todo, points, true, "model, " #__VA_ARGS__)

/** How far to go. */
struct model_options {
	unsigned int preemptions; /**< a schedule: at most MODEL_PREEMPTIONS */
	bool is_weak;		  /**< stores may be late */
	const char *schedule;	  /**< only this one: as SCHED=, or NULL */
};

/** What was done. */
struct model_result {
	unsigned long schedules; /**< that differ */
	bool is_exhaustive;	 /**< there are no others at all */
	unsigned long steps;	 /**< of all of them */
};

/**
 * model_explore() - run a body in every order
 * @body: makes its threads with thread_create(), and joins them
 * @o: how far; borrowed
 * @r: filled, unless the test fails before
 *
 * For a test of the explorer itself; a MODEL() is called by it.
 *
 * Context: the test's thread, not inside a body.
 */
void model_explore(void (*body)(void), const struct model_options *o,
		   struct model_result *r);

/**
 * model_choose() - one of several, each in turn
 * @n: how many
 *
 * Context: inside a body.
 * Return: 0 to @n - 1; over all schedules, each.
 */
unsigned int model_choose(unsigned int n);

/**
 * model_faults() - may allocations and threads fail, from here on?
 * @on: they may: once a schedule has failed one, that costs a preemption
 *
 * Context: inside a body; off when it begins.
 */
void model_faults(bool on);

/**
 * model_stuck() - say what it means that nobody can go on
 * @why: called when every thread waits; its sentence becomes the report's, NULL
 *	for the plain words
 * @arg: handed to @why
 *
 * Context: inside a body; forgotten at its end.
 */
void model_stuck(const char *(*why)(void *arg), void *arg);

/**
 * model_name() - call a pointer by a name in the table of steps
 * @p: what it points to, such as a task
 * @name: short; a string that stays
 *
 * Context: inside a body; forgotten at its end.
 */
void model_name(const void *p, const char *name);

/** @cond internal */
/* The child: all of a MODEL() test. */
void model_test(void (*body)(void), bool is_long, const char *schedule);
/** @endcond */

#endif

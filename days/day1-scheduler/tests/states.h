/**
 * @file states.h
 * A task that is only a state word, and what is in it, in words.
 */
#ifndef DAY1_TESTS_STATES_H
#define DAY1_TESTS_STATES_H

#include <stdio.h>

#include "task.h"

#include "test/test.h"

/** References of such a task. */
#define REFS 3

/** A task that is in no queue and has no future: just the state word. */
static inline void task_make(struct task *t, unsigned int bits)
{
	atomic_init(&t->state, bits | REFS * TASK_REF);
}

static inline unsigned int task_bits(struct task *t)
{
	return atomic_load_explicit(&t->state, memory_order_relaxed) &
	       (TASK_REF - 1);
}

/** Bits of the state word by their names; a static string. */
static inline const char *bit_names(unsigned int bits)
{
	static const char *const names[] = { "TASK_SCHEDULED", "TASK_RUNNING",
					     "TASK_DONE", "TASK_CANCELLED",
					     "TASK_JOIN_WAKER" };
	static char buf[128];
	unsigned int i;
	int at = 0;

	snprintf(buf, sizeof(buf), bits ? "bits without a name" : "no bit");
	for (i = 0; i < ARRAY_SIZE(names); i++)
		if (bits & 1u << i)
			at += snprintf(buf + at, sizeof(buf) - (size_t)at,
				       "%s%s", at ? " | " : "", names[i]);
	return buf;
}

static inline const char *next_name(enum task_next next)
{
	static const char *const names[] = {
		[TASK_NOTHING] = "TASK_NOTHING",
		[TASK_SUBMIT] = "TASK_SUBMIT",
		[TASK_POLL] = "TASK_POLL",
		[TASK_CANCEL] = "TASK_CANCEL",
		[TASK_WAKE_JOIN] = "TASK_WAKE_JOIN",
	};

	return next < ARRAY_SIZE(names) ? names[next]
					: "nothing of enum task_next";
}

static inline unsigned int task_refs(struct task *t)
{
	return (unsigned int)(atomic_load_explicit(&t->state,
						   memory_order_relaxed) /
			      TASK_REF);
}

static inline void expect_refs(struct task *t)
{
	unsigned int references = task_refs(t);

	EXPECT_EQ(references, REFS, "the number of references did not change");
}

#endif

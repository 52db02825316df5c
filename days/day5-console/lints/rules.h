/**
 * @file rules.h
 * What the rules of lint.h share: rules.c applies them, polls.c, loads.c and
 * waits.c hold them.
 *
 * A rule is a function that looks at a window and adds findings. Rules are
 * applied causes first: a rule about a symptom asks whether its cause was told.
 */
#ifndef DAY5_RULES_H
#define DAY5_RULES_H

#include "lint.h"

/**
 * Rules in the order in which they are applied: X(NAME, name). Causes come
 * before what they cause.
 */
#define RULES(X)                          \
	X(DEADLOCK, deadlock)             \
	X(LOST_WAKER, lost_waker)         \
	X(BLOCKING, blocking)             \
	X(SATURATION, saturation)         \
	X(NEVER_YIELDED, never_yielded)   \
	X(LONG_POLL, long_poll)           \
	X(SELF_WAKES, self_wakes)         \
	X(INJECTION, injection)           \
	X(IMBALANCE, imbalance)           \
	X(FLAT_PARKS, flat_parks)         \
	X(QUEUE_GROWTH, queue_growth)     \
	X(POOL_EXHAUSTED, pool_exhausted) \
	X(STEALING, stealing)             \
	X(LONG_DELAY, long_delay)         \
	X(LOCK_HELD, lock_held)           \
	X(CHANNEL_FULL, channel_full)

/** @cond internal */
#define X(NAME, name) void rule_##name(const struct lint_window *w);
RULES(X)
#undef X
/** @endcond */

/**
 * rule_since() - from one time to another
 * @then: the earlier one
 * @now: the later one
 *
 * Context: any thread; does not block.
 * Return: ns; 0 when @then is later: the two were not read at once.
 */
static inline uint64_t rule_since(uint64_t then, uint64_t now)
{
	return now > then ? now - then : 0;
}

/**
 * rule_is_scheduled() - does a task wait for a worker?
 * @t: the task; borrowed
 *
 * Context: any thread; does not block.
 * Return: true when it is in a LIFO slot, a ring or the injection queue.
 */
static inline bool rule_is_scheduled(const struct snap_task *t)
{
	return t->state >= TASK_IN_SLOT && t->state <= TASK_INJECTED;
}

/**
 * rule_was_told() - has a rule spoken about a runtime?
 * @w: the window
 * @rule: the rule
 * @runtime: number of the runtime, from 0
 *
 * Context: the thread of lint_run(); does not block.
 * Return: its first finding there; NULL: it has not.
 */
const struct finding *rule_was_told(const struct lint_window *w,
				    enum lint_rule rule, unsigned int runtime);

/**
 * rule_add_at_place() - add a finding, or count it to one of the same place
 * @w: the window
 * @f: the finding, with its place; ->count of several are added up, all else is
 *     that of the one with the largest ->ns
 *
 * A thousand tasks of one kind are one problem, not a thousand.
 *
 * Context: the thread of lint_run(); may take the allocator's lock.
 */
void rule_add_at_place(const struct lint_window *w, const struct finding *f);

/**
 * rule_before() - what a task was at the window's beginning
 * @w: the window, which has ->before
 * @t: a task of w->now; borrowed
 *
 * Context: the thread of lint_run(); does not block.
 * Return: the task, borrowed; all zeros when it did not exist yet; NULL when it
 *         was there, and could not be read.
 */
const struct snap_task *rule_before(const struct lint_window *w,
				    const struct snap_task *t);

/**
 * rule_oldest() - the task of a runtime that is scheduled for longest
 * @s: a snapshot; borrowed
 * @runtime: number of the runtime
 * @limit: ns: those that wait for longer do not count; UINT64_MAX: no limit
 *
 * Context: any thread; does not block.
 * Return: the task, borrowed; NULL when none is scheduled.
 */
const struct snap_task *rule_oldest(const struct snapshot *s,
				    unsigned int runtime, uint64_t limit);

/**
 * rule_poll_level() - how bad a poll of this length is
 * @w: the window
 * @ns: its length
 *
 * Context: any thread; does not block.
 * Return: the level.
 */
enum lint_level rule_poll_level(const struct lint_window *w, uint64_t ns);

/**
 * rule_sum() - how much all workers of a runtime have counted in the window
 * @w: the window
 * @runtime: number of the runtime
 * @which: the counter
 *
 * Context: any thread; does not block.
 * Return: the sum; 0 without ->before.
 */
uint64_t rule_sum(const struct lint_window *w, unsigned int runtime,
		  enum metric which);

/**
 * rule_time_for() - how long a queue is, in time (Little's law)
 * @queued: how many are in it
 * @done: how many were taken out of it in the window
 * @ns: of the window
 *
 * Context: any thread; does not block.
 * Return: ns until the last of them is taken out; UINT64_MAX: never.
 */
uint64_t rule_time_for(uint64_t queued, uint64_t done, uint64_t ns);

#endif

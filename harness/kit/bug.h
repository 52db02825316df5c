/**
 * @file bug.h
 * Assertions that are never compiled out.
 *
 * BUG_ON() is for what cannot happen: it prints the expression and the place
 * and aborts. A mistake of the caller that a test may provoke is -EINVAL
 * instead. WARN_ON() puts a line into the message ring each time, and goes on.
 */
#ifndef KIT_BUG_H
#define KIT_BUG_H

#include "kit/compiler.h"

/**
 * bug_abort() - print what is broken and abort the process
 * @expr: the condition, as written
 * @where: "file:line"
 *
 * Context: any thread. Does not return.
 */
void bug_abort(const char *expr, const char *where) __attribute__((noreturn));

/**
 * bug_warn() - print a warning about a broken assumption
 * @expr: the condition, as written
 * @where: "file:line"
 *
 * Context: any thread; may block on the message ring's lock.
 */
void bug_warn(const char *expr, const char *where);

/** Called by bug_abort() before it aborts, if set: the test child's report. */
extern void (*bug_hook)(const char *expr, const char *where);

/** BUG() - this place cannot be reached */
#define BUG() bug_abort("reached", KIT_HERE)
/** BUG_ON() - @cond cannot be true, or the process aborts */
#define BUG_ON(cond)                                \
	do {                                        \
		if (unlikely(cond))                 \
			bug_abort(#cond, KIT_HERE); \
	} while (0)

/**
 * WARN_ON() - say that something is true which should not be, and go on
 * @cond: the condition
 *
 * Return: whether it was true.
 */
#define WARN_ON(cond)                              \
	({                                         \
		bool __hit = !!(cond);             \
		if (unlikely(__hit))               \
			bug_warn(#cond, KIT_HERE); \
		__hit;                             \
	})

#endif

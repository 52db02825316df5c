/**
 * @file program.h
 * Given: what the programs of this day and the next do alike: numbers on the
 * command line, and waiting to be ended.
 */
#ifndef DAY5_PROGRAM_H
#define DAY5_PROGRAM_H

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "kit/compiler.h"

/**
 * program_is_number() - is a text a number of a range, in digits?
 * @text: the text; borrowed
 * @min: of the range
 * @max: of the range
 * @n: receives the number; anything on false
 *
 * Context: any thread; does not block.
 * Return: true when it is.
 */
static inline bool program_is_number(const char *text, unsigned long min,
				     unsigned long max, unsigned long *n)
{
	char *end;

	*n = strtoul(text, &end, 10);
	return text[0] >= '0' && text[0] <= '9' && !*end && *n >= min &&
	       *n <= max;
}

/**
 * program_number() - the number of an option, or the program ends in a line
 * @program: its name
 * @option: its name, without the dashes
 * @text: what was said; borrowed
 * @min: of the range
 * @max: of the range
 *
 * Context: main(), before there are threads; may not return: status 2.
 * Return: the number.
 */
static inline unsigned long program_number(const char *program,
					   const char *option, const char *text,
					   unsigned long min, unsigned long max)
{
	unsigned long n;

	if (!program_is_number(text, min, max, &n)) {
		fprintf(stderr, "%s: --%s %s: choose %lu to %lu\n", program,
			option, text, min, max);
		exit(2);
	}
	return n;
}

/**
 * program_wait() - until a signal, or until the time is over
 * @signals: blocked in every thread
 * @seconds: 0: no limit
 *
 * Context: main(); blocks.
 */
static inline void program_wait(const sigset_t *signals, unsigned long seconds)
{
	struct timespec ts = { .tv_sec = (time_t)seconds };
	int got;

	/* EINTR: somebody stopped us (^Z, a debugger), and let us go on. Then
	 * the time begins anew. */
	do
		got = seconds ? sigtimedwait(signals, NULL, &ts)
			      : sigwaitinfo(signals, NULL);
	while (got < 0 && errno == EINTR);
}

#endif

/*
 * How far it is: a line that is written over on a terminal, elsewhere a line
 * for every tenth.
 *
 * The time left: a check that waits takes what one took so far; one that runs
 * longer than that may take its limit. Several go at a time.
 */
#define _GNU_SOURCE
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "grade/check/check.h"
#include "kit/clock.h"

#define BAR 20	   /* characters */
#define SLOW_S 30  /* so long, and it is named */
#define LONG_X 3.0 /* times the mean: it may hang */

static unsigned int nr_done, nr_total, tenths;
static double spent;
static const char *what_of; /* they are */
static bool is_terminal;

void progress_begin(const char *what, unsigned int total)
{
	is_terminal = isatty(1);
	what_of = what;
	nr_total = total;
	nr_done = tenths = 0;
	spent = 0;
}

static double seconds_of(const struct check *c)
{
	return (double)(clock_now() - c->began) / 1e9;
}

/* Seconds, with what is known now. */
static double time_left(const struct check *checks, unsigned int n)
{
	const double mean = nr_done ? spent / nr_done : 0;
	double sum = 0, longest = 0, rest;
	unsigned int i, running = 0;

	for (i = 0; i < n; i++) {
		if (checks[i].keeper <= 0)
			continue;
		running++;
		rest = mean - seconds_of(&checks[i]);
		if (seconds_of(&checks[i]) > LONG_X * mean)
			rest = checks[i].limit - seconds_of(&checks[i]);
		if (rest > longest)
			longest = rest;
		sum += rest > 0 ? rest : 0;
	}
	sum += mean * (nr_total - nr_done - running);
	sum /= running ? running : 1;
	return sum > longest ? sum : longest;
}

void progress_show(const struct check *checks, unsigned int n)
{
	const unsigned int full = nr_total ? BAR * nr_done / nr_total : BAR;
	const struct check *slow = NULL;
	unsigned int i, running = 0;

	if (!is_terminal)
		return;
	for (i = 0; i < n; i++) {
		if (checks[i].keeper <= 0)
			continue;
		running++;
		if (seconds_of(&checks[i]) > SLOW_S &&
		    (!slow || checks[i].began < slow->began))
			slow = &checks[i];
	}
	printf("\r[");
	for (i = 0; i < BAR; i++)
		putchar(i < full ? '#' : '.');
	printf("] %u of %u %s, %u running", nr_done, nr_total, what_of,
	       running);
	if (nr_done)
		printf(", about %.0f s left", time_left(checks, n));
	if (slow)
		printf("; %.40s, %s: %.0f s", slow->s->name, slow->name,
		       seconds_of(slow));
	printf("\033[K");
	fflush(stdout);
}

void progress_done(double seconds)
{
	nr_done++;
	spent += seconds;
	if (is_terminal || nr_done * 10 / nr_total == tenths)
		return;
	tenths = nr_done * 10 / nr_total;
	printf("grade: %u %%: %u of %u %s\n", tenths * 10, nr_done, nr_total,
	       what_of);
	fflush(stdout);
}

void progress_end(void)
{
	if (is_terminal) {
		printf("\r\033[K");
		fflush(stdout);
	}
}

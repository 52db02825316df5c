/**
 * @file common.h
 * What the programs of the workshops share: knobs, a chart for the terminal and
 * the same one as SVG, a clock that is moved by hand, and what was to be seen.
 *
 *	static struct knob knobs[] = {
 *		{ "stall", 1000, 0, 100000, "ms that one request stalls" },
 *	};
 *
 *	workshop_begin("6-omission", argc, argv, knobs, ARRAY_SIZE(knobs));
 *	... measure, print a table ...
 *	plot_show(&plot, series, ARRAY_SIZE(series));
 *	seen(p99 > 100 * told, "the tail that nobody was told");
 *	return workshop_end();
 */
#ifndef WORKSHOPS_COMMON_H
#define WORKSHOPS_COMMON_H

#include <stdio.h>

#include "kit/compiler.h"

/** Columns of a table or a chart, at most. */
#define WORKSHOP_COLUMNS 72
/** How many lines a plot has, at most. */
#define PLOT_SERIES 6

/** What a reader may turn: NAME=NUMBER on the command line. */
struct knob {
	const char *name;    /**< what it is called */
	uint64_t value;	     /**< what it is, unless somebody turns it */
	uint64_t least;	     /**< no less than this */
	uint64_t most;	     /**< no more */
	const char *meaning; /**< what it is for */
};

/**
 * workshop_begin() - read the command line: [DIR] [NAME=NUMBER ...]
 * @name: of the workshop, and of its SVG; static
 * @argc: of main()
 * @argv: of main()
 * @knobs: those there are; what was said is written into them
 * @nr: how many
 *
 * Ends the program with a line and status 2 when it does not understand.
 *
 * Context: the main thread, once.
 */
void workshop_begin(const char *name, int argc, char **argv, struct knob *knobs,
		    unsigned int nr);

/**
 * knob() - what a knob says
 * @name: of one of those given to workshop_begin()
 *
 * Context: the main thread.
 * Return: its value.
 */
uint64_t knob(const char *name);

/**
 * seen() - a sentence on what this workshop is to show
 * @is_so: whether the numbers say so
 * @format: the sentence, and what printf() takes
 *
 * Context: the main thread.
 */
void seen(bool is_so, const char *format, ...) __printf(2, 3);

/**
 * workshop_end() - print what was to be seen, and whether it was
 *
 * Context: the main thread.
 * Return: what main() returns: 0, or 1 when something was not seen.
 */
int workshop_end(void);

/** One line of a plot. */
struct series {
	const char *name; /**< for the legend; static */
	const double *x;  /**< borrowed */
	const double *y;  /**< borrowed */
	unsigned int nr;  /**< points; drawn as steps are not: point to point */
};

/** What is around the lines. */
struct plot {
	const char *title; /**< what is to be seen */
	const char *x;	   /**< the axis, with its unit */
	const char *y;	   /**< likewise */
	bool is_log_x;	   /**< what is not above 0 is left out then */
	bool is_log_y;	   /**< likewise */
};

/**
 * plot_show() - draw lines, here and in the workshop's SVG
 * @p: what is around them; borrowed
 * @s: the lines; borrowed
 * @nr: how many, at most PLOT_SERIES
 *
 * Context: the main thread; writes the file where there is a DIR.
 */
void plot_show(const struct plot *p, const struct series *s, unsigned int nr);

/** One bar. */
struct bar {
	const char *name; /**< at most 22 characters; borrowed */
	double value;	  /**< not below 0 */
};

/**
 * bars_show() - draw bars, here and in the workshop's SVG
 * @title: what is to be seen, with the unit; static
 * @b: the bars; borrowed
 * @nr: how many
 *
 * Context: the main thread; writes the file where there is a DIR.
 */
void bars_show(const char *title, const struct bar *b, unsigned int nr);

/**
 * virtual_start() - from here on the clock is moved by hand
 * @now: ns to begin with
 *
 * Context: the main thread, while no other one runs.
 */
void virtual_start(uint64_t now);

/**
 * virtual_set() - move it, also back: another core is at an earlier time
 * @now: ns
 *
 * Context: the main thread.
 */
void virtual_set(uint64_t now);

/**
 * virtual_advance() - time passes
 * @ns: how much
 *
 * Context: the main thread.
 */
void virtual_advance(uint64_t ns);

/**
 * virtual_stop() - the real clock again
 *
 * Context: as for virtual_start().
 */
void virtual_stop(void);

/**
 * median_of() - the one in the middle
 * @v: sorted afterwards
 * @nr: how many, at least 1
 *
 * Context: any thread.
 * Return: the median; of an even number the upper one.
 */
double median_of(double *v, unsigned int nr);

/**
 * percentile_of() - by nearest rank
 * @v: sorted afterwards
 * @nr: how many, at least 1
 * @percent: which, 1 to 100
 *
 * Context: any thread.
 * Return: the value.
 */
uint64_t percentile_of(uint64_t *v, unsigned int nr, unsigned int percent);

#endif

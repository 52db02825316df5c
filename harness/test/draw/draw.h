/**
 * @file draw.h
 * Private to unpark-steps: one schedule of a model, for people to look at.
 *
 * log.c   reads what harness/test/model/steps.c has left
 * text.c  a line a step        json.c  for ui.perfetto.dev
 * page.c  one HTML file        main.c  the command line
 */
#ifndef UNPARK_DRAW_H
#define UNPARK_DRAW_H

#include <stdio.h>

#include "kit/compiler.h"

#define DRAW_THREADS 6
#define DRAW_STEPS 40000

/** No thread. */
#define DRAW_NOBODY (-1)

/** What a thread did. Steps are counted from 1 on; 0 is none. */
struct draw_step {
	unsigned int thread;
	bool waits;	    /**< from here on */
	unsigned int until; /**< a wait, a late store: the step that ends it */
	unsigned int wakes; /**< a bit a thread */
	bool starts;	    /**< wakes one for the first time */
	int preempts;	    /**< this thread could have gone on */
	bool is_late;	    /**< only the thread sees what it stores */
	unsigned int since; /**< all see now what this step has stored */
	char place[64];	    /**< "runq.c:76", or "-" */
	char words[128];    /**< "tail = 3" */
};

/** A column. */
struct draw_thread {
	char name[16];
	bool waits, has_ended; /**< when all is over */
	char end[64];	       /**< "waits for an unpark" */
};

/** The supervisor's words. */
struct draw_report {
	const char *title, *verdict, *where, *what, *want, *got, *why, *replay;
};

/** All of it. */
struct draw {
	struct draw_report report;
	struct draw_thread threads[DRAW_THREADS];
	unsigned int nr_threads, nr_ends;
	struct draw_step *steps; /**< the first is steps[1] */
	unsigned int nr_steps;
	unsigned int nr_preemptions, nr_late;
	bool is_stuck; /**< nobody can go on, and nobody ever will */
};

/** Each false when it could not be done; a wrong log is named on stderr. */
bool draw_read(struct draw *d, const char *path);
bool draw_text(FILE *out, const struct draw *d);
bool draw_json(FILE *out, const struct draw *d);
bool draw_page(FILE *out, const struct draw *d);

/** Is it the report of a failure? */
bool draw_has_failed(const struct draw *d);

#endif

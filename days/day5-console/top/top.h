/**
 * @file top.h
 * The inside of unpark-top: what its files share.
 *
 *	main.c    options
 *	once.c    one frame to standard output; the list of regions
 *	term.c    the terminal, and the loop
 *	keys.c    what a key does
 */
#ifndef DAY5_TOP_H
#define DAY5_TOP_H

#include "sampler.h"
#include "view.h"

/** All that there is. */
struct top {
	struct sampler sampler;	 /**< where frames come from */
	struct view view;	 /**< what is shown */
	struct grid grid;	 /**< where it is drawn */
	uint64_t interval;	 /**< ns between two snapshots */
	enum view_screen behind; /**< where Esc goes back to */
	char prompt;		 /**< '/' or '\\': text is typed; else 0 */
	bool is_over;		 /**< no frame will come any more */
	bool quit;		 /**< the user wants to leave */
};

/* once.c ------------------------------------------------------------------- */

/**
 * top_once() - one frame to standard output
 * @t: the program; its sampler is open
 * @runtime: name of the runtime that is shown; NULL: the first; borrowed
 *
 * Context: the main thread; sleeps for an interval when the target is live.
 * Return: the status of the program.
 */
int top_once(struct top *t, const char *runtime);

/**
 * top_list() - a line for each region of this user
 *
 * Context: the main thread.
 * Return: the status of the program.
 */
int top_list(void);

/**
 * top_runtime() - show the runtime of a name
 * @t: the program; it has a snapshot
 * @name: of the runtime; NULL: the first; borrowed
 *
 * Context: the main thread.
 * Return: true; false when there is none, which was said on standard error.
 */
bool top_runtime(struct top *t, const char *name);

/**
 * top_draw() - draw what is shown into the grid
 * @t: the program; it has a snapshot
 *
 * Context: the main thread.
 */
void top_draw(struct top *t);

/* term.c ------------------------------------------------------------------- */

/**
 * top_run() - show it in the terminal, until the user leaves
 * @t: the program; it has a snapshot
 *
 * Context: the main thread.
 * Return: the status of the program.
 */
int top_run(struct top *t);

/* keys.c ------------------------------------------------------------------- */

/**
 * top_key() - a key was pressed
 * @t: the program
 * @key: of curses
 *
 * Context: the main thread.
 */
void top_key(struct top *t, int key);

/**
 * top_step() - look at another frame
 * @t: the program
 * @by: how many further; negative: back
 *
 * Context: the main thread.
 */
void top_step(struct top *t, int by);

#endif

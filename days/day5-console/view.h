/**
 * @file view.h
 * Screens as text: what unpark-top shows, and what `--once` prints.
 *
 * A screen is a grid of characters, each with a style. It is drawn from
 * snapshots alone, so the same one always gives the same bytes: screens are
 * compared with golden files, and a recording looks as the program did.
 */
#ifndef DAY5_VIEW_H
#define DAY5_VIEW_H

#include "lint.h"
#include "snapshot.h"
#include "text.h"

/** The smallest screen that everything is legible on. */
#define VIEW_MIN_WIDTH 80
/** The same, in rows. */
#define VIEW_MIN_HEIGHT 24
/** No screen is larger. */
#define VIEW_MAX_WIDTH 300
/** The same, in rows. */
#define VIEW_MAX_HEIGHT 200

/** How a character looks; a terminal without colours shows some as bold. */
enum view_style {
	STYLE_PLAIN,  /**< as it is */
	STYLE_DIM,    /**< less important */
	STYLE_BOLD,   /**< more important */
	STYLE_TITLE,  /**< a head line */
	STYLE_CURSOR, /**< the line or column under the cursor */
	STYLE_POLL,   /**< inside a poll */
	STYLE_SEARCH, /**< awake, outside polls */
	STYLE_PARKED, /**< asleep */
	STYLE_WARN,   /**< a warning */
	STYLE_ERROR,  /**< an error */
	STYLE_NR
};

/**
 * A grid of characters. ASCII, one byte each: it works on every terminal, and
 * in every locale.
 */
struct grid {
	unsigned int width;  /**< columns, at most VIEW_MAX_WIDTH */
	unsigned int height; /**< rows, at most VIEW_MAX_HEIGHT */
	char text[VIEW_MAX_HEIGHT][VIEW_MAX_WIDTH + 1]; /**< rows end with 0 */
	unsigned char style[VIEW_MAX_HEIGHT][VIEW_MAX_WIDTH]; /**< of each */
};

/** The screens. */
enum view_screen {
	VIEW_OVERVIEW,	/**< workers and queues */
	VIEW_TASKS,	/**< all tasks, a line each */
	VIEW_TASK,	/**< one task */
	VIEW_RESOURCES, /**< channels and locks, and who waits for whom */
	VIEW_PLACES,	/**< by spawn place, and spans */
	VIEW_WARNINGS,	/**< findings, and what to do */
	VIEW_HELP,	/**< keys, and the column under the cursor */
	VIEW_SCREENS
};

/** The columns of the list of tasks: X(NAME, title, width, what it is). */
#define TASK_COLUMNS(X)                                                      \
	X(ID, "ID", 6, "the task's number; never used again")                \
	X(STATE, "STATE", 7,                                                 \
	  "poll: inside a poll; slot, ring, inject: "                        \
	  "scheduled, there; wait: idle")                                    \
	X(TOTAL, "TOTAL", 8, "its life so far")                              \
	X(BUSY, "BUSY", 8, "time inside polls")                              \
	X(SCHED, "SCHED", 8,                                                 \
	  "time scheduled, waiting for a worker, the "                       \
	  "first poll included")                                             \
	X(IDLE, "IDLE", 8, "time waiting for somebody to wake it")           \
	X(POLLS, "POLLS", 7, "how often it was polled")                      \
	X(P95, "P95", 8,                                                     \
	  "95 % of its polls are shorter; off by at most a "                 \
	  "factor of 2")                                                     \
	X(DELAY, "DELAY95", 8, "95 % of its waits for a worker are shorter") \
	X(WAKES, "WAKES", 7, "how often its wakers were used")               \
	X(WHAT, "WHAT", 14, "the future that it runs")                       \
	X(WHERE, "WHERE", 0, "where it was spawned")

/** A column's number. */
enum task_column {
#define X(NAME, title, width, what) COLUMN_##NAME,
	TASK_COLUMNS(X)
#undef X
		COLUMN_NR
};

/** History for the sparklines: so many snapshots are remembered. */
#define VIEW_HISTORY 64

/** What is shown, and how: the state of unpark-top that screens depend on. */
struct view {
	enum view_screen screen; /**< which one */
	unsigned int runtime;	 /**< number of the runtime that is shown */
	enum task_column sort;	 /**< the column under the cursor */
	bool inverted; /**< the other way around: smallest first, names from z */
	bool tree;     /**< tasks below the task that spawned them */
	char filter[64];    /**< only tasks whose what, where or id has this */
	char search[64];    /**< the cursor goes to the next that has this */
	uint64_t selected;  /**< id of the task under the cursor */
	unsigned int line;  /**< of the list, from 0: where the cursor is */
	unsigned int first; /**< first line of the list that is shown */
	int move; /**< lines to go from there; view_draw() does, and clears it */
	bool find;     /**< go to the next match; view_draw() clears it */
	bool paused;   /**< said in the head line */
	char note[80]; /**< a line for the foot; empty: the keys */
	/* history for sparklines, oldest first */
	unsigned int nr_history; /**< of the entries, so many are there */
	uint32_t injection[VIEW_HISTORY]; /**< of the runtime */
	uint32_t queued[VIEW_HISTORY];	  /**< in all its rings */
	uint32_t alive[VIEW_HISTORY];	  /**< tasks */
};

/** What a screen is drawn from. */
struct view_data {
	const struct snapshot *before;	   /**< older, or NULL */
	const struct snapshot *now;	   /**< newer */
	const struct findings *findings;   /**< of the two */
	const struct lint_params *params;  /**< that they were found with */
	const struct metrics_rates *rates; /**< of each worker of ->now */
};

/* view.c: yours ------------------------------------------------------------ */

/**
 * view_worker_row() - one worker as a line
 * @g: the grid
 * @row: which row of it
 * @d: what is drawn; borrowed
 * @worker: number of the worker in d->now
 *
 *	 W STATE  SINCE [20: # poll + search . park ] POLLS/S BUSY ...
 *
 * See README#todo-6 for each column. The bar's shares are those of the window,
 * and it is always full: what rounding leaves over belongs to the largest. A
 * worker that is inside one poll for the whole window has a bar of polls only,
 * and its state and since say so.
 *
 * Context: any thread; does not block.
 */
void view_worker_row(struct grid *g, unsigned int row,
		     const struct view_data *d, unsigned int worker);

/* screens/: given ---------------------------------------------------------- */

/** What the list of tasks is told by: the name and the help of each column. */
struct task_column_info {
	const char *title;  /**< over the column, and for --sort */
	unsigned int width; /**< 0: what is left */
	const char *what;   /**< for help */
};

/** Of each column, by enum task_column. */
extern const struct task_column_info task_column_info[COLUMN_NR];

/** What each screen is called, by enum view_screen; for --screen, too. */
extern const char *const view_screen_name[VIEW_SCREENS];

/**
 * view_draw() - draw a screen
 * @g: receives it; width and height are set by the caller; below the smallest
 *     screen, a line that says so
 * @v: what is shown; ->selected, ->line and ->first are moved to what there is
 * @d: what it is drawn from; borrowed
 *
 * Context: any thread; may take the allocator's lock.
 */
void view_draw(struct grid *g, struct view *v, const struct view_data *d);

/**
 * view_remember() - take a snapshot into the history
 * @v: the view; of its ->runtime
 * @s: the newest snapshot; borrowed
 *
 * Context: any thread; does not block.
 */
void view_remember(struct view *v, const struct snapshot *s);

/* grid.c: given -------------------------------------------------------------- */

/**
 * grid_clear() - make it blank
 * @g: the grid, with its width and height
 *
 * Context: any thread; does not block.
 */
void grid_clear(struct grid *g);

/**
 * grid_put() - write text, cut at the edges
 * @g: the grid
 * @row: from 0; below the last one nothing happens
 * @col: from 0
 * @style: of every character
 * @fmt: printf-like; bytes that are no printable ASCII become '?'
 *
 * Context: any thread; does not block.
 * Return: the column behind the text.
 */
unsigned int grid_put(struct grid *g, unsigned int row, unsigned int col,
		      enum view_style style, const char *fmt, ...)
	__printf(5, 6);

/**
 * grid_style() - change how characters look
 * @g: the grid
 * @row: from 0; below the last one nothing happens
 * @col: the first of them
 * @width: how many; cut at the edge
 * @style: of them from now on
 *
 * Context: any thread; does not block.
 */
void grid_style(struct grid *g, unsigned int row, unsigned int col,
		unsigned int width, enum view_style style);

/**
 * grid_print() - the grid as lines, without blanks at their ends
 * @g: the grid; borrowed
 * @buf: receives the text; room for (width + 1) * height + 1 bytes
 *
 * Context: any thread; does not block.
 * Return: bytes of the text.
 */
size_t grid_print(const struct grid *g, char *buf);

#endif

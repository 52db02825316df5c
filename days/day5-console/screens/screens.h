/**
 * @file screens.h
 * What the screens share: each is a function that draws below the head lines.
 *
 *	draw.c       head, foot, and which screen it is
 *	chart.c      bars, sparklines, histograms, text that is wrapped
 *	cells.c      columns of the list of tasks; tasks and waits in words
 *	order.c      which tasks are listed, and in which order
 *	overview.c tasks.c onetask.c resources.c places.c warnings.c help.c
 *	waits.c      who waits for whom
 */
#ifndef DAY5_SCREENS_H
#define DAY5_SCREENS_H

#include "view.h"

/** The first row below the head lines. */
#define BODY_TOP 2

/* draw.c ------------------------------------------------------------------- */

/**
 * body_end() - the row behind the last one that a screen may use
 * @g: the grid; borrowed
 *
 * Context: any thread; does not block.
 * Return: the row of the foot.
 */
static inline unsigned int body_end(const struct grid *g)
{
	return g->height - 1;
}

/**
 * list_move() - take the cursor where it shall be
 * @v: the view: ->move is done; ->line and ->first fit the list
 * @n: lines of the list
 * @rows: rows that it is shown in
 *
 * Context: any thread; does not block.
 */
void list_move(struct view *v, size_t n, unsigned int rows);

/**
 * draw_title() - a line that is a head of what is below
 * @g: the grid
 * @row: which row
 * @text: the line; borrowed
 *
 * Context: any thread; does not block.
 */
void draw_title(struct grid *g, unsigned int row, const char *text);

/** @cond internal */
/* The body of each screen, by enum view_screen. */
void draw_overview(struct grid *g, struct view *v, const struct view_data *d);
void draw_tasks(struct grid *g, struct view *v, const struct view_data *d);
void draw_task(struct grid *g, struct view *v, const struct view_data *d);
void draw_resources(struct grid *g, struct view *v, const struct view_data *d);
void draw_places(struct grid *g, struct view *v, const struct view_data *d);
void draw_warnings(struct grid *g, struct view *v, const struct view_data *d);
void draw_help(struct grid *g, struct view *v, const struct view_data *d);
/** @endcond */

/* chart.c ------------------------------------------------------------------ */

/** A part of a bar. */
struct chart_part {
	uint64_t n;	       /**< how much */
	char cell;	       /**< drawn as */
	enum view_style style; /**< the same */
};

/**
 * chart_bar() - a bar that is always full
 * @g: the grid
 * @row: which row
 * @col: where it begins
 * @width: cells
 * @part: its parts; borrowed
 * @nr: how many; what rounding leaves over belongs to the largest
 *
 * Context: any thread; does not block.
 */
void chart_bar(struct grid *g, unsigned int row, unsigned int col,
	       unsigned int width, const struct chart_part *part,
	       unsigned int nr);

/**
 * chart_spark() - numbers over time, a character each
 * @g: the grid
 * @row: which row
 * @col: where it begins
 * @width: cells: the newest so many are shown, at the right end
 * @v: the numbers, oldest first; borrowed
 * @nr: how many
 *
 * Context: any thread; does not block.
 * Return: the largest that is shown.
 */
uint32_t chart_spark(struct grid *g, unsigned int row, unsigned int col,
		     unsigned int width, const uint32_t *v, unsigned int nr);

/** Rows of a histogram beside its bars: title, quantiles, axis. */
#define CHART_HIST_ROWS 5

/**
 * chart_hist() - a histogram of a task, a doubling a column, with quantiles
 * @g: the grid
 * @row: where it begins
 * @col: the same
 * @rows: rows of it, more than CHART_HIST_ROWS
 * @title: what it is of; borrowed
 * @bucket: of a snapshot's task; borrowed
 * @max: the longest, in ns
 *
 * Context: any thread; does not block.
 */
void chart_hist(struct grid *g, unsigned int row, unsigned int col,
		unsigned int rows, const char *title,
		const uint32_t bucket[TASK_BUCKETS], uint64_t max);

/**
 * chart_text() - text over several rows, broken at blanks
 * @g: the grid
 * @row: the first row
 * @end: the row behind the last one
 * @col: where each begins
 * @style: of all of it
 * @text: the text; a newline begins a new row; borrowed
 *
 * Context: any thread; does not block.
 * Return: the row behind the text.
 */
unsigned int chart_text(struct grid *g, unsigned int row, unsigned int end,
			unsigned int col, enum view_style style,
			const char *text);

/* cells.c ------------------------------------------------------------------ */

/**
 * task_key() - what a column of numbers is sorted by
 * @c: the column
 * @t: a task; borrowed
 *
 * Context: any thread; does not block.
 * Return: the number, of which the column shows the text; 0 for names.
 */
uint64_t task_key(enum task_column c, const struct snap_task *t);

/**
 * task_name() - what a column of names is sorted by
 * @c: the column
 * @t: a task; borrowed
 * @s: its snapshot; borrowed
 *
 * Context: any thread; does not block.
 * Return: the name, borrowed; NULL for columns of numbers.
 */
const char *task_name(enum task_column c, const struct snap_task *t,
		      const struct snapshot *s);

/**
 * task_cell() - what a column shows
 * @c: the column
 * @t: a task; borrowed
 * @s: its snapshot; borrowed
 * @buf: receives the text: at least 24 bytes
 *
 * Context: any thread; does not block.
 * Return: @buf, or a name; borrowed.
 */
const char *task_cell(enum task_column c, const struct snap_task *t,
		      const struct snapshot *s, char buf[24]);

/**
 * state_style() - how a task's state looks
 * @state: the state
 *
 * Context: any thread; does not block.
 * Return: the style.
 */
enum view_style state_style(enum task_state state);

/**
 * text_task() - a task in words: "#9 thumbnail (server.c:88)"
 * @s: the snapshot; borrowed
 * @id: of the task, which may be gone
 * @buf: receives the text, cut when it is too long
 * @size: bytes of @buf
 *
 * Context: any thread; does not block.
 * Return: @buf.
 */
const char *text_task(const struct snapshot *s, uint64_t id, char *buf,
		      size_t size);

/**
 * text_wait() - what a task waits for: "a message in channel jobs"
 * @s: the snapshot; borrowed
 * @t: the task; borrowed
 * @buf: receives the text, cut when it is too long
 * @size: bytes of @buf
 *
 * Context: any thread; does not block.
 * Return: @buf.
 */
const char *text_wait(const struct snapshot *s, const struct snap_task *t,
		      char *buf, size_t size);

/* order.c ------------------------------------------------------------------ */

/** The tasks of a list, in their order. */
struct task_order {
	uint32_t *index;      /**< in snapshot->tasks */
	unsigned char *depth; /**< below how many parents; 0 without tree */
	size_t n;	      /**< how many */
	void *memory;	      /**< private */
};

/**
 * order_tasks() - which tasks are listed, and in which order
 * @o: receives it; order_free() gives it back
 * @v: by ->sort, ->inverted, ->tree, ->filter and ->runtime; borrowed
 * @s: the snapshot; borrowed
 *
 * Tasks that are equal are in the order of their numbers.
 *
 * Context: any thread; takes the allocator's lock.
 * Return: 0; -ENOMEM.
 */
int order_tasks(struct task_order *o, const struct view *v,
		const struct snapshot *s) __must_check;

/**
 * order_free() - give it back
 * @o: the order
 *
 * Context: any thread; takes the allocator's lock.
 */
void order_free(struct task_order *o);

/**
 * task_matches() - is a text in a task's number, future, or place?
 * @t: the task; borrowed
 * @s: its snapshot; borrowed
 * @text: what is looked for, in any case; an empty one is in all; borrowed
 *
 * Context: any thread; does not block.
 * Return: true when it is.
 */
bool task_matches(const struct snap_task *t, const struct snapshot *s,
		  const char *text);

/* waits.c ------------------------------------------------------------------ */

/** A task waits for another one. */
struct wait_edge {
	uint32_t from;	/**< index of the task */
	uint32_t to;	/**< index of the task that it waits for */
	uint32_t cycle; /**< number of the cycle that it is in, or 0 */
	uint64_t ns;	/**< for so long */
};

/** All of them: cycles first, then the longest. */
struct wait_graph {
	struct wait_edge *edge; /**< the graph's own */
	size_t n;		/**< how many */
	uint32_t nr_cycles;	/**< how many: each is a deadlock */
};

/**
 * waits_find() - who waits for whom
 * @w: receives it; waits_free() gives it back
 * @s: the snapshot; borrowed
 *
 * A task that joins another waits for it; one that wants a lock waits for who
 * holds it. Whoever waits for a message waits for nobody in particular.
 *
 * Context: any thread; takes the allocator's lock.
 * Return: 0; -ENOMEM.
 */
int waits_find(struct wait_graph *w, const struct snapshot *s) __must_check;

/**
 * waits_free() - give it back
 * @w: the graph
 *
 * Context: any thread; takes the allocator's lock.
 */
void waits_free(struct wait_graph *w);

#endif

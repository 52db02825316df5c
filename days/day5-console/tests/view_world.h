/**
 * @file view_world.h
 * Two snapshots of a small program, as plain structs, for tests of screens.
 *
 * Everything is in static arrays that a test may change; nothing is read from
 * a region, so that these tests need no other TODO.
 */
#ifndef VIEW_WORLD_H
#define VIEW_WORLD_H

#include <stdio.h>
#include <string.h>

#include "view.h"

#include "kit/clock.h"

/** Of the newer snapshot. */
#define WORLD_NOW (10 * NSEC_PER_SEC)
/** Between the two. */
#define WORLD_WINDOW NSEC_PER_SEC
/** Workers in it. */
#define WORLD_WORKERS 4
/** Tasks that there is room for. */
#define WORLD_TASKS 16
/** Places, the unknown one included. */
#define WORLD_PLACES 3

/** The two snapshots, and all that they point to. */
struct view_world {
	struct snapshot before; /**< the older one */
	struct snapshot now;	/**< the newer one */
	struct snap_runtime runtime;
	struct snap_worker old[WORLD_WORKERS];
	struct snap_worker worker[WORLD_WORKERS];
	struct snap_task task[WORLD_TASKS];
	struct snap_place place[WORLD_PLACES];
	struct metrics_rates rates[WORLD_WORKERS];
	struct view_data data; /**< of all that */
	struct grid grid;      /**< 80 x 24 */
};

static struct view_world world;

/** world_init() - four workers that have done nothing yet, and no task */
static inline void world_init(void)
{
	unsigned int i;

	memset(&world, 0, sizeof(world));
	for (i = 0; i < WORLD_WORKERS; i++) {
		world.old[i] = (struct snap_worker){
			.index = i, .reading.now = WORLD_NOW - WORLD_WINDOW
		};
		world.worker[i] =
			(struct snap_worker){ .index = i,
					      .reading.now = WORLD_NOW };
		world.rates[i].ns = WORLD_WINDOW;
	}
	world.runtime = (struct snap_runtime){ .name = "web",
					       .is_running = true,
					       .flavour = 2,
					       .nr_workers = WORLD_WORKERS };
	strcpy(world.place[0].what, "?");
	strcpy(world.place[0].where, "?");
	strcpy(world.place[1].what, "thumbnail");
	strcpy(world.place[1].where, "src/server.c:88");
	strcpy(world.place[2].what, "db");
	strcpy(world.place[2].where, "src/server.c:60");
	world.now = (struct snapshot){
		.state = READER_FROZEN,
		.now = WORLD_NOW,
		.id = 1,
		.pid = 4711,
		.program = "demo",
		.uptime = WORLD_NOW,
		.runtimes = &world.runtime,
		.nr_runtimes = 1,
		.workers = world.worker,
		.nr_workers = WORLD_WORKERS,
		.tasks = world.task,
		.places = world.place,
		.nr_places = WORLD_PLACES,
	};
	world.before = world.now;
	world.before.now = WORLD_NOW - WORLD_WINDOW;
	world.before.workers = world.old;
	world.data = (struct view_data){ .before = &world.before,
					 .now = &world.now,
					 .rates = world.rates };
	world.grid.width = 80;
	world.grid.height = 24;
	grid_clear(&world.grid);
}

/** world_poll() - worker @i is inside a poll of task 9 since @ns ns */
static inline void world_poll(unsigned int i, uint64_t ns)
{
	struct snap_worker *w = &world.worker[i];

	w->state = WORKER_POLLING;
	w->since = WORLD_NOW - ns;
	w->task = 9;
	w->place = 1;
	w->poll = 381;
	w->tid = 4714;
	w->reading.running_since = w->since;
}

/** world_state() - worker @i of the newer snapshot is in @state since @ns */
static inline void world_state(unsigned int i, enum worker_state state,
			       uint64_t ns)
{
	world.worker[i].state = state;
	world.worker[i].since = WORLD_NOW - ns;
}

/** world_time() - in the window, worker @i has counted @ns of the time @m */
static inline void world_time(unsigned int i, enum metric m, uint64_t ns)
{
	world.rates[i].delta[m] = ns;
	world.rates[i].rate[m] = (double)ns / (double)WORLD_WINDOW;
}

/** world_count() - in the window, worker @i has counted @n times @m */
static inline void world_count(unsigned int i, enum metric m, uint64_t n)
{
	world.rates[i].delta[m] = n;
	world.rates[i].rate[m] =
		(double)n / ((double)WORLD_WINDOW / (double)NSEC_PER_SEC);
}

/** world_task() - one task more, with the next id; its struct */
static inline struct snap_task *world_task(unsigned int place)
{
	struct snap_task *t = &world.task[world.now.nr_tasks++];

	*t = (struct snap_task){ .id = world.now.nr_tasks,
				 .state = TASK_WAITING,
				 .since = WORLD_NOW - NSEC_PER_SEC,
				 .place = place };
	return t;
}

/** world_row() - the row of worker @i, without blanks at its end */
static inline const char *world_row(unsigned int i)
{
	static char row[VIEW_MAX_WIDTH + 1];
	size_t n;

	grid_clear(&world.grid);
	view_worker_row(&world.grid, 5, &world.data, i);
	strcpy(row, world.grid.text[5]);
	for (n = strlen(row); n && row[n - 1] == ' '; n--)
		row[n - 1] = '\0';
	return row;
}

#endif

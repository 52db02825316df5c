/**
 * @file lint_world.h
 * A world in two snapshots, made by hand: what the rules are tried on.
 *
 *	world_init(&w, 4);
 *	t = world_task(&w, PLACE_DB);         waits for a descriptor, all is well
 *	world_polls(&w, 2, t, 12 * MS);       worker 2 is inside its poll
 *	world_run(&w);                        ... w.found
 */
#ifndef DAY5_LINT_WORLD_H
#define DAY5_LINT_WORLD_H

#include "lint.h"

/** A millisecond, in ns. */
#define MS 1000000ull
/** A second, in ns. */
#define SECOND 1000000000ull

/** The most of each that a world has. */
enum world_size {
	WORLD_RUNTIMES = 2,
	WORLD_WORKERS = 8,
	WORLD_TASKS = 256,
	WORLD_RESOURCES = 8,
};

/** Where tasks are spawned. */
enum world_place { PLACE_NONE, PLACE_DB, PLACE_THUMBNAIL, PLACE_CONN, PLACES };

/** Two snapshots, and what they hold; [0] is the older one. */
struct world {
	struct snapshot at[2];
	struct snap_runtime runtimes[2][WORLD_RUNTIMES];
	struct snap_worker workers[2][WORLD_WORKERS];
	struct snap_task tasks[2][WORLD_TASKS];
	struct snap_place places[PLACES];
	struct snap_resource resources[2][WORLD_RESOURCES];
	struct metrics_rates rates[WORLD_WORKERS]; /* of world_window() */
	struct lint_params p;
	struct findings found; /* of world_run() */
};

/*
 * A runtime "web" with so many workers; a window of a second, from 100 s to
 * 101 s. The workers slept most of the time, and are parked.
 */
void world_init(struct world *w, unsigned int workers);
/* The same, between two other times. */
void world_window_is(struct world *w, uint64_t ns);
/* One more runtime, with a worker; returns its number. */
unsigned int world_runtime(struct world *w, const char *name);
/* A task that waits for a descriptor, with one waker, for 10 ms. */
struct snap_task *world_task(struct world *w, enum world_place place);
/* The same task in the older snapshot. */
struct snap_task *world_old(struct world *w, const struct snap_task *t);
/* It is scheduled for @ns; in a ring or slot, worker 0's. */
void world_schedule(struct world *w, struct snap_task *t, enum task_state where,
		    uint64_t ns);
/* So many tasks are in the queues, in both snapshots, and have waited there for
 * @ns at the end: half of them injected. */
void world_queue(struct world *w, unsigned int n, uint64_t ns);
/* @t, in its next poll, has been on the worker for @ns. */
void world_polls(struct world *w, unsigned int worker, struct snap_task *t,
		 uint64_t ns);
/* It waits for something, in both snapshots, for @ns. */
void world_waits(struct world *w, struct snap_task *t, enum tp_wait kind,
		 uint64_t what, uint64_t ns);
/* The worker was busy for so much of the window, in ->at and ->rates. */
void world_busy(struct world *w, unsigned int worker, unsigned int percent);
/* A channel or lock, in both snapshots; both are returned. */
struct snap_resource *world_resource(struct world *w, enum tp_res_kind kind,
				     const char *name);
/* The same resource in the older snapshot. */
struct snap_resource *world_old_resource(struct world *w,
					 const struct snap_resource *r);
/* A window over it all, for a rule of its own. */
struct lint_window world_window(struct world *w);
/* Apply all rules; the test fails when they cannot be applied. */
void world_run(struct world *w);
/* The first finding of a rule, or NULL. */
const struct finding *world_found(const struct world *w, enum lint_rule rule);
/* What was found, as words: "blocking, long_poll"; "" is nothing. */
const char *world_said(const struct world *w);

#endif

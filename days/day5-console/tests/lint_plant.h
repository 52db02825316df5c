/**
 * @file lint_plant.h
 * Worlds by the seed: healthy ones, and ones with one thing wrong.
 */
#ifndef DAY5_LINT_PLANT_H
#define DAY5_LINT_PLANT_H

#include "lint_world.h"

/** What was planted: what a finding has to name. 0: it need not. */
struct planted {
	uint64_t task;
	unsigned int worker; /* from 1 */
	uint64_t resource;
};

/*
 * A world in which all is well: tasks that wait for this and that, with and
 * without wakers as the runtime has it, some scheduled, some polled; workers
 * with more or less to do; locks that are held for a moment.
 */
void plant_healthy(struct world *w, uint64_t seed);
/* The same, and what @rule speaks of. */
struct planted plant(struct world *w, enum lint_rule rule, uint64_t seed);
/* The same, and what looks like it, and is well. */
void plant_neighbour(struct world *w, enum lint_rule rule, uint64_t seed);

#endif

/*
 * Two snapshots of the same bytes.
 */
#ifndef DAY5_REC_SAME_H
#define DAY5_REC_SAME_H

#include <string.h>

#include "snapshot.h"

#include "test/test.h"

static inline void expect_bytes(const void *a, const void *b, size_t bytes,
				const char *what)
{
	EXPECT(!bytes || !memcmp(a, b, bytes), "%s are the same", what);
}

/* All but the state, which is how the two were read. */
static inline void expect_same(const struct snapshot *a,
			       const struct snapshot *b)
{
	EXPECT_EQ(a->now, b->now, "it is the same time");
	EXPECT_EQ(a->torn, b->torn, "as many are torn");
	EXPECT(a->nr_runtimes == b->nr_runtimes &&
		       a->nr_workers == b->nr_workers &&
		       a->nr_tasks == b->nr_tasks &&
		       a->nr_places == b->nr_places &&
		       a->nr_resources == b->nr_resources &&
		       a->nr_spans == b->nr_spans,
	       "there are as many of everything");
	EXPECT(a->pool_jobs == b->pool_jobs && a->pool_idle == b->pool_idle &&
		       a->wall == b->wall && a->io_added == b->io_added,
	       "what the header counts is the same");
	expect_bytes(a->runtimes, b->runtimes,
		     a->nr_runtimes * sizeof(*a->runtimes), "runtimes");
	expect_bytes(a->workers, b->workers,
		     a->nr_workers * sizeof(*a->workers), "workers");
	expect_bytes(a->tasks, b->tasks, a->nr_tasks * sizeof(*a->tasks),
		     "tasks");
	expect_bytes(a->places, b->places, a->nr_places * sizeof(*a->places),
		     "places");
	expect_bytes(a->resources, b->resources,
		     a->nr_resources * sizeof(*a->resources), "resources");
	expect_bytes(a->spans, b->spans, a->nr_spans * sizeof(*a->spans),
		     "spans");
}

#endif

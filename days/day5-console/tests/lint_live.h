/**
 * @file lint_live.h
 * Stalls of the real runtime, under the real console: workers are stepped and
 * time is moved by hand, so that each seed gives one story.
 */
#ifndef DAY5_LINT_LIVE_H
#define DAY5_LINT_LIVE_H

#include "lint.h"

/* What came out. */
struct live_verdict {
	struct findings found;
	uint64_t culprit;   /* id of the task that is to be named; 0: none */
	char sentence[300]; /* of the first finding */
};

/* Let a runtime stall as @rule says, or be well with @rule LINT_NR; look at it
 * twice; apply the rules. The caller gives v->found back with lint_free(). */
void live_run(struct live_verdict *v, enum lint_rule rule, uint64_t seed);

#endif

/* Given: a load that keeps its schedule, and says how well it kept it. */
#include "pace.h"

#include "kit/clock.h"
#include "kit/module.h"
#include "kit/park.h"

#define SPIN (200 * NSEC_PER_USEC) /* a sleep may be late by so much */

static void sleep_and_spin(uint64_t until)
{
	struct parker parker;

	if (until > clock_now() + SPIN) {
		parker_init(&parker); /* which nobody unparks */
		parker_park(&parker, until - SPIN);
	}
	while (clock_now() < until)
		;
}

void pace_init(struct pace *p, uint64_t start, uint64_t interval)
{
	*p = (struct pace){ .start = start,
			    .interval = interval,
			    .wait = sleep_and_spin };
	hist_init(&p->late);
}
EXPORT_SYMBOL(pace_init);

uint64_t pace_next(struct pace *p)
{
	uint64_t i = p->next++, due = p->start + i * p->interval;

	if (clock_now() >= due) {
		p->behind++; /* the backlog: no fault of the pace */
		return i;
	}
	p->wait(due);
	hist_record(&p->late,
		    hist_since_due(p->start, p->interval, i, clock_now()));
	return i;
}
EXPORT_SYMBOL(pace_next);

MODULE(pace, "a load that keeps its schedule", NULL, NULL);

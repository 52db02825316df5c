/* Given: the same stall in real time, with a load that keeps its schedule. */
#include "omission.h"

#include <inttypes.h>
#include <stdio.h>

#include "hist.h"
#include "pace.h"

#include "kit/bug.h"
#include "kit/clock.h"
#include "kit/park.h"

#define REQUESTS 3000
#define SERVICE (50 * NSEC_PER_USEC)
#define STALL (300 * NSEC_PER_MSEC)
#define STALLED 1000

/* A server on this thread: it works for a while, and once it sleeps. */
static void serve(uint64_t i)
{
	uint64_t until = clock_now() + SERVICE;
	struct parker parker;

	if (i == STALLED) {
		parker_init(&parker);
		parker_park(&parker, until + STALL);
	}
	while (clock_now() < until)
		;
}

static void print_row(const char *what, const struct hist *h)
{
	uint64_t p50 = 0, p99 = 0;

	if (hist_count(h)) {
		BUG_ON(hist_percentile(h, 0.5, &p50));
		BUG_ON(hist_percentile(h, 0.99, &p99));
	}
	printf("%-32s %8" PRIu64 " %9.3f %9.3f %9.3f\n", what, hist_count(h),
	       p50 / 1e6, p99 / 1e6, hist_max(h) / 1e6);
}

void omission_live(void)
{
	struct hist naive, intended;
	uint64_t i, sent, end = 0;
	struct pace p;

	hist_init(&naive);
	hist_init(&intended);
	pace_init(&p, clock_now() + NSEC_PER_MSEC, NSEC_PER_MSEC);
	do {
		i = pace_next(&p);
		sent = clock_now();
		serve(i);
		end = clock_now();
		hist_record(&naive, end - sent);
		hist_record_intended(&intended, p.start, p.interval, i, end);
	} while (i < REQUESTS - 1);
	printf("1000 requests/s for 3 s, 0.05 ms each; one stalls for 0.3 s; "
	       "in real time\n\n%-32s %8s %9s %9s %9s\n",
	       "milliseconds, in 128 buckets", "count", "p50", "p99", "max");
	print_row("timed from the send", &naive);
	print_row("timed from when it was due", &intended);
	print_row("  the load's own lateness in that", &p.late);
	printf("offered 1000/s, achieved %.1f/s; %" PRIu64
	       " were due before the one before them was done\n",
	       REQUESTS * 1e9 / (end - p.start), p.behind);
}

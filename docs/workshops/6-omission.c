/*
 * Workshop 6: coordinated omission. A load of so many requests a second meets a
 * server that stalls once, and is timed in two ways; in virtual time.
 */
#include "common.h"

#include <math.h>

#include "hist.h"

#include "kit/bug.h"
#include "kit/clock.h"
#include "kit/container.h"

#define REQUESTS_MAX 200000
#define POINTS 200

static struct knob knobs[] = {
	{ "rate", 1000, 1, 10000, "requests a second" },
	{ "seconds", 10, 1, 20, "how long" },
	{ "service", 200, 0, 10000, "us that a request takes" },
	{ "stall", 1000, 0, 5000, "ms that one request stalls" },
};

static uint64_t told[REQUESTS_MAX], waited[REQUESTS_MAX];
static struct hist hist; /* day 4's: of what was waited */

/*
 * One connection: the next request goes out when the last answer is there. What
 * was due during the stall goes out late, and who asks "how long since I sent
 * it" does not hear of that.
 */
static unsigned int run(void)
{
	uint64_t interval = NSEC_PER_SEC / knob("rate"), now = 0, sent;
	unsigned int i, nr = knob("rate") * knob("seconds");

	hist_init(&hist);
	for (i = 0; i < nr; i++) {
		sent = i * interval > now ? i * interval : now;
		now = sent + knob("service") * NSEC_PER_USEC;
		if (i == nr / 5)
			now += knob("stall") * NSEC_PER_MSEC;
		told[i] = now - sent;
		waited[i] = hist_since_due(0, interval, i, now);
		hist_record(&hist, waited[i]);
	}
	return nr;
}

static void row(const char *what, uint64_t *v, unsigned int nr)
{
	static const unsigned int percent[] = { 50, 90, 99, 100 };
	unsigned int i;

	printf("%-28s", what);
	for (i = 0; i < ARRAY_SIZE(percent); i++)
		printf(" %9.1f", percentile_of(v, nr, percent[i]) / 1e6);
	printf("\n");
}

/* The share of sorted values above each point of the axis, in percent. */
static void tail(const uint64_t *v, unsigned int nr, uint64_t most, double *x,
		 double *y)
{
	unsigned int i, above = nr;

	for (i = 0; i < POINTS; i++) {
		x[i] = most / 1e6 * i / (POINTS - 1);
		while (above && v[nr - above] / 1e6 <= x[i])
			above--;
		y[i] = 100.0 * above / nr;
	}
}

int main(int argc, char **argv)
{
	static double x[POINTS], y[2][POINTS];
	struct series s[2] = { { "timed from the send", x, y[0], POINTS },
			       { "timed from when it was due", x, y[1],
				 POINTS } };
	const struct plot plot = { "what a user waits, and what is told", "ms",
				   "% of the requests that take longer", false,
				   false };
	uint64_t p99 = 0, told99;
	unsigned int nr, i, slow = 0, slow_told = 0;

	workshop_begin("6-omission", argc, argv, knobs, ARRAY_SIZE(knobs));
	nr = run();
	for (i = 0; i < nr; i++) {
		slow += waited[i] > 100 * NSEC_PER_MSEC;
		slow_told += told[i] > 100 * NSEC_PER_MSEC;
	}
	printf("%-28s %9s %9s %9s %9s\n", "milliseconds", "p50", "p90", "p99",
	       "max");
	row(s[0].name, told, nr);
	row(s[1].name, waited, nr);
	BUG_ON(hist_percentile(&hist, 0.99, &p99));
	printf("%-28s %29.1f\n", "  the same by day 4's hist", p99 / 1e6);
	printf("\nabove 100 ms: %u requests of %u, and %u are told\n", slow, nr,
	       slow_told);
	tail(told, nr, waited[nr - 1], x, y[0]);
	tail(waited, nr, waited[nr - 1], x, y[1]);
	plot_show(&plot, s, 2);
	told99 = percentile_of(told, nr, 99);
	seen(slow > 100 * (slow_told ? slow_told : 1),
	     "of 100 slow requests hardly one is told: %u of %u", slow_told,
	     slow);
	seen(percentile_of(waited, nr, 99) > 100 * told99,
	     "p99 is %.0f times what is told",
	     (double)percentile_of(waited, nr, 99) / (told99 ? told99 : 1));
	return workshop_end();
}

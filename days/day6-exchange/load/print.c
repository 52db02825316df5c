/* Given: what a run of the load says. */
#include <stdio.h>

#include "distribution.h"
#include "load.h"

double us_of(const struct precise *times, double q)
{
	uint64_t ns;

	if (precise_quantiles(times, &q, &ns, 1, true))
		return 0;
	return (double)ns / 1000;
}

void print_head(void)
{
	printf("%9s %9s %9s %9s %9s %9s %9s\n", "events/s", "answered",
	       "p50 us", "p99 us", "p99.9 us", "max us", "refused");
}

void print_row(const struct load_options *o, const struct load_result *r)
{
	printf("%9u %8.2f%% %9.0f %9.0f %9.0f %9.0f %9lu\n", o->rate,
	       r->sent ? 100.0 * (double)r->answered / (double)r->sent : 0,
	       us_of(r->times, 0.5), us_of(r->times, 0.99),
	       us_of(r->times, 0.999), us_of(r->times, 1), r->refused);
}

void print_break(const struct load_options *o, const struct load_result *r)
{
	printf("it breaks at %u events a second: ", o->rate);
	if (r->is_cut)
		printf("a connection was cut off, since the load did not read "
		       "its answers\n");
	else if (r->answered != r->sent)
		printf("%lu of them were not answered\n",
		       r->sent - r->answered);
	else
		printf("those of %.1f s were answered in %.1f s\n", o->seconds,
		       r->seconds);
}

void print_chart(const struct load_result *r)
{
	struct distribution d =
		distribution_of_precise("order to answer", r->times);

	distribution_print_chart(stdout, &d);
}

void print_pace(const struct load_options *o, const struct load_result *r)
{
	uint64_t p50 = 0, p99 = 0;

	if (hist_percentile(&r->late, 0.5, &p50) ||
	    hist_percentile(&r->late, 0.99, &p99))
		return;
	printf("of which the load's own: sent late by p50 %.0f us, p99 %.0f "
	       "us, "
	       "max %.0f us\n(it wakes %.0f times a second, and sends what is "
	       "due)\n",
	       (double)p50 / 1000, (double)p99 / 1000,
	       (double)hist_max(&r->late) / 1000,
	       (double)r->ticks / r->seconds);
}

/* Given: the stall that was not there, with its numbers. `make omission`; with
 * LIVE=1 one in real time.
 *
 * 1000 requests a second for 10 seconds, 0.2 ms each, and one of them stalls
 * for a second. The time is virtual, so the numbers are always the same.
 */
#include "omission.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "distribution.h"

#include "kit/bug.h"
#include "kit/clock.h"

#define REQUESTS 10000
#define INTERVAL NSEC_PER_MSEC
#define SERVICE (200 * NSEC_PER_USEC)
#define STALL NSEC_PER_SEC
#define STALLED 2000 /* the request that meets it */
#define COUNTERS PRECISE_COUNTERS(PRECISE_1S)

static uint64_t waited[REQUESTS]; /* by each, from when it was due */
static struct hist coarse;

/* The three ways to look at it. */
enum { NAIVE, CORRECTED, INTENDED, VIEWS };

static const char *const name[VIEWS] = {
	"timed from the send",
	"the same, corrected afterwards",
	"timed from when it was due",
};

static const char *const file[VIEWS] = { "naive", "corrected", "intended" };
static uint64_t space[VIEWS][COUNTERS];
static struct precise view[VIEWS];

/* One connection, which waits for an answer before it sends again. */
static void run(void)
{
	uint64_t i, sent, now = 0, next = 0;

	for (i = 0; i < REQUESTS; i++) {
		sent = i * INTERVAL > now ? i * INTERVAL : now;
		now = sent + SERVICE + (i == STALLED ? STALL : 0);
		precise_record(&view[NAIVE], now - sent);
		waited[i] = hist_since_due(0, INTERVAL, i, now);
		precise_record(&view[INTENDED], waited[i]);
		hist_record(&coarse, waited[i]);
	}
	/* The correction is for one that does not catch up. */
	for (now = i = 0; next < REQUESTS * INTERVAL; i++) {
		now = next + SERVICE + (i == STALLED ? STALL : 0);
		precise_record_corrected(&view[CORRECTED], now - next,
					 INTERVAL);
		next += INTERVAL;
		while (next < now)
			next += INTERVAL;
	}
}

static int by_value(const void *a, const void *b)
{
	uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;

	return (x > y) - (x < y);
}

static void print_row(const char *what, uint64_t n, const uint64_t *v)
{
	printf("%-32s %8" PRIu64 " %9.1f %9.1f %9.1f %9.1f\n", what, n,
	       v[0] / 1e6, v[1] / 1e6, v[2] / 1e6, v[3] / 1e6);
}

static void print_table(void)
{
	static const double q[] = { 0.5, 0.99, 0.999, 1 };
	uint64_t v[4], rank;
	unsigned int i;

	printf("1000 requests/s for 10 s, 0.2 ms each; one stalls for a second"
	       "\n\n%-32s %8s %9s %9s %9s %9s\n",
	       "milliseconds", "count", "p50", "p99", "p99.9", "max");
	for (i = 0; i < VIEWS; i++) {
		BUG_ON(precise_quantiles(&view[i], q, v, 4, true));
		print_row(name[i], precise_count(&view[i]), v);
	}
	for (i = 0; i < 4; i++)
		BUG_ON(hist_percentile(&coarse, q[i], &v[i]));
	print_row("  in 128 buckets", hist_count(&coarse), v);
	qsort(waited, REQUESTS, sizeof(waited[0]), by_value);
	for (i = 0; i < 4; i++) {
		BUG_ON(hist_rank(q[i], REQUESTS, &rank));
		v[i] = waited[rank - 1];
	}
	print_row("  all of them sorted: the truth", REQUESTS, v);
	printf("\n");
}

/* A file in @dir, or the end of the program. */
static FILE *create(const char *dir, const char *base, const char *ext)
{
	char path[512];
	FILE *f;

	snprintf(path, sizeof(path), "%s/%s.%s", dir, base, ext);
	f = fopen(path, "w");
	if (f)
		return f;
	fprintf(stderr, "unpark-omission: %s: %s\n", path, strerror(errno));
	exit(1);
}

/* All of it is in the file, or the end of the program. */
static void finish(FILE *f, const char *dir)
{
	bool failed = ferror(f);

	if (!fclose(f) && !failed)
		return;
	fprintf(stderr, "unpark-omission: a file in %s: %s\n", dir,
		strerror(errno));
	exit(1);
}

static void write_files(const char *dir, const struct distribution *d)
{
	unsigned int i;
	FILE *f;

	for (i = 0; i < VIEWS; i++) {
		f = create(dir, file[i], "hgrm");
		distribution_print_percentiles(f, &d[i], 1e6);
		finish(f, dir);
	}
	f = create(dir, "omission", "csv");
	distribution_print_csv(f, d, VIEWS);
	finish(f, dir);
	f = create(dir, "omission", "svg");
	distribution_print_svg(f, d, VIEWS);
	finish(f, dir);
	printf("\na picture, the counts, percentiles for plotters: %s/\n", dir);
}

int main(int argc, char **argv)
{
	struct distribution d[VIEWS];
	unsigned int i;

	if (argc > 2) {
		fprintf(stderr, "usage: unpark-omission [DIR | --live]\n");
		return 2;
	}
	if (argc == 2 && !strcmp(argv[1], "--live")) {
		omission_live();
		return 0;
	}
	hist_init(&coarse);
	for (i = 0; i < VIEWS; i++)
		precise_init(&view[i], space[i], PRECISE_1S);
	run();
	print_table();
	for (i = 0; i < VIEWS; i++)
		d[i] = distribution_of_precise(name[i], &view[i]);
	distribution_print_chart(stdout, &d[NAIVE]);
	printf("\n");
	distribution_print_chart(stdout, &d[INTENDED]);
	if (argc == 2)
		write_files(argv[1], d);
	return 0;
}

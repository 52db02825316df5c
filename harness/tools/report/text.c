/* The report for a terminal: a table a build, and a chart out of letters. */
#include <math.h>
#include <string.h>

#include "bench.h"

#define COLUMNS 60 /* of the chart */

const char *time_text(char *buf, size_t len, double ns)
{
	static const char *const units[] = { "ns", "us", "ms", "s" };
	unsigned int unit = 0;

	while (unit < 3 && ns >= 999.5) {
		ns /= 1000;
		unit++;
	}
	/* Three digits, and no more: the buckets give no more. */
	snprintf(buf, len, "%.*f %s", unit && ns < 99.95 ? (ns < 9.995) + 1 : 0,
		 ns, units[unit]);
	return buf;
}

void time_html(double ns, FILE *out)
{
	char buf[16], *unit;

	time_text(buf, sizeof(buf), ns);
	unit = strchr(buf, ' ');
	*unit++ = 0;
	fprintf(out, "%s&#160;%s", buf, *unit == 'u' ? "&#181;s" : unit);
}

const char *count_text(char *buf, size_t len, uint64_t n)
{
	char digits[24];
	size_t i, at = 0, nr;

	nr = (size_t)snprintf(digits, sizeof(digits), "%llu",
			      (unsigned long long)n);
	for (i = 0; i < nr && at + 2 < len; i++) {
		if (i && (nr - i) % 3 == 0)
			buf[at++] = ',';
		buf[at++] = digits[i];
	}
	buf[at] = 0;
	return buf;
}

/* A name and five times; the line goes on. */
static void times_text(const char *name, const uint64_t *ns, FILE *out)
{
	char buf[16];
	unsigned int i;

	fprintf(out, "  %-8s", name);
	for (i = 0; i < 5; i++)
		fprintf(out, "%9s", time_text(buf, sizeof(buf), (double)ns[i]));
}

static void row_text(const struct row *r, const char *name, FILE *out)
{
	const uint64_t ns[] = { r->p50, r->p90, r->p99, r->p999, r->max };
	char count[32];

	times_text(name, ns, out);
	fprintf(out, "%11s", count_text(count, sizeof(count), r->n));
	if (r->per_op > 0)
		fprintf(out, "%9.1f ns", r->per_op);
	fputc('\n', out);
}

/* "2 spawn": so many tasks that spawn at once. */
static const char *crowd_name(char *buf, size_t len, const struct build *b)
{
	snprintf(buf, len, "%u spawn", (unsigned int)b->spawners);
	return buf;
}

/* The far tail, for which the rows are too coarse. */
static void fine_text(const struct build *b, FILE *out)
{
	unsigned int way;

	fprintf(out, "\n  %-8s%9s%9s%9s%9s%9s\n", "finer", "p50", "p90", "p99",
		"p99.9", "p99.99");
	for (way = 0; way < WAYS; way++) {
		const struct fine *f = &b->fine[way];
		const uint64_t ns[] = { f->p50, f->p90, f->p99, f->p999,
					f->p9999 };

		times_text(way_names[way], ns, out);
		fputc('\n', out);
	}
}

static void build_text(const struct build *b, FILE *out)
{
	const struct row *spawn = &b->row[WAY_SPAWN];
	unsigned int way;
	char name[16];

	fprintf(out, "\n%s: %s %s\n", b->name, b->compiler,
		strcmp(b->name, "debug") ? "-O2" : "-O0");
	fprintf(out, "  %-8s%9s%9s%9s%9s%9s%11s%12s\n", "", "p50", "p90", "p99",
		"p99.9", "max", "samples", "no clock");
	for (way = 0; way < WAYS; way++)
		row_text(&b->row[way], way_names[way], out);
	row_text(&b->crowd, crowd_name(name, sizeof(name), b), out);
	fprintf(out,
		"  a spawn costs %.1f times an inline poll; "
		"among the slow batches %.1f times\n"
		"  reading the clock costs %llu ns of each single operation\n",
		b->ratio_p50, b->ratio_p99,
		(unsigned long long)spawn->clock_ns);
	fine_text(b, out);
}

/* The column of a time: from 1 ns, ten to a decade, up to 1 ms. */
static unsigned int column(double ns)
{
	double at = 10 * log10(ns < 1 ? 1 : ns);

	return at < COLUMNS - 1 ? (unsigned int)at : COLUMNS - 1;
}

static void chart_line(const struct row *r, FILE *out)
{
	char line[COLUMNS + 1];
	double share[COLUMNS] = { 0 };
	unsigned int i;

	for (i = 0; i < r->nr_bars; i++)
		share[column(sqrt((double)r->bars[i].from *
				  (double)r->bars[i].to))] +=
			(double)r->bars[i].count / (double)r->n;
	for (i = 0; i < COLUMNS; i++)
		line[i] = share[i] >= 0.1     ? '#'
			  : share[i] >= 0.01  ? '+'
			  : share[i] >= 0.001 ? '-'
			  : share[i] > 0      ? '.'
					      : ' ';
	line[COLUMNS] = 0;
	fprintf(out, "%s|\n", line);
}

static void chart_text(const struct bench *b, FILE *out)
{
	unsigned int i, way;
	char name[16];

	fprintf(out,
		"\n%17s1 ns      10 ns     100 ns    1 us      10 us     "
		"100 us    1 ms+\n%17s",
		"", "");
	for (i = 0; i <= COLUMNS; i++)
		fputc(i % 10 ? '-' : '+', out);
	fputc('\n', out);
	for (i = 0; i < BUILDS; i++) {
		for (way = 0; way < WAYS; way++) {
			fprintf(out, "%-8s %-7s|", way ? "" : b->build[i].name,
				way_names[way]);
			chart_line(&b->build[i].row[way], out);
		}
		fprintf(out, "%-8s %-7s|", "",
			crowd_name(name, sizeof(name), &b->build[i]));
		chart_line(&b->build[i].crowd, out);
	}
	fprintf(out,
		"%17s# 10 %% of the samples or more   + 1 %%   - 0.1 %%   "
		". fewer\n",
		"");
}

void text_write(const struct bench *b, FILE *out)
{
	unsigned int i;
	char name[16];

	fprintf(out, "\nWhat a spawn costs (%s)\n%s, %ld core%s; %s\n",
		b->whose, b->cpu, b->cores, b->cores == 1 ? "" : "s",
		b->kernel);
	for (i = 0; i < BUILDS; i++)
		build_text(&b->build[i], out);
	chart_text(b, out);
	fprintf(out,
		"\np50 to max: operations timed singly, the clock in them; "
		"gather: batches of %llu,\nper operation; %s: as many tasks at "
		"once, on as many workers, through a\nrecorder. Quantiles are "
		"at "
		"most 18.92 %% too high, never too low; the finer ones\nat "
		"most "
		"0.79 %%. The ratio and \"no clock\" come from batches of "
		"%llu, "
		"spawn over\ninline, clock taken off.\n",
		(unsigned long long)b->build[0].row[0].batch,
		crowd_name(name, sizeof(name), &b->build[0]),
		(unsigned long long)b->build[0].row[0].batch);
}

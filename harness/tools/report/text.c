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

static void row_text(const struct row *r, const char *name, FILE *out)
{
	const uint64_t ns[] = { r->p50, r->p90, r->p99, r->p999, r->max };
	char buf[16], count[32];
	unsigned int i;

	fprintf(out, "  %-8s", name);
	for (i = 0; i < sizeof(ns) / sizeof(ns[0]); i++)
		fprintf(out, "%9s", time_text(buf, sizeof(buf), (double)ns[i]));
	fprintf(out, "%11s%9.1f ns\n", count_text(count, sizeof(count), r->n),
		r->per_op);
}

static void build_text(const struct build *b, FILE *out)
{
	const struct row *spawn = &b->row[WAY_SPAWN];
	unsigned int way;

	fprintf(out, "\n%s: %s %s\n", b->name, b->compiler,
		strcmp(b->name, "debug") ? "-O2" : "-O0");
	fprintf(out, "  %-8s%9s%9s%9s%9s%9s%11s%12s\n", "", "p50", "p90", "p99",
		"p99.9", "max", "samples", "no clock");
	for (way = 0; way < WAYS; way++)
		row_text(&b->row[way], way_names[way], out);
	fprintf(out,
		"  a spawn costs %.1f times an inline poll; "
		"among the slow batches %.1f times\n"
		"  reading the clock costs %llu ns of each single operation\n",
		b->ratio_p50, b->ratio_p99,
		(unsigned long long)spawn->clock_ns);
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

	fprintf(out,
		"\n%17s1 ns      10 ns     100 ns    1 us      10 us     "
		"100 us    1 ms+\n%17s",
		"", "");
	for (i = 0; i <= COLUMNS; i++)
		fputc(i % 10 ? '-' : '+', out);
	fputc('\n', out);
	for (i = 0; i < BUILDS; i++) {
		for (way = WAY_INLINE; way <= WAY_SPAWN; way++) {
			fprintf(out, "%-8s %-7s|", way ? "" : b->build[i].name,
				way_names[way]);
			chart_line(&b->build[i].row[way], out);
		}
	}
	fprintf(out,
		"%17s# 10 %% of the samples or more   + 1 %%   - 0.1 %%   "
		". fewer\n",
		"");
}

void text_write(const struct bench *b, FILE *out)
{
	unsigned int i;

	fprintf(out, "\nWhat a spawn costs (%s)\n%s, %ld core%s; %s\n",
		b->whose, b->cpu, b->cores, b->cores == 1 ? "" : "s",
		b->kernel);
	for (i = 0; i < BUILDS; i++)
		build_text(&b->build[i], out);
	chart_text(b, out);
	fprintf(out,
		"\np50 to max: operations timed singly, the clock in them; "
		"gather: batches of %llu,\nper operation. Quantiles are at "
		"most "
		"18.92 %% too high, never too low. The ratio\nand \"no clock\" "
		"come from batches of %llu, spawn over inline, clock taken off."
		"\n",
		(unsigned long long)b->build[0].row[0].batch,
		(unsigned long long)b->build[0].row[0].batch);
}

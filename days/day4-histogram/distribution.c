/* Given: a histogram as a chart, SVG, CSV, and as HdrHistogram's text form. */
#include "distribution.h"

#include <inttypes.h>
#include <math.h>

#include "kit/module.h"

#define BAR 44 /* columns */

/* Lower edge of counter @i. */
static uint64_t lower(const struct distribution *d, unsigned int i)
{
	return i ? d->upper(i - 1) + 1 : 0;
}

/* No value is above max, whatever the bound of its counter. */
static uint64_t upper(const struct distribution *d, unsigned int i)
{
	uint64_t v = d->upper(i);

	return i == d->nr - 1 || v > d->max ? d->max : v;
}

static uint64_t count(const struct distribution *d)
{
	uint64_t sum = 0;
	unsigned int i;

	for (i = 0; i < d->nr; i++)
		sum += d->counters[i];
	return sum;
}

/* "1.07 s": three digits are enough for a label. */
static const char *duration(char *buf, size_t len, uint64_t ns)
{
	static const char *const unit[] = { "ns", "us", "ms", "s" };
	double v = ns;
	unsigned int i = 0;

	while (v >= 999.5 && i < 3) {
		v /= 1000;
		i++;
	}
	snprintf(buf, len, "%.3g %s", v, unit[i]);
	return buf;
}

/* --- a chart --------------------------------------------------------------- */
static void print_bar(FILE *f, unsigned int bits, uint64_t n, uint64_t most,
		      double share)
{
	char from[16];
	unsigned int i, len = (double)n / most * BAR;

	fprintf(f, "%10s |", duration(from, sizeof(from), 1ull << bits));
	for (i = 0; i < len; i++)
		fputc('#', f);
	if (!len && n)
		fputc('.', f);
	fprintf(f, "%*s %7.3f %%\n", (int)(BAR - (len ? len : n > 0)), "",
		100 * share);
}

void distribution_print_chart(FILE *f, const struct distribution *d)
{
	uint64_t n[64] = { 0 }, most = 0, all = count(d);
	unsigned int i, low = 63, high = 0;

	fprintf(f, "%s: %" PRIu64 " values\n", d->name, all);
	for (i = 0; i < d->nr; i++) {
		unsigned int bits = 63 - __builtin_clzll(lower(d, i) | 1);

		if (!d->counters[i])
			continue;
		n[bits] += d->counters[i];
		low = bits < low ? bits : low;
		high = bits > high ? bits : high;
		most = n[bits] > most ? n[bits] : most;
	}
	if (!all)
		return;
	for (i = low; i <= high; i++)
		print_bar(f, i, n[i], most, (double)n[i] / all);
}
EXPORT_SYMBOL(distribution_print_chart);

/* --- CSV ------------------------------------------------------------------- */
void distribution_print_csv(FILE *f, const struct distribution *d,
			    unsigned int nr)
{
	unsigned int i;

	fputs("name,from,to,count\n", f);
	for (; nr--; d++)
		for (i = 0; i < d->nr; i++)
			if (d->counters[i])
				fprintf(f,
					"\"%s\",%" PRIu64 ",%" PRIu64
					",%" PRIu64 "\n",
					d->name, lower(d, i), upper(d, i),
					d->counters[i]);
}
EXPORT_SYMBOL(distribution_print_csv);

/* --- HdrHistogram's text form ---------------------------------------------- */
static void print_moments(FILE *f, const struct distribution *d, double unit)
{
	double n = 0, sum = 0, squares = 0, mean, v;
	unsigned int i;

	for (i = 0; i < d->nr; i++) {
		if (!d->counters[i])
			continue;
		v = (lower(d, i) / 2.0 + upper(d, i) / 2.0) / unit;
		n += d->counters[i];
		sum += v * d->counters[i];
		squares += v * v * d->counters[i];
	}
	mean = n ? sum / n : 0;
	v = n ? squares / n - mean * mean : 0;
	fprintf(f, "#[Mean    = %12.3f, StdDeviation   = %12.3f]\n", mean,
		v > 0 ? sqrt(v) : 0);
	fprintf(f, "#[Max     = %12.3f, Total count    = %12.0f]\n",
		n ? d->max / unit : 0, n);
	fprintf(f, "#[Buckets = %12u, SubBuckets     = %12u]\n",
		d->nr / d->per_doubling - 1, 2 * d->per_doubling);
}

void distribution_print_percentiles(FILE *f, const struct distribution *d,
				    double unit)
{
	uint64_t all = count(d), seen = 0;
	double level = 0, half = 1; /* of what was left half a distance ago */
	unsigned int i, step = 0;

	fprintf(f, "%12s %14s %10s %14s\n\n", "Value", "Percentile",
		"TotalCount", "1/(1-Percentile)");
	for (i = 0; i < d->nr; i++) {
		seen += d->counters[i];
		while (d->counters[i] && seen < all && level * all <= seen) {
			fprintf(f, "%12.3f %14.12f %10" PRIu64 " %14.2f\n",
				upper(d, i) / unit, level, seen,
				1 / (1 - level));
			if (++step % 5 == 0)
				half /= 2;
			level = 1 - half + half / 2 * (step % 5) / 5;
		}
	}
	if (all)
		fprintf(f, "%12.3f %14.12f %10" PRIu64 " %14s\n", d->max / unit,
			1.0, all, "inf");
	print_moments(f, d, unit);
}
EXPORT_SYMBOL(distribution_print_percentiles);

/* --- SVG ------------------------------------------------------------------- */
#define LEFT 60
#define TOP 20
#define WIDE 640
#define HIGH 300
#define DECADES 5 /* of the share: 1 to 1 in 100,000 */
#define LINE 18	  /* of the legend */

static const char *const colour[DISTRIBUTION_SERIES] = { "#1b6ca8", "#c0392b",
							 "#27864b", "#8e44ad",
							 "#b8860b", "#444444" };

/* What is over the axis, in powers of two. */
struct axis {
	double from, to;
};

static double across(const struct axis *a, double v)
{
	return LEFT +
	       (log2(v > 1 ? v : 1) - a->from) / (a->to - a->from) * WIDE;
}

static double up(double share)
{
	double down = share > 0 ? -log10(share) / DECADES : 1;

	return TOP + (down < 1 ? down : 1) * HIGH;
}

static void print_text(FILE *f, const char *text)
{
	for (; *text; text++) {
		if (*text == '<' || *text == '&')
			fputs(*text == '<' ? "&lt;" : "&amp;", f);
		else
			fputc(*text, f);
	}
}

static void print_grid(FILE *f, const struct axis *a)
{
	static const char *const share[] = { "all",   "10 %",	"1 %",
					     "0.1 %", "0.01 %", "0.001 %" };
	char label[16];
	uint64_t v;
	unsigned int i;

	for (i = 0; i <= DECADES; i++) {
		double y = up(pow(10, -(double)i));

		fprintf(f,
			"<path d='M%d %.1fh%d' stroke='#ccc'/><text x='%d' "
			"y='%.1f' text-anchor='end'>%s</text>\n",
			LEFT, y, WIDE, LEFT - 6, y + 4, share[i]);
	}
	for (v = 1; log2(v) <= a->to && v < 1000000000000000; v *= 10) {
		if (log2(v) < a->from)
			continue;
		fprintf(f,
			"<path d='M%.1f %dv%d' stroke='#ccc'/><text x='%.1f' "
			"y='%d' text-anchor='middle'>%s</text>\n",
			across(a, v), TOP, HIGH, across(a, v), TOP + HIGH + 16,
			duration(label, sizeof(label), v));
	}
}

/* A step at the end of each counter: how many values are larger. */
static void print_line(FILE *f, const struct axis *a,
		       const struct distribution *d, const char *stroke)
{
	uint64_t all = count(d), left = all;
	unsigned int i;

	if (!all)
		return;
	fprintf(f, "<path fill='none' stroke='%s' stroke-width='2' d='M%.1f %d",
		stroke, across(a, d->min), TOP);
	for (i = 0; i < d->nr; i++) {
		if (!d->counters[i])
			continue;
		left -= d->counters[i];
		fprintf(f, "H%.1fV%.1f", across(a, upper(d, i)),
			up((double)left / all));
	}
	fputs("'/>\n", f);
}

void distribution_print_svg(FILE *f, const struct distribution *d,
			    unsigned int nr)
{
	struct axis a = { 64, 0 };
	unsigned int i;

	if (nr > DISTRIBUTION_SERIES)
		nr = DISTRIBUTION_SERIES;
	for (i = 0; i < nr; i++) {
		if (!count(&d[i]))
			continue;
		a.from = fmin(a.from, floor(log2(d[i].min | 1)));
		a.to = fmax(a.to, ceil(log2(d[i].max | 1)));
	}
	if (a.to <= a.from) /* nothing, or one value */
		a = (struct axis){ a.from < 64 ? a.from : 0,
				   a.from < 64 ? a.from + 1 : 30 };
	fprintf(f,
		"<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 %d %d' "
		"font-family='sans-serif' font-size='12'>\n"
		"<rect width='100%%' height='100%%' fill='#fff'/>\n",
		LEFT + WIDE + 30, TOP + HIGH + 30 + LINE * (int)nr);
	print_grid(f, &a);
	for (i = 0; i < nr; i++) {
		print_line(f, &a, &d[i], colour[i]);
		fprintf(f, "<text x='%d' y='%d' fill='%s'>", LEFT,
			TOP + HIGH + 22 + LINE * (int)(i + 1), colour[i]);
		print_text(f, d[i].name);
		fputs("</text>\n", f);
	}
	fputs("</svg>\n", f);
}
EXPORT_SYMBOL(distribution_print_svg);

MODULE(distribution, "a histogram as text and as a picture", NULL, NULL);

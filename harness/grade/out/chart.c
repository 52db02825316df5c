/*
 * Latencies as an SVG on a log axis: a rail for each row, from the median to
 * the slowest, a dot at p50, marks at p99 and p99.9, a diamond at the end; or a
 * dot for each run.
 * Solid is the student's, dashed the reference's.
 */
#define _GNU_SOURCE
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "grade/out/out.h"

#define WIDTH 520
#define LEFT 24	  /* of the axis */
#define RIGHT 492 /* of the axis */
#define ROW 46	  /* height of a row */
#define TOP 12	  /* of the first row */

/* Decades of the axis: log10 of ns. */
struct axis {
	int from, to;
};

static void axis_widen(struct axis *a, double ns)
{
	a->from = (int)fmin(a->from, floor(log10(ns)));
	a->to = (int)fmax(a->to, ceil(log10(ns)));
}

static struct axis axis_of(json_t *rows)
{
	struct axis a = { 12, -2 };
	json_t *row, *points, *ns;
	size_t i, k;

	json_array_foreach(rows, i, row)
	{
		points = json_object_get(row, "points");
		json_array_foreach(points, k, ns)
			axis_widen(&a, json_number_value(ns));
		if (points)
			continue;
		axis_widen(&a, json_number_value(json_object_get(row, "p50")));
		axis_widen(&a, json_number_value(json_object_get(row, "max")));
	}
	if (a.to <= a.from)
		a.to = a.from + 1;
	return a;
}

static double x_at(const struct axis *a, double ns)
{
	return LEFT +
	       (log10(ns) - a->from) / (a->to - a->from) * (RIGHT - LEFT);
}

static double x_of(const struct axis *a, json_t *row, const char *key)
{
	return x_at(a, json_number_value(json_object_get(row, key)));
}

/* "127 ns", "8.2 ms" */
static void time_write(FILE *f, double t)
{
	static const char *const units[] = { "ns", "&#181;s", "ms", "s" };
	unsigned int i = 0;

	for (; t >= 1000 && i < ARRAY_SIZE(units) - 1; i++)
		t /= 1000;
	fprintf(f, "%.3g&#160;%s", t, units[i]);
}

static void axis_write(FILE *f, const struct axis *a, int bottom)
{
	static const char *const units[] = { "ns", "&#181;s", "ms", "s" };
	int i;

	for (i = a->from; i <= a->to; i++) {
		const double x = LEFT + (double)(i - a->from) /
						(a->to - a->from) *
						(RIGHT - LEFT);

		fprintf(f,
			"<path class=\"grid\" d=\"M%.1f %dV%d\"/>"
			"<text x=\"%.1f\" y=\"%d\" text-anchor=\"middle\">"
			"%.0f&#160;%s</text>\n",
			x, TOP, bottom, x, bottom + 16, pow(10, i % 3),
			units[i < 12 ? i / 3 : 3]);
	}
}

static int by_size(const void *a, const void *b)
{
	const double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

static double median_of(json_t *points)
{
	double ns[64];
	size_t n = json_array_size(points), i;

	n = n < ARRAY_SIZE(ns) ? n : ARRAY_SIZE(ns);
	for (i = 0; i < n; i++)
		ns[i] = json_number_value(json_array_get(points, i));
	qsort(ns, n, sizeof(*ns), by_size);
	return ns[n / 2];
}

static void points_write(FILE *f, const struct axis *a, json_t *points, int y)
{
	json_t *ns;
	size_t i;

	fprintf(f, "%zu run%s, ", json_array_size(points),
		json_array_size(points) == 1 ? "" : "s");
	time_write(f, median_of(points));
	fputs(" in the middle one</text>\n", f);
	json_array_foreach(points, i, ns)
		fprintf(f,
			"<circle class=\"dot\" cx=\"%.1f\" cy=\"%d\" "
			"r=\"4\"/>",
			x_at(a, json_number_value(ns)), y);
}

static void quantiles_write(FILE *f, const struct axis *a, json_t *row, int y)
{
	const double p50 = x_of(a, row, "p50"), max = x_of(a, row, "max");

	fputs("p50 ", f);
	time_write(f, json_number_value(json_object_get(row, "p50")));
	fputs(", p99 ", f);
	time_write(f, json_number_value(json_object_get(row, "p99")));
	fprintf(f,
		"</text>\n<path d=\"M%.1f %dH%.1f\"/>"
		"<circle class=\"dot\" cx=\"%.1f\" cy=\"%d\" r=\"4\"/>"
		"<path class=\"tick\" d=\"M%.1f %dv10M%.1f %dv14\"/>"
		"<path class=\"tick\" d=\"M%.1f %dl5 5l-5 5l-5 -5z\"/>",
		p50, y, max, p50, y, x_of(a, row, "p99"), y - 5,
		x_of(a, row, "p999"), y - 7, max, y - 5);
}

static void row_write(FILE *f, const struct axis *a, json_t *row, int y)
{
	json_t *points = json_object_get(row, "points");

	xml(f,
	    "<g class=\"%s\"><text x=\"%d\" y=\"%d\">"
	    "<tspan class=\"who\">%s</tspan>, %s: ",
	    json_is_true(json_object_get(row, "mine")) ? "mine" : "ref", LEFT,
	    y + 12, text_of(row, "way"), text_of(row, "who"));
	if (points)
		points_write(f, a, points, y + 28);
	else
		quantiles_write(f, a, row, y + 28);
	fputs("</g>\n", f);
}

void chart_write(FILE *f, json_t *rows)
{
	const int n = (int)json_array_size(rows);
	const int bottom = TOP + n * ROW + 4;
	struct axis a;
	json_t *row;
	size_t i;

	if (!n)
		return;
	a = axis_of(rows);
	fprintf(f,
		"<section id=\"latencies\">\n<h2>Latencies</h2>\n"
		"<figure class=\"card\" style=\"margin:0\">\n"
		"<svg xmlns=\"http://www.w3.org/2000/svg\" "
		"viewBox=\"0 0 %d %d\" role=\"img\">\n"
		"<title>How long an operation took, inline and spawned</title>"
		"\n",
		WIDTH, bottom + 24);
	axis_write(f, &a, bottom);
	json_array_foreach(rows, i, row)
		row_write(f, &a, row, TOP + (int)i * ROW);
	fputs("</svg>\n<figcaption class=\"soft\">Across: time of one "
	      "operation, ten times as long at each line. A dot is p50, "
	      "short marks are p99 and p99.9, the diamond is the slowest. "
	      "Where there are runs, a dot is the mean of one. Numbers as "
	      "recorded are what BENCH.json says and nobody has measured."
	      "</figcaption>\n</figure>\n</section>\n",
	      f);
}

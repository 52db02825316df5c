/*
 * Two distributions as SVG: time on a log axis, the share of samples on
 * another, so that one sample in a million can be seen beside the bulk. Below
 * the axis a rail for each, with its quantiles.
 *
 * Colours and strokes are the page's (classes); shape tells the two apart
 * without colour: inline is filled, spawn is hatched with an outline.
 */
#include <math.h>

#include "bench.h"

#define WIDTH 500
#define HEIGHT 328
#define LEFT 72		 /* of the plot; labels stand left of it */
#define RIGHT 474	 /* of the plot */
#define TOP 46		 /* a share of 1 */
#define BOTTOM 250	 /* a share of FLOOR, and nothing */
#define FLOOR_LOG (-6.0) /* log10 of the smallest share that is drawn */

/* Decades of the time axis, the same for both builds. */
struct axis {
	int from, to; /* log10 of ns */
};

static struct axis axis_of(const struct bench *b)
{
	double least = 1e18, most = 1;
	struct axis a;
	unsigned int i, way;

	for (i = 0; i < BUILDS; i++) {
		for (way = WAY_INLINE; way <= WAY_SPAWN; way++) {
			const struct row *r = &b->build[i].row[way];

			least = fmin(least, (double)r->bars[0].from);
			most = fmax(most, (double)r->max);
		}
	}
	a.from = (int)floor(log10(fmax(least, 1)));
	a.to = (int)ceil(log10(most));
	if (a.to <= a.from)
		a.to = a.from + 1;
	return a;
}

static double x_of(const struct axis *a, double ns)
{
	double at = log10(fmax(ns, 1)) - a->from;

	at /= a->to - a->from;
	return LEFT + fmin(fmax(at, 0), 1) * (RIGHT - LEFT);
}

static double y_of(double share)
{
	double at = share > 0 ? fmax(log10(share), FLOOR_LOG) : FLOOR_LOG;

	return TOP + at / FLOOR_LOG * (BOTTOM - TOP);
}

static void grid_write(const struct axis *a, FILE *out)
{
	static const char *const shares[] = {
		"all",		"1 in 10",	  "1 in 100",
		"1 in 1,000",	"1 in 10\u202fk", "1 in 100\u202fk",
		"1 in 1\u202fM"
	};
	static const char *const units[] = { "ns", "&#181;s", "ms", "s" };
	int i;

	for (i = 0; i <= (int)-FLOOR_LOG; i++) {
		double y = y_of(pow(10, -i));

		fprintf(out,
			"<path class=\"grid\" d=\"M%d %.1fH%d\"/>"
			"<text class=\"tick\" x=\"%d\" y=\"%.1f\" "
			"text-anchor=\"end\">%s</text>\n",
			LEFT, y, RIGHT, LEFT - 8, y + 4, shares[i]);
	}
	for (i = a->from; i <= a->to; i++) {
		double x = x_of(a, pow(10, i));

		fprintf(out,
			"<path class=\"grid\" d=\"M%.1f %dV%d\"/>"
			"<text class=\"tick\" x=\"%.1f\" y=\"%d\" "
			"text-anchor=\"middle\">%.0f&#160;%s</text>\n",
			x, TOP, BOTTOM + 5, x, BOTTOM + 19, pow(10, i % 3),
			units[i < 12 ? i / 3 : 3]);
	}
}

static void bars_write(const struct axis *a, const struct row *r,
		       const char *fill, FILE *out)
{
	unsigned int i;

	fprintf(out, "<g %s>", fill);
	for (i = 0; i < r->nr_bars; i++) {
		const struct bar *bar = &r->bars[i];
		double left = x_of(a, (double)bar->from);
		double right = x_of(a, (double)bar->to + 1);
		/* At least a sliver, for a bar that one sample stands in. */
		double top = fmin(y_of((double)bar->count / (double)r->n),
				  BOTTOM - 2);

		fprintf(out, "<path d=\"M%.1f %dV%.1fH%.1fV%dz\"/>", left,
			BOTTOM, top, fmax(right, left + 2), BOTTOM);
	}
	fprintf(out, "</g>\n");
}

/* The name of a way, with a line down to its median. */
static void label_write(const struct axis *a, const struct row *r, enum way way,
			FILE *out)
{
	double x = x_of(a, (double)r->p50);
	int y = way == WAY_INLINE ? 14 : 34;
	bool is_right = x > RIGHT - 130;

	fprintf(out,
		"<path class=\"lead\" d=\"M%.1f %dV%d\"/>"
		"<text class=\"name %s\" x=\"%.1f\" y=\"%d\" "
		"text-anchor=\"%s\">%s <tspan>p50 ",
		x, y - 10, TOP, way_names[way], x + (is_right ? -6 : 6), y,
		is_right ? "end" : "start", way_names[way]);
	time_html((double)r->p50, out);
	fputs("</tspan></text>\n", out);
}

static void rail_write(const struct axis *a, const struct row *r, enum way way,
		       FILE *out)
{
	int y = way == WAY_INLINE ? BOTTOM + 42 : BOTTOM + 64;
	double p50 = x_of(a, (double)r->p50), p99 = x_of(a, (double)r->p99);
	double p999 = x_of(a, (double)r->p999), max = x_of(a, (double)r->max);

	fprintf(out,
		"<g class=\"rail %s\"><text class=\"tick\" x=\"%d\" y=\"%d\" "
		"text-anchor=\"end\">%s</text>"
		"<path d=\"M%.1f %dH%.1f\"/><circle cx=\"%.1f\" cy=\"%d\" "
		"r=\"4\"/>"
		"<path d=\"M%.1f %dv10M%.1f %dv14\"/>"
		"<path class=\"max\" d=\"M%.1f %dl5 5l-5 5l-5 -5z\"/></g>\n",
		way_names[way], LEFT - 8, y + 4, way_names[way], p50, y, max,
		p50, y, p99, y - 5, p999, y - 7, max, y - 5);
}

static void words_write(const struct build *b, FILE *out)
{
	unsigned int way;

	fprintf(out,
		"<title id=\"title-%s\">Distribution of latencies, %s "
		"build</title>\n<desc id=\"desc-%s\">",
		b->name, b->name, b->name);
	for (way = WAY_INLINE; way <= WAY_SPAWN; way++) {
		const struct row *r = &b->row[way];

		fprintf(out, "%s: half of the operations took at most ",
			way_names[way]);
		time_html((double)r->p50, out);
		fputs(", all but one in a hundred ", out);
		time_html((double)r->p99, out);
		fputs(", all but one in a thousand ", out);
		time_html((double)r->p999, out);
		fputs(", the slowest ", out);
		time_html((double)r->max, out);
		fputs(". ", out);
	}
	fputs("</desc>\n", out);
}

void chart_write(const struct bench *b, const struct build *build, FILE *out)
{
	const struct row *row = build->row;
	const struct axis a = axis_of(b);
	const char *name = build->name;
	char hatch[96];
	unsigned int way;

	fprintf(out,
		"<svg viewBox=\"0 0 %d %d\" role=\"img\" "
		"aria-labelledby=\"title-%s desc-%s\">\n",
		WIDTH, HEIGHT, name, name);
	words_write(build, out);
	fprintf(out,
		"<defs><pattern id=\"hatch-%s\" width=\"4\" height=\"4\" "
		"patternUnits=\"userSpaceOnUse\" "
		"patternTransform=\"rotate(45)\"><path class=\"hatch\" "
		"d=\"M0 0V4\"/></pattern></defs>\n",
		name);
	grid_write(&a, out);
	bars_write(&a, &row[WAY_INLINE], "class=\"bars inline\"", out);
	snprintf(hatch, sizeof(hatch),
		 "class=\"bars spawn\" fill=\"url(#hatch-%s)\"", name);
	bars_write(&a, &row[WAY_SPAWN], hatch, out);
	fprintf(out, "<path class=\"base\" d=\"M%d %dH%d\"/>\n", LEFT, BOTTOM,
		RIGHT);
	for (way = WAY_INLINE; way <= WAY_SPAWN; way++) {
		label_write(&a, &row[way], way, out);
		rail_write(&a, &row[way], way, out);
	}
	fprintf(out, "</svg>\n");
}

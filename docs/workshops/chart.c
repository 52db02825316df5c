/* Lines and bars, in 72 columns of text and as SVG. */
#include "chart.h"
#include "common.h"

#include <math.h>
#include <string.h>

#include "kit/bug.h"

/* Text: the part with the lines. SVG: the same, in its own units. */
#define COLUMNS 60
#define ROWS 13
#define LEFT 70
#define TOP 40
#define WIDE 600
#define HIGH 300
#define LINE 20
#define BAR 34 /* columns */

static const char mark[PLOT_SERIES + 1] = "*o+x#@";
static const char *const colour[PLOT_SERIES] = { "#1b6ca8", "#c0392b",
						 "#27864b", "#8e44ad",
						 "#b8860b", "#444444" };
static const char *const dash[PLOT_SERIES] = { "none", "8 4",	"2 3",
					       "12 4", "4 2 1", "6 6" };

/* An axis: what is at its two ends, on the scale that it has. */
struct axis {
	bool is_log;
	double from, to;
};

static bool is_shown(const struct axis *a, double v)
{
	return !a->is_log || v > 0;
}

/* From 0 to 1. */
static double place(const struct axis *a, double v)
{
	return ((a->is_log ? log10(v) : v) - a->from) / (a->to - a->from);
}

static double value_at(const struct axis *a, double share)
{
	double v = a->from + share * (a->to - a->from);

	return a->is_log ? pow(10, v) : v;
}

/* Four digits are enough for a label, and no exponent up to a million. */
static const char *number(char *buf, size_t len, double v)
{
	snprintf(buf, len, v >= 1000 && v < 1e6 ? "%.0f" : "%.4g", v);
	return buf;
}

static struct axis axis_of(bool is_log, bool is_y, const struct series *s,
			   unsigned int nr)
{
	struct axis a = { is_log, INFINITY, -INFINITY };
	unsigned int i, k;

	for (i = 0; i < nr; i++) {
		for (k = 0; k < s[i].nr; k++) {
			double v = is_y ? s[i].y[k] : s[i].x[k];

			if (!is_shown(&a, v))
				continue;
			v = is_log ? log10(v) : v;
			a.from = fmin(a.from, v);
			a.to = fmax(a.to, v);
		}
	}
	if (a.from > a.to)
		a.from = a.to = 0;
	if (!is_log && is_y && a.from > 0)
		a.from = 0; /* lengths can be compared then */
	if (a.to <= a.from)
		a.to = a.from + 1;
	return a;
}

/* --- text ------------------------------------------------------------------ */
static void text_line(char grid[ROWS][COLUMNS], const struct axis *x,
		      const struct axis *y, const struct series *s, char c)
{
	unsigned int i, k, steps;

	for (i = 0; i < s->nr; i++) {
		double x0, y0, x1, y1;

		if (!is_shown(x, s->x[i]) || !is_shown(y, s->y[i]))
			continue;
		x0 = x1 = place(x, s->x[i]);
		y0 = y1 = place(y, s->y[i]);
		if (i + 1 < s->nr && is_shown(x, s->x[i + 1]) &&
		    is_shown(y, s->y[i + 1])) {
			x1 = place(x, s->x[i + 1]);
			y1 = place(y, s->y[i + 1]);
		}
		steps = 1 + fmax(fabs(x1 - x0) * COLUMNS, fabs(y1 - y0) * ROWS);
		for (k = 0; k < steps; k++) {
			double t = (double)k / steps;
			int col = (x0 + t * (x1 - x0)) * (COLUMNS - 1) + 0.5;
			int row = (y0 + t * (y1 - y0)) * (ROWS - 1) + 0.5;

			grid[ROWS - 1 - row][col] = c;
		}
	}
}

static void text_plot(const struct plot *p, const struct axis *x,
		      const struct axis *y, const struct series *s,
		      unsigned int nr)
{
	char grid[ROWS][COLUMNS], left[16], right[16];
	unsigned int i, row, used;

	memset(grid, ' ', sizeof(grid));
	for (i = 0; i < nr; i++)
		text_line(grid, x, y, &s[i], mark[i]);
	printf("\n%s\n  up: %s\n", p->title, p->y);
	for (row = 0; row < ROWS; row++) {
		if (row % 4 == 0)
			printf("%9s ",
			       number(left, sizeof(left),
				      value_at(y,
					       1 - (double)row / (ROWS - 1))));
		else
			printf("%10s", "");
		for (used = COLUMNS; used && grid[row][used - 1] == ' ';)
			used--;
		printf("|%.*s\n", (int)used, grid[row]);
	}
	printf("%10s+", "");
	for (i = 0; i < COLUMNS; i++)
		putchar('-');
	printf("\n%11s%-10s%*s%10s\n", "",
	       number(left, sizeof(left), value_at(x, 0)), COLUMNS - 20, "",
	       number(right, sizeof(right), value_at(x, 1)));
	printf("  across: %s%s\n", p->x, p->is_log_x ? " (logarithmic)" : "");
	for (i = 0; i < nr; i++)
		printf("  %c %s\n", mark[i], s[i].name);
}

/* --- SVG ------------------------------------------------------------------- */
static void svg_text(FILE *f, const char *text)
{
	for (; *text; text++) {
		if (*text == '<' || *text == '&')
			fputs(*text == '<' ? "&lt;" : "&amp;", f);
		else
			fputc(*text, f);
	}
}

static void svg_label(FILE *f, double x, double y, const char *anchor,
		      const char *text)
{
	fprintf(f, "<text x='%.1f' y='%.1f' text-anchor='%s'>", x, y, anchor);
	svg_text(f, text);
	fputs("</text>\n", f);
}

static void svg_begin(FILE *f, const char *title, int high)
{
	fprintf(f,
		"<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 %d %d' "
		"font-family='sans-serif' font-size='12'>\n<title>",
		LEFT + WIDE + 30, high);
	svg_text(f, title);
	fputs("</title>\n<rect width='100%' height='100%' fill='#fff'/>\n", f);
	svg_label(f, LEFT, 20, "start", title);
}

static void svg_grid(FILE *f, const struct plot *p, const struct axis *x,
		     const struct axis *y)
{
	char label[24];
	int i;

	for (i = 0; i <= 4; i++) {
		double at = TOP + HIGH - i * HIGH / 4.0;

		fprintf(f, "<path d='M%d %.1fh%d' stroke='#ccc'/>\n", LEFT, at,
			WIDE);
		svg_label(f, LEFT - 6, at + 4, "end",
			  number(label, sizeof(label), value_at(y, i / 4.0)));
		at = LEFT + i * WIDE / 4.0;
		fprintf(f, "<path d='M%.1f %dv%d' stroke='#ccc'/>\n", at, TOP,
			HIGH);
		svg_label(f, at, TOP + HIGH + 16, "middle",
			  number(label, sizeof(label), value_at(x, i / 4.0)));
	}
	svg_label(f, LEFT + WIDE, TOP + HIGH + 34, "end", p->x);
	svg_label(f, LEFT, TOP - 6, "start", p->y);
}

static void svg_line(FILE *f, const struct axis *x, const struct axis *y,
		     const struct series *s, unsigned int nr)
{
	char letter = 'M';
	unsigned int i;

	fprintf(f,
		"<path fill='none' stroke='%s' stroke-width='2' "
		"stroke-dasharray='%s' d='",
		colour[nr], dash[nr]);
	for (i = 0; i < s->nr; i++) {
		if (!is_shown(x, s->x[i]) || !is_shown(y, s->y[i]))
			continue;
		fprintf(f, "%c%.1f %.1f", letter,
			LEFT + place(x, s->x[i]) * WIDE,
			TOP + HIGH - place(y, s->y[i]) * HIGH);
		letter = 'L';
	}
	fputs("'/>\n", f);
}

static void svg_plot(FILE *f, const struct plot *p, const struct axis *x,
		     const struct axis *y, const struct series *s,
		     unsigned int nr)
{
	unsigned int i;

	svg_begin(f, p->title, TOP + HIGH + 50 + LINE * (int)nr);
	svg_grid(f, p, x, y);
	for (i = 0; i < nr; i++) {
		double at = TOP + HIGH + 34 + LINE * (i + 0.5);

		svg_line(f, x, y, &s[i], i);
		fprintf(f,
			"<path d='M%d %.1fh30' stroke='%s' stroke-width='2' "
			"stroke-dasharray='%s'/>\n",
			LEFT, at - 4, colour[i], dash[i]);
		svg_label(f, LEFT + 38, at, "start", s[i].name);
	}
	fputs("</svg>\n", f);
}

void plot_show(const struct plot *p, const struct series *s, unsigned int nr)
{
	struct axis x = axis_of(p->is_log_x, false, s, nr);
	struct axis y = axis_of(p->is_log_y, true, s, nr);
	FILE *f = chart_open();

	BUG_ON(nr > PLOT_SERIES);
	text_plot(p, &x, &y, s, nr);
	if (!f)
		return;
	svg_plot(f, p, &x, &y, s, nr);
	chart_close(f);
}

/* --- bars ------------------------------------------------------------------ */
void bars_show(const char *title, const struct bar *b, unsigned int nr)
{
	double most = 0;
	FILE *f = chart_open();
	unsigned int i, k, len;
	char label[24];

	for (i = 0; i < nr; i++)
		most = fmax(most, b[i].value);
	if (most <= 0)
		most = 1;
	printf("\n%s\n", title);
	for (i = 0; i < nr; i++) {
		len = b[i].value / most * BAR + 0.5;
		printf("%-22.22s |", b[i].name);
		for (k = 0; k < len; k++)
			putchar('#');
		if (!len && b[i].value > 0)
			putchar('.');
		printf(" %.4g\n", b[i].value);
	}
	if (!f)
		return;
	svg_begin(f, title, TOP + LINE * (int)nr + 20);
	for (i = 0; i < nr; i++) {
		int at = TOP + LINE * (int)i;

		svg_label(f, LEFT + 120, at + 12, "end", b[i].name);
		fprintf(f,
			"<rect x='%d' y='%d' width='%.1f' height='%d' "
			"fill='%s'/>\n",
			LEFT + 126, at, b[i].value / most * (WIDE - 200),
			LINE - 6, colour[0]);
		snprintf(label, sizeof(label), "%.4g", b[i].value);
		svg_label(f, LEFT + 132 + b[i].value / most * (WIDE - 200),
			  at + 12, "start", label);
	}
	fputs("</svg>\n", f);
	chart_close(f);
}

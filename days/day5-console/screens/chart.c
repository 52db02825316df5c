/* Given: bars, sparklines, histograms, and text that is wrapped, in ASCII. */
#include <stdio.h>
#include <string.h>

#include "screens.h"

#include "kit/module.h"

void chart_bar(struct grid *g, unsigned int row, unsigned int col,
	       unsigned int width, const struct chart_part *part,
	       unsigned int nr)
{
	unsigned int i, most = 0, left = width, cells;
	unsigned __int128 sum = 0;

	for (i = 0; i < nr; i++) {
		sum += part[i].n;
		if (part[i].n > part[most].n)
			most = i;
	}
	if (!sum)
		return;
	for (i = 0; i < nr; i++)
		left -= (unsigned int)((unsigned __int128)width * part[i].n /
				       sum);
	for (i = 0; i < nr; i++) {
		cells = (unsigned int)((unsigned __int128)width * part[i].n /
				       sum);
		cells += i == most ? left : 0;
		while (cells--)
			col = grid_put(g, row, col, part[i].style, "%c",
				       part[i].cell);
	}
}
EXPORT_SYMBOL(chart_bar);

uint32_t chart_spark(struct grid *g, unsigned int row, unsigned int col,
		     unsigned int width, const uint32_t *v, unsigned int nr)
{
	/* The first is for 0 alone. */
	static const char level[] = "_.:-=+*#@";
	unsigned int from = nr > width ? nr - width : 0, i;
	uint32_t max = 0;

	for (i = from; i < nr; i++)
		if (v[i] > max)
			max = v[i];
	col += width - (nr - from);
	for (i = from; i < nr; i++) {
		/* Where all are 0 there is no largest. */
		uint64_t l = max ? ((uint64_t)v[i] * (sizeof(level) - 2) + max -
				    1) / max
				 : 0;

		grid_put(g, row, col++, v[i] ? STYLE_SEARCH : STYLE_DIM, "%c",
			 level[l]);
	}
	return max;
}
EXPORT_SYMBOL(chart_spark);

/* Column of a duration: that of its bucket. */
static unsigned int bucket_of(uint64_t ns)
{
	unsigned int k = 63 - (unsigned int)__builtin_clzll(ns | 1);

	return k < TASK_BUCKETS ? k : TASK_BUCKETS - 1;
}

static void draw_axis(struct grid *g, unsigned int row, unsigned int col)
{
	/* 2^10, 2^20 and 2^30 ns are within 7.4 % of these. */
	static const char *const label[] = { "1ns", "1us", "1ms", "1s" };
	unsigned int i;

	for (i = 0; i < TASK_BUCKETS; i++)
		grid_put(g, row, col + i, STYLE_DIM, i % 10 ? "-" : "+");
	for (i = 0; i < ARRAY_SIZE(label); i++)
		grid_put(g, row + 1, col + 10 * i, STYLE_DIM, "%s", label[i]);
}

/* The quantiles: above, as numbers; and where they are on the axis. */
static void draw_quantiles(struct grid *g, unsigned int row, unsigned int axis,
			   unsigned int col,
			   const uint32_t bucket[TASK_BUCKETS], uint64_t max)
{
	static const struct {
		double q;
		const char *name;
	} quantile[] = {
		{ 0.5, "p50" }, { 0.9, "p90" }, { 0.95, "p95" }, { 0.99, "p99" }
	};
	unsigned int i;
	char text[8];

	for (i = 0; i < ARRAY_SIZE(quantile); i++) {
		uint64_t ns = task_quantile(bucket, max, quantile[i].q);

		grid_put(g, row, col + 9 * i, STYLE_DIM, "%7s",
			 quantile[i].name);
		grid_put(g, row + 1, col + 9 * i, STYLE_BOLD, "%7s",
			 ns ? text_ns(ns, text) : "-");
		if (ns)
			grid_put(g, axis, col + bucket_of(ns), STYLE_BOLD, "^");
	}
}

void chart_hist(struct grid *g, unsigned int row, unsigned int col,
		unsigned int rows, const char *title,
		const uint32_t bucket[TASK_BUCKETS], uint64_t max)
{
	unsigned int bars = rows - CHART_HIST_ROWS, i, k;
	uint64_t top = 0, n = 0;
	char count[8], longest[8];

	for (i = 0; i < TASK_BUCKETS; i++) {
		n += bucket[i];
		if (bucket[i] > top)
			top = bucket[i];
	}
	grid_put(g, row, col, STYLE_BOLD, "%s: %s, longest %s", title,
		 text_count(n, count), text_ns(max, longest));
	for (i = 0; i < TASK_BUCKETS; i++) {
		uint64_t high =
			top ? ((uint64_t)bucket[i] * bars + top - 1) / top : 0;

		for (k = 0; k < high; k++)
			grid_put(g, row + 2 + bars - k, col + i, STYLE_POLL,
				 "#");
	}
	draw_axis(g, row + 3 + bars, col);
	draw_quantiles(g, row + 1, row + 3 + bars, col, bucket, max);
}
EXPORT_SYMBOL(chart_hist);

/* How much of @text goes into a row of @width: up to a blank, or a newline. */
static size_t row_of(const char *text, size_t width)
{
	size_t line = strcspn(text, "\n"), n;

	if (line <= width)
		return line;
	for (n = width; n && text[n] != ' '; n--)
		;
	return n ? n : width;
}

unsigned int chart_text(struct grid *g, unsigned int row, unsigned int end,
			unsigned int col, enum view_style style,
			const char *text)
{
	size_t n;

	while (*text && row < end) {
		n = row_of(text, g->width - col);
		grid_put(g, row++, col, style, "%.*s", (int)n, text);
		text += n;
		if (*text == ' ' || *text == '\n')
			text++;
	}
	return row;
}
EXPORT_SYMBOL(chart_text);

MODULE(chart, "bars, sparklines and histograms in ASCII", NULL, NULL);

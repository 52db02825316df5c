/* Given: a grid of characters, and numbers as text that fits into columns. */
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "view.h"

#include "kit/module.h"

void grid_clear(struct grid *g)
{
	unsigned int row;

	for (row = 0; row < g->height; row++) {
		memset(g->text[row], ' ', g->width);
		g->text[row][g->width] = '\0';
		memset(g->style[row], STYLE_PLAIN, g->width);
	}
}
EXPORT_SYMBOL(grid_clear);

unsigned int grid_put(struct grid *g, unsigned int row, unsigned int col,
		      enum view_style style, const char *fmt, ...)
{
	char text[VIEW_MAX_WIDTH + 1];
	unsigned int i;
	va_list args;

	va_start(args, fmt);
	vsnprintf(text, sizeof(text), fmt, args);
	va_end(args);
	for (i = 0; text[i]; i++, col++) {
		if (row >= g->height || col >= g->width)
			continue;
		g->text[row][col] =
			text[i] >= ' ' && text[i] <= '~' ? text[i] : '?';
		g->style[row][col] = style;
	}
	return col;
}
EXPORT_SYMBOL(grid_put);

void grid_style(struct grid *g, unsigned int row, unsigned int col,
		unsigned int width, enum view_style style)
{
	for (; width && row < g->height && col < g->width; width--, col++)
		g->style[row][col] = style;
}
EXPORT_SYMBOL(grid_style);

size_t grid_print(const struct grid *g, char *buf)
{
	unsigned int row, n;
	size_t at = 0;

	for (row = 0; row < g->height; row++) {
		for (n = g->width; n && g->text[row][n - 1] == ' '; n--)
			;
		memcpy(buf + at, g->text[row], n);
		at += n;
		buf[at++] = '\n';
	}
	buf[at] = '\0';
	return at;
}
EXPORT_SYMBOL(grid_print);

/* Three digits of @n thousandths, rounded down: 1.23, 12.3, 123. */
static int three_digits(char *buf, size_t size, uint64_t n)
{
	if (n < 10000)
		return snprintf(buf, size, "%u.%02u", (unsigned int)n / 1000,
				(unsigned int)n % 1000 / 10);
	if (n < 100000)
		return snprintf(buf, size, "%u.%u", (unsigned int)n / 1000,
				(unsigned int)n % 1000 / 100);
	return snprintf(buf, size, "%u", (unsigned int)n / 1000);
}

/* From 1,000 s on: two units, as long as both fit. */
static void long_time(uint64_t s, char buf[8])
{
	unsigned long long d = s / 86400, h = s / 3600, m = s / 60;

	if (h < 1)
		snprintf(buf, 8, "%llum%02us", m, (unsigned int)(s % 60));
	else if (d < 1)
		snprintf(buf, 8, "%lluh%02um", h, (unsigned int)(m % 60));
	else if (d < 1000)
		snprintf(buf, 8, "%llud%02uh", d, (unsigned int)(h % 24));
	else
		snprintf(buf, 8, "%llud", d);
}

const char *text_ns(uint64_t ns, char buf[8])
{
	static const char unit[][4] = { " us", " ms", " s" };
	unsigned int i = 0;
	int n;

	if (ns < 1000) {
		snprintf(buf, 8, "%u ns", (unsigned int)ns);
		return buf;
	}
	if (ns / 1000 >= 1000000000) {
		long_time(ns / 1000000000, buf);
		return buf;
	}
	/* Thousandths of the unit. */
	for (; ns >= 1000000; ns /= 1000)
		i++;
	n = three_digits(buf, 8, ns);
	snprintf(buf + n, 8 - (size_t)n, "%s", unit[i]);
	return buf;
}
EXPORT_SYMBOL(text_ns);

const char *text_count(uint64_t n, char buf[8])
{
	static const char unit[] = "kMGTPE";
	unsigned int i = 0;
	int len;

	if (n < 100000) {
		snprintf(buf, 8, "%u", (unsigned int)n);
		return buf;
	}
	for (; n >= 1000000; n /= 1000)
		i++;
	len = three_digits(buf, 8, n);
	snprintf(buf + len, 8 - (size_t)len, "%c", unit[i]);
	return buf;
}
EXPORT_SYMBOL(text_count);

const char *text_where(const char *where)
{
	const char *slash = strrchr(where, '/');

	return slash ? slash + 1 : where;
}
EXPORT_SYMBOL(text_where);

MODULE(grid, "a grid of characters, and numbers as text", NULL, NULL);

/* Given: a grid of characters. */
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

MODULE(grid, "a grid of characters", NULL, NULL);

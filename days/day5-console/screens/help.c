/* Given: keys, and the column under the cursor. */
#include "screens.h"

#include "kit/module.h"

static const char *const keys[][2] = {
	{ "F1 h ?", "this" },
	{ "Tab 1-7", "the next screen, or which" },
	{ "Up Down PgUp PgDn", "move the cursor" },
	{ "Home End", "first, last" },
	{ "Enter", "one task, all of it" },
	{ "Esc", "back" },
	{ "F3 /", "search; n: next" },
	{ "F4 \\", "filter; Esc: no filter" },
	{ "F5 t", "tree: who spawned whom" },
	{ "F6 < >", "the column to sort by" },
	{ "I", "the other way around" },
	{ "r", "the next runtime" },
	{ "Space Z", "pause, go on" },
	{ "[ ] , .", "one frame back, on" },
	{ "F10 q", "quit" },
};

void draw_help(struct grid *g, struct view *v, const struct view_data *d)
{
	const struct task_column_info *c = &task_column_info[v->sort];
	unsigned int row = BODY_TOP, i, half = (ARRAY_SIZE(keys) + 1) / 2;

	draw_title(g, row++, " KEYS");
	for (i = 0; i < ARRAY_SIZE(keys); i++) {
		unsigned int at = row + i % half, col = i < half ? 1 : 45;

		grid_put(g, at, col, STYLE_BOLD, "%s", keys[i][0]);
		grid_put(g, at, col + (i < half ? 18 : 9), STYLE_PLAIN, "%s",
			 keys[i][1]);
	}
	row += half + 1;
	draw_title(g, row++, " THE COLUMN UNDER THE CURSOR (< > for others)");
	grid_put(g, row, 1, STYLE_CURSOR, "%s", c->title);
	row = chart_text(g, row, body_end(g), 11, STYLE_PLAIN, c->what);
	row++;
	draw_title(g, row++, " OF A WORKER");
	chart_text(
		g, row, body_end(g), 1, STYLE_PLAIN,
		"The bar is the window: # inside polls, + awake and looking "
		"for work, . asleep. SINCE is how long it has been in its "
		"state; BUSY the share inside polls, the present one "
		"included; Q its ring and slot; STEAL and PARK are a second; "
		"MEAN is of its polls, new ones weighing a tenth; INSIDE is "
		"the task that it polls.");
}
EXPORT_SYMBOL(draw_help);

MODULE(help, "keys, and the column under the cursor", NULL, NULL);

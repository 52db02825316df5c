/* Given: what is wrong, and what to do about it. */
#include <stdio.h>

#include "screens.h"

#include "kit/module.h"

static const char *const level_name[] = { [LINT_INFO] = "info",
					  [LINT_WARN] = "warning",
					  [LINT_ERROR] = "error",
					  [LINT_CRITICAL] = "critical" };

static enum view_style level_style(enum lint_level level)
{
	static const enum view_style style[] = { STYLE_PLAIN, STYLE_WARN,
						 STYLE_ERROR, STYLE_ERROR };

	return style[level];
}

/* The finding under the cursor: all of it, and the rule. */
static void draw_rule(struct grid *g, unsigned int row,
		      const struct view_data *d, const struct finding *f)
{
	unsigned int end = body_end(g);
	char text[2048];

	draw_title(g, row++, " WHAT IT IS, AND WHAT TO TRY");
	row = chart_text(g, row, end, 1, STYLE_BOLD,
			 explain_finding(f, d->now, text, sizeof(text)));
	chart_text(g, row + 1, end, 1, STYLE_PLAIN,
		   explain_rule(f->rule, d->params, text, sizeof(text)));
}

void draw_warnings(struct grid *g, struct view *v, const struct view_data *d)
{
	const struct findings *f = d->findings;
	unsigned int row = BODY_TOP, half = row + (body_end(g) - row) / 2;
	unsigned int i, rows;
	char text[512];

	draw_title(g, row++, " LEVEL    RULE             WHAT WAS SEEN");
	if (!f || !f->n) {
		grid_put(g, row, 1, STYLE_PLAIN, "nothing: no rule speaks");
		if (!d->before)
			grid_put(g, row + 1, 1, STYLE_DIM,
				 "Some need a second snapshot, to compare.");
		return;
	}
	rows = half - row;
	list_move(v, f->n, rows);
	for (i = v->first; i < f->n && row < half; i++, row++) {
		const struct finding *x = &f->list[i];

		grid_put(g, row, 1, level_style(x->level), "%-8s %-16s",
			 level_name[x->level], lint_info[x->rule].name);
		grid_put(g, row, 27, STYLE_PLAIN, "%s",
			 explain_finding(x, d->now, text, sizeof(text)));
		if (i == v->line)
			grid_style(g, row, 0, g->width, STYLE_CURSOR);
	}
	draw_rule(g, row + 1, d, &f->list[v->line]);
}
EXPORT_SYMBOL(draw_warnings);

MODULE(warnings, "what is wrong, and what to do about it", NULL, NULL);

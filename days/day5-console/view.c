/*
 * A worker as a line of a screen.
 */
#include "view.h"

#include "kit/module.h"
#include "kit/todo.h"

/* TODO 6 (12 points): one worker as a line: what it does, for how long, and
 * what it did with the time of the window. What you need besides the function
 * goes here. Hint: README#todo-6
 */

void view_worker_row(struct grid *g, unsigned int row,
		     const struct view_data *d, unsigned int worker)
{
	/* TODO 6, second half (see above): here.
	 */
	TODO(6, );
}
EXPORT_SYMBOL(view_worker_row);

MODULE(view, "a worker as a line of a screen", NULL, NULL);

/*
 * Two verdicts that are easily given wrong: is a poll in the way, or is there
 * simply too much to do; and is a wait the last one of its task?
 */
#include "lint.h"

#include "kit/module.h"
#include "kit/todo.h"

/* From @then to @now; no time when @then is later: the two were read apart. */
static uint64_t since(uint64_t then, uint64_t now)
{
	return now > then ? now - then : 0;
}

/* TODO 7 (12 points): does one poll explain the delay of a task, or are there
 * more polls than fit? What you need besides the function goes here.
 * Hint: README#todo-7
 */

enum lint_load lint_load(const struct lint_window *w, unsigned int runtime,
			 unsigned int *worker)
{
	/* TODO 7, second half (see above). */
	return TODO(7, LOAD_FINE);
}
EXPORT_SYMBOL(lint_load);

bool lint_is_lost(const struct lint_window *w, const struct snap_task *t)
{
	/* TODO 8 (10 points): waiting, and nobody can end that.
	 * Hint: README#todo-8
	 */
	return TODO(8, false);
}
EXPORT_SYMBOL(lint_is_lost);

MODULE(lint, "blocking, saturated, and lost wakers", NULL, NULL);

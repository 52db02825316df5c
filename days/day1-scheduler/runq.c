/*
 * The ring of runnable tasks. The owner puts in at tail; the owner and thieves
 * take out at head, each by moving head with a compare-and-swap. What index i
 * means is in runq.h: slot i % RUNQ_SIZE.
 */
#include "runq.h"
#include "inject.h"

#include "kit/module.h"
#include "kit/todo.h"
#include "kit/tracepoint.h"

_Static_assert((RUNQ_SIZE & (RUNQ_SIZE - 1)) == 0 && RUNQ_SIZE >= 2,
	       "RUNQ_SIZE is a power of two");

/* TODO 3 (10 points): push, and what it does when the ring is full. Here is
 * room for a helper of yours. Hint: README#todo-3
 */

void runq_push(struct runq *q, struct task *t, struct inject *overflow)
{
	/* TODO 3, second half (see above): the push itself. */
	TODO(3, );
}
EXPORT_SYMBOL(runq_push);

struct task *runq_pop(struct runq *q)
{
	/* TODO 4 (7 points): the owner takes the oldest task. A thief may be
	 * after the same one. Hint: README#todo-4
	 */
	return TODO(4, NULL);
}
EXPORT_SYMBOL(runq_pop);

unsigned int runq_steal(struct runq *from, struct runq *to)
{
	/* TODO 5 (11 points): half of the victim's tasks, rounded up, and the
	 * older ones. Copy first, then make them yours with one CAS.
	 * Hint: README#todo-5
	 */
	return TODO(5, 0);
}
EXPORT_SYMBOL(runq_steal);

MODULE(runq, "a worker's ring: push, pop, steal half", NULL, NULL);

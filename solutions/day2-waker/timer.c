/* Timers: a heap by deadline, and by age among equal deadlines. */
#include <string.h>

#include "timer.h"

#include "kit/err.h"
#include "kit/module.h"
#include "kit/todo.h"

int timers_grow(struct timers *ts)
{
	unsigned int room = ts->room ? 2 * ts->room : 16;
	struct timer **heap;

	if (ts->nr < ts->room)
		return 0;
	heap = kit_alloc(room * sizeof(struct timer *));
	if (!heap)
		return -ENOMEM;
	if (ts->nr)
		memcpy(heap, ts->heap, ts->nr * sizeof(struct timer *));
	kit_free(ts->heap);
	ts->heap = heap;
	ts->room = room;
	return 0;
}
EXPORT_SYMBOL(timers_grow);

/* A timer moves to place @i, and knows it. */
static void timers_place(struct timers *ts, struct timer *t, unsigned int i)
{
	ts->heap[i] = t;
	t->index = i;
}

/* TODO 5 (10 points): timer order: who is first, and how a timer finds its
 * place from the one where it was put. Hint: README#todo-5
 */
static bool timer_is_before(const struct timer *a, const struct timer *b)
{
	if (a->deadline != b->deadline)
		return a->deadline < b->deadline;
	return a->seq < b->seq;
}

/* @t belongs at @i or above: those that it overtakes come down. */
static void timers_rise(struct timers *ts, struct timer *t, unsigned int i)
{
	while (i && timer_is_before(t, ts->heap[(i - 1) / 2])) {
		timers_place(ts, ts->heap[(i - 1) / 2], i);
		i = (i - 1) / 2;
	}
	timers_place(ts, t, i);
}

/* @t belongs at @i or below: the earlier child goes up. */
static void timers_sink(struct timers *ts, struct timer *t, unsigned int i)
{
	unsigned int child;

	for (child = 2 * i + 1; child < ts->nr; child = 2 * i + 1) {
		if (child + 1 < ts->nr &&
		    timer_is_before(ts->heap[child + 1], ts->heap[child]))
			child++;
		if (!timer_is_before(ts->heap[child], t))
			break;
		timers_place(ts, ts->heap[child], i);
		i = child;
	}
	timers_place(ts, t, i);
}

/* END */
int timers_add(struct timers *ts, struct timer *t)
{
	/* TODO 5, second part (see above): put it last, and let it rise. Given:
	 * timers_grow(), timers_place().
	 */
	int err;

	if (t->index != TIMER_IDLE)
		return -EEXIST;
	err = timers_grow(ts);
	if (err)
		return err;
	t->seq = ts->next_seq++;
	timers_rise(ts, t, ts->nr++);
	return 0;
	/* STUB: return TODO(5, -ENOSYS); */
	/* END */
}
EXPORT_SYMBOL(timers_add);

bool timers_cancel(struct timers *ts, struct timer *t)
{
	/* TODO 5, third part: the last one fills the gap. */
	unsigned int gap = t->index;
	struct timer *last;

	if (gap == TIMER_IDLE)
		return false;
	t->index = TIMER_IDLE;
	last = ts->heap[--ts->nr];
	if (last == t)
		return true;
	/* It came from another branch, and may be earlier than the parent. */
	if (gap && timer_is_before(last, ts->heap[(gap - 1) / 2]))
		timers_rise(ts, last, gap);
	else
		timers_sink(ts, last, gap);
	return true;
	/* STUB: return TODO(5, false); */
	/* END */
}
EXPORT_SYMBOL(timers_cancel);

struct timer *timers_expire(struct timers *ts, uint64_t now)
{
	/* TODO 5, fourth part: is the first one due? */
	struct timer *t;

	if (!ts->nr || ts->heap[0]->deadline > now)
		return NULL;
	t = ts->heap[0];
	timers_cancel(ts, t);
	return t;
	/* STUB: return TODO(5, NULL); */
	/* END */
}
EXPORT_SYMBOL(timers_expire);

MODULE(timer, "timers in order", NULL, NULL);

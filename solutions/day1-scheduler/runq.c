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
/* Move the older half to @to. False: a thief was faster, so there is room. */
static bool runq_overflow(struct runq *q, uint32_t head, struct inject *to)
{
	struct task *half[RUNQ_SIZE / 2];
	uint32_t i;

	/* relaxed, all: the owner wrote them itself. */
	for (i = 0; i < RUNQ_SIZE / 2; i++)
		half[i] =
			atomic_load_explicit(&q->slots[(head + i) % RUNQ_SIZE],
					     memory_order_relaxed);
	/* release: pairs with the acquire of head by the thieves. */
	if (!atomic_compare_exchange_strong_explicit(&q->head, &head,
						     head + RUNQ_SIZE / 2,
						     memory_order_acq_rel,
						     memory_order_relaxed))
		return false;
	tp_overflow(RUNQ_SIZE / 2);
	inject_push_array(to, half, RUNQ_SIZE / 2);
	return true;
}
/* END */

void runq_push(struct runq *q, struct task *t, struct inject *overflow)
{
	/* TODO 3, second half (see above): the push itself. */
	/* relaxed: only the owner writes tail. */
	uint32_t tail = atomic_load_explicit(&q->tail, memory_order_relaxed);

	for (;;) {
		/* acquire: pairs with the CAS in runq_steal(); the thief has
		 * read the slots that we are about to overwrite. */
		uint32_t head =
			atomic_load_explicit(&q->head, memory_order_acquire);

		if (tail - head < RUNQ_SIZE)
			break;
		runq_overflow(q, head, overflow);
	}
	/* relaxed: published by the store of tail. */
	atomic_store_explicit(&q->slots[tail % RUNQ_SIZE], t,
			      memory_order_relaxed);
	/* seq_cst: as a release, pairs with the acquire in runq_steal() and
	 * publishes the slot; and it is the store of the store-load pair in
	 * worker_park(), whose load is in sched_notify(). */
	atomic_store_explicit(&q->tail, tail + 1, memory_order_seq_cst);
	/* STUB: TODO(3, ); */
	/* END */
}
EXPORT_SYMBOL(runq_push);

struct task *runq_pop(struct runq *q)
{
	/* TODO 4 (7 points): the owner takes the oldest task. A thief may be
	 * after the same one. Hint: README#todo-4
	 */
	/* acquire: pairs with the CAS in runq_steal(). */
	uint32_t head = atomic_load_explicit(&q->head, memory_order_acquire);
	/* relaxed: only the owner writes tail. */
	uint32_t tail = atomic_load_explicit(&q->tail, memory_order_relaxed);
	struct task *t;

	while (head != tail) {
		/* relaxed: the owner wrote it itself. */
		t = atomic_load_explicit(&q->slots[head % RUNQ_SIZE],
					 memory_order_relaxed);
		/* release: pairs with the acquire in runq_steal(), which must
		 * not see this head with an older tail. */
		if (atomic_compare_exchange_weak_explicit(&q->head, &head,
							  head + 1,
							  memory_order_acq_rel,
							  memory_order_acquire))
			return t;
	}
	return NULL;
	/* STUB: return TODO(4, NULL); */
	/* END */
}
EXPORT_SYMBOL(runq_pop);

unsigned int runq_steal(struct runq *from, struct runq *to)
{
	/* TODO 5 (11 points): half of the victim's tasks, rounded up, and the
	 * older ones. Copy first, then make them yours with one CAS.
	 * Hint: README#todo-5
	 */
	/* relaxed: we own this ring. */
	uint32_t at = atomic_load_explicit(&to->tail, memory_order_relaxed);
	uint32_t i, n;

	for (;;) {
		/* acquire: pairs with every CAS of head; tail is read after
		 * it, and is never behind it. */
		uint32_t head =
			atomic_load_explicit(&from->head, memory_order_acquire);
		/* acquire: pairs with the store in runq_push(); the slots up
		 * to here are seen, and what is in the tasks. */
		uint32_t tail =
			atomic_load_explicit(&from->tail, memory_order_acquire);

		n = (tail - head + 1) / 2;
		if (!n)
			return 0;
		/* head has moved on since we read it: look again. */
		if (n > RUNQ_SIZE / 2)
			continue;
		for (i = 0; i < n; i++) {
			/* relaxed, both: ordered by head and tail. */
			struct task *t = atomic_load_explicit(
				&from->slots[(head + i) % RUNQ_SIZE],
				memory_order_relaxed);

			atomic_store_explicit(&to->slots[(at + i) % RUNQ_SIZE],
					      t, memory_order_relaxed);
		}
		/* release: the slots are read before the owner may see that
		 * they are free; pairs with the acquire in runq_push(). */
		if (atomic_compare_exchange_strong_explicit(
			    &from->head, &head, head + n, memory_order_acq_rel,
			    memory_order_relaxed))
			break;
	}
	/* seq_cst: publishes the slots, as in runq_push(). */
	atomic_store_explicit(&to->tail, at + n, memory_order_seq_cst);
	return n;
	/* STUB: return TODO(5, 0); */
	/* END */
}
EXPORT_SYMBOL(runq_steal);

MODULE(runq, "a worker's ring: push, pop, steal half", NULL, NULL);

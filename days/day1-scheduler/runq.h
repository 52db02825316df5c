/**
 * @file runq.h
 * A worker's ring of runnable tasks: the owner pushes and pops, thieves take
 * half.
 *
 *	          head                    tail
 *	            v                      v
 *	  ... | . | A | B | C | D | E | F | . | . | ...
 *	        thieves and the owner       only the owner
 *	        take here                   puts here
 *
 * head and tail only grow, and wrap at 2^32; slot i of the ring is i modulo
 * RUNQ_SIZE; tail - head is the number of tasks, also across the wrap. Only
 * the owner moves tail. head is moved by compare-and-swap: whoever moves it
 * over a slot owns the task that was there. Since head only grows, an equal
 * head means that nobody took anything meanwhile (no ABA) - unless a thief
 * stands still, between two of its lines, while 2^32 tasks go by.
 *
 * Source: the run queue of Go's runtime/proc.go (runqput, runqgrab); 256 is
 * also what Tokio's runtime/scheduler/multi_thread/queue.rs uses.
 */
#ifndef DAY1_RUNQ_H
#define DAY1_RUNQ_H

#include "kit/atomic.h"
#include "kit/compiler.h"

struct inject;
struct task;

/** Slots of a ring, a power of two; a model build may shrink it. */
#ifndef RUNQ_SIZE
#define RUNQ_SIZE 256u
#endif

/**
 * A ring.
 *
 * Key: A atomic. The slots are atomics because a thief may read one that the
 * owner overwrites; it then fails to move head, and forgets what it read.
 */
struct runq {
	_Atomic(uint32_t) head; /**< A: next task to take; anybody, by CAS */
	_Atomic(uint32_t) tail; /**< A: next free slot; written by the owner */
	_Atomic(struct task *) slots[RUNQ_SIZE]; /**< A: written by the owner */
};

/**
 * runq_init() - make an empty ring
 * @q: the caller's memory
 *
 * Context: before anybody else can see @q; does not block.
 */
static inline void runq_init(struct runq *q)
{
	unsigned int i;

	atomic_init(&q->head, 0);
	atomic_init(&q->tail, 0);
	for (i = 0; i < RUNQ_SIZE; i++)
		atomic_init(&q->slots[i], NULL);
}

/**
 * runq_len() - how many tasks are in the ring
 * @q: the ring
 *
 * For anybody but the owner the number is old when it comes; but a task that
 * was pushed before, and is still there, is not missed.
 *
 * Context: any thread; does not block.
 * Return: number of tasks.
 */
static inline unsigned int runq_len(struct runq *q)
{
	/* acquire: pairs with the CAS in runq_pop() and runq_steal(); tail is
	 * read after head, so it is never behind it. */
	uint32_t head = atomic_load_explicit(&q->head, memory_order_acquire);

	/* seq_cst: the load of the store-load pair in worker_park(). */
	return atomic_load_explicit(&q->tail, memory_order_seq_cst) - head;
}

/**
 * runq_push() - put a task last
 * @q: the ring
 * @t: the task; the ring takes it over
 * @overflow: where the older half goes when the ring is full
 *
 * A push never fails. When RUNQ_SIZE tasks are in the ring, the older half of
 * them moves to @overflow, in order, with one CAS of head and one lock; then
 * there is room for @t. A thief may have been faster: then there is room too.
 * Emits tp_overflow() with the number of tasks that it moved.
 *
 * Context: the owner; may take the lock of @overflow for a moment.
 */
void runq_push(struct runq *q, struct task *t, struct inject *overflow);

/**
 * runq_pop() - take the oldest task
 * @q: the ring
 *
 * Context: the owner; does not block.
 * Return: the task, now the caller's; NULL when there is none.
 */
struct task *runq_pop(struct runq *q);

/**
 * runq_steal() - move the older half of another worker's tasks
 * @from: the victim's ring
 * @to: the thief's own ring, which is empty
 *
 * Half is rounded up, so a single task can be stolen. All of them change hands
 * with one CAS, or none does; then it is tried again.
 *
 * Context: the owner of @to; does not block.
 * Return: number of tasks that moved; 0 when @from was empty.
 */
unsigned int runq_steal(struct runq *from, struct runq *to);

#endif

/**
 * @file rings.h
 * Rings whose tasks are addresses; nobody looks inside. Where each task is
 * found, and what another thread does to a ring, by hand.
 */
#ifndef DAY1_TESTS_RINGS_H
#define DAY1_TESTS_RINGS_H

#include <stdio.h>

#include "inject.h"
#include "runq.h"
#include "task.h"

#include "test/step.h"
#include "test/test.h"

#define HALF (RUNQ_SIZE / 2)
#define MOMENTS_MAX 300 /* instructions of a pop or a steal of a few tasks */

/** Tasks 0, 1, 2, ... of which only address and queue link count. */
static struct task *tasks[1024];
static char memory[ARRAY_SIZE(tasks)][sizeof(struct task)]
	__attribute__((aligned(16)));

static struct runq ring, thief;
static struct inject inject;

/** Empty rings that begin with an index of @at. */
static inline void make_at(uint32_t at)
{
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(tasks); i++)
		tasks[i] = (struct task *)memory[i];
	runq_init(&ring);
	runq_init(&thief);
	inject_init(&inject);
	atomic_init(&ring.head, at);
	atomic_init(&ring.tail, at);
	atomic_init(&thief.head, at);
	atomic_init(&thief.tail, at);
}

static inline void make(void)
{
	make_at(0);
}

/** Number of the task, or -1 for what is none. */
static inline int number(const struct task *t)
{
	uintptr_t at = (uintptr_t)t - (uintptr_t)memory;

	return at < sizeof(memory) ? (int)(at / sizeof(memory[0])) : -1;
}

/** The task in words; one of four static strings. */
static inline const char *name_of(const struct task *t)
{
	static char buf[4][32];
	static unsigned int at;
	char *to = buf[at++ % ARRAY_SIZE(buf)];

	if (number(t) >= 0)
		snprintf(to, sizeof(buf[0]), "task %d", number(t));
	else
		snprintf(to, sizeof(buf[0]), t ? "no task at all" : "NULL");
	return to;
}

static inline void push(unsigned int from, unsigned int n)
{
	unsigned int i;

	STEP("push %u tasks, from number %u on", n, from);
	for (i = from; i < from + n; i++)
		runq_push(&ring, tasks[i], &inject);
}

/** What is in place @i of a ring, counted from the oldest. */
static inline struct task *peek(struct runq *q, unsigned int i)
{
	uint32_t head = atomic_load_explicit(&q->head, memory_order_relaxed);

	return atomic_load_explicit(&q->slots[(head + i) % RUNQ_SIZE],
				    memory_order_relaxed);
}

/** What the ring holds, without popping: tasks @from, @from + 1, ... */
static inline void expect_ring(struct runq *q, unsigned int from,
			       unsigned int n)
{
	const char *whose = q == &ring ? "the owner's" : "the thief's";
	unsigned int i, in_ring = runq_len(q);

	EXPECT_EQ(in_ring, n, "%s ring holds %u tasks", whose, n);
	for (i = 0; i < n; i++)
		EXPECT_STR(name_of(peek(q, i)), name_of(tasks[from + i]),
			   "place %u of %s ring holds task %u", i, whose,
			   from + i);
}

/** What the injection queue gives: tasks @from, @from + 1, ... */
static inline void expect_inject(unsigned int from, unsigned int n)
{
	unsigned int i, in_queue = inject_len(&inject);

	EXPECT_EQ(in_queue, n, "the injection queue holds %u tasks", n);
	for (i = 0; i < n; i++)
		EXPECT_STR(name_of(inject_pop(&inject)),
			   name_of(tasks[from + i]),
			   "the injection queue gives task %u next", from + i);
}

/* In the middle of something ------------------------------------------------ */

/** How often each task was found; and the next that goes in. */
static unsigned int found[ARRAY_SIZE(tasks)], nr_in;

static inline void find(const struct task *t)
{
	if (number(t) < 0)
		FAIL("something came out that never went in");
	found[number(t)]++;
}

/** Find all that are in a ring. */
static inline void find_in(struct runq *q)
{
	unsigned int i, in_ring = runq_len(q);

	EXPECT(in_ring <= RUNQ_SIZE, "a ring holds at most %u tasks",
	       RUNQ_SIZE);
	for (i = 0; i < in_ring; i++)
		find(peek(q, i));
}

/** The owner puts the next @n tasks in, without runq_push(). */
static inline void fill(unsigned int n)
{
	uint32_t tail = atomic_load_explicit(&ring.tail, memory_order_relaxed);

	for (; n; n--, tail++)
		atomic_store_explicit(&ring.slots[tail % RUNQ_SIZE],
				      tasks[nr_in++], memory_order_relaxed);
	atomic_store_explicit(&ring.tail, tail, memory_order_seq_cst);
}

/** Empty rings, and then @n tasks in the owner's. */
static inline void make_with(unsigned int n)
{
	make_at(UINT32_MAX - 1);
	nr_in = 0;
	for (unsigned int i = 0; i < ARRAY_SIZE(found); i++)
		found[i] = 0;
	fill(n);
}

/** Whoever it is takes the oldest @n tasks, as one has to. */
static inline void take_by_hand(unsigned int n)
{
	unsigned int i;

	for (i = 0; i < n; i++)
		find(peek(&ring, i));
	atomic_fetch_add_explicit(&ring.head, n, memory_order_acq_rel);
}

/** A thief takes half, rounded up, without runq_steal(). */
static inline void steal_by_hand(void *arg)
{
	take_by_hand((runq_len(&ring) + 1) / 2);
}

/** Every task that went in was found once: @when says after what. */
static inline void expect_found_once(const char *when, unsigned int moment)
{
	unsigned int i, places;

	for (i = 0; i < nr_in; i++) {
		places = found[i];
		EXPECT_EQ(places, 1,
			  "task %u is in one place, when %s after instruction "
			  "%u",
			  i, when, moment);
	}
}

#endif

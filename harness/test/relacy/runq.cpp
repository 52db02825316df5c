/*
 * The ring under Relacy (package relacy-dev), a second explorer, which knows
 * what ours does not: a load may be early, so a missing acquire shows.
 *
 * runq.c is compiled as it is, as C++, which it happens to be once its doors
 * are Relacy's: what stands in for them is below, and the guards keep the true
 * headers out. -DRUNQ='"file"' says which one. See harness/tools/gate-relacy.
 */
#include <stddef.h>
#include <stdint.h>

#include "relacy/relacy.hpp"

#define KIT_ATOMIC_H
#define KIT_COMPILER_H
#define KIT_MODULE_H
#define KIT_TODO_H
#define KIT_TRACEPOINT_H
#define DAY1_INJECT_H

#define _Static_assert static_assert
#define _Atomic(type) rl::atomic<type>
#define memory_order_relaxed rl::mo_relaxed
#define memory_order_acquire rl::mo_acquire
#define memory_order_release rl::mo_release
#define memory_order_acq_rel rl::mo_acq_rel
#define memory_order_seq_cst rl::mo_seq_cst
#define atomic_init(p, v) (p)->store(v, rl::mo_relaxed, $)
#define atomic_load_explicit(p, order) (p)->load(order, $)
#define atomic_store_explicit(p, v, order) (p)->store(v, order, $)
#define atomic_compare_exchange_strong_explicit(p, old, v, order, failed) \
	(p)->compare_exchange_strong(*(old), v, order, $, failed, $)
#define atomic_compare_exchange_weak_explicit(p, old, v, order, failed) \
	(p)->compare_exchange_weak(*(old), v, order, $, failed, $)
#define tp_overflow(n)
#define EXPORT_SYMBOL(fn)
#define MODULE(...)
#define TODO(n, value) value

/** What is in it is plain memory: Relacy tells a race on it. */
struct task {
	rl::var<int> written;
};

/** Only the owner pushes into it here, so it needs no lock. */
struct inject {
	struct task *tasks[8];
	unsigned int n;
};

static void inject_push_array(struct inject *in, struct task *const *tasks,
			      unsigned int n)
{
	for (unsigned int i = 0; i < n; i++)
		in->tasks[in->n++] = tasks[i];
}

#define RUNQ_SIZE 4u
#include RUNQ

/** An owner and a thief; the ring holds @Full tasks when they begin. */
template <unsigned int Full>
struct ring_test : rl::test_suite<ring_test<Full>, 2> {
	struct runq ring, thief;
	struct inject inject;
	struct task tasks[8];
	unsigned int pushed, found[8];

	void push()
	{
		tasks[pushed].written($) = 1;
		runq_push(&ring, &tasks[pushed++], &inject);
	}

	void find(struct task *t)
	{
		RL_ASSERT(t->written($) == 1);
		found[t - tasks]++;
	}

	void pop(struct runq *q)
	{
		struct task *t = runq_pop(q);

		if (t)
			find(t);
	}

	/* Indices are about to wrap. */
	void begin(struct runq *q)
	{
		runq_init(q);
		atomic_init(&q->head, UINT32_MAX - 1);
		atomic_init(&q->tail, UINT32_MAX - 1);
	}

	void before()
	{
		begin(&ring);
		begin(&thief);
		inject.n = pushed = 0;
		for (unsigned int &times : found)
			times = 0;
		while (pushed < Full)
			push();
	}

	void thread(unsigned int i)
	{
		if (i) {
			runq_steal(&ring, &thief);
			pop(&thief);
			return;
		}
		pop(&ring);
		push();
		push();
		pop(&ring);
	}

	void after()
	{
		for (unsigned int i = 0; i < RUNQ_SIZE; i++) {
			pop(&ring);
			pop(&thief);
		}
		for (unsigned int i = 0; i < inject.n; i++)
			find(inject.tasks[i]);
		for (unsigned int i = 0; i < pushed; i++)
			RL_ASSERT(found[i] == 1);
	}
};

template <unsigned int Full> static bool holds()
{
	rl::test_params p;

	p.search_type = rl::sched_bound;
	p.context_bound = 2;
	p.iteration_count = 1000000;
	return rl::simulate<ring_test<Full>>(p);
}

int main()
{
	bool all = holds<1>() && holds<3>() && holds<RUNQ_SIZE>();

	return all ? 0 : 1;
}

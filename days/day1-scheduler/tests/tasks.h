/**
 * @file tasks.h
 * The task that most tests of this day spawn, and turns that are bounded.
 */
#ifndef DAY1_TESTS_TASKS_H
#define DAY1_TESTS_TASKS_H

#include <stdio.h>

#include "worker.h"

#include "kit/err.h"
#include "test/test.h"

/** What a probe does and has seen; the test's memory, outside the task. */
struct probe {
	/* set by the test */
	unsigned int id;     /**< written into the order at each poll */
	bool is_ready;	     /**< ready at the next poll */
	unsigned int yields; /**< so many polls wake the task itself */
	void (*at_poll)(struct probe *p, struct context *cx); /**< or NULL */
	int output; /**< of the task */
	/* seen */
	unsigned int polls; /**< so many times polled */
	unsigned int drops; /**< so many times dropped */
	struct waker waker; /**< a clone, left by a poll that was pending */
	struct join join;   /**< set by probe_spawn() */
};

/** The machine: it only points to the probe. */
struct probe_task {
	struct future future;
	struct probe *probe;
};

/** In which order probes were polled, by their ids. */
static unsigned int order[1024];
static _Atomic(unsigned int) nr_order; /* two workers may poll at once */

static inline enum poll probe_poll(struct future *f, struct context *cx,
				   void *out)
{
	struct probe *p = container_of(f, struct probe_task, future)->probe;
	unsigned int at;

	p->polls++;
	/* relaxed: the test reads it after the workers are joined. */
	at = atomic_fetch_add_explicit(&nr_order, 1, memory_order_relaxed);
	if (at < ARRAY_SIZE(order))
		order[at] = p->id;
	if (p->at_poll)
		p->at_poll(p, cx);
	if (p->yields) {
		p->yields--;
		waker_wake_by_ref(cx->waker);
		return POLL_PENDING;
	}
	if (p->is_ready) {
		*(int *)out = p->output;
		return POLL_READY;
	}
	waker_drop(&p->waker);
	p->waker = waker_clone(cx->waker);
	return POLL_PENDING;
}

static inline void probe_drop(struct future *f)
{
	container_of(f, struct probe_task, future)->probe->drops++;
}

static const struct future_ops probe_ops = {
	.poll = probe_poll,
	.drop = probe_drop,
	.size = sizeof(struct probe_task),
	.out_size = sizeof(int),
};

/** Spawn a probe, with its join handle in it. */
static inline void probe_spawn(struct sched *s, struct probe *p)
{
	struct probe_task init = { .future.ops = &probe_ops, .probe = p };

	EXPECT_ERR(sched_spawn(s, &probe_ops, &init, &p->join), 0,
		   "the task was spawned");
}

/** From here on this thread is worker @i of @s, for whoever asks. */
static inline void as_worker(struct sched *s, unsigned int i)
{
	kit_self()->worker = &s->workers[i];
}

/** From here on this thread is no worker. */
static inline void as_nobody(void)
{
	kit_self()->worker = NULL;
}

/** Turn a worker until it finds nothing; a bounded number of times. */
static inline unsigned int run_all(struct sched *s, unsigned int worker)
{
	unsigned int turns = 0;

	while (sched_step(s, worker))
		if (++turns == 10000)
			FAIL("worker %u still found a task in its 10000th turn",
			     worker);
	return turns;
}

/** The next task of worker @w by plain means, without worker_next(). */
static inline struct task *take_by_hand(struct worker *w)
{
	struct task *t = w->slot;

	w->slot = NULL;
	if (!t)
		t = runq_pop(&w->ring);
	if (!t)
		t = inject_pop(&w->sched->inject);
	return t;
}

/** Poll what is queued without worker_next(), at most @max tasks. */
static inline void run_by_hand(struct sched *s, unsigned int max)
{
	struct worker *w = &s->workers[0];
	struct task *t;

	as_worker(s, 0);
	while (max-- && (t = take_by_hand(w)))
		task_run(t, w);
	as_nobody();
}

/** Poll a join handle once, with a waker that wakes nobody. */
static inline enum poll join_ask(struct join *j, int *status)
{
	struct waker waker = waker_noop();
	struct context cx = { .waker = &waker };

	return future_poll(&j->future, &cx, status);
}

/** The ids of the order from @from on, as words; a static string. */
static inline const char *order_text(unsigned int from)
{
	static char buf[8192];
	unsigned int i;
	int at = 0;

	buf[0] = '\0';
	for (i = from; i < nr_order && at < 8000; i++)
		at += snprintf(buf + at, sizeof(buf) - (size_t)at, "%s%u",
			       i > from ? " " : "", order[i]);
	return buf;
}

#endif

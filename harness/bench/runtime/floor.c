/* The least that each load could take here: its memory, its locked instructions
 * and its polls, and nothing around them. */
#define _GNU_SOURCE
#include <stdio.h>
#include <stdlib.h>

#include "bench.h"

#include "kit/atomic.h"
#include "kit/bug.h"
#include "kit/clock.h"
#include "kit/park.h"
#include "kit/thread.h"

#define BLOCK 96
#define MALLOCS_MAX 4

static void floor_once(const struct floor *f)
{
	static _Atomic(uint64_t) word;
	struct future future = { &one_ops }, *p = &future;
	void *blocks[MALLOCS_MAX];
	uint64_t out;
	unsigned int i;

	for (i = 0; i < f->mallocs; i++) {
		blocks[i] = malloc(BLOCK);
		BUG_ON(!blocks[i]);
	}
	for (i = 0; i < f->locked; i++)
		/* acq_rel: what a task's transition takes */
		atomic_fetch_add_explicit(&word, 1, memory_order_acq_rel);
	for (i = 0; i < f->polls; i++) {
		__asm__("" : "+r"(p));
		future_poll(p, NULL, &out);
	}
	for (i = 0; i < f->mallocs; i++)
		free(blocks[i]);
}

/* Two threads that wait for each other in turn. */
struct hands {
	struct parker here, there;
	unsigned int n;
};

static void hands_main(void *arg)
{
	struct hands *h = arg;
	unsigned int i;

	for (i = 0; i < h->n; i++) {
		while (!parker_park(&h->there, CLOCK_NEVER))
			;
		parker_unpark(&h->here);
	}
}

static double hand_over(unsigned int n)
{
	struct hands h = { .n = n };
	struct thread other;
	unsigned int i;
	uint64_t from;

	parker_init(&h.here);
	parker_init(&h.there);
	BUG_ON(thread_create(&other, "other", hands_main, &h));
	from = clock_now();
	for (i = 0; i < n; i++) {
		parker_unpark(&h.there);
		while (!parker_park(&h.here, CLOCK_NEVER))
			;
	}
	from = clock_now() - from;
	thread_join(&other);
	return (double)from;
}

double floor_run(const struct floor *f, unsigned int n)
{
	uint64_t from = clock_process_cpu();
	unsigned int i;

	if (f->is_hand_over)
		return hand_over(n);
	for (i = 0; i < n; i++)
		floor_once(f);
	return (double)(clock_process_cpu() - from);
}

const char *floor_text(const struct floor *f)
{
	static char text[64];

	if (f->is_hand_over)
		return "to a thread and back";
	if (!f->mallocs && !f->locked && !f->polls)
		return "";
	snprintf(text, sizeof(text), "%u malloc, %u locked, %u polls",
		 f->mallocs, f->locked, f->polls);
	return text;
}

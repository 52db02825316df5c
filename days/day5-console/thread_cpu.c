/* Given: how long the thread of a poll has run, as the kernel tells it. */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "thread_cpu.h"

#include "kit/alloc.h"
#include "kit/clock.h"
#include "kit/err.h"
#include "kit/module.h"

/* Seen for a shorter time, a tick would decide. */
#define ENOUGH (20 * NSEC_PER_MSEC)

int thread_time_read(int pid, int tid, struct thread_time *out)
{
	char path[64];
	FILE *f;
	int n;

	snprintf(path, sizeof(path), "/proc/%d/task/%d/schedstat", pid, tid);
	f = fopen(path, "re");
	if (!f)
		return -ENOENT;
	n = fscanf(f, "%" SCNu64 " %" SCNu64, &out->run, &out->queue);
	fclose(f);
	out->at = clock_now();
	return n == 2 ? 0 : -ENOENT;
}
EXPORT_SYMBOL(thread_time_read);

static bool make_room(struct thread_cpu *c, const struct snapshot *s)
{
	if (c->id == s->id && c->nr == s->nr_workers)
		return c->polls;
	/* Workers come when a runtime does: what was seen begins anew. */
	thread_cpu_free(c);
	c->polls = kit_zalloc(s->nr_workers * sizeof(*c->polls));
	if (!c->polls)
		return false;
	c->id = s->id;
	c->nr = s->nr_workers;
	return true;
}

static void look_at(struct thread_cpu_poll *p, int pid,
		    const struct snap_worker *w)
{
	struct thread_time t;

	if (w->state != WORKER_POLLING || !w->tid ||
	    thread_time_read(pid, w->tid, &t)) {
		memset(p, 0, sizeof(*p));
		return;
	}
	p->last = t;
	if (p->tid == w->tid && p->task == w->task && p->poll == w->poll)
		return;
	p->tid = w->tid;
	p->task = w->task;
	p->poll = w->poll;
	p->first = t;
}

void thread_cpu_look(struct thread_cpu *c, const struct snapshot *s)
{
	unsigned int i;

	if (s->state != READER_LIVE) {
		thread_cpu_free(c);
		return;
	}
	if (!make_room(c, s))
		return;
	for (i = 0; i < c->nr; i++)
		look_at(&c->polls[i], s->pid, &s->workers[i]);
}
EXPORT_SYMBOL(thread_cpu_look);

static uint64_t passed(uint64_t from, uint64_t to)
{
	return to > from ? to - from : 0;
}

static void note(const struct thread_cpu_poll *p, struct finding *f)
{
	uint64_t seen = passed(p->first.at, p->last.at);

	/* The snapshot may have seen another poll than we did. */
	if (seen < ENOUGH || p->task != f->task)
		return;
	f->cpu_seen = seen;
	f->off_cpu = passed(passed(p->first.run, p->last.run), seen);
	f->no_core = passed(p->first.queue, p->last.queue);
	if (f->no_core > f->off_cpu)
		f->no_core = f->off_cpu;
}

void thread_cpu_note(const struct thread_cpu *c, struct findings *f)
{
	size_t i;

	for (i = 0; i < f->n; i++) {
		unsigned int worker = f->list[i].worker;

		if (worker && worker <= c->nr && f->list[i].task)
			note(&c->polls[worker - 1], &f->list[i]);
	}
}
EXPORT_SYMBOL(thread_cpu_note);

void thread_cpu_free(struct thread_cpu *c)
{
	kit_free(c->polls);
	memset(c, 0, sizeof(*c));
}
EXPORT_SYMBOL(thread_cpu_free);

MODULE(thread_cpu, "did the thread of a poll run?", NULL, NULL);

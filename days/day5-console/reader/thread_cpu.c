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
/* A poll that has lasted for less is no long one. */
#define LONG (1 * NSEC_PER_MSEC)

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

int thread_is_asleep(int pid, int tid)
{
	char path[64], line[256], *at;
	FILE *f;
	size_t n;

	snprintf(path, sizeof(path), "/proc/%d/task/%d/stat", pid, tid);
	f = fopen(path, "re");
	if (!f)
		return -ENOENT;
	n = fread(line, 1, sizeof(line) - 1, f);
	fclose(f);
	line[n] = '\0';
	/* The name is in parentheses, with anything inside. */
	at = strrchr(line, ')');
	if (!at || at[1] != ' ')
		return -ENOENT;
	return at[2] == 'S' || at[2] == 'D';
}
EXPORT_SYMBOL(thread_is_asleep);

static bool make_room(struct thread_cpu *c, const struct snapshot *s)
{
	size_t bytes = s->nr_workers * sizeof(*c->polls);

	if (c->id == s->id && c->nr == s->nr_workers &&
	    c->nr_places == s->nr_places)
		return c->polls;
	/* They come when a runtime does: what was seen begins anew. */
	thread_cpu_free(c);
	c->polls = kit_zalloc(bytes + s->nr_places * sizeof(*c->places));
	if (!c->polls)
		return false;
	c->places = (struct thread_cpu_place *)(c->polls + s->nr_workers);
	c->id = s->id;
	c->nr = s->nr_workers;
	c->nr_places = s->nr_places;
	return true;
}

/* Is worker @i still in the poll that it was in? */
static bool goes_on(const struct reader *src, unsigned int i,
		    const struct snap_worker *w)
{
	const struct region_part *part;
	const struct region_worker *r;
	uint64_t word[SLOT_WORDS];

	if (!src)
		return true;
	part = &src->header.part[REGION_WORKERS];
	if (i >= part->count)
		return false;
	r = (const struct region_worker *)((const char *)src->mem +
					   part->offset) +
	    i;
	return !slot_read(&r->now, word) && word[WW_STATE] == WORKER_POLLING &&
	       word[WW_TASK] == w->task && word[WW_POLL] == w->poll;
}

static void look_at(struct thread_cpu *c, const struct snapshot *s,
		    const struct reader *src, unsigned int i)
{
	const struct snap_worker *w = &s->workers[i];
	struct thread_cpu_poll *p = &c->polls[i];
	struct thread_time t;
	int is_asleep;

	if (w->state != WORKER_POLLING || !w->tid || s->now < w->since + LONG ||
	    (is_asleep = thread_is_asleep(s->pid, w->tid)) < 0 ||
	    thread_time_read(s->pid, w->tid, &t) || !goes_on(src, i, w)) {
		memset(p, 0, sizeof(*p));
		return;
	}
	c->places[w->place].looks++;
	c->places[w->place].asleep += is_asleep;
	p->last = t;
	if (p->tid == w->tid && p->task == w->task && p->poll == w->poll)
		return;
	p->tid = w->tid;
	p->task = w->task;
	p->poll = w->poll;
	p->first = t;
}

void thread_cpu_look(struct thread_cpu *c, const struct snapshot *s,
		     const struct reader *src)
{
	unsigned int i;

	if (s->state != READER_LIVE) {
		thread_cpu_free(c);
		return;
	}
	if (!make_room(c, s))
		return;
	for (i = 0; i < c->nr; i++)
		look_at(c, s, src, i);
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
		struct finding *x = &f->list[i];

		/* A poll has a task; the other rules name none, or no place. */
		if (x->rule != LINT_BLOCKING && x->rule != LINT_LONG_POLL &&
		    x->rule != LINT_NEVER_YIELDED)
			continue;
		if (x->worker && x->worker <= c->nr)
			note(&c->polls[x->worker - 1], x);
		if (x->place && x->place < c->nr_places) {
			x->looks = c->places[x->place].looks;
			x->asleep = c->places[x->place].asleep;
		}
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

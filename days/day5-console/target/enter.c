/* Given: runtimes, places, channels and locks get their entries when they are
 * first seen. */
#include <stdio.h>
#include <string.h>

#include "target.h"

#include "kit/err.h"
#include "kit/module.h"

/* Copy the end of a text that is too long: of a path, that says more. */
static void copy_end(char *to, const char *from, size_t size)
{
	size_t len = strlen(from);

	snprintf(to, size, "%s", len < size ? from : from + len - size + 1);
}

/* Lock held: the next entry of a part that was never used. */
static bool __entry_new(enum region_part_nr part, uint32_t n, uint32_t *i)
{
	_Atomic(uint64_t) *used = &target.header->used[part];
	uint64_t first = gauge_get(used);

	if (n > target.header->part[part].count - first) {
		count_shared(&target.header->lost[part], n);
		return false;
	}
	*i = (uint32_t)first;
	/* release: pairs with nothing in this process; a reader that sees the
	 * count finds zeros at least. */
	atomic_store_explicit(used, first + n, memory_order_release);
	return true;
}

/* acquire: pairs with the release in worker_enter(). */
static uint64_t worker_note(struct worker *w)
{
	return atomic_load_explicit(&w->note, memory_order_acquire);
}

/* Runtimes ----------------------------------------------------------------- */

/* Lock held: the entry of a runtime that has ended, with as many workers. */
static bool __runtime_again(unsigned int workers, uint32_t *i)
{
	uint64_t used = gauge_get(&target.header->used[REGION_RUNTIMES]);
	struct region_runtime *rt;

	for (*i = 0; *i < used; (*i)++) {
		rt = target_entry(REGION_RUNTIMES, *i);
		if (atomic_load_explicit(&rt->state, memory_order_relaxed) ==
			    RUNTIME_ENDED &&
		    rt->nr_workers == workers)
			return true;
	}
	return false;
}

/* Lock held: a runtime and its workers, all zeros. */
static struct region_runtime *__runtime_new(struct sched *s, uint32_t *i)
{
	struct region_runtime *rt;
	uint32_t first, n = s->nr_workers;

	if (__runtime_again(n, i)) {
		rt = target_entry(REGION_RUNTIMES, *i);
		first = rt->first_worker;
		/* relaxed: whoever reads it now finds no workers. */
		atomic_store_explicit(&rt->state, RUNTIME_UNUSED,
				      memory_order_relaxed);
		memset(rt->name, 0, sizeof(rt->name));
		gauge_set(&rt->injection, 0);
		gauge_set(&rt->spawned, 0);
		gauge_set(&rt->ended, 0);
		gauge_set(&rt->remote, 0);
		gauge_set(&rt->wakes, 0);
		return rt;
	}
	if (!__entry_new(REGION_WORKERS, n, &first) ||
	    !__entry_new(REGION_RUNTIMES, 1, i))
		return NULL;
	rt = target_entry(REGION_RUNTIMES, *i);
	rt->first_worker = first;
	rt->nr_workers = n;
	return rt;
}

static void worker_enter(struct worker *w, struct region_runtime *rt,
			 uint32_t runtime, uint32_t number)
{
	struct seen_worker *seen = &target.seen[number];
	unsigned int nr_free = seen->nr_free;

	zero_words(target_entry(REGION_WORKERS, number),
		   sizeof(struct region_worker));
	seen->r = target_entry(REGION_WORKERS, number);
	seen->rt = rt;
	seen->number = number;
	seen->polled = true;
	seen->wait = 0;
	memset(seen->now, 0, sizeof(seen->now));
	/* What its predecessor had left in its cache stays there. */
	seen->nr_free = nr_free;
	gauge_set(&seen->r->runtime, runtime + 1);
	/* release: pairs with the acquire in worker_note(). */
	atomic_store_explicit(&w->note, note_make(number),
			      memory_order_release);
}

/* The name of a runtime that was given none. */
static void name_it(char name[32], const struct region_runtime *rt)
{
	const struct region_runtime *first = target_entry(REGION_RUNTIMES, 0);

	snprintf(name, 32, "runtime-%u", (unsigned int)(rt - first) + 1);
}

/* Lock held: a worker's first event may come before its runtime is named. */
static int __runtime_rename(struct region_runtime *rt, const char *name)
{
	char given[sizeof(rt->name)];

	name_it(given, rt);
	if (!name || strcmp(rt->name, given))
		return -EEXIST;
	snprintf(rt->name, sizeof(rt->name), "%s", name);
	return 0;
}

int runtime_enter(struct sched *s, const char *name)
{
	struct region_runtime *rt;
	uint32_t number, i;
	int err = 0;

	mutex_lock(&target.lock);
	if (note_entry(worker_note(&s->workers[0]), &number)) {
		err = __runtime_rename(target.seen[number].rt, name);
		goto unlock;
	}
	rt = NULL;
	if (worker_note(&s->workers[0]) != note_none())
		rt = __runtime_new(s, &number);
	if (!rt) {
		/* relaxed: there is nothing behind it. */
		atomic_store_explicit(&s->workers[0].note, note_none(),
				      memory_order_relaxed);
		err = -ENOSPC;
		goto unlock;
	}
	if (name)
		snprintf(rt->name, sizeof(rt->name), "%s", name);
	else
		name_it(rt->name, rt);
	rt->flavour = s->flavour;
	for (i = s->nr_workers; i-- > 0;)
		worker_enter(&s->workers[i], rt, number, rt->first_worker + i);
	/* release: pairs with the acquire in snapshot_take(). */
	atomic_store_explicit(&rt->state, RUNTIME_RUNNING,
			      memory_order_release);
unlock:
	mutex_unlock(&target.lock);
	return err;
}
EXPORT_SYMBOL(runtime_enter);

/* The entry of a scheduler's first worker, and so of all of them. */
static struct seen_worker *seen_first(struct sched *s)
{
	uint32_t number;

	if (worker_note(&s->workers[0]) == note_none())
		return NULL;
	if (!note_entry(worker_note(&s->workers[0]), &number) &&
	    (runtime_enter(s, NULL) == -ENOSPC ||
	     !note_entry(worker_note(&s->workers[0]), &number)))
		return NULL;
	return &target.seen[number];
}

struct region_runtime *runtime_of(struct sched *s)
{
	struct seen_worker *first = seen_first(s);

	return first ? first->rt : NULL;
}
EXPORT_SYMBOL(runtime_of);

struct seen_worker *target_worker(void)
{
	struct worker *w = kit_self()->worker;
	struct seen_worker *first;
	uint32_t number;

	if (!w || w->is_away)
		return NULL;
	if (likely(note_entry(worker_note(w), &number)))
		return &target.seen[number];
	first = seen_first(w->sched);
	return first ? first + w->index : NULL;
}
EXPORT_SYMBOL(target_worker);

void runtime_leave(struct sched *s)
{
	uint64_t gone[SLOT_WORDS] = {
		[WW_STATE] = WORKER_GONE, [WW_SINCE] = clock_trace()
	};
	struct seen_worker *first;
	uint32_t number, i;

	if (!note_entry(worker_note(&s->workers[0]), &number))
		return;
	first = &target.seen[number];
	mutex_lock(&target.lock);
	for (i = 0; i < s->nr_workers; i++) {
		slot_write(&first[i].r->now, gone);
		gauge_set(&first[i].r->depth, 0);
		gauge_set(&first[i].r->slot_used, 0);
		/* Its hoard is nobody's now. */
		while (first[i].nr_free)
			target.free[target.nr_free++] =
				first[i].free[--first[i].nr_free];
	}
	gauge_set(&first->rt->injection, 0);
	/* release: as in runtime_enter(). */
	atomic_store_explicit(&first->rt->state, RUNTIME_ENDED,
			      memory_order_release);
	mutex_unlock(&target.lock);
}
EXPORT_SYMBOL(runtime_leave);

/* Places and spans --------------------------------------------------------- */

static uint32_t place_enter(struct tp_place *p, enum region_part_nr part)
{
	uint64_t note;
	uint32_t i;

	mutex_lock(&target.lock);
	/* relaxed: written under the lock that we hold. */
	note = atomic_load_explicit(&p->note, memory_order_relaxed);
	/* Of note_none(), the number is UINT32_MAX. */
	if (note_entry(note, &i) || note == note_none())
		goto unlock;
	if (!__entry_new(part, 1, &i)) {
		/* relaxed: there is nothing behind it. */
		atomic_store_explicit(&p->note, note_none(),
				      memory_order_relaxed);
		i = UINT32_MAX;
		goto unlock;
	}
	if (part == REGION_PLACES) {
		struct region_place *r = target_entry(part, i);

		snprintf(r->what, sizeof(r->what), "%s",
			 p->what + (p->what[0] == '&'));
		copy_end(r->where, p->where, sizeof(r->where));
	} else {
		struct region_span *r = target_entry(part, i);

		snprintf(r->name, sizeof(r->name), "%s", p->what);
		copy_end(r->where, p->where, sizeof(r->where));
	}
	/* release: pairs with the acquire in place_number(). */
	atomic_store_explicit(&p->note, note_make(i), memory_order_release);
unlock:
	mutex_unlock(&target.lock);
	return i + 1;
}

static uint32_t place_number(struct tp_place *p, enum region_part_nr part)
{
	uint64_t note;
	uint32_t i;

	if (!p)
		return 0;
	/* acquire: pairs with the release in place_enter(). */
	note = atomic_load_explicit(&p->note, memory_order_acquire);
	if (likely(note_entry(note, &i) || note == note_none()))
		return i + 1;
	return place_enter(p, part);
}

uint32_t place_of(struct tp_place *p)
{
	return place_number(p, REGION_PLACES);
}
EXPORT_SYMBOL(place_of);

uint32_t span_of(struct tp_place *p)
{
	return place_number(p, REGION_SPANS);
}
EXPORT_SYMBOL(span_of);

MODULE(enter, "entries for what is seen for the first time", NULL, NULL);

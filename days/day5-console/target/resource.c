/* Given: what happens to channels and locks. */
#include <stdio.h>
#include <string.h>

#include "target.h"

#include "kit/module.h"

/*
 * An id holds the number of the entry, from 1, and a generation: a task that
 * waited for a channel which is gone does not wait for its successor.
 */
#define ID_BITS 16

static struct region_resource *entry_of(uint32_t id)
{
	uint32_t i = (id & ((1u << ID_BITS) - 1)) - 1;
	struct region_resource *r;

	if (i >= target.header->part[REGION_RESOURCES].count)
		return NULL;
	r = target_entry(REGION_RESOURCES, i);
	return gauge_get(&r->id) == id ? r : NULL;
}

/* Lock held: an entry that is unused. */
static struct region_resource *__resource_new(uint32_t *i)
{
	_Atomic(uint64_t) *used = &target.header->used[REGION_RESOURCES];
	uint64_t n = gauge_get(used);
	struct region_resource *r;

	for (*i = 0; *i < n; (*i)++) {
		r = target_entry(REGION_RESOURCES, *i);
		/* acquire: pairs with TP_RES_GONE, below. */
		if (!atomic_load_explicit(&r->kind, memory_order_acquire))
			return r;
	}
	if (n == target.header->part[REGION_RESOURCES].count ||
	    n == (1u << ID_BITS) - 1) {
		count_shared(&target.header->lost[REGION_RESOURCES], 1);
		return NULL;
	}
	gauge_set(used, n + 1);
	return target_entry(REGION_RESOURCES, n);
}

static void resource_enter(struct tp_res *res)
{
	struct region_resource *r;
	const char *where = res->where;
	uint32_t i;

	mutex_lock(&target.lock);
	r = __resource_new(&i);
	res->note = note_none();
	if (r) {
		size_t len = strlen(where);

		if (len >= sizeof(r->where))
			where += len - sizeof(r->where) + 1;
		zero_words(r, sizeof(*r));
		snprintf(r->name, sizeof(r->name), "%s", res->name);
		snprintf(r->where, sizeof(r->where), "%s", where);
		gauge_set(&r->id,
			  (++target.next_resource << ID_BITS | (i + 1)) &
				  UINT32_MAX);
		res->note = note_make(i);
		/* release: pairs with the acquire in read_resources(). */
		atomic_store_explicit(&r->kind, res->kind,
				      memory_order_release);
	}
	mutex_unlock(&target.lock);
}

/* The entry of a resource; one that is not entered yet is entered now. */
static struct region_resource *resource_of(struct tp_res *res)
{
	uint32_t i;

	if (note_entry(res->note, &i))
		return target_entry(REGION_RESOURCES, i);
	if (res->note == note_none())
		return NULL;
	resource_enter(res);
	return note_entry(res->note, &i) ? target_entry(REGION_RESOURCES, i)
					 : NULL;
}

uint32_t resource_id(const struct tp_res *res)
{
	const struct region_resource *r;
	uint32_t i;

	if (!note_entry(res->note, &i))
		return 0;
	r = target_entry(REGION_RESOURCES, i);
	return (uint32_t)gauge_get(&r->id);
}
EXPORT_SYMBOL(resource_id);

void resource_waited(uint32_t id, uint64_t ns)
{
	struct region_resource *r = entry_of(id);

	if (!r)
		return;
	count_shared(&r->waits, 1);
	count_shared(&r->waited, ns);
}
EXPORT_SYMBOL(resource_waited);

static void channel_has(struct region_resource *r, uint64_t len)
{
	gauge_set(&r->depth, len);
	if (len > gauge_get(&r->max))
		gauge_set(&r->max, len);
}

static void lock_is_taken(struct region_resource *r, uint64_t task)
{
	count_own(&r->taken, 1);
	gauge_set(&r->since, clock_trace());
	/* A lock that no task holds, but a thread, has a holder, too. */
	gauge_set(&r->holder, task ? task : UINT64_MAX);
}

static void lock_is_free(struct region_resource *r)
{
	uint64_t ns = ns_since(gauge_get(&r->since), clock_trace());

	/* It was taken before the console was on: nobody knows when. */
	if (!gauge_get(&r->holder))
		return;
	gauge_set(&r->holder, 0);
	count_own(&r->held, ns);
	if (ns > gauge_get(&r->max_held))
		gauge_set(&r->max_held, ns);
}

void resource_event(enum tp_event ev, struct tp_res *res, uint64_t arg)
{
	struct region_resource *r = resource_of(res);

	if (!r)
		return;
	switch (ev) {
	case TP_SEND:
		count_own(&r->sent, 1);
		channel_has(r, arg);
		break;
	case TP_RECV:
		count_own(&r->taken, 1);
		channel_has(r, arg);
		break;
	case TP_LOCK:
		lock_is_taken(r,
			      task_id_of(target_task((void *)(uintptr_t)arg)));
		break;
	case TP_UNLOCK:
		lock_is_free(r);
		break;
	case TP_RES_GONE:
		gauge_set(&r->id, 0);
		/* release: whoever takes the entry sees it unused. */
		atomic_store_explicit(&r->kind, 0, memory_order_release);
		res->note = 0;
		break;
	default:
		break;
	}
}
EXPORT_SYMBOL(resource_event);

MODULE(resource, "what happens to channels and locks", NULL, NULL);

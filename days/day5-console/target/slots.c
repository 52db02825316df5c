/* Given: which entry of the task table is whose. */
#include "target.h"

#include "kit/alloc.h"
#include "kit/err.h"
#include "kit/module.h"

/*
 * A worker keeps so many at most, and fetches, and gives back, half of them at
 * once. What it keeps nobody else can have: all workers together keep an eighth
 * of the table, and nothing of a small one.
 */
static unsigned int cache_size(void)
{
	uint64_t count = target.header->part[REGION_TASKS].count;
	uint64_t share = gauge_get(&target.header->used[REGION_WORKERS]) * 8;

	if (count < 8 * TARGET_CACHE || !share)
		return 0;
	return count / share < TARGET_CACHE ? (unsigned int)(count / share)
					    : TARGET_CACHE;
}

int slots_init(void)
{
	uint32_t count = target.header->part[REGION_TASKS].count;

	target.free = kit_alloc(count * sizeof(*target.free));
	target.nr_free = 0;
	return target.free ? 0 : -ENOMEM;
}
EXPORT_SYMBOL(slots_init);

void slots_fini(void)
{
	kit_free(target.free);
	target.free = NULL;
}
EXPORT_SYMBOL(slots_fini);

/* Lock held: one that was given back, else one that was never used. */
static bool __slots_take(uint32_t *i)
{
	_Atomic(uint64_t) *used = &target.header->used[REGION_TASKS];
	uint64_t fresh = gauge_get(used);

	if (target.nr_free) {
		*i = target.free[--target.nr_free];
		return true;
	}
	if (fresh == target.header->part[REGION_TASKS].count)
		return false;
	*i = (uint32_t)fresh;
	gauge_set(used, fresh + 1);
	return true;
}

bool slots_take(struct seen_worker *w, uint32_t *i)
{
	unsigned int half = cache_size() / 2;
	bool found;

	if (w && w->nr_free) {
		*i = w->free[--w->nr_free];
		return true;
	}
	mutex_lock(&target.lock);
	found = __slots_take(i);
	/* Only what was given back is hoarded: so a table of 100 is 100. */
	while (w && w->nr_free < half && target.nr_free > half)
		w->free[w->nr_free++] = target.free[--target.nr_free];
	mutex_unlock(&target.lock);
	if (!found)
		count_shared(&target.header->lost[REGION_TASKS], 1);
	return found;
}
EXPORT_SYMBOL(slots_take);

void slots_put(struct seen_worker *w, uint32_t i)
{
	unsigned int size = cache_size();

	if (w && w->nr_free < size) {
		w->free[w->nr_free++] = i;
		return;
	}
	mutex_lock(&target.lock);
	target.free[target.nr_free++] = i;
	while (w && w->nr_free > size / 2)
		target.free[target.nr_free++] = w->free[--w->nr_free];
	mutex_unlock(&target.lock);
}
EXPORT_SYMBOL(slots_put);

MODULE(slots, "which entry of the task table is whose", NULL, NULL);

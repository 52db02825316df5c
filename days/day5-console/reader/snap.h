/**
 * @file snap.h
 * The inside of snapshot.h: what its files share.
 *
 *	snapshot.c      memory, and one snapshot from beginning to end
 *	snap_worker.c   workers, and the runtimes that they belong to
 *	snap_task.c     tasks
 *	snap_place.c    places, channels and locks, spans
 *
 * Of the region, only what lies where the checked copy of the header says is
 * read; each word once, so that what was checked is what is used.
 */
#ifndef DAY5_SNAP_H
#define DAY5_SNAP_H

#include "snapshot.h"

/**
 * snap_get() - a word of the region
 * @v: the word
 *
 * Context: any thread; does not block.
 * Return: what it is now.
 */
static inline uint64_t snap_get(const _Atomic(uint64_t) *v)
{
	/* relaxed: a number, and nothing is read by it. */
	return atomic_load_explicit(v, memory_order_relaxed);
}

/**
 * snap_entry() - an entry of a part
 * @src: the source; borrowed
 * @part: which part
 * @i: number of the entry, below the part's count
 *
 * Context: any thread; does not block.
 * Return: where it is, in the region.
 */
static inline const void *snap_entry(const struct reader *src,
				     enum region_part_nr part, uint64_t i)
{
	const struct region_part *p = &src->header.part[part];

	return (const char *)src->mem + p->offset + i * p->size;
}

/**
 * snap_live() - the header in the region, for its counts that grow
 * @src: the source; borrowed
 *
 * Context: any thread; does not block.
 * Return: the header; of the rest, ->header has the checked copy.
 */
static inline const struct region_header *snap_live(const struct reader *src)
{
	return src->mem;
}

/**
 * snap_since() - from one moment to another
 * @then: ns
 * @now: ns
 *
 * Context: any thread; does not block.
 * Return: ns; 0 when @then is in the future.
 */
static inline uint64_t snap_since(uint64_t then, uint64_t now)
{
	return now > then ? now - then : 0;
}

/**
 * snap_used() - how many entries of a part there are
 * @src: the source; borrowed
 * @part: which part
 *
 * Context: any thread; does not block.
 * Return: the number that the region says; at most what the part has.
 */
uint32_t snap_used(const struct reader *src, enum region_part_nr part);

/**
 * snap_name() - a name out of the region
 * @to: receives it; it ends, and every character of it can be shown
 * @from: in the region
 * @size: bytes of @to, and of @from
 *
 * Context: any thread; does not block.
 */
void snap_name(char *to, const char *from, size_t size);

/**
 * snap_workers() - read the runtimes and their workers
 * @s: receives them; has room for as many as it says
 * @src: the source; borrowed
 *
 * Context: any thread; does not block.
 */
void snap_workers(struct snapshot *s, const struct reader *src);

/**
 * snap_tasks() - read the tasks, and sort them
 * @s: receives them
 * @src: the source; borrowed
 * @nr: entries to look at; there is room for so many
 *
 * Context: any thread; does not block.
 */
void snap_tasks(struct snapshot *s, const struct reader *src, size_t nr);

/**
 * snap_tasks_up_to() - count what goes on now up to now
 * @s: the snapshot, with ->now
 *
 * Context: any thread; does not block.
 */
void snap_tasks_up_to(struct snapshot *s);

/**
 * snap_places() - read the places
 * @s: receives them; has room for as many as it says
 * @src: the source; borrowed
 *
 * Context: any thread; does not block.
 */
void snap_places(struct snapshot *s, const struct reader *src);

/**
 * snap_places_add() - what the tasks that are there add to their places
 * @s: the snapshot, with its tasks
 *
 * Context: any thread; does not block.
 */
void snap_places_add(struct snapshot *s);

/**
 * snap_resources() - read the channels and locks, and sort them
 * @s: receives them
 * @src: the source; borrowed
 * @nr: entries to look at; there is room for so many
 *
 * Context: any thread; does not block.
 */
void snap_resources(struct snapshot *s, const struct reader *src,
		    unsigned int nr);

/**
 * snap_resources_up_to() - how long locks are held up to now, and how many wait
 * @s: the snapshot, with its tasks and ->now
 *
 * Context: any thread; does not block.
 */
void snap_resources_up_to(struct snapshot *s);

/**
 * snap_spans() - read the spans
 * @s: receives them; has room for as many as it says
 * @src: the source; borrowed
 *
 * Context: any thread; does not block.
 */
void snap_spans(struct snapshot *s, const struct reader *src);

#endif

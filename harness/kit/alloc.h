/**
 * @file alloc.h
 * The door to the heap.
 *
 * Tests count what goes through here, make the k-th call fail, and find at
 * unload what was never freed, by the place that asked for it.
 */
#ifndef KIT_ALLOC_H
#define KIT_ALLOC_H

#include "kit/compiler.h"

/** What a test wants to hear of the heap; see alloc_watch. */
struct alloc_watcher {
	/** After a successful allocation of @size bytes at @p from @where. */
	void (*born)(void *p, size_t size, const char *where);
	/** Before @p is freed. */
	void (*died)(void *p);
};

/** The listening test, or NULL; set only while no other thread runs. */
extern const struct alloc_watcher *alloc_watch;

void *__kit_alloc(size_t size, const char *where)
	__attribute__((malloc, alloc_size(1))) __must_check;
void *__kit_zalloc(size_t size, const char *where)
	__attribute__((malloc, alloc_size(1))) __must_check;

/**
 * kit_alloc() - allocate memory
 * @size: bytes; 0 counts as 1
 *
 * Context: any thread; may take the allocator's lock.
 * Return: memory owned by the caller, contents undefined; NULL when there is
 * none, which the caller returns as -ENOMEM.
 */
#define kit_alloc(size) __kit_alloc(size, KIT_HERE)

/**
 * kit_zalloc() - allocate memory filled with zeros
 * @size: bytes; 0 counts as 1
 *
 * Context: any thread; may take the allocator's lock.
 * Return: memory owned by the caller, or NULL.
 */
#define kit_zalloc(size) __kit_zalloc(size, KIT_HERE)

/**
 * kit_free() - give memory back
 * @p: what kit_alloc() or kit_zalloc() returned; NULL is fine; consumed
 *
 * Context: any thread; may take the allocator's lock.
 */
void kit_free(void *p);

#endif

/*
 * Memory of a schedule: each block at the end of pages of its own, with one
 * behind it that nobody may touch; freed, it is taken away and not
 * used again before the schedule is over. So a use after the free ends the
 * test at once, also where no door is passed.
 */
#define _GNU_SOURCE
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>

#include "test/model/core.h"

#define PAGE 4096u
#define PAGES 65536u /* 256 MiB of addresses */
#define SLOT 5u	     /* pages: a small block, and one that nobody may touch */
#define FILL 0xa5    /* what is in memory that was never written */

struct block {
	unsigned int page, pages;
	bool is_freed;
	const struct model_site *freed_at;
	char freed_by[16];
};

static struct {
	char *base;
	unsigned int next;  /* page */
	unsigned int given; /* up to this page they may be touched */
	bool is_mixed;	    /* slots of another size were here before */
	struct block blocks[4096];
	unsigned int nr, live;
} heap;

static struct block *block_of(const void *p)
{
	const char *c = (const char *)p;
	unsigned int page, i;

	if (!heap.base || c < heap.base || c >= heap.base + PAGES * PAGE)
		return NULL;
	page = (unsigned int)((c - heap.base) / PAGE);
	for (i = heap.nr; i--;)
		if (page >= heap.blocks[i].page &&
		    page < heap.blocks[i].page + heap.blocks[i].pages)
			return &heap.blocks[i];
	return NULL;
}

static void give(unsigned int page, unsigned int pages)
{
	BUG_ON(mprotect(heap.base + page * PAGE, pages * PAGE,
			PROT_READ | PROT_WRITE));
}

static void take_away(unsigned int page, unsigned int pages)
{
	BUG_ON(mprotect(heap.base + page * PAGE, pages * PAGE, PROT_NONE));
}

void heap_begin(void)
{
	unsigned int i;

	if (!heap.base) {
		heap.base = mmap(NULL, (size_t)PAGES * PAGE, PROT_NONE,
				 MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE,
				 -1, 0);
		BUG_ON(heap.base == MAP_FAILED);
	}
	/* The same slots come again; only what was taken away is given back. */
	for (i = 0; i < heap.nr; i++)
		if (heap.blocks[i].is_freed)
			give(heap.blocks[i].page, heap.blocks[i].pages);
	heap.next = 1;
	heap.nr = heap.live = 0;
}

void heap_end(void)
{
	if (heap.live)
		steps_fail("every allocation freed", "some are left",
			   "%u allocation(s) of the test are still live at "
			   "its end",
			   heap.live);
}

/* The pages of the next block, with one behind them that is never given. */
static struct block *block_new(size_t size)
{
	unsigned int pages, slots;
	struct block *b;

	/* As malloc() does; for what a program asks for by mistake. */
	if (size > (size_t)PAGES * PAGE)
		return NULL;
	pages = (unsigned int)((size + PAGE - 1) / PAGE);
	slots = (pages + SLOT) / SLOT;
	if (heap.nr == ARRAY_SIZE(heap.blocks) ||
	    heap.next + slots * SLOT > PAGES)
		steps_fail("fewer allocations, or smaller ones", "too much",
			   "a schedule needs more than %u allocations, or "
			   "more than %u MiB",
			   (unsigned int)ARRAY_SIZE(heap.blocks), PAGES / 256);
	b = &heap.blocks[heap.nr++];
	*b = (struct block){ .page = heap.next, .pages = slots * SLOT - 1 };
	heap.next += slots * SLOT;
	/* A large one lies over what was a guard before, and the other way
	 * round: from then on each is made anew. */
	heap.is_mixed |= slots > 1;
	if (heap.is_mixed || heap.next > heap.given) {
		give(b->page, b->pages);
		take_away(b->page + b->pages, 1);
		if (heap.given < heap.next)
			heap.given = heap.next;
	}
	return b;
}

void *model_malloc(size_t size)
{
	size_t room = (size + 15) & ~(size_t)15;
	struct block *b;
	char *p;

	if (!model.is_running)
		return malloc(size);
	b = block_new(size);
	if (!b)
		return NULL;
	heap.live++;
	/* At the end of its pages: what is written behind it is seen. */
	p = heap.base + (b->page + b->pages) * PAGE - room;
	memset(p, FILL, room);
	return p;
}

void *model_zalloc(size_t size)
{
	void *p = model_malloc(size);

	if (p)
		memset(p, 0, size);
	return p;
}

void model_free(void *p)
{
	struct block *b = block_of(p);

	if (!b) {
		free(p);
		return;
	}
	if (b->is_freed)
		steps_fail("memory that is allocated", "freed memory",
			   "kit_free() of memory that was freed before");
	/* What it has stored there comes before. */
	memory_settle(heap.base + b->page * PAGE, b->pages * PAGE);
	b->is_freed = true;
	b->freed_at = core_self()->at;
	memcpy(b->freed_by, core_self()->name, sizeof(b->freed_by));
	heap.live--;
	take_away(b->page, b->pages);
}

const char *heap_wrong(const void *p)
{
	static char text[160];
	const struct block *b = block_of(p);

	if (!b || !b->is_freed)
		return NULL;
	snprintf(text, sizeof(text), "%s has freed", b->freed_by);
	return text;
}

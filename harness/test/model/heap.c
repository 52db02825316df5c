/*
 * Memory of a schedule: each block on pages of its own, with one in front of
 * and one behind it that nobody may touch; freed, it is taken away and not
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
#define FILL 0xa5    /* what is in memory that was never written */

struct block {
	unsigned int page, pages;
	bool is_freed;
	const struct model_site *freed_at;
	char freed_by[16];
};

static struct {
	char *base;
	unsigned int next; /* page */
	struct block blocks[4096];
	unsigned int nr, live;
} heap;

static struct block *block_of(const volatile void *p)
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

void heap_begin(void)
{
	unsigned int i;

	if (!heap.base) {
		heap.base = mmap(NULL, (size_t)PAGES * PAGE, PROT_NONE,
				 MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE,
				 -1, 0);
		BUG_ON(heap.base == MAP_FAILED);
	}
	for (i = 0; i < heap.nr; i++)
		mprotect(heap.base + heap.blocks[i].page * PAGE,
			 heap.blocks[i].pages * PAGE, PROT_NONE);
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

void *model_malloc(size_t size)
{
	unsigned int pages = (unsigned int)((size + PAGE - 1) / PAGE);
	size_t room = (size + 15) & ~(size_t)15;
	struct block *b;
	char *p;

	if (!model.is_running)
		return malloc(size);
	if (heap.nr == ARRAY_SIZE(heap.blocks) ||
	    heap.next + pages + 1 > PAGES)
		return NULL;
	b = &heap.blocks[heap.nr++];
	*b = (struct block){ .page = heap.next, .pages = pages };
	heap.next += pages + 1;
	heap.live++;
	p = heap.base + b->page * PAGE;
	mprotect(p, pages * PAGE, PROT_READ | PROT_WRITE);
	memset(p, FILL, pages * PAGE);
	/* At the end of its pages: what is written behind it is seen. */
	return p + pages * PAGE - room;
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
	b->is_freed = true;
	b->freed_at = core_self()->at;
	memcpy(b->freed_by, core_self()->name, sizeof(b->freed_by));
	heap.live--;
	mprotect(heap.base + b->page * PAGE, b->pages * PAGE, PROT_NONE);
}

const char *heap_wrong(const volatile void *p)
{
	static char text[160];
	const struct block *b = block_of(p);

	if (!b || !b->is_freed)
		return NULL;
	snprintf(text, sizeof(text), "%s has freed", b->freed_by);
	return text;
}

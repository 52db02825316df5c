/* The heap: malloc with an ear for tests. */
#include <stdlib.h>
#include <string.h>

#include "kit/alloc.h"
#include "kit/fault.h"
#include "kit/slab.h"
#include "kit/thread.h"

#ifdef KIT_MODEL
#include "kit/model.h"
#define malloc model_malloc
#define free model_free
#define calloc(n, size) model_zalloc(size)
#endif

const struct alloc_watcher *alloc_watch;
int (*fault_hook)(enum fault_site site);

/* The thread's own account, and the ear. */
static void born(struct kit_self *self, void *p, size_t size, const char *where)
{
	self->allocs++;
	self->alloc_bytes += size;
	if (unlikely(alloc_watch))
		alloc_watch->born(p, size, where);
}

/* A test gets malloc's blocks, which its tools know about. */
static void *small_block(struct kit_self *self, size_t size)
{
	return likely(!alloc_watch) ? slab_alloc(self, size) : NULL;
}

void *__kit_alloc(size_t size, const char *where)
{
	struct kit_self *self = kit_self();
	void *p;

	if (fault_check(FAULT_ALLOC))
		return NULL;
	p = small_block(self, size ? size : 1);
	if (unlikely(!p))
		p = malloc(size ? size : 1);
	if (likely(p))
		born(self, p, size, where);
	return p;
}

void *__kit_zalloc(size_t size, const char *where)
{
	struct kit_self *self = kit_self();
	void *p;

	if (fault_check(FAULT_ALLOC))
		return NULL;
	p = small_block(self, size ? size : 1);
	if (p)
		memset(p, 0, size);
	else
		p = calloc(1, size ? size : 1);
	if (likely(p))
		born(self, p, size, where);
	return p;
}

void kit_free(void *p)
{
	if (unlikely(alloc_watch) && p)
		alloc_watch->died(p);
	if (!slab_free(kit_self(), p))
		free(p);
}

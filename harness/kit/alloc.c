/* The heap: malloc with an ear for tests. */
#include <stdlib.h>

#include "kit/alloc.h"
#include "kit/fault.h"
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
static void born(void *p, size_t size, const char *where)
{
	struct kit_self *self = kit_self();

	self->allocs++;
	self->alloc_bytes += size;
	if (unlikely(alloc_watch))
		alloc_watch->born(p, size, where);
}

void *__kit_alloc(size_t size, const char *where)
{
	void *p;

	if (fault_check(FAULT_ALLOC))
		return NULL;
	p = malloc(size ? size : 1);
	if (likely(p))
		born(p, size, where);
	return p;
}

void *__kit_zalloc(size_t size, const char *where)
{
	void *p;

	if (fault_check(FAULT_ALLOC))
		return NULL;
	p = calloc(1, size ? size : 1);
	if (likely(p))
		born(p, size, where);
	return p;
}

void kit_free(void *p)
{
	if (unlikely(alloc_watch) && p)
		alloc_watch->died(p);
	free(p);
}

/* The heap: malloc with an ear for tests. */
#include <stdlib.h>

#include "kit/alloc.h"
#include "kit/fault.h"

const struct alloc_watcher *alloc_watch;
int (*fault_hook)(enum fault_site site);

void *__kit_alloc(size_t size, const char *where)
{
	void *p;

	if (fault_check(FAULT_ALLOC))
		return NULL;
	p = malloc(size ? size : 1);
	if (unlikely(alloc_watch) && p)
		alloc_watch->born(p, size, where);
	return p;
}

void *__kit_zalloc(size_t size, const char *where)
{
	void *p;

	if (fault_check(FAULT_ALLOC))
		return NULL;
	p = calloc(1, size ? size : 1);
	if (unlikely(alloc_watch) && p)
		alloc_watch->born(p, size, where);
	return p;
}

void kit_free(void *p)
{
	if (unlikely(alloc_watch) && p)
		alloc_watch->died(p);
	free(p);
}

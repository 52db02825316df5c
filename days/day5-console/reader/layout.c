/* Given: where each part of a region lies. */
#include <string.h>

#include "region.h"

#include "kit/module.h"

uint32_t region_entry_size(enum region_part_nr part)
{
	static const uint32_t size[REGION_PARTS] = {
		[REGION_RUNTIMES] = sizeof(struct region_runtime),
		[REGION_WORKERS] = sizeof(struct region_worker),
		[REGION_TASKS] = sizeof(struct region_task),
		[REGION_PLACES] = sizeof(struct region_place),
		[REGION_RESOURCES] = sizeof(struct region_resource),
		[REGION_SPANS] = sizeof(struct region_span),
	};

	return size[part];
}
EXPORT_SYMBOL(region_entry_size);

static uint64_t align_up(uint64_t n)
{
	return (n + REGION_ALIGN - 1) & ~(uint64_t)(REGION_ALIGN - 1);
}

uint64_t region_layout(struct region_header *h)
{
	uint64_t at = align_up(sizeof(*h));
	unsigned int i;

	memcpy(h->magic, REGION_MAGIC, sizeof(h->magic));
	h->version = REGION_VERSION;
	h->header_size = sizeof(*h);
	for (i = 0; i < REGION_PARTS; i++) {
		struct region_part *p = &h->part[i];

		if (i != REGION_RINGS)
			p->size = region_entry_size(i);
		p->offset = at;
		at = align_up(at + (uint64_t)p->count * p->size);
	}
	h->total = at;
	return at;
}
EXPORT_SYMBOL(region_layout);

MODULE(layout, "where each part of a region lies", NULL, NULL);

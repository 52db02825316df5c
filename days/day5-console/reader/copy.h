/**
 * @file copy.h
 * A copy of a region that stands still: a frame of a recording.
 *
 * It is a region itself, so whatever reads regions reads it. What is torn in
 * the region for a moment is whole in the copy; what is torn for good, because
 * its writer has died, stays torn.
 */
#ifndef DAY5_COPY_H
#define DAY5_COPY_H

#include "snapshot.h"

/** No region that is copied, or recorded, is larger: 1 GB. */
#define REGION_COPY_MAX (1ull << 30)

/** Room for a region in memory. */
struct region_image {
	void *raw;   /**< private: what was allocated */
	void *mem;   /**< the region, aligned to REGION_ALIGN */
	size_t size; /**< bytes of it */
};

/**
 * region_image_init() - get room
 * @img: receives it, all zeros
 * @size: bytes, at most REGION_COPY_MAX
 *
 * Context: any thread; may take the allocator's lock.
 * Return: 0; -EFBIG when it is larger; -ENOMEM.
 */
int region_image_init(struct region_image *img, uint64_t size) __must_check;

/**
 * region_image_fini() - give it back
 * @img: the image; all zeros after that
 *
 * Context: any thread; takes the allocator's lock.
 */
void region_image_fini(struct region_image *img);

/**
 * region_copy() - copy a region
 * @src: the source; borrowed; only read
 * @img: as large as the region; all zeros, or an earlier copy of it
 *
 * What its entries say about each other is right as in a snapshot: each task
 * and each worker for itself, ends before spawns. ->frozen in the copy's header
 * is the time of the copy, never 0.
 *
 * Context: any thread; does not block; may take the allocator's lock.
 * Return: 0; -EINVAL when @img is of another size; -ENOMEM.
 */
int region_copy(const struct reader *src, struct region_image *img)
	__must_check;

#endif

/**
 * @file slab.h
 * Small blocks, for speed and nothing else: kit_alloc() works without.
 *
 * Each thread has a cache: a list of free blocks for each size. Taking one, and
 * giving it back on the same thread, is a few plain instructions. A block that
 * another thread gives back goes onto a list of its owner, with one locked
 * instruction; the owner takes that whole list when it has none left.
 *
 *	+- chunk, 64 KiB --------------------------------+
 *	| whose, which size | block | block | block | .. |
 *	+------------------------------------------------+
 *
 * Blocks are cut from chunks, and chunks from one range of addresses: that a
 * block comes from here, whose it is and how long, all follows from its
 * address. So a block has no header. Chunks stay: memory that was once in use
 * is used again, and never given back to the system.
 *
 * A test that watches the heap gets malloc's blocks, one by one; so do builds
 * with a sanitizer, and the explorer's.
 *
 * Source: the owner's list that others push to is mimalloc's (Leijen, Zorn, de
 * Moura, 2019); the idea of a slab is Bonwick's (1994).
 */
#ifndef KIT_SLAB_H
#define KIT_SLAB_H

#include "kit/thread.h"

/** The largest block; above it is malloc's. */
#define SLAB_MAX 512
/** Sizes are rounded up to a multiple of this, which is the alignment, too. */
#define SLAB_STEP 16
/** How many sizes there are. */
#define SLAB_SIZES (SLAB_MAX / SLAB_STEP)

/**
 * slab_alloc() - a block
 * @self: the calling thread
 * @size: bytes, at least 1
 *
 * Context: any thread; does not block.
 * Return: the block, owned by the caller; NULL when it is too large, or there
 *         is no slab here: take malloc().
 */
void *slab_alloc(struct kit_self *self, size_t size);

/**
 * slab_free() - give a block back, if it comes from here
 * @self: the calling thread
 * @p: any block
 *
 * Context: any thread; does not block.
 * Return: true when it was, and is consumed; false: it is malloc's.
 */
bool slab_free(struct kit_self *self, void *p);

/**
 * slab_leave() - the calling thread ends: the next one may have its cache
 * @self: the calling thread
 *
 * Context: any thread; takes a lock for a moment.
 */
void slab_leave(struct kit_self *self);

#endif

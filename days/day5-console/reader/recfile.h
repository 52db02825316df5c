/**
 * @file recfile.h
 * The bytes of a recording, for recording.c and recorder.c.
 *
 * Numbers are as this machine has them: a region of another kind of machine
 * has another layout, too.
 */
#ifndef DAY5_RECFILE_H
#define DAY5_RECFILE_H

#include <string.h>
#include <zlib.h>

#include "region.h"

#include "kit/alloc.h"

/** The first bytes of a recording. */
#define RECFILE_MAGIC "unprec\n\x1a"
/** Of the file's layout; a reader reads its own version only. */
#define RECFILE_VERSION 1
/** The first bytes of a frame. */
#define RECFILE_FRAME "frame\n\r"
/** Bytes that are read or written at once. */
#define RECFILE_CHUNK 65536

/** The head of the file. */
struct recfile_head {
	char magic[8];	     /**< RECFILE_MAGIC */
	uint32_t version;    /**< RECFILE_VERSION */
	uint32_t region;     /**< REGION_VERSION of the frames */
	uint64_t id;	     /**< of the region, of every frame */
	uint64_t total;	     /**< bytes of the region, of every frame */
	uint64_t reserved;   /**< 0 */
	uint32_t reserved32; /**< 0 */
	uint32_t crc;	     /**< of all before it */
};

/**
 * The head of a frame.
 *
 * Behind it: region_header, then of each part the entries in use; deflated.
 */
struct recfile_frame {
	char magic[8];	     /**< RECFILE_FRAME */
	uint64_t number;     /**< of the frame, from 0 */
	uint64_t time;	     /**< ->frozen of its header */
	uint64_t packed;     /**< bytes behind this head */
	uint32_t reserved32; /**< 0 */
	uint32_t crc;	     /**< of all before it */
};

/**
 * recfile_crc() - the check of a head
 * @head: the head, which ends with its crc
 * @size: bytes of it
 *
 * Context: any thread; does not block.
 * Return: what its crc should be.
 */
static inline uint32_t recfile_crc(const void *head, size_t size)
{
	return (uint32_t)crc32(0, head, (uInt)(size - sizeof(uint32_t)));
}

/**
 * recfile_alloc() - zlib's memory comes from the kit, which counts it
 * @opaque: not used
 * @items: how many
 * @size: bytes of each
 *
 * Context: any thread; may take the allocator's lock.
 * Return: the memory, or NULL.
 */
static inline void *recfile_alloc(void *opaque, uInt items, uInt size)
{
	return kit_alloc((size_t)items * size);
}

/**
 * recfile_free() - and goes back there
 * @opaque: not used
 * @p: what recfile_alloc() returned
 *
 * Context: any thread; may take the allocator's lock.
 */
static inline void recfile_free(void *opaque, void *p)
{
	kit_free(p);
}

#endif

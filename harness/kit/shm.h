/**
 * @file shm.h
 * The door to memory that another process can read.
 *
 * One process makes a file in /dev/shm and writes to it as to any memory;
 * others map it read-only. Neither makes a system call after that, and what was
 * written stays there when the writer is killed.
 *
 * All of the memory is taken when the file is made: a sparse file in a full
 * /dev/shm would kill the writer with SIGBUS at some later store.
 */
#ifndef KIT_SHM_H
#define KIT_SHM_H

#include "kit/compiler.h"

/** A file that is mapped. */
struct shm {
	void *mem;   /**< its bytes; NULL: not mapped */
	size_t size; /**< how many */
};

/**
 * shm_create() - make a file, and map it to write
 * @m: receives the mapping, all zeros; untouched on error
 * @path: of a file that does not exist, in /dev/shm; borrowed
 * @size: bytes, above 0
 *
 * The file is the user's own: mode 0600.
 *
 * Context: any thread; does not block.
 * Return: 0; -EEXIST; -ENOSPC when there is no room for all of it, and then no
 *         file is left; -EINVAL for a size of 0; else what open(2) or mmap(2)
 *         say.
 */
int shm_create(struct shm *m, const char *path, size_t size) __must_check;

/**
 * shm_open_reader() - map a file to read
 * @m: receives the mapping; untouched on error
 * @path: of the file, borrowed; a link or a device is refused, and what
 *        belongs to another user
 *
 * Context: any thread; blocks while the file system does.
 * Return: 0; -EINVAL for what is no regular file, or empty; -EACCES for
 *         another user's; else what open(2) or mmap(2) say.
 */
int shm_open_reader(struct shm *m, const char *path) __must_check;

/**
 * shm_unmap() - give a mapping back; the file stays
 * @m: the mapping; nothing happens when it is not mapped
 *
 * Context: any thread, when nobody uses the memory any more.
 */
void shm_unmap(struct shm *m);

/**
 * shm_remove() - take the file's name away
 * @path: borrowed; it is no error when there is no such file
 *
 * Whoever has it mapped keeps the memory.
 *
 * Context: any thread; does not block.
 */
void shm_remove(const char *path);

#endif

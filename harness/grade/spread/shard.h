/**
 * @file shard.h
 * A part of the class: graded by itself, merged with the others later.
 */
#ifndef UNPARK_SHARD_H
#define UNPARK_SHARD_H

#include "kit/compiler.h"

/**
 * shard_parse() - read "2/5".
 * @s: borrowed.
 *
 * Context: once, while the command line is read.
 * Return: false when that is no part.
 */
bool shard_parse(const char *s);

/**
 * shard_has() - is a student in the part that is graded here?
 * @student: name, borrowed.
 *
 * It hangs on the name alone: who comes later moves nobody else.
 *
 * Context: any.
 * Return: always true without --shard.
 */
bool shard_has(const char *student);

/**
 * shard_note() - write into the gradebook which part this run is.
 *
 * Context: after store_run().
 */
void shard_note(void);

/** True when only a part is graded. */
bool shard_is_set(void);

#endif

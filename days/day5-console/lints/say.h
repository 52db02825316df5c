/**
 * @file say.h
 * Words for what is in a snapshot: the pieces of a sentence.
 */
#ifndef DAY5_SAY_H
#define DAY5_SAY_H

#include "snapshot.h"

#include "kit/compiler.h"

/** A text that is cut when it is too long. */
struct text {
	char *buf;   /**< receives it; ends with 0 */
	size_t size; /**< bytes of it, at least 1 */
	size_t len;  /**< of the text so far */
};

/**
 * say() - append words
 * @t: the text
 * @fmt: printf-like
 *
 * Context: any thread; does not block.
 */
void say(struct text *t, const char *fmt, ...) __printf(2, 3);

/**
 * say_ns() - append a time of three digits: "12.4 ms"
 * @t: the text
 * @ns: the time; UINT64_MAX: "for ever"
 *
 * Context: any thread; does not block.
 */
void say_ns(struct text *t, uint64_t ns);

/**
 * say_place() - append a place: " (thumbnail, server.c:88)"
 * @t: the text
 * @s: the snapshot; borrowed
 * @place: its number; nothing is said of one that is not known
 *
 * Context: any thread; does not block.
 */
void say_place(struct text *t, const struct snapshot *s, unsigned int place);

/**
 * say_task() - append a task: "task 9 (thumbnail, server.c:88)"
 * @t: the text
 * @s: the snapshot; borrowed
 * @id: of the task; 0: "a task"
 * @place: where it was spawned, if it is no longer there
 *
 * Context: any thread; does not block.
 */
void say_task(struct text *t, const struct snapshot *s, uint64_t id,
	      unsigned int place);

/**
 * say_resource() - append a resource: "lock db (server.c:12)"
 * @t: the text
 * @s: the snapshot; borrowed
 * @id: of the resource
 *
 * Context: any thread; does not block.
 */
void say_resource(struct text *t, const struct snapshot *s, uint64_t id);

/**
 * say_runtime() - append a runtime: "runtime web"
 * @t: the text
 * @s: the snapshot; borrowed
 * @runtime: its number, from 1
 *
 * Context: any thread; does not block.
 */
void say_runtime(struct text *t, const struct snapshot *s,
		 unsigned int runtime);

/**
 * say_worker() - append a worker: "worker 2", or "worker 2 of web"
 * @t: the text
 * @s: the snapshot; borrowed
 * @worker: its number in the snapshot, from 1
 *
 * Workers are numbered in their runtime, from 0; the runtime is named where
 * there is more than one.
 *
 * Context: any thread; does not block.
 */
void say_worker(struct text *t, const struct snapshot *s, unsigned int worker);

/**
 * say_plural() - the s of several
 * @n: how many
 *
 * Context: any thread; does not block.
 * Return: "s", or "" of one.
 */
const char *say_plural(uint64_t n);

#endif

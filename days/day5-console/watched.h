/**
 * @file watched.h
 * A plain lock that the console sees: who holds it, for how long, and how long
 * others waited for it.
 *
 * For locks that are held within a poll, and given back before it ends. Whoever
 * waits, waits with its thread: the console shows that as a long poll, and the
 * lock's line says why. (A lock that may be held across an await is day 6's.)
 *
 * With the console off it costs a load and a branch more than the lock.
 */
#ifndef DAY5_WATCHED_H
#define DAY5_WATCHED_H

#include "kit/compiler.h"
#include "kit/lock.h"
#include "kit/tracewait.h"

/**
 * The lock.
 *
 * Key: L under ->lock.
 */
struct watched {
	struct mutex lock; /**< itself */
	struct tp_res res; /**< L: what the console knows it by */
};

/**
 * watched_init_at() - make a lock
 * @w: the caller's memory
 * @name: what it is called; stays
 * @where: "file:line"; stays
 *
 * Context: before anybody else can see @w; does not block.
 */
void watched_init_at(struct watched *w, const char *name, const char *where);

/** watched_init() - the same, of here */
#define watched_init(w, name) watched_init_at(w, name, KIT_HERE)

/**
 * watched_fini() - end a lock that nobody holds
 * @w: the lock
 *
 * Context: the last user; does not block.
 */
void watched_fini(struct watched *w);

/**
 * watched_lock() - take it
 * @w: a lock that the caller does not hold
 *
 * Context: any thread; blocks while somebody else holds it.
 */
void watched_lock(struct watched *w);

/**
 * watched_unlock() - give it back
 * @w: a lock that the caller holds
 *
 * Context: the thread that took it; does not block.
 */
void watched_unlock(struct watched *w);

#endif

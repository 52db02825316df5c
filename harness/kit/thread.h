/**
 * @file thread.h
 * The door to threads.
 *
 * What a thread knows about itself is reached with kit_self() and not through
 * thread-local variables: a schedule explorer runs many model threads on one
 * real one, and they would share those.
 */
#ifndef KIT_THREAD_H
#define KIT_THREAD_H

#include <pthread.h>

#include "kit/compiler.h"

struct slab;

/** What belongs to a thread. */
struct kit_self {
	void *worker; /**< the scheduler's worker that runs here, or NULL */
	void *task;   /**< the task that is polled here, or NULL */
	void *priv;   /**< for later days; NULL at first */
	/** operations that the task was charged for in this poll: day 2 */
	unsigned int spent;
	int tid;	      /**< the system's number of the thread */
	uint64_t allocs;      /**< kit_alloc(), kit_zalloc() that gave memory */
	uint64_t alloc_bytes; /**< how much was asked for in these */
	struct slab *slab;    /**< its small blocks; NULL at first */
	bool has_no_slab;     /**< and never will: see slab.h */
};

/** A running thread; the creator's memory until it is joined. */
struct thread {
	pthread_t raw;	      /**< private */
	void (*fn)(void *);   /**< private */
	void *arg;	      /**< private */
	struct kit_self self; /**< private: reached with kit_self() */
};

/**
 * kit_self() - what belongs to the calling thread
 *
 * Context: any thread; does not block.
 * Return: never NULL; lives as long as the thread.
 */
struct kit_self *kit_self(void);

/**
 * thread_create() - start a thread
 * @t: the caller's memory; must stay until thread_join()
 * @name: for ps and gdb, at most 15 characters; copied
 * @fn: what the thread runs
 * @arg: handed to @fn; borrowed
 *
 * What was written before is seen by @fn.
 *
 * Context: any thread; does not block.
 * Return: 0; -EAGAIN when the system has no room for a thread.
 */
int thread_create(struct thread *t, const char *name, void (*fn)(void *),
		  void *arg) __must_check;

/**
 * thread_join() - wait until a thread has ended
 * @t: a thread that was created, is not joined yet, and is not the caller
 *
 * What the thread wrote is seen after this.
 *
 * Context: any thread; blocks.
 */
void thread_join(struct thread *t);

/**
 * thread_be_nice() - let others go first: a lower priority, for good
 * @nice: from 0, as others, to 19, only when nobody else wants the core
 *
 * Of the calling thread, and of those that it makes from then on. There is no
 * way back: a higher priority wants a privilege.
 *
 * Source: Linux' setpriority(2), which takes a thread for a process.
 *
 * Context: any thread; does not block; a system call.
 * Return: 0; -EINVAL for a number out of range; what setpriority(2) says.
 */
int thread_be_nice(int nice) __must_check;

/**
 * thread_count() - threads that were created here and not yet joined
 *
 * Context: any thread; does not block.
 * Return: the number; 0 after a clean unload.
 */
unsigned int thread_count(void);

#ifdef KIT_MODEL
#include "kit/model.h"

/** @cond internal */
int model_thread_create(struct thread *t, const char *name, void (*fn)(void *),
			void *arg, const struct model_site *at) __must_check;
void model_thread_join(struct thread *t, const struct model_site *at);

/** @endcond */

#ifndef KIT_MODEL_RAW
#define thread_create(t, name, fn, arg) \
	model_thread_create(t, name, fn, arg, MODEL_SITE(#t, false))
#define thread_join(t) model_thread_join(t, MODEL_SITE(#t, false))
#endif
#endif

#endif

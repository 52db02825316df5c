/**
 * @file fault.h
 * Where a test may make the world fail.
 *
 * Every door that can fail asks fault_check() first. Nothing is set outside a
 * test, and the question then costs one load. A test sets the hook before it
 * starts threads and clears it after they are joined.
 *
 * Source: failslab of the Linux kernel (Documentation/fault-injection).
 */
#ifndef KIT_FAULT_H
#define KIT_FAULT_H

#include "kit/compiler.h"

/** The kinds of call that can be made to fail. */
enum fault_site {
	FAULT_ALLOC,  /**< kit_alloc(), kit_zalloc(): no memory, NULL */
	FAULT_THREAD, /**< thread_create(): -EAGAIN */
	FAULT_SYS,    /**< a call of sys.h: -EMFILE, or what the test says */
	FAULT_NR      /**< number of kinds */
};

/** Returns 0 to let the call happen, or the negative errno to fail with. */
extern int (*fault_hook)(enum fault_site site);

/**
 * fault_check() - shall this call fail?
 * @site: kind of call
 *
 * Context: any thread; does not block.
 * Return: 0, or the negative errno that the caller must return.
 */
static inline int fault_check(enum fault_site site)
{
	return unlikely(fault_hook) ? fault_hook(site) : 0;
}

#endif

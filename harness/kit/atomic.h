/**
 * @file atomic.h
 * The one door to atomic operations.
 *
 * The names are C11's, always in the form with an explicit order:
 *
 *	atomic_load_explicit(&q->head, memory_order_acquire)
 *
 * so that the order stands at each call and a schedule explorer can take the
 * operations over by redefining them. Fields are declared `_Atomic(T)`.
 *
 * What is not here is not used: no fences (ThreadSanitizer does not see them
 * and reports false races), no volatile, no __sync builtins, no plain
 * assignment to an atomic, which would silently be seq_cst. atomic_init() is
 * for memory that no other thread can see yet.
 *
 * Source: C11, 7.17; one door to the atomics as in Tokio's loom module.
 */
#ifndef KIT_ATOMIC_H
#define KIT_ATOMIC_H

#include <stdatomic.h>

#undef atomic_thread_fence
#undef atomic_signal_fence
#pragma GCC poison atomic_thread_fence atomic_signal_fence

#ifdef KIT_MODEL
#include "kit/model.h"
#endif

#endif

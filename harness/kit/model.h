/**
 * @file model.h
 * The doors, taken over by the schedule explorer.
 *
 * In a model build (KIT_MODEL) every operation on shared memory, every lock,
 * every sleep and every thread goes through the functions below, which
 * harness/test/model defines. They run all threads on one, and decide before
 * each operation who is next. The code under test is the same to the letter:
 * only the names of the doors mean something else.
 *
 * The harness's own files are compiled with KIT_MODEL_RAW: their operations
 * are none of the model's.
 *
 * Source: one door to the atomics, as Tokio's loom module; a statement
 * expression a call, as the kernel's instrumented atomics.
 */
#ifndef KIT_MODEL_H
#define KIT_MODEL_H

#include <stdatomic.h> /* first: it would take its names back */
#include <string.h>

#include "kit/compiler.h"

/** What an operation does. */
enum model_op {
	MODEL_LOAD,
	MODEL_STORE,
	MODEL_EXCHANGE,
	MODEL_ADD,
	MODEL_SUB,
	MODEL_OR,
	MODEL_AND,
	MODEL_XOR,
	MODEL_CAS
};

/** A place in the code, and what it names there. */
struct model_site {
	const char *file;  /**< source file */
	const char *what;  /**< "&q->head" */
	unsigned int line; /**< in it */
	bool is_pointer;   /**< what it holds is one */
};

/** The place where it is written, about @what. */
#define MODEL_SITE(what_, pointer)                                         \
	({                                                                 \
		static const struct model_site __site = { __FILE__, what_, \
							  __LINE__,        \
							  (pointer) };     \
		&__site;                                                   \
	})

/** @cond internal */
/* What the doors call in a model build; nobody else does. */
uint64_t model_atomic(enum model_op op, const void *p, unsigned int size,
		      uint64_t arg, int order, const struct model_site *at);
bool model_cas(void *p, unsigned int size, void *expected, uint64_t desired,
	       int order, const struct model_site *at);
/** Sleep while *@p is @value; false: @deadline has passed. */
bool model_futex_wait(const void *p, uint32_t value, uint64_t deadline,
		      const struct model_site *at);
void model_futex_wake(const void *p, const struct model_site *at);
void *model_malloc(size_t size);
void *model_zalloc(size_t size);
void model_free(void *p);

#ifndef KIT_MODEL_RAW

/* The type of what @p points to, without _Atomic: the comma takes it off. */
#define __model_type(p) __typeof__(((void)0, *(p)))
/* clang and gcc agree: 5 is a pointer. */
#define __model_site(p) \
	MODEL_SITE(#p, __builtin_classify_type(((void)0, *(p))) == 5)
#define __model_raw(p, v)                          \
	({                                         \
		__model_type(p) __v = (v);         \
		uint64_t __raw = 0;                \
		memcpy(&__raw, &__v, sizeof(__v)); \
		__raw;                             \
	})
#define __model_do(op, p, raw, order)                                    \
	({                                                               \
		__model_type(p) __out;                                   \
		uint64_t __got = model_atomic(op, p, sizeof(__out), raw, \
					      order, __model_site(p));   \
		memcpy(&__out, &__got, sizeof(__out));                   \
		__out;                                                   \
	})

#undef atomic_init
#undef atomic_load_explicit
#undef atomic_store_explicit
#undef atomic_exchange_explicit
#undef atomic_fetch_add_explicit
#undef atomic_fetch_sub_explicit
#undef atomic_fetch_or_explicit
#undef atomic_fetch_and_explicit
#undef atomic_fetch_xor_explicit
#undef atomic_compare_exchange_strong_explicit
#undef atomic_compare_exchange_weak_explicit

/* No atomic operation by C11, but one that may come late as any store. gcc's is
 * a relaxed store, clang's is not: a schedule must not depend on that. */
#define atomic_init(p, v) atomic_store_explicit(p, v, memory_order_relaxed)
#define atomic_load_explicit(p, order) __model_do(MODEL_LOAD, p, 0, order)
#define atomic_store_explicit(p, v, order) \
	((void)__model_do(MODEL_STORE, p, __model_raw(p, v), order))
#define atomic_exchange_explicit(p, v, order) \
	__model_do(MODEL_EXCHANGE, p, __model_raw(p, v), order)
#define atomic_fetch_add_explicit(p, v, order) \
	__model_do(MODEL_ADD, p, __model_raw(p, v), order)
#define atomic_fetch_sub_explicit(p, v, order) \
	__model_do(MODEL_SUB, p, __model_raw(p, v), order)
#define atomic_fetch_or_explicit(p, v, order) \
	__model_do(MODEL_OR, p, __model_raw(p, v), order)
#define atomic_fetch_and_explicit(p, v, order) \
	__model_do(MODEL_AND, p, __model_raw(p, v), order)
#define atomic_fetch_xor_explicit(p, v, order) \
	__model_do(MODEL_XOR, p, __model_raw(p, v), order)
#define atomic_compare_exchange_strong_explicit(p, old, new, order, fail)     \
	({                                                                    \
		(void)(fail);                                                 \
		model_cas(p, sizeof(*(old)), old, __model_raw(p, new), order, \
			  __model_site(p));                                   \
	})
#define atomic_compare_exchange_weak_explicit \
	atomic_compare_exchange_strong_explicit

#endif /* KIT_MODEL_RAW */
/** @endcond */
#endif

/**
 * @file compiler.h
 * What the compiler can check for us: the few attributes that the kit uses.
 */
#ifndef KIT_COMPILER_H
#define KIT_COMPILER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/** The result must be looked at. */
#define __must_check __attribute__((warn_unused_result))
/** Arguments are checked like those of printf: format @f, first value @v. */
#define __printf(f, v) __attribute__((format(printf, f, v)))
/** Unused on purpose: a helper that only a finished file calls. */
#define __maybe_unused __attribute__((unused))

/** Branch hint, for the few places where it was measured to matter. */
#define likely(x) __builtin_expect(!!(x), 1)
/** The other way round. */
#define unlikely(x) __builtin_expect(!!(x), 0)

/** Number of elements of a true array; does not compile for a pointer. */
#define ARRAY_SIZE(a)                                      \
	(sizeof(a) / sizeof((a)[0]) +                      \
	 0 * sizeof(char[1 -                               \
			 2 * __builtin_types_compatible_p( \
				     __typeof__(a), __typeof__(&(a)[0]))]))

#define __STRINGIFY(x) #x
/** The text of @x; two steps, so that macros in it are expanded first. */
#define STRINGIFY(x) __STRINGIFY(x)

/** "file:line" of the place where it is written. */
#define KIT_HERE __FILE__ ":" STRINGIFY(__LINE__)

#endif

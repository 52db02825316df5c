/**
 * @file container.h
 * From a member back to the structure around it.
 *
 * Futures, list nodes and wakers are embedded in the object that they belong
 * to. container_of() is the way back: no allocation, no cast, no void pointer.
 */
#ifndef KIT_CONTAINER_H
#define KIT_CONTAINER_H

#include <stddef.h>

/**
 * container_of() - the structure that a member is embedded in
 * @ptr: pointer to the member
 * @type: type of the structure
 * @member: name of the member within it
 */
#define container_of(ptr, type, member)                                \
	({                                                             \
		const __typeof__(((type *)0)->member) *__mptr = (ptr); \
		(type *)((char *)__mptr - offsetof(type, member));     \
	})

#endif

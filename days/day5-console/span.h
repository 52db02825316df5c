/**
 * @file span.h
 * Named stretches of code: how often, how long, and what they allocate.
 *
 *	static enum poll parse_poll(...)
 *	{
 *		SPAN("parse");
 *		...
 *	}
 *
 * From there to the end of the block is a span. While it runs, the worker's
 * slot says which: of a poll that takes too long, the console thus names the
 * line and not only the task. A span lies within one poll; across an await
 * there is none, since another poll is another time.
 *
 * With the console off a span costs a load and a branch at both ends.
 */
#ifndef DAY5_SPAN_H
#define DAY5_SPAN_H

#include "kit/compiler.h"
#include "kit/tracepoint.h"

/** A span that runs; on the stack. */
struct span {
	uint32_t number; /**< private: of its entry; 0: it is not counted */
	uint32_t outer;	 /**< private: the span around it, or 0 */
	uint64_t begin;	 /**< private: ns */
	uint64_t allocs; /**< private: of the thread, at its begin */
	uint64_t bytes;	 /**< private: the same */
};

#define __SPAN(text, line)                                                     \
	struct span __span_##line __attribute__((cleanup(span_end), unused)) = \
		span_begin(TP_PLACE(text))
#define __SPAN_AT(text, line) __SPAN(text, line)

/**
 * SPAN() - from here to the end of the block
 * @text: its name, a string literal
 */
#define SPAN(text) __SPAN_AT(text, __LINE__)

/**
 * span_begin() - a span begins
 * @place: where; static
 *
 * Context: any thread; may take a lock for a moment, the first time.
 * Return: the span, for span_end().
 */
struct span span_begin(struct tp_place *place);

/**
 * span_end() - it ends
 * @s: from span_begin(), on the same thread; spans end in reverse order
 *
 * Context: the thread that began it; does not block.
 */
void span_end(struct span *s);

#endif

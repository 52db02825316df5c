/**
 * @file todo.h
 * What stands in a stub where the student's code will be.
 */
#ifndef KIT_TODO_H
#define KIT_TODO_H

/**
 * todo_reached() - a piece that is not written yet was called
 * @n: number of the TODO
 * @where: "file" of the stub
 * @func: function that was called
 *
 * Ends a test with the verdict TODO; ends any other program with one line on
 * stderr and status 3. A plausible return value would let the caller go on
 * and fail somewhere else, or spin for ever.
 *
 * Context: any thread. Does not return.
 */
void todo_reached(int n, const char *where, const char *func)
	__attribute__((noreturn));

/** Set by the test child: reports the verdict and ends the process. */
extern void (*todo_hook)(int n, const char *where, const char *func);

/**
 * TODO() - report "not written yet"; has the type of @value
 * @n: number of the TODO in the day's list
 * @value: what the function would return; empty in a void function
 */
#define TODO(n, value)                               \
	({                                           \
		todo_reached(n, __FILE__, __func__); \
		value;                               \
	})

#endif

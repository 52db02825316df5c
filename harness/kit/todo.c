/* TODO: a stub was called. */
#include <stdio.h>
#include <unistd.h>

#include "kit/todo.h"

void (*todo_hook)(int n, const char *where, const char *func);

void todo_reached(int n, const char *where, const char *func)
{
	if (todo_hook)
		todo_hook(n, where, func);
	fprintf(stderr, "%s: %s() is not written yet (TODO %d)\n", where, func,
		n);
	_exit(3);
}

/* BUG and WARN: to the message ring, to stderr, and (BUG) to abort(). */
#include <stdio.h>
#include <stdlib.h>

#include "kit/bug.h"
#include "kit/printk.h"

void (*bug_hook)(const char *expr, const char *where);

void bug_abort(const char *expr, const char *where)
{
	fprintf(stderr, "BUG: %s at %s\n", expr, where);
	if (bug_hook)
		bug_hook(expr, where);
	abort();
}

void bug_warn(const char *expr, const char *where)
{
	pr_warn("WARNING: %s at %s\n", expr, where);
}

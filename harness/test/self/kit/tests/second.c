/* A second module: a file has one, and their order is that of the link. */
#include <string.h>

#include "kit/module.h"
#include "second.h"

char module_log[64];
int module_second_fails;

void module_note(const char *text)
{
	strcat(module_log, text);
}

static int second_init(void)
{
	module_note("+2");
	return module_second_fails;
}

static void second_exit(void)
{
	module_note("-2");
}

MODULE(second, "boots second", second_init, second_exit);

/* label LOG [WHAT]: the labels of a log, and of a test that says WHAT. */
#include <stdio.h>

#include "grade/check/label.h"

int main(int argc, char **argv)
{
	char buf[256];
	json_t *tests = json_array();

	if (argc < 2)
		return 2;
	if (argc > 2)
		json_array_append_new(tests,
				      json_pack("{s:s}", "what", argv[2]));
	judge_label(buf, sizeof(buf), argv[1], tests);
	json_decref(tests);
	puts(buf);
	return 0;
}

/* The line protocol's parser under libFuzzer, which looks for new paths. */
#include <string.h>

#include "market/line.h"

#include "kit/bug.h"

int LLVMFuzzerTestOneInput(const char *text, size_t len);

int LLVMFuzzerTestOneInput(const char *text, size_t len)
{
	struct line l;

	if (!line_parse(text, len, &l)) {
		BUG_ON(len > LINE_MAX_BYTES + 1);
		BUG_ON(l.kind != LINE_QUIT &&
		       strlen(l.symbol) > LINE_SYMBOL_MAX);
	}
	return 0;
}

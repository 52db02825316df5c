/* Texts of unknown bytes. */
#include "grade/grade.h"

#include <stdlib.h>
#include <string.h>

/* Bytes of the valid character that a text begins with, or 0. */
static size_t character_of(const char *s)
{
	size_t n, left = strlen(s);
	json_t *one;

	for (n = 1; n <= 4 && n <= left; n++) {
		one = json_stringn(s, n);
		json_decref(one);
		if (one)
			return n;
	}
	return 0;
}

json_t *json_text(const char *s)
{
	json_t *j = json_string(s);
	char *clean, *to;
	size_t n;

	if (j)
		return j;
	clean = to = strdup(s);
	while (clean && *s) {
		n = character_of(s);
		if (!n)
			*to = '?';
		else
			memcpy(to, s, n);
		s += n ? n : 1;
		to += n ? n : 1;
	}
	if (clean)
		*to = '\0';
	j = json_string(clean ? clean : "");
	free(clean);
	return j;
}

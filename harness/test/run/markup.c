/* Text within XML and HTML. */
#include "markup.h"

void markup_text(FILE *out, const char *text)
{
	const unsigned char *s;

	for (s = (const unsigned char *)text; *s; s++) {
		if (*s == '<')
			fputs("&lt;", out);
		else if (*s == '>')
			fputs("&gt;", out);
		else if (*s == '&')
			fputs("&amp;", out);
		else if (*s == '"')
			fputs("&quot;", out);
		else if ((*s < ' ' && *s != '\n' && *s != '\t') || *s >= 127)
			fputc('?', out);
		else
			fputc(*s, out);
	}
}

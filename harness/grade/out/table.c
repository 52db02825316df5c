/*
 * CSV, as RFC 4180 has it, with plain line ends.
 */
#define _GNU_SOURCE
#include "grade/out/table.h"

#include <string.h>

int table_open(struct table *t, const char *name, const char *head)
{
	int err = out_open(&t->o, "", name, ".csv");

	t->column = 0;
	if (!err)
		fprintf(t->o.f, "%s\n", head);
	return err;
}

static void next_cell(struct table *t)
{
	if (t->column++)
		fputc(',', t->o.f);
}

void table_text(struct table *t, const char *bytes)
{
	/* Whatever it is made of: a table is UTF-8. */
	json_t *text = json_text(bytes);
	const char *s = json_string_value(text);

	next_cell(t);
	fputc('"', t->o.f);
	if (*s && strchr("=+-@\t\r", *s))
		fputc('\'', t->o.f);
	for (; *s; s++) {
		if (*s == '"')
			fputc('"', t->o.f);
		fputc((unsigned char)*s < ' ' || *s == 127 ? '?' : *s, t->o.f);
	}
	fputc('"', t->o.f);
	json_decref(text);
}

void table_number(struct table *t, long long n)
{
	next_cell(t);
	fprintf(t->o.f, "%lld", n);
}

void table_nothing(struct table *t)
{
	next_cell(t);
}

void table_end_row(struct table *t)
{
	fputc('\n', t->o.f);
	t->column = 0;
}

int table_close(struct table *t)
{
	return out_close(&t->o);
}

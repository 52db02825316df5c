/*
 * CSV, as RFC 4180 has it, with plain line ends.
 */
#define _GNU_SOURCE
#include "grade/book/table.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "grade/grade.h"

int table_open(struct table *t, const char *name, const char *head)
{
	snprintf(t->path, sizeof(t->path), "%s/%s.csv", grade_opt.out, name);
	snprintf(t->tmp, sizeof(t->tmp), "%s.%d", t->path, getpid());
	t->column = 0;
	t->f = fopen(t->tmp, "w");
	if (!t->f)
		return -errno;
	fprintf(t->f, "%s\n", head);
	return 0;
}

static void next_cell(struct table *t)
{
	if (t->column++)
		fputc(',', t->f);
}

void table_text(struct table *t, const char *s)
{
	next_cell(t);
	fputc('"', t->f);
	if (*s && strchr("=+-@\t\r", *s))
		fputc('\'', t->f);
	for (; *s; s++) {
		if (*s == '"')
			fputc('"', t->f);
		fputc(*s, t->f);
	}
	fputc('"', t->f);
}

void table_number(struct table *t, long long n)
{
	next_cell(t);
	fprintf(t->f, "%lld", n);
}

void table_end_row(struct table *t)
{
	fputc('\n', t->f);
	t->column = 0;
}

int table_close(struct table *t)
{
	int err =
		fflush(t->f) || ferror(t->f) || fsync(fileno(t->f)) ? -EIO : 0;

	if (fclose(t->f) && !err)
		err = -errno;
	if (!err && rename(t->tmp, t->path))
		err = -errno;
	if (err)
		unlink(t->tmp);
	return err;
}
